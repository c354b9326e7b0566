/** What PostgreSQL answers when nothing is wrong with the work itself. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Knex } from 'knex';

/** Deadlock detected, serialization failure: undone as a whole because it met another. */
const CONFLICTS = new Set(['40P01', '40001']);
/**
 * The server has something else to do, whatever it is asked (https://www.postgresql.org/docs/current/errcodes-appendix.html):
 * connection failures (08), no room (53: disk, memory, slots), shutting down or starting (57P), a disk that fails (58030),
 * a standby that is not promoted yet (25006), a session that was idle for too long (25P03, 57P05).
 */
const AWAY = /^(08...|53...|57P..|58030|25006|25P03)$/;
/** What sockets and name servers say: https://nodejs.org/api/errors.html#common-system-errors */
const UNREACHABLE =
  /^(ECONN(REFUSED|RESET|ABORTED)|EPIPE|ETIMEDOUT|ENOENT|E(HOST|NET)(UNREACH|DOWN)|ENOTFOUND|EAI_AGAIN|EADDRNOTAVAIL|EMFILE|ENFILE)$/;
/** It waited too long for a lock (55P03), or took too long (57014). */
const TOO_LONG = /^(55P03|57014)$/;
/** pg and knex give no code to connections that ended, or were not to be had; knex puts the statement before the words. */
const ENDED =
  /(^| - )(Connection terminated|Client has encountered a connection error|Client was closed|timeout expired|timeout exceeded when trying to connect|Knex: Timeout acquiring a connection)/;
/** A quota or a limit on the size of files: PostgreSQL has codes for a full disk alone. */
const NO_ROOM = /(^| - )could not (extend|write|create|open|fsync|truncate) [^"]*(file|directory) "/;

/** It met another statement or transaction: had it come alone it would have worked. */
export function isConflict(error: unknown): boolean {
  return CONFLICTS.has(codeOf(error));
}

/** It met another, or waited for one for too long: nothing is wrong with the database. */
export function isHeldUp(error: unknown): boolean {
  return isConflict(error) || TOO_LONG.test(codeOf(error));
}

/** Nothing to do with the work: tried again later it may well be done. */
export function isPassing(error: Error): boolean {
  const code = codeOf(error);
  const isSaid = AWAY.test(code) || UNREACHABLE.test(code) || TOO_LONG.test(code);
  return isSaid || isConflict(error) || ENDED.test(error.message) || NO_ROOM.test(error.message);
}

/** What PostgreSQL said, in its five characters; undefined when it said nothing. */
export function sqlStateOf(error: Error): string | undefined {
  const code = codeOf(error);
  return /^(?!08|57P)[0-9FHPX][0-9A-Z]{4}$/.test(code) ? code : undefined;
}

const codeOf = (error: unknown) => String((error as { code?: unknown } | null)?.code ?? '');

const MOST_TRIES = 5;

/** Makes a statement, or a transaction, that touches the database alone; again when it met another. */
export async function retryOnConflict<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (tries === MOST_TRIES || !isConflict(error)) throw error;
    }
  }
}

/** Between two looks whether a lock is free now. */
const LOOK_AGAIN = 500;

/**
 * Does work again that another session's locks held up, for so many milliseconds: those of a process that was frozen end
 * within seconds.
 */
export async function unlessHeldUp<T>(forMs: number, work: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + forMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isHeldUp(error) || performance.now() > deadline) throw error;
      await pause(LOOK_AGAIN);
    }
  }
}

/** A transaction that does nothing outside the database: whoever asked never hears that it met another. */
export function transact<T>(db: Knex, work: (trx: Knex.Transaction) => Promise<T>): Promise<T> {
  return retryOnConflict(() => db.transaction(work));
}
