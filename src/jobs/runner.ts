import { createHash } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { run, type WorkerEvents, Logger as WorkerLogger } from 'graphile-worker';
import pg from 'pg';
import type { ConnectionKey } from '../contracts/role.ts';
import { type Db, JOB_SCHEMA } from '../db/connection.ts';
import { connectionKeyOf, isAway, markAway, pauseConnection, resumeConnection } from '../db/connections.ts';
import { after, type Clock, SECOND } from '../lib/clock.ts';
import { Failure, RateLimited, toError } from '../lib/errors.ts';
import type { Logger } from '../lib/log.ts';
import { FORMER_NAMES, JOB_PRIORITY, type JobName, type Jobs } from './catalogue.ts';
import { isParked, parkJob, replayWaiting } from './parked.ts';
import { BUG_TRIES, enqueue, MOST_TRIES, type NewJob } from './queue.ts';
import { QueueClient } from './queue-client.ts';
import { notifyAdmins } from './requests.ts';
import { keepRunning } from './supervised-runner.ts';
import { type Verdict, verdictOn } from './verdict.ts';
import { openLifeLine } from './worker-lock.ts';

export interface JobContext {
  /** How often this work was put off because somebody outside was away. */
  postponed: number;
  /** Tries of this work so far, 1 at first: more than one means an earlier try may have had effects. */
  attempt: number;
  /** The same on every try of one piece of work, put off and replayed ones too; another once it was asked for anew. */
  run: string;
}

/** What to do, and what else to write down (in the parking transaction) when the work is given up for now. */
export interface JobHandler<N extends JobName> {
  run(payload: Jobs[N], context: JobContext): Promise<void>;
  /** Called inside the transaction that parks the job: the place to tell the handoff's timeline. */
  parked?(trx: Db, payload: Jobs[N], reason: string, reference: string): Promise<void>;
  /** Called inside the transaction that puts the job off, or leaves it waiting for a service that is away. */
  postponed?(trx: Db, payload: Jobs[N], error: Error): Promise<void>;
  /** A tick asks anew anyway: while the service is away nothing is kept. */
  perishable?: boolean;
}

/** From the moment a service is known to be away to its first probe. */
const FIRST_PROBE = 5 * SECOND;

export type JobTable = { [N in JobName]: JobHandler<N> };

export interface RunnerOptions {
  db: Db;
  url: string;
  jobs: JobTable;
  clock: Clock;
  log: Logger;
  /** Jobs under way at once in this process. */
  concurrency: number;
}

/** Starts working on jobs; `stop` waits for those under way. */
export async function startRunner(options: RunnerOptions): Promise<{ stop(): Promise<void> }> {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.concurrency,
    application_name: 'baton-jobs',
    Client: QueueClient,
  });
  const broke = (error: Error) =>
    options.log.warn({ err: error }, 'a job queue connection broke; the pool makes a new one');
  pool.on('error', broke);
  pool.on('connect', client => client.on('error', broke));
  const life = await openLifeLine(options.url, options.log);
  const events: WorkerEvents = new EventEmitter();
  events.on('pool:create', ({ workerPool }) => {
    life
      .claim(workerPool.id)
      .catch(thrown => options.log.error({ err: toError(thrown) }, 'the life line was not taken'));
  });
  const begin = () =>
    run({
      pgPool: pool,
      events,
      concurrency: options.concurrency,
      noHandleSignals: true,
      // Our own ticks are in worker.ts.
      parsedCronItems: [],
      logger: queueLogger(options.log),
      taskList: taskList(options),
      preset: {
        worker: {
          schema: JOB_SCHEMA,
          pollInterval: 1_000,
          // One round trip fetches or completes many jobs under load; an idle worker still starts a job at once.
          completeJobBatchDelay: 0,
          failJobBatchDelay: 0,
          localQueue: { size: options.concurrency },
        },
      },
    });
  const runner = await keepRunning(begin, options.log);
  return {
    async stop() {
      await runner.stop();
      await life.close();
      await pool.end();
    },
  };
}

/** The queue tells of every job; that is detail here, where failures are told by `work`. */
function queueLogger(log: Logger): WorkerLogger {
  const levels = { error: 'error', warning: 'warn', info: 'debug', debug: 'trace' } as const;
  return new WorkerLogger(() => (level, message) => log[levels[level]]({ queue: message }, 'job queue'));
}

/** Every job by its name, and by what it was called before. */
function taskList(options: RunnerOptions) {
  const names = Object.keys(options.jobs).map(name => [name, name as JobName] as const);
  const entries = [...names, ...FORMER_NAMES].map(([identifier, name]) => [
    identifier,
    (payload: unknown, { job }: { job: QueuedJob }) => work(options, name, payload as NewJob['payload'], job),
  ]);
  return Object.fromEntries(entries);
}

/** What the queue says of a job, as far as it matters here. */
interface QueuedJob {
  id: string;
  /** Counts how often a waiting job was replaced under its key. */
  revision: number;
  attempts: number;
  priority: number;
}

