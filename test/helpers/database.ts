import { randomBytes } from 'node:crypto';
import { after, type TestContext } from 'node:test';
import pg from 'pg';
import { connect, type Db } from '../../src/db/connection.ts';
import { startTestServer } from './global-setup.ts';

let own: Promise<{ url: string; stop(): Promise<void> }> | undefined;

/** Address of the run's PostgreSQL; a test file started alone gets one of its own. */
async function serverUrl(): Promise<string> {
  if (process.env.BATON_TEST_DATABASE) return process.env.BATON_TEST_DATABASE;
  if (!own) {
    own = startTestServer();
    after(async () => (await own)?.stop());
  }
  return (await own).url;
}

/** A database of its own, cloned from the migrated template in some 30 ms, and how to be rid of it. */
export async function testDatabase(): Promise<{ url: string; drop(): Promise<void> }> {
  const server = await serverUrl();
  const name = `test_${randomBytes(6).toString('hex')}`;
  await administer(server, client => client.query(`create database ${name} template baton strategy file_copy`));
  const url = new URL(server);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    drop: () => administer(server, client => client.query(`drop database if exists ${name} with (force)`)),
  };
}

/** A copy of a database that nobody is connected to, as a backup would be; it goes when the test ends. */
export async function copyOf(t: TestContext, url: string): Promise<string> {
  const copy = new URL(url);
  const original = copy.pathname.slice(1);
  copy.pathname = `/copy_${randomBytes(6).toString('hex')}`;
  await administer(url, client =>
    client.query(`create database ${copy.pathname.slice(1)} template ${original} strategy file_copy`),
  );
  t.after(() => administer(url, client => client.query(`drop database ${copy.pathname.slice(1)} with (force)`)));
  return copy.href;
}

/** The same with a pool of connections over it; both go when the test ends. */
export async function connectedDatabase(t: TestContext, connections: number): Promise<{ db: Db; url: string }> {
  const { url, drop } = await testDatabase();
  const db = connect(url, connections);
  t.after(async () => {
    await db.destroy();
    await drop();
  });
  return { db, url };
}

/** Cloning refuses a template that somebody is connected to, so the work is done from the `postgres` database. */
async function administer(server: string, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const url = new URL(server);
  url.pathname = '/postgres';
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
