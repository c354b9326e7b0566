import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { isPassing, transact } from '../../src/db/conflict.ts';
import { connect } from '../../src/db/connection.ts';
import { ensureWorkspace } from '../../src/db/workspaces/workspaces.ts';
import { connectedDatabase } from '../helpers/database.ts';

async function two(t: TestContext) {
  const { db } = await connectedDatabase(t, 4);
  const make = (name: string) =>
    ensureWorkspace(db, { name, slackTeamId: name, hookKey: name, at: new Date('2026-11-24T18:00:00Z') });
  return { db, ids: [(await make('A')).id, (await make('B')).id] };
}

test('two transactions that wait for one another are both made', async t => {
  const { db, ids } = await two(t);
  let begun = 0;
  let bothBegan: () => void = () => undefined;
  const together = new Promise<void>(resolve => {
    bothBegan = resolve;
  });
  const touch = (order: string[], name: string) =>
    transact(db, async trx => {
      begun += 1;
      for (const [at, id] of order.entries()) {
        await trx('workspaces').where({ id }).update({ name });
        if (at === 0 && begun === 2) bothBegan();
        if (at === 0) await together;
      }
    });
  await Promise.all([touch(ids, 'first'), touch(ids.toReversed(), 'second')]);
  assert.equal(begun, 3, 'one of them was undone and made again');
  assert.equal((await db('workspaces').distinct('name')).length, 1);
});

test('a server that is away is no fault of the work; a wrong statement is', async t => {
  const { db } = await two(t);
  const away = await connect('postgres://postgres@127.0.0.1:1/nowhere')
    .raw('select 1')
    .catch((error: Error) => error);
  assert.ok(isPassing(away));
  const wrong = await db.raw('select nothing').catch((error: Error) => error);
  assert.ok(!isPassing(wrong));
  const ended = db.raw('select pg_terminate_backend(pg_backend_pid())').catch((error: Error) => error);
  assert.ok(isPassing(await ended));
});

/** As pg and knex throw them. */
const coded = (code: string, message = 'x') => Object.assign(new Error(message), { code });

for (const [what, error] of [
  ['a server that starts', coded('57P03')],
  ['a full disk', coded('53100')],
  [
    'a quota',
    coded('XX000', 'insert into "leads" ("id") values ($1) - could not extend file "base/5/1259": File too large'),
  ],
  ['a lock that another session holds', coded('55P03')],
  ['a statement that took too long', coded('57014')],
  ['a transaction that was idle for too long', coded('25P03')],
  ['a standby that takes no writes yet', coded('25006')],
  ['a machine that is not there', coded('EHOSTUNREACH')],
  ['a name that nobody knows just now', coded('EAI_AGAIN')],
  ['a connection that ended', new Error('Connection terminated unexpectedly')],
  [
    'a connection that ended, as knex says it',
    new Error('select $1 from "leads" - Connection terminated unexpectedly'),
  ],
  ['a connection that had ended before', new Error('Client has encountered a connection error and is not queryable')],
  ['no connection to be had', new Error('Knex: Timeout acquiring a connection. The pool is probably full.')],
] as const) {
  test(`${what} is no fault of the work`, () => assert.ok(isPassing(error)));
}

for (const [what, error] of [
  ['a duplicate', coded('23505')],
  ['a lead who writes like a server', coded('22P02', 'select $1 - invalid input syntax: "Connection terminated"')],
  ['a bug of ours', new TypeError('could not extend file is not a function')],
] as const) {
  test(`${what} is one`, () => assert.ok(!isPassing(error)));
}

test('transactions leave connections to what is asked beside them', async t => {
  const { db } = await two(t);
  const gate = Promise.withResolvers<void>();
  let begun = 0;
  const asksBeside = () =>
    db.transaction(async trx => {
      await trx.raw('select 1');
      begun += 1;
      if (begun === 3) gate.resolve();
      await gate.promise;
      await db.raw('select 1');
    });
  await Promise.all(Array.from({ length: 12 }, asksBeside));
  assert.equal(begun, 12);
});
