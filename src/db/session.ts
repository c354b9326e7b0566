/** Sessions that wait for nothing for ever: not for a lock, not for an answer, not for somebody who is gone. */
import type { Knex } from 'knex';
import pg from 'pg';
import { SECOND } from '../lib/clock.ts';

/** How long a session may take for what; 0: as long as it likes. */
export interface Limits {
  /** One statement. */
  statementMs: number;
  /** A statement for a lock that another session holds, advisory locks among them. */
  lockMs: number;
  /** An open transaction between two statements: a frozen process must not keep its locks. */
  idleInTransactionMs: number;
  /** Between two statements, in a transaction or not. PostgreSQL 14 and later. */
  idleMs?: number;
  /** Commits are answered before they are on disk: a crash of the server, not of a process, forgets the last half second. */
  mayForget?: true;
}

/** The longest of ours take some seconds, on a database of a million leads. */
export const EVERYDAY: Limits = { statementMs: 20 * SECOND, lockMs: 10 * SECOND, idleInTransactionMs: 15 * SECOND };

/** A migration may rewrite a table; for a lock that somebody holds it waits no longer than anything else. */
export const MIGRATING: Limits = { statementMs: 0, lockMs: 10 * SECOND, idleInTransactionMs: 60 * SECOND };

/** From the request for a connection to the first answer. */
const CONNECTED_WITHIN = 10 * SECOND;
/** Longer than a statement may take: who says nothing for so long, although it was asked, is gone. */
const SILENT = 5 * SECOND;
/** Idle connections are asked so often whether somebody is there, by both ends. */
const KEEP_ALIVE = 10 * SECOND;

/**
 * What the server is told once a session. Settings that an older server or another system does not know are left out.
 * https://www.postgresql.org/docs/current/runtime-config-client.html and …-connection.html
 */
function settingsOf({ statementMs, lockMs, idleInTransactionMs, idleMs = 0, mayForget }: Limits): string {
  const settings = {
    statement_timeout: statementMs,
    lock_timeout: lockMs,
    idle_in_transaction_session_timeout: idleInTransactionMs,
    idle_session_timeout: idleMs,
    // A machine that lost its power says no goodbye: its sessions, and the locks they hold, end within half a minute.
    tcp_keepalives_idle: KEEP_ALIVE / SECOND,
    tcp_keepalives_interval: 5,
    tcp_keepalives_count: 3,
    tcp_user_timeout: 25 * SECOND,
    // A process that was killed waits for no lock any more.
    client_connection_check_interval: 2 * SECOND,
    ...(mayForget && { synchronous_commit: 'off' }),
  };
  const values = Object.entries(settings).map(([name, value]) => `('${name}', '${value}')`);
  return `select set_config(name, value, false) from (values ${values.join(', ')}) as wanted(name, value)
          where current_setting(name, true) is not null`;
}

/**
 * For the rare transaction that is open over calls to others: it may be idle as long as several of them take, and whoever
 * waits for its row waits for one of them. One round trip.
 */
export async function outlastCalls(trx: Knex.Transaction): Promise<void> {
  const forOne = `${EVERYDAY.statementMs + 2 * SECOND}ms`;
  await trx.raw(`set local idle_in_transaction_session_timeout = '60s';
                 set local lock_timeout = '${forOne}'; set local statement_timeout = '${forOne}'`);
}

type Done = (error?: Error | null, client?: unknown) => void;

/** pg's client under limits; `limits` in its configuration are others than the everyday ones. */
export class LimitedClient extends pg.Client {
  readonly #limits: Limits;

  constructor(given?: string | (pg.ClientConfig & { limits?: Limits })) {
    const config = typeof given === 'string' ? { connectionString: given } : given;
    super({
      connectionTimeoutMillis: CONNECTED_WITHIN,
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE,
      ...config,
    });
    this.#limits = config?.limits ?? EVERYDAY;
    // An error event that nobody hears ends the process; whoever waits for an answer hears of it as its rejection.
    this.on('error', () => undefined);
    const open = super.connect.bind(this) as () => Promise<unknown>;
    this.connect = ((done?: Done) => {
      const opened = open().then(() => this.#limit());
      if (!done) return opened;
      opened.then(
        () => done(null, this),
        error => done(error),
      );
    }) as typeof this.connect;
  }

  async #limit(): Promise<this> {
    const { statementMs } = this.#limits;
    if (statementMs > 0) {
      const { stream } = (this as unknown as Internals).connection;
      stream.setTimeout(statementMs + SILENT);
      stream.on('timeout', () => {
        if (!(this as unknown as Internals).readyForQuery)
          stream.destroy(new Error(`Connection terminated: no answer within ${(statementMs + SILENT) / SECOND} s`));
      });
    }
    await super.query(settingsOf(this.#limits));
    return this;
  }
}

/** What pg's client has and its types do not tell of: its socket, and whether an answer is awaited. */
interface Internals {
  connection: { stream: import('node:net').Socket };
  readyForQuery: boolean;
}
