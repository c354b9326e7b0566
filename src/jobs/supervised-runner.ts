import { setTimeout as pause } from 'node:timers/promises';
import { MINUTE, SECOND } from '../lib/clock.ts';
import { toError } from '../lib/errors.ts';
import type { Logger } from '../lib/log.ts';
import type { QueueRun } from './queue-run.ts';

/** Whether due jobs are taken, measured by the jobs that were. */
export interface WorkHealth {
  /** Why they are not; undefined: they are. */
  why: string | undefined;
  /** For how long, in milliseconds; 0: they are. */
  failingForMs: number;
}

export interface SupervisedRunner {
  health(): WorkHealth;
  stop(): Promise<void>;
}

export interface Times {
  /** So long nothing may move while there is something to do. */
  standstillMs: number;
  /** The same while somebody has as many places as they may: whoever is asked outside may be slow. */
  busyMs: number;
  /** A look this often. */
  lookMs: number;
  /** Stopping finishes what is under way, for so long. */
  stopMs: number;
}

export const TIMES: Times = { standstillMs: 15 * SECOND, busyMs: MINUTE, lookMs: SECOND, stopMs: 8 * SECOND };

const AWAY = 'the database does not answer';
const BEGINNING = 'the job queue begins anew';
/** Every so many looks, jobs whose answer was lost are looked for. */
const RECLAIM_EVERY = 10;

/**
 * Begins a run of the job queue, and another whenever one ends by itself or stands still. graphile-worker tells of its own
 * end by a promise that may never settle, and goes on looking healthy when it has lost its way; so what counts is that
 * jobs are fetched, and that none that are due wait while nobody takes any.
 * @throws when the first run cannot begin
 */
export async function superviseRunner(
  begin: () => Promise<QueueRun>,
  { log, times = TIMES }: { log: Logger; times?: Times },
): Promise<SupervisedRunner> {
  const stopping = Promise.withResolvers<'stopping'>();
  let isStopping = false;
  let run: QueueRun | undefined = await begin();
  const left = new Set<QueueRun>();
  const state = { why: undefined as string | undefined, since: 0 };
  void supervise();

  function setHealth(why: string | undefined): void {
    if (why !== undefined && state.why === undefined) state.since = performance.now();
    state.why = why;
  }

  async function supervise(): Promise<void> {
    while (!isStopping) {
      const why = run ? await Promise.race([run.over, standstill(run), stopping.promise]) : BEGINNING;
      if (isStopping) return;
      setHealth(BEGINNING);
      if (run) {
        log.error({ why }, 'the job queue stands still or ended by itself; beginning anew');
        leave(run);
      }
      run = await begin().catch(thrown => {
        log.warn({ err: toError(thrown) }, 'the job queue cannot begin yet');
        return undefined;
      });
      if (isStopping) return run?.end();
      if (!run) await pause(times.lookMs);
    }
  }

  function leave(one: QueueRun): void {
    left.add(one);
    void one.leave().finally(() => left.delete(one));
  }

  /** Resolves with the reason when the run does nothing although it could. */
  async function standstill(watched: QueueRun): Promise<string> {
    const look = lookAt(watched, { times, log });
    for (;;) {
      await pause(times.lookMs);
      if (isStopping || watched !== run) return 'it was left';
      const { why, isOver } = await look();
      setHealth(why);
      if (why && isOver) return why;
    }
  }

  return {
    health: () => ({ why: state.why, failingForMs: state.why === undefined ? 0 : performance.now() - state.since }),
    async stop() {
      isStopping = true;
      stopping.resolve('stopping');
      const last = run;
      run = undefined;
      await last?.stop(times.stopMs);
      for (const one of left) one.end();
    },
  };
}

/** One look after the other at one run. */
function lookAt(run: QueueRun, { times, log }: { times: Times; log: Logger }) {
  let last = { at: performance.now(), fetches: 0, moves: 0 };
  /** How long it has asked for nothing and done nothing; and how long it has done nothing. */
  let quiet = 0;
  let idle = 0;
  let looks = 0;

  /** @returns what is wrong, and whether another run may mend it */
  return async (): Promise<{ why?: string; isOver?: boolean }> => {
    const now = performance.now();
    const { fetches, moves, isFull, isHeld } = run.seen();
    // A process that was frozen has not looked meanwhile: that time says nothing of the run.
    const passed = Math.min(now - last.at, 2 * times.lookMs);
    const moved = moves !== last.moves;
    idle = moved ? 0 : idle + passed;
    quiet = moved || fetches !== last.fetches ? 0 : quiet + passed;
    last = { at: now, fetches, moves };
    if (!isHeld) {
      idle = 0;
      quiet = 0;
      return { why: AWAY };
    }
    looks += 1;
    try {
      if (!isFull && quiet >= times.standstillMs)
        return { why: `no job was asked for in ${said(quiet)}`, isOver: true };
      if (fetches === 0) return { why: BEGINNING };
      // One that has done nothing yet has to show first that it can.
      const isSuspect = moves === 0 || idle >= times.standstillMs;
      const isWaiting = isSuspect && (await run.anyOverdue(times.standstillMs));
      if (looks % RECLAIM_EVERY === 0) await run.reclaim();
      if (!isWaiting) return {};
      const why = `jobs are due, and none began or ended for ${said(idle)}`;
      return { why, isOver: idle >= (isFull ? times.busyMs : times.standstillMs) };
    } catch (thrown) {
      log.debug({ err: toError(thrown) }, 'the job queue could not be looked after');
      return { why: AWAY };
    }
  };
}

const said = (ms: number) => `${Math.round(ms / SECOND)} s`;
