/** Jobs of many workspaces in one process, some of which never end. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { connect } from '../../src/db/connection.ts';
import { enqueueMany } from '../../src/jobs/queue.ts';
import { type JobTable, startRunner } from '../../src/jobs/runner.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { createLogger } from '../../src/lib/log.ts';
import { testDatabase } from '../helpers/database.ts';
import { until } from '../helpers/until.ts';

const CONCURRENCY = 16;
/** More than a fetch looks through. */
const BACKLOG = 600;

/** A process in which jobs of these workspaces hang until `release`. Only its jobs are there: it needs no workspace. */
async function process(t: TestContext, hanging: readonly string[]) {
  const database = await testDatabase();
  const db = connect(database.url, 4);
  const gate = Promise.withResolvers<void>();
  const begun: { workspaceId: string; handoffId: string }[] = [];
  const run = async (of: { workspaceId: string; handoffId: string }) => {
    begun.push(of);
    if (hanging.includes(of.workspaceId)) await gate.promise;
  };
  const ask = (workspaceId: string, ids: readonly number[], priority: 'high' | 'normal' = 'normal') =>
    enqueueMany(
      db,
      ids.map(id => ({ name: 'handoff.record', payload: { workspaceId, handoffId: String(id) }, priority })),
    );
  const start = async () => {
    const runner = await startRunner({
      db,
      url: database.url,
      jobs: { 'handoff.record': { run } } as unknown as JobTable,
      clock: systemClock,
      log: createLogger({ level: 'silent' }),
      answers: () => 0,
      concurrency: CONCURRENCY,
    });
    t.after(async () => {
      gate.resolve();
      await runner.stop();
      await db.destroy();
      await database.drop();
    });
  };
  const of = (workspaceId: string) => begun.filter(one => one.workspaceId === workspaceId).map(one => one.handoffId);
  return { ask, start, of, release: gate.resolve };
}

const numbers = (count: number) => Array.from({ length: count }, (_, at) => at);

test('two workspaces whose jobs hang have most places; a third, behind all that they have waiting, finds some', async t => {
  const { ask, start, of, release } = await process(t, ['a', 'b']);
  await ask('a', numbers(BACKLOG));
  await ask('b', numbers(BACKLOG));
  await ask('lone', numbers(3));
  await start();
  await until('the third is served', async () => of('lone').length === 3);
  assert.ok(of('a').length >= CONCURRENCY / 4, 'they are served, too');
  assert.ok(of('a').length + of('b').length < CONCURRENCY);
  await ask('lone', [3]);
  await until('and again', async () => of('lone').length === 4);

  release();
  await until('what waited is done', async () => of('a').length + of('b').length === 2 * BACKLOG);
  for (const one of ['a', 'b']) assert.equal(new Set(of(one)).size, BACKLOG, 'each once');
});

test('a workspace that is alone has half of the places, and its urgent jobs come first', async t => {
  const { ask, start, of, release } = await process(t, ['a']);
  await ask('a', numbers(20));
  await ask('a', [100, 101], 'high');
  await start();
  await until('its share is taken', async () => of('a').length === CONCURRENCY / 2);
  assert.deepEqual(of('a').slice(0, 2).sort(), ['100', '101']);
  release();
  await until('the rest', async () => of('a').length === 22);
});
