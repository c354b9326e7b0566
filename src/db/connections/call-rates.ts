/**
 * How many calls an account at a vendor takes just now, over all processes. A bucket of `calls` that fills again within `withinMs`:
 * one row says when it is full, and each call puts that off. In any such time there are at most twice `calls`.
 */
import type { CallPace } from '../../contracts/shared-calls.ts';
import type { Db } from '../connection.ts';

export interface Taking extends CallPace {
  workspaceId: string;
  vendor: string;
  /** Of the bucket that such a call may empty, from 0 to 1: the rest is for calls that are more urgent. */
  part: number;
}

/** Takes a call; answers undefined, or when there is one again. One round trip, two where there is none. */
export async function takeCall(db: Db, taking: Taking, now: Date): Promise<Date | undefined> {
  const { workspaceId, vendor, calls, withinMs, part } = taking;
  const each = withinMs / calls;
  const at = (milliseconds: number) => new Date(now.getTime() + milliseconds);
  const values = {
    workspaceId,
    vendor,
    now,
    // A clock that was put back must not leave a bucket that is full in an hour.
    latest: at(withinMs),
    each: `${each} milliseconds`,
    first: at(each),
    bound: at(withinMs * part),
  };
  const { rows } = await db.raw(
    `insert into call_rates as known (workspace_id, vendor, full_at)
     values (:workspaceId, :vendor, :first)
     on conflict (workspace_id, vendor) do update
       set full_at = greatest(:now::timestamptz, least(known.full_at, :latest::timestamptz)) + :each::interval
       where greatest(:now::timestamptz, least(known.full_at, :latest::timestamptz)) + :each::interval <= :bound::timestamptz
     returning full_at`,
    values,
  );
  if (rows.length > 0) return undefined;
  const known = await db('call_rates').where({ workspace_id: workspaceId, vendor }).first('full_at');
  const full = Math.min(known?.full_at.getTime() ?? now.getTime(), at(withinMs).getTime());
  return new Date(Math.max(full + each - withinMs * part, now.getTime() + 50));
}
