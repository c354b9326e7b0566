import type { Env } from './config/env.ts';
import { migrate } from './db/connection.ts';
import { startEmbedded } from './db/embedded.ts';
import type { Logger } from './lib/log.ts';

export interface OpenDatabase {
  url: string;
  stop(): Promise<void>;
}

/** The operator's PostgreSQL when DATABASE_URL names one, else the embedded one in DATA_DIR. */
export async function openDatabase(env: Env, log: Logger): Promise<OpenDatabase> {
  if (env.DATABASE_URL) return { url: env.DATABASE_URL, stop: async () => {} };
  const embedded = await startEmbedded({ dir: env.DATA_DIR });
  log.info({ dir: env.DATA_DIR }, 'using the embedded PostgreSQL');
  return embedded;
}

/** `npm start -- migrate`: tables up to date, then out. */
export async function migrateOnly(env: Env, log: Logger): Promise<void> {
  const database = await openDatabase(env, log);
  try {
    await migrate(database.url);
    log.info('the database is up to date');
  } finally {
    await database.stop();
  }
}
