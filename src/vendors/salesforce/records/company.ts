/** Is it the same company by its name? Second evidence only: names are typed, and many share one. */
import { createHash } from 'node:crypto';
import { companyKey } from '../../../domain/company-name.ts';
import { likeText } from '../api/soql.ts';
import { registrable } from './websites.ts';

/** Fewer letters than these find half the org. */
const ENOUGH = 4;

/** LIKE patterns that find accounts which may have this name; which do is decided by `companyKey`. */
export function namePatterns(name: string | undefined): string[] {
  const key = companyKey(name);
  if (key.replaceAll(' ', '').length < 2) return [];
  // The org may write an accent where the lead did not: vowels may be any letter while enough others are left.
  const isVague = key.replace(/[aeiouy ]/g, '').length >= ENOUGH;
  const parts = key.split(' ').map(word => (isVague ? likeText(word).replace(/[aeiouy]/g, '_') : likeText(word)));
  const folded = parts.join('%');
  // What folding changed is found as it was written.
  const [first = ''] = (name ?? '').normalize('NFC').trim().split(/\s+/);
  const written = /[^A-Za-z0-9]/.test(first) && first.length > 1 ? [likeText(first)] : [];
  return [folded, `the %${folded}`, ...written].map(pattern => `'${pattern}%'`);
}

/** Whole names, as typed and without their legal form: what an index can find. */
export function namesToFind(name: string | undefined): string[] {
  const typed = (name ?? '').trim().slice(0, LONGEST_NAME);
  const key = companyKey(name);
  return key.length < 2 ? [] : [...new Set([typed, key])];
}

/** Of an account. */
const LONGEST_NAME = 255;

/** Longest value of the external-id field. */
const KEY_LENGTH = 64;

/**
 * What a new account is made under, so that two leads of one company make one: its registered domain, else its name.
 * Undefined when nothing is known of the company.
 */
export function accountKey(domain: string | undefined, company: string | undefined): string | undefined {
  const own = domain && registrable(domain);
  const name = companyKey(company);
  const key = own ? `domain:${own}` : name && `name:${name}`;
  if (!key) return undefined;
  return key.length <= KEY_LENGTH ? key : `company:${createHash('sha256').update(key).digest('hex').slice(0, 48)}`;
}
