import { fileURLToPath } from 'node:url';
import { makeWorkerUtils } from 'graphile-worker';
import knexModule, { type Knex } from 'knex';
import pg from 'pg';
import { atMost } from '../lib/at-most.ts';
import { MINUTE } from '../lib/clock.ts';
import { passFence } from '../lib/fence.ts';
import { unlessHeldUp } from './conflict.ts';
import { EVERYDAY, LimitedClient, type Limits, MIGRATING } from './session.ts';
import { KeepingClient } from './statements.ts';

/** The database or a transaction on it: every repository takes either. */
export type Db = Knex;

/** A change that was built and not sent yet. */
export type Change = Knex.QueryBuilder | Knex.Raw;

/**
 * The part of a statement that asks for a job for each row (`workspace_id`, `id`) of its `with` query of that name: nothing
 * here knows jobs.
 */
export type JobsForRows = (db: Db, rows: string) => Knex.Raw;

/** Where `name` is looked for by the job queue; a name of its own so that a shared database stays tidy. */
export const JOB_SCHEMA = 'graphile_worker';

// int8 counts arrive as strings by default; ours stay far below 2^53.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

const SILENT = { warn() {}, error() {}, debug() {}, deprecate() {}, enableColors: false };

/** Opens a pool of at most `max` connections; nothing is connected until the first query. */
export function connect(url: string, max = 10, limits: Limits = EVERYDAY): Db {
  const connection = { connectionString: url, application_name: 'baton', limits };
  const db = knexModule({
    client: 'pg',
    connection,
    pool: { min: 0, max },
    acquireConnectionTimeout: 15_000,
    // Else what is bound stands in the message of every error: names, numbers and addresses of leads, in the log.
    compileSqlOnError: false,
    // It prints what it then throws at whoever asked, in no format of ours.
    log: SILENT,
  });
  // knex has no setting for the class of pg's clients; it makes them from here.
  db.client.driver = { ...pg, Client: KeepingClient };
  const acquire = db.client.acquireConnection.bind(db.client);
  db.client.acquireConnection = async () => {
    await passFence();
    return acquire();
  };
  leaveRoom(db, max);
  return db;
}

/** Of a pool's connections, this part is never held by a transaction. */
const FOR_STATEMENTS = 1 / 4;

/**
 * Whoever holds a transaction may ask beside it, for a playbook say: if transactions held all connections, each would wait
 * for the end of another.
 */
function leaveRoom(db: Db, max: number): void {
  const inTurn = atMost(Math.max(1, max - Math.ceil(max * FOR_STATEMENTS)));
  // knex hands its function on to this object, and has no setting for it.
  const { context } = db as unknown as { context: { transaction(...given: unknown[]): Promise<unknown> } };
  const begin = context.transaction.bind(context);
  context.transaction = (...given) => inTurn(() => begin(...given));
}

const MIGRATIONS = {
  directory: fileURLToPath(new URL('../../migrations', import.meta.url)),
  loadExtensions: ['.ts'],
  // While a new release is rolled out a process of the one before may start again: it does not know the newest, and runs on them.
  disableMigrationsListValidation: true,
};

/** Whoever brings the tables up to date holds it, for as long as its session lives. */
const MIGRATION_LOCK = 0x6263;
/** So long another process may take over it, or hold a lock that it needs. */
const MIGRATED_WITHIN = MINUTE;

/**
 * Brings our tables and the job queue's to the newest version; safe to run on many machines at once, and after one was
 * killed at it. Where everything is up to date it waits for nobody.
 * @throws when another process holds it up for a minute
 */
export async function migrate(url: string): Promise<void> {
  const db = connect(url, 1, MIGRATING);
  try {
    await unlessHeldUp(MIGRATED_WITHIN, () => migrateOurs(db));
    await unlessHeldUp(MIGRATED_WITHIN, () => migrateQueue(url));
  } finally {
    await db.destroy();
  }
}

async function migrateOurs(db: Db): Promise<void> {
  if (await isUpToDate(db)) return;
  // In a session of one connection: the lock is the session's, and goes with it however the process ends.
  await db.raw('select pg_advisory_lock(?, 0)', [MIGRATION_LOCK]);
  try {
    // knex's own lock is a row that a killed process leaves behind; ours says that nobody is at it.
    if (await db.schema.hasTable('knex_migrations_lock')) await db.migrate.forceFreeMigrationsLock(MIGRATIONS);
    await db.migrate.latest(MIGRATIONS);
  } finally {
    await db.raw('select pg_advisory_unlock(?, 0)', [MIGRATION_LOCK]);
  }
}

/** Looks only: knex's own list makes its tables where there are none, and two that do meet. */
async function isUpToDate(db: Db): Promise<boolean> {
  if (!(await db.schema.hasTable('knex_migrations'))) return false;
  const [, pending] = (await db.migrate.list(MIGRATIONS)) as [unknown[], unknown[]];
  return pending.length === 0;
}

async function migrateQueue(url: string): Promise<void> {
  const pgPool = new pg.Pool({ connectionString: url, max: 1, Client: LimitedClient, ...{ limits: MIGRATING } });
  pgPool.on('error', () => undefined);
  pgPool.on('connect', client => client.on('error', () => undefined));
  const utils = await makeWorkerUtils({ pgPool, schema: JOB_SCHEMA });
  try {
    await utils.migrate();
  } finally {
    await utils.release();
    await pgPool.end();
  }
}

/** Undoes our newest batch of migrations (the job queue keeps its own history). */
export async function rollback(db: Db): Promise<void> {
  await db.migrate.rollback(MIGRATIONS);
}
