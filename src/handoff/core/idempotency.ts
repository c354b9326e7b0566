/** A request that comes twice (pressed twice, or delivered twice) is done once, and answered the same both times. */
import type { Db } from '../../db/connection.ts';
import { beginDeed, deedOutcome, finishDeed, forgetDeed } from '../../db/idempotency.ts';
import { after, MINUTE } from '../../lib/clock.ts';
import type { By, Once } from './rights.ts';

/** What was answered at the first time. */
export type Repeated = { repeated?: true };

interface Answer {
  kind: string;
}

/** What took longer than this has died. */
const GIVEN_UP = 2 * MINUTE;

/** Outcomes that changed something; after any other the same request may be made again. */
const DONE: ReadonlySet<string> = new Set(['done', 'claimed', 'saved']);

/**
 * `work` at the first request, the first one's answer at every other. Its effects and the key are one transaction: a
 * second that comes while the first is under way waits for it, and does the work itself if the first is undone.
 */
export async function once<T extends Answer>(
  trx: Db,
  by: By,
  now: Date,
  work: () => Promise<T>,
): Promise<T & Repeated> {
  const { workspaceId, once: asked } = by;
  if (!asked) return work();
  if (!(await beginDeed(trx, workspaceId, beginning(asked, now)))) {
    const earlier = await before<T>(trx, by);
    if (earlier) return earlier;
  }
  const outcome = await work();
  await end(trx, workspaceId, asked, outcome);
  return outcome;
}

/** The same for what takes several transactions: who comes while it is under way hears so. */
export async function onceInSteps<T extends Answer>(
  db: Db,
  by: By,
  now: Date,
  work: () => Promise<T>,
): Promise<(T & Repeated) | { kind: 'under_way' }> {
  const { workspaceId, once: asked } = by;
  if (!asked) return work();
  if (!(await beginDeed(db, workspaceId, beginning(asked, now)))) {
    return (await before<T>(db, by)) ?? { kind: 'under_way' };
  }
  try {
    const outcome = await work();
    await end(db, workspaceId, asked, outcome);
    return outcome;
  } catch (error) {
    await forgetDeed(db, workspaceId, asked.key);
    throw error;
  }
}

/** The answer this request had before; undefined for a new one. */
export async function before<T extends Answer>(
  db: Db,
  { workspaceId, once: asked }: By,
): Promise<(T & Repeated) | undefined> {
  const kept = asked && (await deedOutcome(db, workspaceId, asked.key));
  // What stands there was written by `end`, under the same key.
  return kept === undefined ? undefined : { ...(read(kept) as T), repeated: true as const };
}

function beginning({ key, within }: Once, now: Date) {
  return {
    key,
    at: now,
    abandoned: after(now, -GIVEN_UP),
    ...(within !== undefined && { since: after(now, -within) }),
  };
}

async function end(trx: Db, workspaceId: string, { key }: Once, outcome: Answer): Promise<void> {
  if (DONE.has(outcome.kind)) await finishDeed(trx, workspaceId, key, JSON.stringify(written(outcome)));
  else await forgetDeed(trx, workspaceId, key);
}

/** JSON has no moments. */
function written(value: unknown): unknown {
  if (value instanceof Date) return { $moment: value.toISOString() };
  if (Array.isArray(value)) return value.map(written);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, written(one)]));
}

function read(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(read);
  if (typeof value !== 'object' || value === null) return value;
  if ('$moment' in value && typeof value.$moment === 'string') return new Date(value.$moment);
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, read(one)]));
}
