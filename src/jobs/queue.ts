import type { Db } from '../db/connection.ts';
import { JOB_PRIORITY, type JobName, type Jobs } from './catalogue.ts';

export interface EnqueueOptions {
  /** A waiting job with the same key is replaced: its run time becomes this one's. */
  key?: string;
  /** Milliseconds from the database's now. */
  delayMs?: number;
  priority?: keyof typeof JOB_PRIORITY;
}

/**
 * One job to add. `postponed`: how often the same work was put off before. `probe`: the paused service this job tries
 * out on behalf of everything else that waits for it.
 */
export interface NewJob<N extends JobName = JobName> extends EnqueueOptions {
  name: N;
  payload: Jobs[N] & { postponed?: number; probe?: string };
}

/**
 * Adds jobs in the caller's transaction, in one round trip: they exist exactly when the state change that asked for
 * them is committed.
 */
export async function enqueue(db: Db, ...jobs: NewJob[]): Promise<void> {
  if (jobs.length === 0) return;
  // One call a job in one statement: add_jobs() of the queue has no per-job "run at + key mode" for mixed batches.
  const calls = jobs.map(
    () =>
      `select id from graphile_worker.add_job(?, ?::json, run_at := now() + ? * interval '1 millisecond', max_attempts := ?, job_key := ?, priority := ?)`,
  );
  const values = jobs.flatMap(job => [
    job.name,
    JSON.stringify(job.payload),
    job.delayMs ?? 0,
    BUG_TRIES,
    job.key ?? null,
    JOB_PRIORITY[job.priority ?? 'normal'],
  ]);
  await db.raw(calls.join(' union all '), values);
}

/** How often a job that fails for no known reason (a bug of ours) is tried before it is parked. */
export const BUG_TRIES = 3;
