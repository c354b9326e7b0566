import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { type Runner, run, type WorkerEvents, Logger as WorkerLogger } from 'graphile-worker';
import pg from 'pg';
import { type Db, JOB_SCHEMA } from '../db/connection.ts';
import { pauseConnection, resumeConnection } from '../db/connections.ts';
import { parkJob, replayWaiting } from '../db/parked.ts';
import type { Clock } from '../lib/clock.ts';
import { Failure, toError } from '../lib/errors.ts';
import type { Logger } from '../lib/log.ts';
import type { JobName, Jobs } from './catalogue.ts';
import { openLifeLine } from './life-line.ts';
import { enqueue, type NewJob } from './queue.ts';
import { verdictOn } from './verdict.ts';

export interface JobContext {
  /** How often this work was put off because somebody outside was away. */
  postponed: number;
  /** Tries of this very job so far, 1 at first: more than one means an earlier try may have had effects. */
  attempt: number;
}

/** What to do, and what else to write down (in the parking transaction) when the work is given up for now. */
export interface JobHandler<N extends JobName> {
  run(payload: Jobs[N], context: JobContext): Promise<void>;
  /** Called inside the transaction that parks the job: the place to tell the handoff's timeline. */
  parked?(trx: Db, payload: Jobs[N], reason: string, reference: string): Promise<void>;
  /** Called inside the transaction that puts the job off. */
  postponed?(trx: Db, payload: Jobs[N], error: Error): Promise<void>;
}

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
  const pool = new pg.Pool({ connectionString: options.url, max: options.concurrency, application_name: 'baton-jobs' });
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
  const runner: Runner = await run({
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

function taskList(options: RunnerOptions) {
  const entries = (Object.keys(options.jobs) as JobName[]).map(name => [
    name,
    async (payload: unknown, helpers: { job: { attempts: number; max_attempts: number; id: string } }) => {
      await work(options, name, payload as NewJob['payload'], helpers.job.attempts, helpers.job.max_attempts);
    },
  ]);
  return Object.fromEntries(entries);
}

async function work(
  options: RunnerOptions,
  name: JobName,
  payload: NewJob['payload'],
  attempt: number,
  most: number,
): Promise<void> {
  const { db, clock, log } = options;
  const handler = options.jobs[name] as JobHandler<typeof name>;
  const postponed = payload.postponed ?? 0;
  try {
    await handler.run(payload as never, { postponed, attempt: attempt + postponed });
    if (payload.probe) await reopened(options, payload.workspaceId, payload.probe);
  } catch (thrown) {
    const error = toError(thrown);
    const verdict = verdictOn(error, postponed, attempt >= most, clock.now());
    const reference = randomUUID().slice(0, 8);
    log.warn({ err: error, job: name, payload, verdict, reference }, 'job did not finish');
    if (verdict.kind === 'retry') throw error;
    await db.transaction(async trx => {
      if (verdict.kind === 'postpone') {
        await handler.postponed?.(trx, payload as never, error);
        await enqueue(trx, { ...again(name, payload), delayMs: verdict.delayMs } as NewJob);
        return;
      }
      const waiting = verdict.kind === 'wait_for_connection';
      await parkJob(trx, {
        workspaceId: payload.workspaceId,
        job: name,
        payload,
        reason: error.message,
        verdict: waiting ? 'waiting_for_connection' : verdict.why,
        service: error instanceof Failure ? error.service : undefined,
        code: error instanceof Failure ? error.code : undefined,
        reference,
        at: clock.now(),
      });
      if (waiting) await pauseConnection(trx, payload.workspaceId, verdict.service, error.message, clock.now());
      await handler.parked?.(trx, payload as never, error.message, reference);
      await enqueue(trx, tellAdmins(payload.workspaceId));
    });
  }
}

function again(name: JobName, payload: NewJob['payload']): NewJob {
  return { name, payload: { ...payload, postponed: (payload.postponed ?? 0) + 1 } } as NewJob;
}

/** A probe got through: the connection works again, everything that waited for it goes on. */
async function reopened({ db, clock }: RunnerOptions, workspaceId: string, service: string): Promise<void> {
  await db.transaction(async trx => {
    if (!(await resumeConnection(trx, workspaceId, service, clock.now()))) return;
    await replayWaiting(trx, workspaceId, service, clock.now());
    await enqueue(trx, tellAdmins(workspaceId));
  });
}

function tellAdmins(workspaceId: string): NewJob<'admin.tell'> {
  return { name: 'admin.tell', payload: { workspaceId }, key: `tell:${workspaceId}` };
}
