/** Text from outside, made safe to stand in a row, a header or a line. */
import { createHash } from 'node:crypto';

/** No index row of PostgreSQL takes more than some 2,700 bytes; a key of this many characters always fits. */
const LONGEST_KEY = 500;

/**
 * The same text as PostgreSQL can keep it: `text` and `jsonb` take neither NUL nor half a surrogate pair, and refuse the
 * whole statement over one (PostgreSQL documentation, "JSON Types"). NUL goes, half a pair becomes U+FFFD.
 */
export function storableText(text: string): string {
  return text.toWellFormed().replaceAll('\0', '');
}

/**
 * The same value, every text in it and every name of a property storable. What needs no change is the very same object;
 * only plain objects and lists are looked into.
 */
export function storable<T>(value: T): T {
  if (typeof value === 'string') return storableText(value) as T;
  if (Array.isArray(value)) {
    const items = value.map(storable);
    return items.every((item, at) => Object.is(item, value[at])) ? value : (items as T);
  }
  if (!isPlain(value)) return value;
  const entries = Object.entries(value);
  const changed = entries.map(([name, one]) => [storableText(name), storable(one)] as const);
  const isSame = changed.every(([name, one], at) => name === entries[at]?.[0] && Object.is(one, entries[at]?.[1]));
  return isSame ? value : (Object.fromEntries(changed) as T);
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** A key that fits into an index: long ones end in a hash of the whole, so that two keys stay two. */
export function indexKey(text: string): string {
  const kept = storableText(text);
  if (kept.length <= LONGEST_KEY) return kept;
  const hash = createHash('sha256').update(kept).digest('hex');
  return `${storableText(kept.slice(0, LONGEST_KEY - 1 - hash.length))}#${hash}`;
}

/**
 * An address as it is meant: what nobody sees (zero width, soft hyphen, direction marks, variation selectors) is left
 * out, and characters that are others in disguise (full width) become those. Capitals stay: `addressKey` compares.
 */
export function normalisedAddress(address: string): string {
  return storableText(address)
    .normalize('NFKC')
    .replace(/[\p{Cf}\p{Default_Ignorable_Code_Point}\p{Cc}]/gu, '')
    .trim();
}

/** What two spellings of one address have in common. */
export function addressKey(address: string): string {
  return normalisedAddress(address).toLowerCase();
}

/** One line without control characters. */
export function oneLine(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
}

/** Lines ended by `\n`, without other control characters than tabs, and without blank ends. */
export function manyLines(text: string): string {
  return text
    .toWellFormed()
    .replace(/\r\n?|[\u0085\u2028\u2029]/g, '\n')
    .replace(/[^\P{Cc}\n\t]/gu, '')
    .trim();
}
