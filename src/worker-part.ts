/** The worker part of a process: connections of its own, jobs and ticks. It can be begun again as a whole. */
import { connect } from './db/connection.ts';
import { LimitedClient } from './db/session.ts';
import type { Deps } from './handoff/core/deps.ts';
import { warmJudging } from './handoff/judge/judge.ts';
import { type JobTable, startRunner } from './jobs/runner.ts';
import type { SupervisedRunner, WorkHealth } from './jobs/supervised-runner.ts';
import { MINUTE, SECOND } from './lib/clock.ts';
import { toError } from './lib/errors.ts';
import type { Logger } from './lib/log.ts';
import { jobTable, startTicks } from './worker.ts';

export interface WorkerPart {
  /** Whether due jobs are taken, and for how long they have not been. */
  health(): WorkHealth;
  /**
   * Begins everything anew, with fresh connections. One round trip to the database first: while that is away nothing
   * would be won. @returns whether it was begun
   */
  restart(): Promise<boolean>;
  stop(): Promise<void>;
}

export interface WorkerPartOptions {
  url: string;
  /** All but the connections, which are the part's own. */
  deps: Deps;
  jobs?: ((table: JobTable) => JobTable) | undefined;
  concurrency?: number | undefined;
}

const CONNECTIONS = 16;
/** One workspace alone has half of them: more at once only wait for one another. */
const CONCURRENCY = 64;
/** What ends later than this ends by itself, or with the process. */
const STOPPED_WITHIN = 10 * SECOND;

/** @throws when the database is away: then nothing was begun */
export async function startWorkerPart(options: WorkerPartOptions): Promise<WorkerPart> {
  const { log } = options.deps;
  let begun: Begun | undefined = await begin(options);
  let since = performance.now();

  return {
    health: () =>
      begun?.runner.health() ?? { why: 'the worker part begins anew', failingForMs: performance.now() - since },
    async restart() {
      if (!(await answers(options.url))) return false;
      const before = begun;
      begun = undefined;
      since = performance.now();
      await ended(before, log);
      begun = await begin(options);
      return true;
    },
    async stop() {
      await ended(begun, log);
    },
  };
}

interface Begun {
  runner: SupervisedRunner;
  stop(): Promise<void>;
}

async function begin({ url, deps: shared, jobs = table => table, concurrency = CONCURRENCY }: WorkerPartOptions) {
  warmJudging();
  const db = connect(url, CONNECTIONS);
  const deps = { ...shared, db };
  try {
    const runner = await startRunner({ ...deps, url, jobs: jobs(jobTable(deps)), concurrency });
    const stopTicks = startTicks(deps);
    return {
      runner,
      async stop() {
        await stopTicks();
        await runner.stop();
        await db.destroy();
      },
    };
  } catch (thrown) {
    await db.destroy();
    throw thrown;
  }
}

/** Waits for the end of a part, but not for ever: what hangs in it must not keep the next one from beginning. */
async function ended(part: Begun | undefined, log: Logger): Promise<void> {
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(() => {
    log.warn('a worker part did not end in time; it is left to itself');
    late.resolve();
  }, STOPPED_WITHIN);
  const stopped = part?.stop().catch(thrown => log.warn({ err: toError(thrown) }, 'a worker part ended badly'));
  await Promise.race([stopped, late.promise]);
  clearTimeout(timer);
}

async function answers(url: string): Promise<boolean> {
  const client = new LimitedClient({ connectionString: url, application_name: 'baton' });
  try {
    await client.connect();
    await client.query('select 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** A worker part that has not worked for so long although its database answers is begun again. */
const WITHOUT_WORK = 5 * MINUTE;

/** Looks after a worker part for as long as the process lives. @returns what ends the looking */
export function superviseWorker(
  part: WorkerPart,
  log: Logger,
  { withoutWorkMs = WITHOUT_WORK, lookMs = 10 * SECOND } = {},
): () => void {
  let isBusy = false;
  async function look(): Promise<void> {
    const { why, failingForMs } = part.health();
    if (isBusy || failingForMs < withoutWorkMs) return;
    isBusy = true;
    try {
      if (await part.restart()) log.error({ why, failingForMs }, 'the worker part had not worked: begun again');
    } catch (thrown) {
      log.error({ err: toError(thrown) }, 'the worker part cannot begin');
    } finally {
      isBusy = false;
    }
  }
  const timer = setInterval(() => void look(), lookMs);
  return () => clearInterval(timer);
}
