import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { migrate, rollback } from '../../src/db/connection.ts';
import { connectedDatabase } from '../helpers/database.ts';

test('migrations go up, down and up again, and leave the same tables', async t => {
  const { db, url } = await connectedDatabase(t, 2);
  const tables = async () =>
    (
      await db('information_schema.columns')
        .where({ table_schema: 'public' })
        .orderBy(['table_name', 'column_name'])
        .select('table_name', 'column_name')
    )
      .filter(row => !row.table_name.startsWith('knex_'))
      .map(row => `${row.table_name}.${row.column_name}`);
  const before = await tables();
  assert.ok(before.includes('handoffs.decision'));
  await rollback(db);
  assert.deepEqual(await tables(), []);
  await migrate(url);
  assert.deepEqual(await tables(), before);
});

test('every table of ours carries the workspace', async t => {
  const { db } = await connectedDatabase(t, 2);
  const { rows } = await db.raw(
    `select table_name from information_schema.tables where table_schema = 'public' and table_name not like 'knex_%' and table_name <> 'workspaces'
     except select table_name from information_schema.columns where column_name = 'workspace_id' and is_nullable = 'NO'`,
  );
  const without = rows.map(({ table_name: name }: { table_name: string }) => name).sort();
  const ofNobody = [
    // Who is on the way to install Baton: there is no workspace yet.
    'slack_install_states',
    // Whose bot answers where: an organization's one serves several workspaces.
    'slack_installations',
    // When some process last looked after everything: the installation's own, of nobody.
    'ticks',
    // Who is on the way to the shared page: whose they are is known when Slack says so.
    'web_logins',
  ];
  assert.deepEqual(without, ofNobody, 'give it workspace_id, or say here whose it is');
});

test('two that migrate at once both end well, also after one was killed at it; where nothing is to do, nobody is waited for', async t => {
  const { db, url } = await connectedDatabase(t, 2);
  await rollback(db);
  await db('knex_migrations_lock').update({ is_locked: 1 });
  await Promise.all([migrate(url), migrate(url)]);
  assert.ok(await db.schema.hasTable('handoffs'));

  const other = await db.transaction();
  await other.raw('lock table knex_migrations_lock, workspaces, handoffs in exclusive mode');
  await migrate(url);
  await other.rollback();
});

test('a process of the release before starts on tables that a newer one has brought up to date', async t => {
  const { db, url } = await connectedDatabase(t, 2);
  await db('knex_migrations').insert({ name: '29991231235959_newer.ts', batch: 999, migration_time: new Date() });
  await migrate(url);
});

/** From when on each must leave the release before it running. */
const SINCE = '20261130210000';

test('migrations take nothing away that the release before still uses', () => {
  const folder = new URL('../../migrations/', import.meta.url);
  const takes =
    /\.(dropColumns?|renameColumn|dropTable(IfExists)?|renameTable|dropNullable)\(|\b(drop (column|table)|rename (column|to)|set not null|alter column \w+ type)\b/i;
  const wrong = readdirSync(folder)
    .filter(name => name > SINCE)
    .filter(name => {
      const text = readFileSync(new URL(name, folder), 'utf8');
      // What is said to be unused since an earlier release may go.
      return takes.test(text.split('export async function down')[0] ?? '') && !/contract: /.test(text);
    });
  assert.deepEqual(wrong, []);
});
