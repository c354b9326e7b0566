import type { Knex } from 'knex';
import type { ConnectionKey } from '../contracts/role.ts';
import type { Change, Db } from '../db/connection.ts';
import { JOB_PRIORITY, type JobName, type Jobs } from './catalogue.ts';

export interface EnqueueOptions {
  /** A waiting job with the same key is replaced: its run time becomes this one's, and the more urgent priority stays. */
  key?: string;
  /** Milliseconds from the database's now. */
  delayMs?: number;
  priority?: keyof typeof JOB_PRIORITY;
}

/**
 * One job to add. `postponed`: how often the same work was put off before. `run`: the name it had then. `probe`: the
 * connection this job tries out on behalf of everything else that waits for it.
 */
export interface NewJob<N extends JobName = JobName> extends EnqueueOptions {
  name: N;
  payload: Jobs[N] & { postponed?: number; run?: string; probe?: ConnectionKey };
}

/**
 * Adds jobs in the caller's transaction, in one round trip: they exist exactly when the state change that asked for
 * them is committed.
 */
export async function enqueue(db: Db, ...jobs: NewJob[]): Promise<void> {
  if (jobs.length > 0) await adding(db, jobs);
}

/** Jobs of one statement, where many are asked for at once. */
const BATCH = 500;

/** The same for any number of jobs; outside a transaction each part is there by itself. One round trip for every 500. */
export async function enqueueMany(db: Db, jobs: readonly NewJob[]): Promise<void> {
  for (let start = 0; start < jobs.length; start += BATCH) await enqueue(db, ...jobs.slice(start, start + BATCH));
}

/**
 * Changes that do not look at one another and the jobs that follow, in one statement: one round trip and, outside a
 * transaction, one commit. `held`: rows to lock before anything else is touched. PostgreSQL adds the jobs before it makes
 * the changes, so where others lock a row first and then replace a job of the same key, each would wait for the other.
 */
export async function changeAndEnqueue(
  db: Db,
  { changes, jobs = [], held }: { changes: readonly Change[]; jobs?: readonly NewJob[]; held?: Knex.QueryBuilder },
): Promise<void> {
  const begun = held ? db.with('held', held) : db.queryBuilder();
  const query = changes.reduce<Knex.QueryBuilder>(
    (statement, change, at) => statement.with(`change_${at}`, change as Knex.QueryBuilder),
    begun,
  );
  await query
    .select(db.raw('count(*)'))
    .from(jobs.length > 0 ? db.raw('(?) as jobs', [adding(db, jobs, held)]) : db.raw('(select 1) as nothing'));
}

/**
 * One call of the queue whatever their number. Of several with one key the last counts, as if they had come in turn. The
 * queue itself would give a waiting job the priority of whoever asked last: what a person waits for would fall behind.
 */
function adding(db: Db, jobs: readonly NewJob[], held?: unknown): Knex.Raw {
  const isLast = ({ key }: NewJob, index: number) =>
    key === undefined || jobs.findLastIndex(other => other.key === key) === index;
  const rank = ({ priority = 'normal' }: NewJob) => JOB_PRIORITY[priority];
  const wanted = jobs.filter(isLast).map(job => {
    const { name, payload, delayMs: delay = 0, key } = job;
    const same = key === undefined ? [job] : jobs.filter(other => other.key === key);
    return { name, payload, delay, key, priority: Math.min(...same.map(rank)) };
  });
  return db.raw(
    `select id from graphile_worker.add_jobs((
       select array_agg((name, payload::json, null, now() + delay * interval '1 millisecond', :tries::smallint, key,
                         least(priority, (select waiting.priority from graphile_worker._private_jobs as waiting
                                          where waiting.key = wanted.key and waiting.locked_at is null))::smallint,
                         null)::graphile_worker.job_spec)
       from jsonb_to_recordset(:wanted) as wanted(name text, payload jsonb, delay double precision, key text, priority integer)
     ))${held ? ' where (select count(*) from held) >= 0' : ''}`,
    { wanted: JSON.stringify(wanted), tries: MOST_TRIES },
  );
}

interface ForEachRow {
  name: JobName;
  /** What the payload calls the row's id. */
  id: string;
  /** How many of the workspace `fair.workspace_id` wait already, as part of the statement: with many it goes behind others. */
  waiting?: Knex.Raw;
}

/** So many of one workspace wait before it goes behind others; with twice as many, one step further. */
const MANY_WAITING = 50;
const MOST_BEHIND = 6;
/** Beyond this nothing changes, so nobody counts further. */
export const MOST_COUNTED = MANY_WAITING * 2 ** MOST_BEHIND;

/**
 * The part of a statement that asks for a job for each row (`workspace_id`, `id`) which another part of it, `rows`, makes,
 * in one call of the queue, each workspace's by what waits of its own. Jobs of one priority begin in the order of the ids,
 * for which each is due a microsecond after the one before. One row comes out, always.
 */
export function forEachRow(db: Db, rows: string, { name, id, waiting }: ForEachRow): Knex.Raw {
  return db.raw(
    `select count(*) from graphile_worker.add_jobs((
       select array_agg((:name::text, json_build_object('workspaceId', made.workspace_id, :id::text, made.id), null,
                         now() + made.place * interval '1 microsecond', :tries::smallint, null, fair.behind::smallint,
                         null)::graphile_worker.job_spec)
       from (select workspace_id, id, row_number() over (order by id) as place from :rows:) as made join (
         select workspace_id, floor(log(2, greatest(:many::numeric, :waiting::numeric) / :many)) as behind
         from (select distinct workspace_id from :rows:) as fair
       ) as fair using (workspace_id)))`,
    { name, id, rows, tries: MOST_TRIES, many: MANY_WAITING, waiting: waiting ?? 0 },
  );
}

/** How often a job that fails for no known reason (a bug of ours) is tried before it is parked. */
export const BUG_TRIES = 3;

/**
 * How often the queue hands a job out. It counts the deaths of processes as well, and what it hands out no more is
 * forgotten: so the last time is there to put the job aside.
 */
export const MOST_TRIES = 10;
