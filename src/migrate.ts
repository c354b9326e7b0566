import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ConfigurationError, type Env } from './config/env.ts';
import { connect, migrate } from './db/connection.ts';
import { type Holder, takeLock } from './db/embedded/process-lock.ts';
import { startEmbedded } from './db/embedded.ts';
import type { Logger } from './lib/log.ts';

export interface OpenDatabase {
  url: string;
  stop(): Promise<void>;
}

/**
 * The operator's PostgreSQL when DATABASE_URL names one, else the embedded one in DATA_DIR.
 * @throws ConfigurationError saying what to do when the embedded one cannot start
 */
export async function openDatabase(env: Env, log: Logger): Promise<OpenDatabase> {
  if (env.DATABASE_URL) return { url: env.DATABASE_URL, stop: async () => {} };
  return startEmbedded({ dir: env.DATA_DIR, log });
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
      url: database.url,
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
  const database = await openDatabase(env, log);
  const db = connect(database.url, 2);
  try {
    await migrate(db, database.url);
    log.info('the database is up to date');
  } finally {
    await db.destroy();
    await database.stop();
  }
}