async function work(
  options: RunnerOptions,
  name: JobName,
  given: NewJob['payload'],
  { id, revision, attempts, priority }: QueuedJob,
): Promise<void> {
  const handler = options.jobs[name] as JobHandler<typeof name>;
  const self = `${id}.${revision}`;
  const { postponed = 0, run = self, probe, ...payload } = given;
  const before = given.run === undefined ? postponed : Math.max(postponed, 1);
  try {
    if (attempts >= MOST_TRIES) throw new Error(`the process ended ${attempts - 1} times before this was done`);
    await handler.run(payload as never, { postponed, attempt: attempts + before, run });
    if (probe) await reopened(options, payload.workspaceId, probe);
  } catch (thrown) {
    const error = toError(thrown);
    const verdict = verdictOn(error, postponed, attempts >= BUG_TRIES, options.clock.now());
    const reference = createHash('sha256').update(self).digest('hex').slice(0, 8);
    options.log.warn({ err: error, job: name, payload, verdict, reference }, 'job did not finish');
    if (verdict.kind === 'retry') throw error;
    const kept = { ...payload, postponed, run } as Failed['kept'];
    const failed = { name, payload, kept, error, verdict, reference, priority: priorityOf(priority) };
    await options.db.transaction(async trx => {
      // By a process that died before the queue knew.
      if (attempts === 1 || !(await isParked(trx, kept, reference))) await giveUp(options, trx, failed);
    });
  }
}

interface Failed {
  name: JobName;
  payload: Jobs[JobName];
  /** What the queue has to know to go on with it. */
  kept: NewJob['payload'] & { postponed: number; run: string };
  error: Error;
  verdict: Exclude<Verdict, { kind: 'retry' }>;
  reference: string;
  priority: Priority;
}

/** For now: put off, left waiting for a service, or put aside with its reason. */
async function giveUp(options: RunnerOptions, trx: Db, failed: Failed): Promise<void> {
  const { name, payload, error, verdict } = failed;
  const handler = options.jobs[name] as JobHandler<typeof name>;
  if (verdict.kind === 'postpone' || verdict.kind === 'wait_for_service') {
    if (handler.perishable && error instanceof Failure && error.outage) return;
    await handler.postponed?.(trx, payload as never, error);
    if (await isLeftWaiting(options, trx, failed)) return park(options, trx, failed, 'waiting_for_connection');
    return enqueue(trx, again(failed, verdict.delayMs));
  }
  const waiting = verdict.kind === 'wait_for_connection';
  await park(options, trx, failed, waiting ? 'waiting_for_connection' : verdict.why);
  const now = options.clock.now();
  if (waiting) {
    const key = await connectionKeyOf(trx, payload.workspaceId, error);
    if (key) await pauseConnection(trx, payload.workspaceId, key, error.message, now);
  }
  await handler.parked?.(trx, payload as never, error.message, failed.reference);
  await enqueue(trx, notifyAdmins(payload.workspaceId));
}

/** The whole service is away, by this failure or by what others found: then one probe asks for all. */
async function isLeftWaiting({ clock }: RunnerOptions, trx: Db, { payload, error, verdict }: Failed): Promise<boolean> {
  if (!(error instanceof Failure) || !error.outage) return false;
  const { workspaceId } = payload;
  const key = await connectionKeyOf(trx, workspaceId, error);
  if (!key) return false;
  if (verdict.kind !== 'wait_for_service') return isAway(trx, workspaceId, key);
  const now = clock.now();
  const probeAt = error instanceof RateLimited ? error.retryAt : after(now, FIRST_PROBE);
  return markAway(trx, workspaceId, key, { reason: error.message, probeAt }, now);
}

async function park(
  { clock }: RunnerOptions,
  trx: Db,
  { name: job, kept: payload, error, reference, priority }: Failed,
  verdict: 'waiting_for_connection' | 'refused' | 'bug',
): Promise<void> {
  const { service, code } = error instanceof Failure ? error : {};
  const connection = await connectionKeyOf(trx, payload.workspaceId, error);
  await parkJob(trx, {
    workspaceId: payload.workspaceId,
    job,
    payload,
    reason: error.message,
    verdict,
    ...(service && { vendor: service }),
    ...(connection && { role: connection.role }),
    ...(code && { code }),
    urgent: priority === 'high' || priority === 'catch_up_high',
    reference,
    at: clock.now(),
  });
}

/** Under a key of the work's own: put off by two processes it still waits once. */
function again({ name, kept, priority }: Failed, delayMs: number): NewJob {
  const payload = { ...kept, postponed: kept.postponed + 1 };
  return { name, payload, key: `again:${name}:${kept.run}`, delayMs, priority } as NewJob;
}

type Priority = keyof typeof JOB_PRIORITY;

/** The name of a priority by its number, as the queue keeps it. */
function priorityOf(number: number): Priority {
  const names = Object.keys(JOB_PRIORITY) as Priority[];
  return names.find(name => JOB_PRIORITY[name] === number) ?? 'normal';
}

/** A probe got through: the connection works again, everything that waited for it goes on. */
async function reopened({ db, clock }: RunnerOptions, workspaceId: string, key: ConnectionKey): Promise<void> {
  await db.transaction(async trx => {
    if (!(await resumeConnection(trx, workspaceId, key, clock.now()))) return;
    await replayWaiting(trx, workspaceId, key, clock.now());
    await enqueue(trx, notifyAdmins(workspaceId));
  });
}
