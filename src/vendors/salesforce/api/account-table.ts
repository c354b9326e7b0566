/** How an org's accounts can be found: are they few enough to be scanned, and is there the field with their hosts? */
import { type Clock, DAY, HOUR } from '../../../lib/clock.ts';
import { Rejected, Unavailable } from '../../../lib/errors.ts';
import { readErrors, toFailure } from './errors.ts';
import type { Schema } from './schema.ts';
import type { Session } from './session.ts';

/** More accounts than these are not scanned for a lead: no index serves a pattern. */
export const MOST_SCANNED = 50_000;

export interface AccountTable {
  /** True: patterns may be tried on all accounts. One call a day; an org that does not say counts as small. */
  isSmall(): Promise<boolean>;
  /** A scan took too long: none is tried for a day. */
  learnLarge(): void;
  /** False for an hour after the org said that it has no field of hosts, unless it was set up meanwhile. */
  hasHosts(): boolean;
  learnHostless(): void;
  /** Accounts in the org, about; undefined: it does not say. One call. @throws Unavailable and the like */
  count(): Promise<number | undefined>;
}

export function openAccountTable(session: Session, base: string, clock: Clock, schema: Schema): AccountTable {
  let size: { small: boolean; until: number } | undefined;
  let asking: Promise<boolean> | undefined;
  let hostless: { until: number; age: number } | undefined;
  const now = () => clock.now().getTime();

  async function count(): Promise<number | undefined> {
    const answer = await session.call({ method: 'GET', url: `${base}/limits/recordCount?sObjects=Account` });
    if (answer.status !== 200) throw toFailure(answer.status, readErrors(answer.status, answer.body), { clock });
    const { sObjects } = (answer.body ?? {}) as { sObjects?: { name?: string; count?: number }[] };
    return sObjects?.find(one => one.name === 'Account')?.count;
  }

  async function ask(): Promise<boolean> {
    try {
      // Without a login nothing else can be asked either.
      await session.instanceUrl();
    } catch (error) {
      asking = undefined;
      throw error;
    }
    try {
      const small = ((await count()) ?? 0) <= MOST_SCANNED;
      size = { small, until: now() + DAY };
      return small;
    } catch (error) {
      // Whoever may not ask scans, and learns from the first scan that takes too long.
      if (error instanceof Rejected) size = { small: true, until: now() + DAY };
      else if (!(error instanceof Unavailable)) throw error;
      return true;
    } finally {
      asking = undefined;
    }
  }

  return {
    async isSmall() {
      if (size && size.until > now()) return size.small;
      asking ??= ask();
      return asking;
    },
    learnLarge() {
      size = { small: false, until: now() + DAY };
    },
    hasHosts: () => hostless === undefined || hostless.until <= now() || hostless.age !== schema.age(),
    learnHostless() {
      hostless = { until: now() + HOUR, age: schema.age() };
    },
    count,
  };
}
