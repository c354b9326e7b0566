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
async function reach(variable: string, url: string, look: (client: pg.Client) => Promise<void> = async () => {}) {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: REACHED_WITHIN_MS });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await look(client);
    await client.end();
  } catch (thrown) {
    await client.end().catch(() => undefined);
    if (thrown instanceof ConfigurationError) throw thrown;
    const { hostname, pathname, searchParams } = new URL(url);
    const host = decodeURIComponent(hostname) || searchParams.get('host') || 'localhost';
    throw new ConfigurationError(
      `Baton cannot start: the database ${pathname.slice(1)} on ${host} cannot be used (${reasonOf(thrown)}). ${todo(thrown, variable)}`,
    );
  }
}

/**
 * Tries the operator's PostgreSQL before anybody is asked for anything: whoever types for ten minutes must not learn at the
 * end that there is nowhere to keep it. A session and one query; nothing is made.
 * @throws ConfigurationError saying what to do when it does not answer, refuses the log-in, or lets Baton make nothing
 */
export async function tryDatabase({ DATABASE_URL, DATABASE_DIRECT_URL }: Env): Promise<void> {
  if (DATABASE_URL === undefined) return;
  await reach('DATABASE_URL', DATABASE_URL);
  const direct = DATABASE_DIRECT_URL ?? DATABASE_URL;
  await reach(DATABASE_DIRECT_URL ? 'DATABASE_DIRECT_URL' : 'DATABASE_URL', direct, mayMake);
}

/** Tables stand in `public`, the queue in a schema of its own, which is made once. */
async function mayMake(client: pg.Client): Promise<void> {
  const { rows } = await client.query(`
    select current_user as name, current_database() as database,
      to_regnamespace('graphile_worker') is not null or has_database_privilege(current_database(), 'CREATE') as schemas,
      has_schema_privilege('public', 'CREATE') as tables`);
  const { name, database, schemas, tables } = rows[0];
  if (schemas && tables) return;
  const grants = [
    ...(schemas ? [] : [`grant create on database "${database}" to "${name}";`]),
    ...(tables ? [] : [`grant create on schema public to "${name}";`]),
  ];
  throw new ConfigurationError(
    `Baton cannot start: the user ${name} may not create tables in the database ${database}. Its owner runs: ${grants.join(' ')}`,
  );
}

/** SQLSTATE: what to look at. Else the address and the server. */
const TODO: Readonly<Record<string, string>> = {
  '28P01': 'PostgreSQL refuses the user or the password: correct them in',
  '28000': 'PostgreSQL refuses this user from here (pg_hba.conf, or it wants TLS: ?sslmode=require): correct',
  '3D000': 'Create the database, or correct its name in',
  '42501': 'Grant the user the right to connect, or correct',
  '53300': 'PostgreSQL has no connection left: raise max_connections, or use a pooler in',
};

function todo(thrown: unknown, variable: string): string {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
  return TODO[code] ? `${TODO[code]} ${variable}.` : `Check ${variable}, and that it runs.`;
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
