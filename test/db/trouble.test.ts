import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { isPassing, transact } from '../../src/db/conflict.ts';
import { connect } from '../../src/db/connection.ts';
import { ensureWorkspace } from '../../src/db/workspaces.ts';
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
  const ended = db.raw('select pg_terminate_backend(pg_backend_pid())').catch((error: Error) => error);
  assert.ok(isPassing(await ended));
  const wrong = await db.raw('select nothing').catch((error: Error) => error);
  assert.ok(!isPassing(wrong));
});
