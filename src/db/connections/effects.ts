/** What was made at vendors that take no key with their writes. */
import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Effect, Effects } from '../../contracts/effects.ts';
import { after, type Clock, MINUTE, SECOND } from '../../lib/clock.ts';
import { CredentialsRejected, RateLimited, Rejected, Unavailable } from '../../lib/errors.ts';
import type { Db } from '../connection.ts';

export interface EffectsOptions {
  workspaceId: string;
  vendor: string;
  clock: Clock;
  /** How long after a try without an answer its effect may not be seen at the vendor yet, in milliseconds. */
  hiddenFor?: number;
}

/** Longer than any call may take: whoever held a key so long has died. */
const HELD_FOR = MINUTE;
const HIDDEN_FOR = 5 * SECOND;
/** Whoever waits for another process looks so often, and gives up after so many looks (20 s). */
const [LOOK_EVERY, MOST_LOOKS] = [100, 200];

type Taken =
  /** Nobody began it, or whoever did ended without an answer: `again`. */
  { kind: 'ours'; again: boolean } | { kind: 'made'; id: string } | { kind: 'held'; until: Date; isUnderWay: boolean };

/** Two statements for what is made for the first time, one for what was made before. */
export function effectsOf(db: Db, options: EffectsOptions): Effects {
  const { workspaceId, vendor, clock, hiddenFor = HIDDEN_FOR } = options;
  const row = (key: string) => ({ workspace_id: workspaceId, vendor, key });

  async function take(key: string, holder: string, rememberedFor: number | undefined): Promise<Taken> {
    const now = clock.now();
    const forgotten = rememberedFor === undefined ? null : after(now, -rememberedFor);
    const { rows } = await db.raw(
      `insert into effects as known (workspace_id, vendor, key, holder, held_until, at) values (?, ?, ?, ?, ?, ?)
       on conflict (workspace_id, vendor, key) do update
         set holder = excluded.holder, held_until = excluded.held_until, at = excluded.at, record_id = null
         where known.held_until <= excluded.at and (known.record_id is null or known.at < ?::timestamptz)
       returning xmax = 0 as is_new`,
      [workspaceId, vendor, key, holder, after(now, HELD_FOR), now, forgotten],
    );
    if (rows[0]) return { kind: 'ours', again: !rows[0].is_new };
    const known = await db('effects').where(row(key)).first('record_id', 'holder', 'held_until');
    if (!known) return take(key, holder, rememberedFor);
    if (known.record_id !== null) return { kind: 'made', id: known.record_id };
    return { kind: 'held', until: known.held_until, isUnderWay: known.holder !== null };
  }

  async function taken(key: string, holder: string, rememberedFor: number | undefined) {
    for (let looks = 0; looks < MOST_LOOKS; looks += 1) {
      const one = await take(key, holder, rememberedFor);
      if (one.kind !== 'held') return one;
      if (!one.isUnderWay) {
        const message = `${vendor} gave no answer to the last try: what it may have made is looked for in a moment`;
        throw new RateLimited(message, { service: vendor, code: 'UNKNOWN_OUTCOME', retryAt: one.until });
      }
      await pause(LOOK_EVERY);
    }
    throw new Unavailable(`${vendor}: another process is writing the same`, { service: vendor, code: 'HELD' });
  }

  /** Only by whoever still holds it. */
  async function settle(key: string, holder: string, change: Record<string, unknown>): Promise<void> {
    await db('effects')
      .where({ ...row(key), holder })
      .update({ ...change, holder: null });
  }

  /** The vendor said no: nothing was made. Any other end leaves open whether something was. */
  async function failed(key: string, holder: string, error: unknown): Promise<void> {
    const isNo = error instanceof Rejected || error instanceof RateLimited || error instanceof CredentialsRejected;
    if (isNo)
      await db('effects')
        .where({ ...row(key), holder })
        .delete();
    else await settle(key, holder, { held_until: after(clock.now(), hiddenFor) });
  }

  /** What could not be looked for is looked for the next time. */
  async function looked(key: string, holder: string, find: Effect['find']): Promise<string | undefined> {
    try {
      return await find();
    } catch (error) {
      await settle(key, holder, { held_until: clock.now() });
      throw error;
    }
  }

  async function made(key: string, holder: string, make: Effect['make']): Promise<string> {
    try {
      return await make();
    } catch (error) {
      await failed(key, holder, error);
      throw error;
    }
  }

  return {
    async once(name: string, { make, find, rememberedFor }: Effect) {
      const key = shortKey(name);
      const holder = randomUUID();
      const begun = await taken(key, holder, rememberedFor);
      if (begun.kind === 'made') return { id: begun.id, created: false };
      const found = begun.again ? await looked(key, holder, find) : undefined;
      const id = found ?? (await made(key, holder, make));
      await settle(key, holder, { record_id: id, held_until: clock.now() });
      return { id, created: found === undefined };
    },
    async made(name) {
      const known = await db('effects')
        .where(row(shortKey(name)))
        .first('record_id');
      return known?.record_id ?? undefined;
    },
  };
}

/** Names may hold an address of any length: an index row holds 2,700 bytes. */
const LONGEST_KEY = 300;

function shortKey(name: string): string {
  return name.length <= LONGEST_KEY ? name : `sha256:${createHash('sha256').update(name).digest('hex')}`;
}

/** Forgets what no handoff asks for any more. Answers how much it was. */
export async function forgetOldEffects(db: Db, before: Date): Promise<number> {
  return db('effects').where('at', '<', before).delete();
}
