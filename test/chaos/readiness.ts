/** Watches what the processes say of themselves against what is seen from outside. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Db } from '../../src/db/connection.ts';
import type { Process } from './processes.ts';
import type { World } from './world.ts';

const EVERY = 250;
/** The longest a process may take to notice that its database is away. */
const NOTICED_WITHIN = 5_000;
/** And that due jobs are not taken: 15 s, and what the looking takes. */
const STANDSTILL = 25_000;

export interface Watch {
  /** When a process said "ready" and was not. */
  lies: string[];
  /** Share of the answers that were "ready". */
  readyShare(): number;
  end(): Promise<void>;
}

export function watchReadiness({ db, processes }: World): Watch {
  const lies: string[] = [];
  const answers = { ready: 0, all: 0 };
  const stand = standstill(db);
  let isOver = false;

  async function ask(process: Process): Promise<void> {
    const cutBefore = process.network.cutFor();
    const isReady = await fetch(`${process.url}/health/ready`, { signal: AbortSignal.timeout(NOTICED_WITHIN) }).then(
      answer => answer.ok,
      () => undefined,
    );
    if (isReady === undefined) return;
    answers.all += 1;
    if (!isReady) return;
    answers.ready += 1;
    if (cutBefore > NOTICED_WITHIN && process.network.cutFor() >= cutBefore) {
      lies.push(`${process.name} said ready ${Math.round(cutBefore / 1_000)} s after its database was gone`);
    }
    const still = stand.forMs();
    if (still > STANDSTILL) lies.push(`${process.name} said ready while due jobs were not taken for ${still} ms`);
  }

  async function watch(): Promise<void> {
    while (!isOver) {
      await Promise.all([pause(EVERY), stand.look(), ...processes.map(ask)]);
    }
  }
  const watching = watch();
  return {
    lies,
    readyShare: () => answers.ready / Math.max(answers.all, 1),
    async end() {
      isOver = true;
      await watching;
    },
  };
}

/** For how long jobs have been due while nothing moved in their table. */
function standstill(db: Db) {
  let moved = { count: -1, at: performance.now() };
  let isWaiting = false;
  return {
    forMs: () => (isWaiting ? performance.now() - moved.at : 0),
    async look(): Promise<void> {
      try {
        const { rows } = await db.raw(
          `select (select n_tup_upd + n_tup_del from pg_stat_user_tables where relname = '_private_jobs') as moves,
                  exists (select 1 from graphile_worker._private_jobs
                          where is_available and run_at < now() - interval '25 seconds') as waiting`,
        );
        const [{ moves, waiting }] = rows;
        if (Number(moves) !== moved.count) moved = { count: Number(moves), at: performance.now() };
        isWaiting = waiting;
      } catch {
        // PostgreSQL itself was killed: nobody can be blamed for what nobody can see.
        moved = { ...moved, at: performance.now() };
      }
    },
  };
}
