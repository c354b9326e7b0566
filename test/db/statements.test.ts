import assert from 'node:assert/strict';
import { test } from 'node:test';
import { statementNames } from '../../src/db/statements.ts';
import { connectedDatabase } from '../helpers/database.ts';

test('a statement that comes often is kept by the server, and outlives a column that is added under it', async t => {
  const { db } = await connectedDatabase(t, 1);
  await db.raw('create table leads_of_old (id integer, name text)');
  await db.raw('insert into leads_of_old values (?, ?)', [1, 'Emma']);
  const named = () => db('leads_of_old').where({ id: 1 }).first('name');
  const whole = () => db('leads_of_old').where({ id: 1 }).first();
  const look = async () => [await named(), await whole()];
  for (let times = 0; times < 4; times += 1) await look();
  const { rows } = await db.raw(`select statement from pg_prepared_statements where name like 'baton%'`);
  assert.deepEqual(
    rows.map((row: { statement: string }) => row.statement),
    ['select "name" from "leads_of_old" where "id" = $1 limit $2'],
  );
  await db.raw('alter table leads_of_old add column email text');
  assert.deepEqual(await look(), [{ name: 'Emma' }, { id: 1, name: 'Emma', email: null }]);
});

test('names go to what comes again, never to whole rows or to several commands, and not without end', () => {
  const nameOf = statementNames();
  const often = (text: string, values: unknown[] = [1]) => [1, 2, 3].map(() => nameOf(text, values)).at(-1);
  assert.equal(nameOf('select a from t where id = $1', [1]), undefined);
  const name = often('select a from t where id = $1');
  assert.match(name ?? '', /^baton_\d+$/);
  assert.equal(nameOf('select a from t where id = $1', [2]), name);
  assert.ok(often('select count(*) from t where id = $1'));
  for (const whole of [
    'select * from t where id = $1',
    'insert into t values ($1) RETURNING *',
    'select t.* from t, u',
  ]) {
    assert.equal(often(whole), undefined, whole);
  }
  assert.equal(often('create table a (); create table b ()', []), undefined);
  const names = new Set(Array.from({ length: 1_000 }, (_, at) => often(`select ${at} where true = $1`)));
  assert.ok(names.size < 500 && names.has(undefined));
  assert.equal(nameOf('select a from t where id = $1', [1]), name, 'the first keep theirs');
});
