/**
 * How many calls an account at a vendor takes just now, over all processes. A bucket of `atOnce` calls into which `calls` come
 * within `withinMs`: one row says when it is full, and each call puts that off. In any such time there are at most both together. Whoever finds it
 * empty gets the next turn, in order: callers that only tried again would take the turns of one another, and a lead that
 * needs two might never get both.
 */
import type { CallPace } from '../../contracts/shared-calls.ts';
import type { Db } from '../connection.ts';

export interface Taking extends CallPace {
  workspaceId: string;
  vendor: string;
  /** Of the bucket that such a call may empty, from 0 to 1: the rest is for calls that are more urgent. */
  part: number;
  /** How long it may wait for its turn, in milliseconds. */
  patienceMs: number;
}

/** The call may be made in so long, or is to be asked for again then, as it would wait for too long. */
export type Turn = { kind: 'in'; ms: number } | { kind: 'later'; at: Date };

/** Takes a call's turn. One round trip, two where it would wait for too long. */
export async function takeCall(db: Db, taking: Taking, now: Date): Promise<Turn> {
  const { workspaceId, vendor, calls, withinMs, atOnce = calls, part, patienceMs } = taking;
  const each = withinMs / calls;
  const whole = each * atOnce;
  const at = (milliseconds: number) => new Date(now.getTime() + milliseconds);
  // A clock that was put back must not leave a bucket that is full in an hour.
  const latest = at(whole + patienceMs);
  const { rows } = await db.raw(
    `insert into call_rates as known (workspace_id, vendor, full_at)
     values (:workspaceId, :vendor, :first)
     on conflict (workspace_id, vendor) do update
       set full_at = greatest(:now::timestamptz, least(known.full_at, :latest::timestamptz)) + :each::interval
       where greatest(:now::timestamptz, least(known.full_at, :latest::timestamptz)) + :each::interval <= :bound::timestamptz
     returning full_at`,
    {
      workspaceId,
      vendor,
      now,
      latest,
      each: `${each} milliseconds`,
      first: at(each),
      bound: at(whole * part + patienceMs),
    },
  );
  const waitUntil = (full: number) => full - whole * part - now.getTime();
  if (rows.length > 0) return { kind: 'in', ms: Math.max(0, waitUntil(rows[0].full_at.getTime())) };
  const known = await db('call_rates').where({ workspace_id: workspaceId, vendor }).first('full_at');
  const full = Math.min(known?.full_at.getTime() ?? now.getTime(), latest.getTime()) + each;
  return { kind: 'later', at: at(Math.max(waitUntil(full) - patienceMs, 50)) };
}
