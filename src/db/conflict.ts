/** What PostgreSQL answers when nothing is wrong with the work itself. */
import type { Knex } from 'knex';
import type { Db } from './connection.ts';

/** Deadlock detected, serialization failure: undone as a whole because it met another. */
const MET_ANOTHER = new Set(['40P01', '40001']);
/**
 * Server shutting down or starting, no slot left, connection failures (class 08), and what sockets say: PostgreSQL is
 * away for a moment (https://www.postgresql.org/docs/current/errcodes-appendix.html).
 */
const AWAY = /^(57P0[123]|53300|08...|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOENT)$/;
/** pg gives a connection that ended under a query no code. */
const ENDED = /^Connection terminated/;

/** It met another statement or transaction: had it come alone it would have worked. */
export function metAnother(error: unknown): boolean {
  return MET_ANOTHER.has(codeOf(error));
}

/** Nothing to do with the work: tried again later it may well be done. */
export function isPassing(error: Error): boolean {
  return metAnother(error) || AWAY.test(codeOf(error)) || ENDED.test(error.message);
}

const codeOf = (error: unknown) => String((error as { code?: unknown } | null)?.code ?? '');

const MOST_TRIES = 5;

/** Makes a statement, or a transaction, that touches the database alone; again when it met another. */
export async function unlessMet<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (tries === MOST_TRIES || !metAnother(error)) throw error;
    }
  }
}

/** A transaction that does nothing outside the database: whoever asked never hears that it met another. */
export function transact<T>(db: Db, work: (trx: Knex.Transaction) => Promise<T>): Promise<T> {
  return unlessMet(() => db.transaction(work));
}
