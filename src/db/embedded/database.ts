/** Baton's database on an embedded server. */
import pg from 'pg';
import type { Server } from './server.ts';

const DATABASE = 'baton';

export function urlOf(
  { port, socketDir }: Pick<Server, 'port' | 'socketDir'>,
  password: string,
  name = DATABASE,
): string {
  const host = socketDir ? encodeURIComponent(socketDir) : '127.0.0.1';
  return `postgres://postgres:${password}@${host}:${port}/${name}`;
}

/** Makes the database unless it is there: a first start may have been cut off between the cluster and it. */
export async function ensureDatabase(server: Server, password: string): Promise<void> {
  await withClient(urlOf(server, password, 'postgres'), async client => {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`create database ${DATABASE}`);
  });
}

/** What a connection of ours has just closed is listed for a moment longer. */
const LOOKS = 10;

/** Whether any other process of Baton is connected. One connection, 10 looks of 50 ms while somebody seems to be. */
export async function hasOthers(url: string): Promise<boolean> {
  return withClient(url, async client => {
    for (let look = 0; look < LOOKS; look += 1) {
      const { rows } = await client.query(
        `select count(*)::int as others, pg_sleep(0.05) from pg_stat_activity
         where backend_type = 'client backend' and pid <> pg_backend_pid() and application_name like 'baton%'`,
      );
      if (rows[0].others === 0) return false;
    }
    return true;
  });
}

async function withClient<T>(url: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'embedded',
    connectionTimeoutMillis: 15_000,
  });
  // The server may end while we are connected; what was asked then fails by itself.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}
