/**
 * How the death of a worker is seen. A living pool of workers holds an advisory lock on a database session of its own;
 * the lock goes when the process does, however it dies, and when it was frozen for half a minute. Then its jobs go to
 * others within seconds, instead of after the four hours that the queue itself would wait.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { type Db, JOB_SCHEMA } from '../db/connection.ts';
import { EVERYDAY, LimitedClient } from '../db/session.ts';
import { SECOND } from '../lib/clock.ts';
import { toError } from '../lib/errors.ts';
import type { Logger } from '../lib/log.ts';

/** First key of every such lock; the second is the pool's name. */
export const WORKER_LOCKS = 0x6261;

/** A session without an answer for longer than this and a little is given up for another. */
const ANSWERED_WITHIN = 5 * SECOND;
/** So often the session is asked whether it still is one: nothing else is said on it. */
const BEAT = 2 * SECOND;
/** What says nothing for so long is frozen: its session is ended, and its jobs go to others. */
const FROZEN = 20 * SECOND;
/** So long after an answer nobody can have taken the jobs over. */
const FRESH = 10 * SECOND;
/** Between two attempts to open one. */
const NEXT_ATTEMPT = SECOND / 2;

type Row = Record<string, unknown>;

export interface WorkerLock {
  /** Others can see that the pool lives, as far as is known here. */
  isHeld(): boolean;
  /**
   * Names the time since which nobody else can have taken jobs of the pool; undefined when that is not sure. The lock was
   * held without a break since then, and was seen to be a moment ago.
   */
  unbroken(): number | undefined;
  /** Resolves when they can; rejects when the line was closed. */
  held(): Promise<void>;
  /** One statement on the line's own session, which no work can hold up. */
  ask(text: string, values: unknown[]): Promise<Row[]>;
  /** Lets the lock go. Waits for nobody. */
  close(): void;
}

/** Opens a session that holds the lock of this pool, and another whenever it breaks. */
export function openWorkerLock(url: string, poolId: string, log: Logger): WorkerLock {
  const limits = { ...EVERYDAY, statementMs: ANSWERED_WITHIN, lockMs: ANSWERED_WITHIN, idleMs: FROZEN };
  let heldSince = 0;
  let answeredAt = 0;
  let closed = false;
  let client: LimitedClient | undefined;
  let waiting: { done: () => void; failed: (error: Error) => void }[] = [];
  /** pg's clients take one statement after the other. */
  let said: Promise<unknown> = Promise.resolve();
  const beat = setInterval(() => void look(), BEAT);
  void renew();

  async function begin(): Promise<LimitedClient> {
    const next = new LimitedClient({ connectionString: url, application_name: 'baton-worker-lock', limits });
    next.on('error', error => broke(next, error));
    try {
      await next.connect();
      // Shared: a session of ours that broke here may live on over there for a while, and holds it too.
      await next.query('select pg_advisory_lock_shared($1, hashtext($2))', [WORKER_LOCKS, poolId]);
      return next;
    } catch (thrown) {
      letGo(next);
      throw thrown;
    }
  }

  /** Of a session that is given up already nothing more is to be done. */
  function broke(session: LimitedClient, error: Error): void {
    if (closed || session !== client) return;
    // Until the claim is renewed others may take our jobs over: they are written to bear running twice.
    log.warn({ err: error }, 'the worker lock was lost; opening another');
    client = undefined;
    letGo(session);
    void renew();
  }

  function ask(text: string, values: unknown[]): Promise<Row[]> {
    const asked = said.then(async () => {
      const session = client;
      if (!session) throw new Error('the worker lock is not held');
      try {
        const { rows } = await session.query(text, values);
        answeredAt = performance.now();
        return rows;
      } catch (thrown) {
        broke(session, toError(thrown));
        throw thrown;
      }
    });
    said = asked.catch(() => undefined);
    return asked;
  }

  async function look(): Promise<void> {
    if (client) await ask('select 1', []).catch(() => undefined);
  }

  /** Nothing waits for the end of a session that is broken already, or only holds the lock of a pool that is no more. */
  function letGo(session: LimitedClient | undefined): void {
    session?.end().catch(thrown => log.debug({ err: toError(thrown) }, 'a former worker lock ended badly'));
  }

  async function renew(): Promise<void> {
    while (!closed && !client) {
      try {
        client = await begin();
      } catch (thrown) {
        log.warn({ err: toError(thrown) }, 'the worker lock cannot be opened yet');
        await pause(NEXT_ATTEMPT);
      }
    }
    if (closed) return letGo(client);
    heldSince = performance.now();
    answeredAt = heldSince;
    for (const one of waiting) one.done();
    waiting = [];
  }

  return {
    ask,
    isHeld: () => client !== undefined && !closed,
    unbroken: () => (client !== undefined && !closed && performance.now() - answeredAt < FRESH ? heldSince : undefined),
    held() {
      if (closed) return Promise.reject(new Error('the worker lock was closed'));
      return client ? Promise.resolve() : new Promise((done, failed) => waiting.push({ done, failed }));
    },
    close() {
      closed = true;
      clearInterval(beat);
      letGo(client);
      for (const one of waiting) one.failed(new Error('the worker lock was closed'));
      waiting = [];
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

/**
 * Unlocks jobs whose worker pool no longer lives; returns how many pools were dead. Safe on many machines at once. Whoever
 * can take a pool's lock alone knows that nobody lives under it, and keeps it until its jobs are unlocked: a pool that
 * comes back in that moment sees that they are.
 */
export async function freeJobsOfTheDead(db: Db): Promise<number> {
  const { rows } = await db.raw(
    `with pools as materialized (
       select distinct locked_by from ${JOB_SCHEMA}._private_jobs
       where locked_by is not null and locked_at < now() - interval '2 seconds'
     ), dead as materialized (
       select locked_by from pools where pg_try_advisory_xact_lock(?, hashtext(locked_by))
     )
     select ${JOB_SCHEMA}.force_unlock_workers(array_agg(locked_by)), count(*)::int as pools from dead having count(*) > 0`,
    [WORKER_LOCKS],
  );
  return rows[0]?.pools ?? 0;
}
