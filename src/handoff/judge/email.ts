import { readFileSync } from 'node:fs';
import { domainToASCII, fileURLToPath } from 'node:url';
import { parse } from 'tldts';
import type { EmailVerdict } from '../../domain/decision.ts';
import { relayName } from './relays.ts';

/** What kind of address is it, and whose domain? Never throws, whatever was typed. */
export function judgeEmail(address: string | undefined): EmailVerdict {
  const typed = (address ?? '').trim();
  if (typed === '') return { kind: 'malformed', reason: 'there is no e-mail address' };
  const host = hostOf(typed);
  if (host === undefined) return { kind: 'malformed', reason: 'the e-mail address is malformed' };
  const domain = registrableDomain(host);
  if (domain === undefined) return { kind: 'malformed', reason: `${host} is no domain that can receive mail` };
  const relay = relayName(host);
  if (relay !== undefined) return { kind: 'free', relay: true, domain, reason: `${host} is ${relay}` };
  const lists = emailLists();
  const throwaway = disposableDomain(host, lists);
  if (throwaway !== undefined) {
    return { kind: 'disposable', domain, reason: `${throwaway} gives out disposable addresses` };
  }
  if (parents(host, domain).some(name => lists.free.has(name))) {
    return { kind: 'free', domain, reason: `${domain} is a free mail provider` };
  }
  return { kind: 'business', domain, reason: `${domain} is neither a free nor a disposable mail provider` };
}

/** A web address that people go to fits; a host has 253 characters at most. */
const LONGEST_ADDRESS = 2_000;

/**
 * The domain somebody registered, in ASCII and lower case: `mail.acme.co.uk` → `acme.co.uk`. Names under a hosting
 * provider's suffix (`acme.github.io`) stand for themselves. Accepts a bare host or a web address.
 */
export function registrableDomain(hostOrUrl: string): string | undefined {
  if (hostOrUrl.length > LONGEST_ADDRESS) return undefined;
  const { domain, isIp } = parse(hostOrUrl, { allowPrivateDomains: true });
  return isIp === true || domain === null ? undefined : domain;
}

/** May this domain stand for a company? False for free and disposable mail providers, and for relays. */
export function isCompanyDomain(domain: string): boolean {
  if (relayName(domain) !== undefined) return false;
  const lists = emailLists();
  const own = registrableDomain(domain);
  return own !== undefined && !lists.free.has(own) && disposableDomain(domain, lists) === undefined;
}

/** Host of the address in ASCII; undefined when the address cannot be one. Plus-addresses and quoted parts are fine. */
function hostOf(typed: string): string | undefined {
  const at = typed.lastIndexOf('@');
  const local = typed.slice(0, at);
  if (at < 1 || local.length > 64 || typed.length > 254) return undefined;
  const quoted = /^"(?:[^"\\\p{Control}]|\\[^\p{Control}])+"$/u.test(local);
  if (!quoted && !/^[^\s@<>()[\]\\,;:"\p{Control}]+$/u.test(local)) return undefined;
  if (!quoted && /^\.|\.\.|\.$/.test(local)) return undefined;
  const given = typed.slice(at + 1).replace(/\.$/, '');
  // Decoding would let `gm%61il.com` pass for something else.
  if (/[\s%/\\?#:[\]\p{Control}]/u.test(given)) return undefined;
  const host = domainToASCII(given);
  return /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/.test(host)
    ? host
    : undefined;
}

interface EmailLists {
  disposable: ReadonlySet<string>;
  /** Domains every sub-domain of which is disposable, even where sub-domains belong to different people. */
  wildcard: ReadonlySet<string>;
  free: ReadonlySet<string>;
}

/** Sold by registries like a country's own second level (`acme.uk.com`): a name below is somebody's real domain. */
const SOLD_SUFFIXES = new Set(
  'br.com cn.com co.com de.com eu.com gb.net in.net jpn.com mex.com ru.com sa.com se.net uk.com uk.net us.com us.org za.com'.split(
    ' ',
  ),
);

/** In the list of mail providers, but also the domain of the company's own staff, and not given out today. */
const COMPANIES_IN_LIST = ['alibaba.com', 'bt.com', 'facebook.com'];

/** Mail providers the list does not have. */
const FREE_NOT_IN_LIST = [
  'duck.com',
  'fastmail.com',
  'fastmail.fm',
  'mozmail.com',
  'passinbox.com',
  'tuta.com',
  'tuta.io',
  'zohomail.com',
  'zohomail.eu',
];

let loaded: EmailLists | undefined;

/** The lists, read once on first use (tens of milliseconds); call at start so that no lead waits for it. */
export function emailLists(): EmailLists {
  loaded ??= readLists();
  return loaded;
}

function readLists(): EmailLists {
  const free = asciiSet(import.meta.resolve('email-providers/all.json'));
  for (const domain of COMPANIES_IN_LIST) free.delete(domain);
  for (const domain of FREE_NOT_IN_LIST) free.add(domain);
  return {
    disposable: asciiSet(import.meta.resolve('disposable-email-domains/index.json')),
    wildcard: asciiSet(import.meta.resolve('disposable-email-domains/wildcard.json')),
    free,
  };
}

/** Of a package's file, by its address. */
function asciiSet(address: string): Set<string> {
  const list: unknown = JSON.parse(readFileSync(fileURLToPath(address), 'utf8'));
  if (!Array.isArray(list)) throw new TypeError('a list of mail domains is no list: its package changed');
  return new Set(list.map(String).map(domain => (/[^a-z0-9.-]/.test(domain) ? domainToASCII(domain) : domain)));
}

function disposableDomain(host: string, lists: EmailLists): string | undefined {
  const own = registrableDomain(host) ?? host;
  const listed = parents(host, own).find(name => lists.disposable.has(name) || lists.wildcard.has(name));
  if (listed !== undefined) return listed;
  // Dynamic DNS: the registrable domain is the user's, the list names the provider above it.
  const provider = parse(host, { allowPrivateDomains: false }).domain;
  return provider !== null && lists.wildcard.has(provider) && !SOLD_SUFFIXES.has(provider) ? provider : undefined;
}

/** The host and every domain above it, down to the registrable one. */
function parents(host: string, own: string): string[] {
  const labels = host.split('.');
  const names = labels.map((_, index) => labels.slice(index).join('.'));
  return names.filter(name => name.length >= own.length);
}
