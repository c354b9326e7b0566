/** What waits, and for how long: the numbers that say whether Baton keeps up. */
import type { Db } from '../connection.ts';

export interface Backlog {
  /** Jobs due and not yet done, and the age of the oldest. */
  jobs: number;
  oldestJobSeconds: number;
  /** Signals accepted and not yet read. */
  signals: number;
  oldestSignalSeconds: number;
  /** Work put aside: until a connection works again, and what a person must look at. */
  parkedForConnection: number;
  parkedForPeople: number;
}

const BACKLOG = `
  -- Not those that were replaced while a worker that died had them: nobody will ever do them.
  with jobs as (
    select run_at from graphile_worker._private_jobs
    where run_at <= now() and (is_available or locked_at is not null) and (:workspace::text is null or payload->>'workspaceId' = :workspace)
  ), signals as (
    select received_at from inbox where status <> 'done' and (:workspace::text is null or workspace_id::text = :workspace)
  ), parked as (
    select verdict from parked_jobs
    where replayed_at is null and (:workspace::text is null or workspace_id::text = :workspace)
  )
  select (select count(*)::int from jobs) as jobs,
         (select coalesce(extract(epoch from now() - min(run_at)), 0)::float from jobs) as oldest_job,
         (select count(*)::int from signals) as signals,
         (select coalesce(extract(epoch from :now::timestamptz - min(received_at)), 0)::float from signals) as oldest_signal,
         (select count(*)::int from parked where verdict = 'waiting_for_connection') as for_connection,
         (select count(*)::int from parked where verdict <> 'waiting_for_connection') as for_people`;

/** Jobs that were put aside, by why, of the whole installation. */
export async function parkedByVerdict(db: Db): Promise<{ verdict: string; jobs: number }[]> {
  const rows = await db('parked_jobs').whereNull('replayed_at').groupBy('verdict').select('verdict').count();
  return rows.map(row => ({ verdict: String(row.verdict), jobs: Number(row.count) }));
}

/** Of one workspace, or of the whole installation. Jobs live by the database's own clock, signals by Baton's. */
export async function backlogOf(db: Db, now: Date, workspaceId?: string): Promise<Backlog> {
  const { rows } = await db.raw(BACKLOG, { workspace: workspaceId ?? null, now });
  const row = rows[0];
  return {
    jobs: row.jobs,
    oldestJobSeconds: row.oldest_job,
    signals: row.signals,
    oldestSignalSeconds: row.oldest_signal,
    parkedForConnection: row.for_connection,
    parkedForPeople: row.for_people,
  };
}
