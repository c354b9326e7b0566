import type { Knex } from 'knex';
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
  if (jobs.length > 0) await adding(db, jobs);
}

/** A change that was built and not sent yet. */
export type Change = Knex.QueryBuilder | Knex.Raw;

/**
 * Changes that do not look at one another and the jobs that follow, in one statement: one round trip and, outside a
 * transaction, one commit.
 */
export async function changeAndEnqueue(db: Db, changes: readonly Change[], ...jobs: NewJob[]): Promise<void> {
  const query = changes.reduce<Knex.QueryBuilder>(
    (statement, change, at) => statement.with(`change_${at}`, change as Knex.QueryBuilder),
    db.queryBuilder(),
  );
  await query
    .select(db.raw('count(*)'))
    .from(jobs.length > 0 ? db.raw('(?) as jobs', [adding(db, jobs)]) : db.raw('(select 1) as nothing'));
}

function adding(db: Db, jobs: readonly NewJob[]): Knex.Raw {
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
  return db.raw(calls.join(' union all '), values);
}

/** How often a job that fails for no known reason (a bug of ours) is tried before it is parked. */
export const BUG_TRIES = 3;
