import { fileURLToPath } from 'node:url';
import { makeWorkerUtils } from 'graphile-worker';
import knexModule, { type Knex } from 'knex';
import pg from 'pg';
import { EVERYDAY, type Limits } from './session.ts';
import { KeepingClient } from './statements.ts';

/** The database or a transaction on it: every repository takes either. */
export type Db = Knex;

/** Where `name` is looked for by the job queue; a name of its own so that a shared database stays tidy. */
export const JOB_SCHEMA = 'graphile_worker';

// int8 counts arrive as strings by default; ours stay far below 2^53.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

/** Opens a pool of at most `max` connections; nothing is connected until the first query. */
export function connect(url: string, max = 10, limits: Limits = EVERYDAY): Db {
  const connection = { connectionString: url, application_name: 'baton', limits };
  const db = knexModule({
    client: 'pg',
    connection,
    pool: { min: 0, max },
    acquireConnectionTimeout: 15_000,
  });
  // knex has no setting for the class of pg's clients; it makes them from here.
  db.client.driver = { ...pg, Client: KeepingClient };
  return db;
}

const MIGRATIONS = {
  directory: fileURLToPath(new URL('../../migrations', import.meta.url)),
  loadExtensions: ['.ts'],
};

/** Brings our tables and the job queue's to the newest version; safe to run on many machines at once. */
export async function migrate(db: Db, url: string): Promise<void> {
  await db.migrate.latest(MIGRATIONS);
  const utils = await makeWorkerUtils({ connectionString: url, schema: JOB_SCHEMA });
  try {
    await utils.migrate();
  } finally {
    await utils.release();
  }
}

/** Undoes our newest batch of migrations (the job queue keeps its own history). */
export async function rollback(db: Db): Promise<void> {
  await db.migrate.rollback(MIGRATIONS);
}
