/** One run of the job queue: its own connections, its own lock, its own graphile-worker. */
import { EventEmitter } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { run, type TaskList, type WorkerEvents, Logger as WorkerLogger } from 'graphile-worker';
import { JOB_SCHEMA } from '../db/connection.ts';
import { SECOND } from '../lib/clock.ts';
import { toError } from '../lib/errors.ts';
import { fenced } from '../lib/fence.ts';
import type { Logger } from '../lib/log.ts';
import { fairFetch } from './fair-fetch.ts';
import { QueuePool } from './queue-pool.ts';
import { openWorkerLock, type WorkerLock } from './worker-lock.ts';

/** What the queue says of a job, as far as it matters here. */
export interface QueuedJob {
  id: string;
  /** Counts how often a waiting job was replaced under its key. */
  revision: number;
  attempts: number;
  priority: number;
  /** When it was due, by the database's clock. */
  run_at: Date;
}

/** A job under way, held by this process as long as others can see that it lives. */
export interface Lease {
  /** The job is somebody else's by now: nothing more is to be done about it here. */
  isLost(): boolean;
  /** Waits until the database can be asked again. `away`: it could not be at first; `there`: it could. */
  recovered(): Promise<'away' | 'there' | 'lost'>;
}

export interface QueueRunOptions {
  url: string;
  log: Logger;
  /** Jobs under way at once, of all workspaces together; one has half of them at most. */
  concurrency: number;
  jobs: readonly string[];
  work(name: string, payload: unknown, job: QueuedJob, lease: Lease): Promise<void>;
}

/** What was seen of a run so far. */
export interface Seen {
  /** How often it asked for jobs and was answered. */
  fetches: number;
  /** How often a job began or ended. */
  moves: number;
  /** Some that are due may have to wait for the end of others. */
  isFull: boolean;
  /** Others can see that it lives: the database answers. */
  isHeld: boolean;
}

export interface QueueRun {
  seen(): Seen;
  /** Settles with the reason when it can do no more. */
  over: Promise<string>;
  /** Jobs that are due for longer than so many milliseconds and that nobody took. */
  anyOverdue(ms: number): Promise<boolean>;
  /** Gives back what the queue handed to this run in an answer that never came. */
  reclaim(): Promise<void>;
  /** Finishes what is under way, for so long. */
  stop(withinMs: number): Promise<void>;
  /** Takes nothing more, and frees its jobs as soon as they are done, or soon. Waits for nobody; resolves then. */
  leave(): Promise<void>;
  /** Ends everything at once. */
  end(): void;
}

/** For fetching, listening, and saying what became of jobs: nothing of it lasts. */
const CONNECTIONS = 8;

/** So long the jobs of a run that was left go on before others may take them. */
const LEFT_FOR = 10 * SECOND;

/** @throws when the database cannot be asked */
export async function beginRun(options: QueueRunOptions): Promise<QueueRun> {
  const { log } = options;
  const events: WorkerEvents = new EventEmitter();
  const over = Promise.withResolvers<string>();
  const ended = Promise.withResolvers<void>();
  const underWay = new Map<string, Promise<void>>();
  const seen = { fetches: 0, moves: 0 };
  const known = knownJobs();
  let poolId = '';
  let life: WorkerLock | undefined;
  let wake = () => {};
  const fair = fairFetch({ concurrency: options.concurrency, wake: () => wake() });
  const pool = new QueuePool({
    url: options.url,
    max: CONNECTIONS,
    log,
    mayFetch: async () => life?.held(),
    takeJobs: (ask, [poolOf, tasks]) => fair.take(ask as never, String(poolOf), tasks as number[]),
    giveBack: () => ({ text: giveBack('<> all'), values: [known.all(), poolId] }),
    returned(ids) {
      known.told(ids);
      for (const id of ids) fair.ended(id);
    },
  });
  events.on('pool:create', ({ workerPool }) => {
    poolId = workerPool.id;
    life = openWorkerLock(options.url, poolId, log);
  });
  events.on('localQueue:init', ({ localQueue }) => {
    wake = () => localQueue.pulse(1);
  });
  events.on('localQueue:getJobs:complete', ({ jobs }) => {
    seen.fetches += 1;
    for (const { id } of jobs) known.received(id);
  });
  events.on('pool:gracefulShutdown', ({ message }) => over.resolve(message));

  function work(name: string, payload: unknown, job: QueuedJob): Promise<void> {
    seen.moves += 1;
    const lease = leaseOf(job.id, () => life, poolId);
    const working = fenced(lease.check, () => options.work(name, payload, job, lease)).finally(() => {
      seen.moves += 1;
      underWay.delete(job.id);
      fair.ended(String(job.id));
    });
    underWay.set(job.id, working);
    return working;
  }

  function end(): void {
    ended.resolve();
    life?.close();
    fair.stop();
    pool.destroy();
  }

  const runner = await run({
    pgPool: pool,
    events,
    concurrency: options.concurrency,
    noHandleSignals: true,
    // Our own ticks are in worker.ts.
    parsedCronItems: [],
    logger: queueLogger(log),
    taskList: Object.fromEntries(
      options.jobs.map(name => [name, (payload: unknown, { job }: { job: QueuedJob }) => work(name, payload, job)]),
    ) as TaskList,
    preset: {
      worker: {
        schema: JOB_SCHEMA,
        pollInterval: SECOND,
        // One round trip fetches or completes many jobs under load; an idle worker still starts a job at once.
        completeJobBatchDelay: 0,
        failJobBatchDelay: 0,
        localQueue: { size: options.concurrency },
      },
    },
  }).catch(thrown => {
    end();
    throw thrown;
  });
  runner.promise.then(
    () => over.resolve('it ended'),
    thrown => over.resolve(toError(thrown).message),
  );
  /** The promise of the queue's own end settles when everything went well; it must not be leant on. */
  const stopped = () =>
    runner.stop().catch(thrown => log.debug({ err: toError(thrown) }, 'the job queue had ended already'));

  return {
    seen: () => ({ ...seen, isFull: fair.isFull(), isHeld: life?.isHeld() ?? false }),
    over: over.promise,
    async anyOverdue(ms) {
      const rows = await life?.ask(OVERDUE, [ms, options.jobs]);
      return rows !== undefined && rows.length > 0;
    },
    async reclaim() {
      const lost = known.lost(((await life?.ask(LOCKED, [poolId])) ?? []).map(({ id }) => String(id)));
      if (lost.length === 0) return;
      log.warn({ jobs: lost.length }, 'jobs were handed out in an answer that never came; given back');
      await life?.ask(giveBack('= any'), [lost, poolId]);
    },
    async stop(withinMs) {
      await within(withinMs, stopped());
      end();
    },
    async leave() {
      pool.leave();
      void stopped();
      // What became of them still has to be written down.
      const told = Promise.allSettled(underWay.values()).then(() => pause(SECOND));
      await Promise.race([told, pause(LEFT_FOR), ended.promise]);
      end();
    },
    end,
  };
}

