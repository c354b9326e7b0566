import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import pg from 'pg';
import { ConfigurationError, type Env } from './config/env.ts';
import { connect, type Db, migrate } from './db/connection.ts';
import { type Holder, takeLock } from './db/embedded/process-lock.ts';
import { startEmbedded } from './db/embedded.ts';
import { systemClock } from './lib/clock.ts';
import { toError } from './lib/errors.ts';
import type { Logger } from './lib/log.ts';
import { forgetLogins } from './workspaces/keys.ts';
import { afterRestore } from './workspaces/restored.ts';

const REACHED_WITHIN_MS = 15_000;

export interface OpenDatabase {
  url: string;
  /** The same past a pooler that shares sessions out by transaction: for migrations and jobs, which need their own. */
  direct: string;
  stop(): Promise<void>;
}

/**
 * The operator's PostgreSQL when DATABASE_URL names one, else the embedded one in DATA_DIR.
 * @throws ConfigurationError saying what to do when it cannot be reached, or the embedded one cannot start
 */
export async function openDatabase(env: Env, log: Logger): Promise<OpenDatabase> {
  if (env.DATABASE_URL === undefined) {
    const embedded = await startEmbedded({ dir: env.DATA_DIR, log });
    return { ...embedded, direct: embedded.url };
  }
  const direct = env.DATABASE_DIRECT_URL ?? env.DATABASE_URL;
  await reach('DATABASE_URL', env.DATABASE_URL);
  if (direct !== env.DATABASE_URL) await reach('DATABASE_DIRECT_URL', direct);
  return { url: env.DATABASE_URL, direct, stop: async () => {} };
}

/** @throws ConfigurationError naming the variable */
async function reach(variable: string, url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: REACHED_WITHIN_MS });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.end();
  } catch (thrown) {
    const { hostname, pathname, searchParams } = new URL(url);
    const host = decodeURIComponent(hostname) || searchParams.get('host') || 'localhost';
    throw new ConfigurationError(
      `Baton cannot start: the database ${pathname.slice(1)} on ${host} cannot be used (${reasonOf(thrown)}). Check ${variable}, and that it runs.`,
    );
  }
}

/** Of a host with several addresses Node says of each why not, and nothing itself. */
function reasonOf(thrown: unknown): string {
  const reasons = thrown instanceof AggregateError ? thrown.errors : [thrown];
  return reasons.map(reason => toError(reason).message).join('; ');
}

/**
 * The database for the app itself. A folder of data is one app's: a second one would take its leads twice as fast, and
 * its port not at all. The halves `web` and `worker` share one.
 * @throws ConfigurationError when the app runs on this folder already
 */
export async function openDatabaseOfApp(env: Env, log: Logger): Promise<OpenDatabase> {
  if (env.DATABASE_URL || env.ROLE !== 'all') return openDatabase(env, log);
  await mkdir(env.DATA_DIR, { recursive: true });
  const taken = await takeLock(join(env.DATA_DIR, 'baton.pid'), env.PORT);
  if ('holder' in taken) throw alreadyRuns(env, taken.holder);
  try {
    const database = await openDatabase(env, log);
    return {
      ...database,
      async stop() {
        await database.stop();
        await taken.lock.release();
      },
    };
  } catch (thrown) {
    await taken.lock.release();
    throw thrown;
  }
}

function alreadyRuns({ DATA_DIR }: Env, { pid, port }: Holder): ConfigurationError {
  return new ConfigurationError(
    `Baton already runs here (pid ${pid}, port ${port}), with its data in ${resolve(DATA_DIR)}. ` +
      'Stop it first, or give this one a DATA_DIR and a PORT of its own.',
  );
}

/** `npm start -- migrate`: tables up to date, then out. */
export async function migrateOnly(env: Env, log: Logger): Promise<void> {
  await withMigrated(env, log, async () => log.info('the database is up to date'));
}

/** `npm start -- forget-logins`, for when ENCRYPTION_KEY is lost. */
export async function forgetLoginsOnly(env: Env, log: Logger): Promise<void> {
  await withMigrated(env, log, async db => {
    const forgotten = await forgetLogins(db, env, systemClock);
    log.info({ forgotten }, 'log-ins that ENCRYPTION_KEY does not open are forgotten; people log in again');
  });
}

/** `npm start -- restored --since T`, once, after a backup was brought back and before Baton starts. */
export async function restoredOnly(env: Env, log: Logger, since: Date): Promise<void> {
  await withMigrated(env, log, async db => {
    const done = await afterRestore({ db, clock: systemClock }, since);
    log.info({ since, ...done }, 'what may have been done since the backup is not done again; Baton may start');
  });
}

async function withMigrated(env: Env, log: Logger, use: (db: Db) => Promise<void>): Promise<void> {
  const database = await openDatabase(env, log);
  const db = connect(database.url, 2);
  try {
    await migrate(database.direct);
    await use(db);
  } finally {
    await db.destroy();
    await database.stop();
  }
}
