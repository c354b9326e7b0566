/** A request that comes twice (pressed twice, or delivered twice) is done once, and answered the same both times. */
import type { Db } from '../../db/connection.ts';
import { beginOnce, finishOnce, forgetKey, onceOutcome } from '../../db/workspaces/idempotency.ts';
import { after, MINUTE } from '../../lib/clock.ts';
import type { IdempotencyKey, Requester } from './rights.ts';

/** What was answered at the first time. */
export type Repeated = { repeated?: true };

interface Answer {
  kind: string;
}

/** What took longer than this has died. */
const GIVEN_UP_AFTER = 2 * MINUTE;

/** Outcomes that changed something; after any other the same request may be made again. */
const DONE: ReadonlySet<string> = new Set(['done', 'claimed', 'saved']);

/**
 * `work` at the first request, the first one's answer at every other. Its effects and the key are one transaction: a
 * second that comes while the first is under way waits for it, and does the work itself if the first is undone.
 */
export async function runOnce<T extends Answer>(
  trx: Db,
  requester: Requester,
  now: Date,
  work: () => Promise<T>,
): Promise<T & Repeated> {
  const { workspaceId, idempotency: asked } = requester;
  if (!asked) return work();
  if (!(await beginOnce(trx, workspaceId, keyRow(asked, now)))) {
    const earlier = await earlierAnswer<T>(trx, requester);
    if (earlier) return earlier;
  }
  const outcome = await work();
  await settleKey(trx, workspaceId, asked, outcome);
  return outcome;
}

/** The same for what takes several transactions: who comes while it is under way hears so. */
export async function runOnceInSteps<T extends Answer>(
  db: Db,
  requester: Requester,
  now: Date,
  work: () => Promise<T>,
): Promise<(T & Repeated) | { kind: 'under_way' }> {
  const { workspaceId, idempotency: asked } = requester;
  if (!asked) return work();
  if (!(await beginOnce(db, workspaceId, keyRow(asked, now)))) {
    return (await earlierAnswer<T>(db, requester)) ?? { kind: 'under_way' };
  }
  try {
    const outcome = await work();
    await settleKey(db, workspaceId, asked, outcome);
    return outcome;
  } catch (error) {
    await forgetKey(db, workspaceId, asked.key);
    throw error;
  }
}

/** The answer this request had before; undefined for a new one. */
export async function earlierAnswer<T extends Answer>(
  db: Db,
  { workspaceId, idempotency: asked }: Requester,
): Promise<(T & Repeated) | undefined> {
  const kept = asked && (await onceOutcome(db, workspaceId, asked.key));
  // What stands there was written by `settleKey`, under the same key.
  return kept === undefined ? undefined : { ...(fromJson(kept) as T), repeated: true as const };
}

function keyRow({ key, within }: IdempotencyKey, now: Date) {
  return {
    key,
    at: now,
    abandoned: after(now, -GIVEN_UP_AFTER),
    ...(within !== undefined && { since: after(now, -within) }),
  };
}

async function settleKey(trx: Db, workspaceId: string, { key }: IdempotencyKey, outcome: Answer): Promise<void> {
  if (DONE.has(outcome.kind)) await finishOnce(trx, workspaceId, key, JSON.stringify(toJson(outcome)));
  else await forgetKey(trx, workspaceId, key);
}

/** JSON has no moments. */
function toJson(value: unknown): unknown {
  if (value instanceof Date) return { $moment: value.toISOString() };
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, toJson(one)]));
}

function fromJson(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(fromJson);
  if (typeof value !== 'object' || value === null) return value;
  if ('$moment' in value && typeof value.$moment === 'string') return new Date(value.$moment);
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, fromJson(one)]));
}