class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

/** The lease of one job of this pool, whose lock is `lineOf`'s. */
function leaseOf(id: string, lineOf: () => WorkerLock | undefined, poolId: string): Lease & { check(): Promise<void> } {
  let since = lineOf()?.unbroken();
  let isLost = false;

  function lose(): never {
    isLost = true;
    throw new LeaseLost('this job is not ours any more');
  }

  /** Asks only when the lock was not held all the time, as far as is known here. */
  async function check(): Promise<void> {
    if (isLost) lose();
    const line = lineOf();
    if (!line || (since !== undefined && line.unbroken() === since)) return;
    // Closed when the run was left and is over.
    await line.held().catch(() => lose());
    const now = line.unbroken();
    if ((await line.ask(HELD, [id, poolId])).length === 0) lose();
    since = now;
  }

  async function recovered(): Promise<'away' | 'there' | 'lost'> {
    let found: 'away' | 'there' = lineOf()?.isHeld() ? 'there' : 'away';
    for (;;) {
      try {
        since = undefined;
        await check();
        return found;
      } catch {
        // The line broke again, unless it is lost.
        if (isLost) return 'lost';
        found = 'away';
        await pause(SECOND / 5);
      }
    }
  }

  return { check, recovered, isLost: () => isLost };
}

const HELD = `select 1 from ${JOB_SCHEMA}._private_jobs where id = $1 and locked_by = $2`;

/** Waits for the work, but no longer. */
async function within(ms: number, work: Promise<unknown>): Promise<void> {
  const timer = new AbortController();
  const late = pause(ms, undefined, { signal: timer.signal }).catch(() => undefined);
  await Promise.race([work, late]);
  timer.abort();
}

/** Which jobs a run was handed, and has not given an account of. */
function knownJobs() {
  const known = new Set<string>();
  let missed = new Set<string>();
  return {
    received: (id: unknown) => void known.add(String(id)),
    told(ids: readonly string[]) {
      for (const id of ids) known.delete(id);
    },
    all: () => [...known],
    /** Of what the run has had for a while, what it has not known twice in a row: an answer may still be on its way once. */
    lost(locked: readonly string[]): string[] {
      const unknown = locked.filter(id => !known.has(id));
      const lost = unknown.filter(id => missed.has(id));
      missed = new Set(unknown);
      return lost;
    },
  };
}

/** Of kinds that this version of Baton knows: others are for the next one. */
const OVERDUE = `
  select 1 from ${JOB_SCHEMA}._private_jobs where is_available and run_at < now() - $1 * interval '1 millisecond'
  and task_id in (select id from ${JOB_SCHEMA}._private_tasks where identifier = any($2)) limit 1`;

/** For longer than any answer takes. */
const LOCKED = `
  select id::text from ${JOB_SCHEMA}._private_jobs where locked_by = $1 and locked_at < now() - interval '10 seconds'`;

/** As the queue itself gives back what it did not begin. */
const giveBack = (which: '= any' | '<> all') => `
  update ${JOB_SCHEMA}._private_jobs set attempts = greatest(0, attempts - 1), locked_by = null, locked_at = null
  where id ${which}($1::bigint[]) and locked_by = $2`;

/** The queue tells of every job; that is detail here, where failures are told by `work`. */
function queueLogger(log: Logger): WorkerLogger {
  const levels = { error: 'error', warning: 'warn', info: 'debug', debug: 'trace' } as const;
  return new WorkerLogger(() => (level, message) => log[levels[level]]({ queue: message }, 'job queue'));
}
