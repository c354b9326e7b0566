/**
 * How the death of a worker is seen. A living pool of workers holds an advisory lock on a database session of its own;
 * the lock goes when the process does, however it dies. Then its jobs go to others within seconds, instead of after the
 * four hours that the queue itself would wait.
 */
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { type Db, JOB_SCHEMA } from '../db/connection.ts';
import { SECOND } from '../lib/clock.ts';
import { toError } from '../lib/errors.ts';
import type { Logger } from '../lib/log.ts';

/** First key of every such lock; the second is the pool's name. */
export const LIFE_LOCKS = 0x6261;

export interface LifeLine {
  /** Says that the pool of this name lives, and the one before it no more. */
  claim(poolId: string): Promise<void>;
  close(): Promise<void>;
}

/** Opens the session; another takes its place when it breaks, and when another pool is to be claimed. */
export async function openLifeLine(url: string, log: Logger): Promise<LifeLine> {
  let claimed: string | undefined;
  let closed = false;
  let client: pg.Client | undefined;
  client = await begin();
  // One after the other: of two new sessions one would be forgotten, and hold its lock as long as the process lives.
  let renewed = Promise.resolve();

  async function begin(): Promise<pg.Client> {
    const next = new pg.Client({ connectionString: url, application_name: 'baton-life' });
    let broken = false;
    next.on('error', error => {
      if (closed || broken || next !== client) return;
      broken = true;
      // Until the claim is renewed others may take our jobs over: they are written to bear running twice.
      log.warn({ err: error }, 'the life line broke; opening another');
      void renew();
    });
    try {
      await next.connect();
      if (claimed) await next.query('select pg_advisory_lock($1, hashtext($2))', [LIFE_LOCKS, claimed]);
      return next;
    } catch (thrown) {
      letGo(next);
      throw thrown;
    }
  }

  /** Nothing waits for the end of a session that is broken already, or only holds the lock of a pool that is no more. */
  function letGo(session: pg.Client | undefined): void {
    session?.end().catch(thrown => log.debug({ err: toError(thrown) }, 'a former life line ended badly'));
  }

  function renew(): Promise<void> {
    renewed = renewed.then(replace);
    return renewed;
  }

  async function replace(): Promise<void> {
    while (!closed) {
      try {
        const before = client;
        client = await begin();
        // Its lock goes with it.
        letGo(before);
        return;
      } catch (thrown) {
        log.warn({ err: toError(thrown) }, 'the life line cannot be opened yet');
        await pause(SECOND);
      }
    }
  }

  return {
    claim(poolId) {
      claimed = poolId;
      return renew();
    },
    async close() {
      closed = true;
      await renewed;
      await client?.end();
    },
  };
}

/**
 * Deletes jobs that were replaced under their key while a worker had them, which then died: the queue keeps them, as spent.
 * A day later nobody asks about them. Answers how many there were.
 */
export async function forgetReplaced(db: Db): Promise<number> {
  const { rowCount } = await db.raw(
    `delete from ${JOB_SCHEMA}._private_jobs
     where locked_at is null and attempts >= max_attempts and updated_at < now() - interval '1 day'`,
  );
  return rowCount;
}

/** Unlocks jobs whose worker pool no longer lives; returns how many pools were dead. Safe on many machines at once. */
export async function freeJobsOfTheDead(db: Db): Promise<number> {
  const { rows } = await db.raw(
    `with dead as (
       select distinct locked_by from ${JOB_SCHEMA}._private_jobs jobs
       where locked_by is not null and locked_at < now() - interval '2 seconds'
         and not exists (
           select 1 from pg_locks
           where locktype = 'advisory' and classid = ? and objid = (hashtext(jobs.locked_by)::bigint & 4294967295)::oid and granted
         )
     )
     select ${JOB_SCHEMA}.force_unlock_workers(array_agg(locked_by)), count(*)::int as pools from dead having count(*) > 0`,
    [LIFE_LOCKS],
  );
  return rows[0]?.pools ?? 0;
}
