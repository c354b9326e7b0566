/** What keeps robots out of forms that pages send: a field nobody sees, a signed time, and how often one may send. */
import { createHmac } from 'node:crypto';
import { isIPv6 } from 'node:net';
import { LRUCache } from 'lru-cache';
import { CONTROL } from '../../domain/form/submission.ts';
import { type Clock, DAY, SECOND } from '../../lib/clock.ts';
import { constantTimeEqual } from '../../lib/crypto.ts';

/** Nobody reads a form and fills it in faster. */
const AT_LEAST = 2 * SECOND;
const AT_MOST = DAY;

/** A visitor saw no such field. */
export const isTrapped = (fields: Readonly<Record<string, string>>): boolean => Boolean(fields[CONTROL.honeypot]);

/** `1795699190000.c2lnbmVk…`: when a page was given its script, in milliseconds, so that nobody can make one up. */
export function signedTime(at: Date, signingKey: string): string {
  const time = String(at.getTime());
  return `${time}.${createHmac('sha256', signingKey).update(`form time ${time}`).digest('base64url').slice(0, 22)}`;
}

/**
 * Why the time a form carries speaks for a robot; undefined: it does not. A form without one comes from a page without the
 * script, which says nothing. The script may be some minutes old when a page takes it from the browser's cache.
 */
export function doubtInTime(given: string | undefined, signingKey: string, now: Date): string | undefined {
  if (!given) return undefined;
  const at = Number(given.split('.')[0]);
  if (!Number.isSafeInteger(at) || !constantTimeEqual(given, signedTime(new Date(at), signingKey))) {
    return 'the form carries a time that Baton never gave it';
  }
  const age = now.getTime() - at;
  if (age < AT_LEAST) return 'the form was filled in within two seconds';
  return age > AT_MOST ? 'the form was opened more than a day before' : undefined;
}

/**
 * Who counts as one visitor. Of IPv6 everybody has a network of 2^64 addresses to send from (RFC 6177), so that counts as one.
 * @param address as Express knows it; IPv4 may stand within IPv6
 */
export function visitorAt(address: string): string {
  if (!isIPv6(address) || address.includes('.')) return address;
  const [head = '', tail] = (address.split('%')[0] ?? '').split('::');
  const before = head.split(':').filter(Boolean);
  const after = tail?.split(':').filter(Boolean) ?? [];
  const gap = tail === undefined ? 0 : 8 - before.length - after.length;
  const groups = [...before, ...Array.from({ length: gap }, () => '0'), ...after];
  return groups
    .slice(0, 4)
    .map(group => Number.parseInt(group, 16).toString(16))
    .join(':');
}

/** How often somebody may do something, by any name; counted in this process alone, and forgotten when it ends. */
export function limiter({ most, within, clock }: { most: number; within: number; clock: Clock }) {
  const counts = new LRUCache<string, { since: number; count: number }>({ max: 20_000 });
  return {
    /** False: it was too often. Whoever goes on trying is not counted up for ever. */
    admits(name: string): boolean {
      const now = clock.now().getTime();
      const known = counts.get(name);
      // A clock that was set back must not keep anybody out for as long.
      if (!known || now - known.since >= within || now < known.since) {
        counts.set(name, { since: now, count: 1 });
        return true;
      }
      known.count += 1;
      return known.count <= most;
    },
    /** When it may be done again by this name. */
    freeAt(name: string): Date {
      const known = counts.get(name);
      return known ? new Date(known.since + within) : clock.now();
    },
  };
}
