/** The job queue outlives whatever happens between it and its database. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { connect } from '../../src/db/connection.ts';
import { EVERYDAY, LimitedClient } from '../../src/db/session.ts';
import { ensureWorkspace } from '../../src/db/workspaces/workspaces.ts';
import { enqueue } from '../../src/jobs/queue.ts';
import { type JobContext, type JobTable, startRunner } from '../../src/jobs/runner.ts';
import { freeJobsOfTheDead } from '../../src/jobs/worker-lock.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { passFence } from '../../src/lib/fence.ts';
import { createLogger } from '../../src/lib/log.ts';
import { testDatabase } from '../helpers/database.ts';
import { dice } from '../helpers/dice.ts';
import { startProxy } from '../helpers/proxy.ts';
import { until } from '../helpers/until.ts';

const JOBS = 400;

type Work = (name: string, attempt: number) => Promise<void>;

const log = createLogger({ level: 'silent' });
const of = (work: Work) =>
  ({
    'card.refresh': {
      run: ({ handoffId }: { handoffId: string }, { attempt }: JobContext) => work(handoffId, attempt),
    },
  }) as unknown as JobTable;

/** One more, whose way to the database is never cut. */
async function anotherRunner(t: TestContext, url: string, work: Work): Promise<void> {
  const db = connect(url, 4);
  const runner = await startRunner({
    db,
    url,
    jobs: of(work),
    clock: systemClock,
    answers: () => 0,
    log,
    concurrency: 4,
  });
  t.after(async () => {
    await runner.stop();
    await db.destroy();
  });
}

/** A runner behind a proxy whose only kind of job writes its name down, and what was written. */
async function behindProxy(t: TestContext, also: Work = async () => undefined) {
  const database = await testDatabase();
  const proxy = await startProxy(database.url);
  const db = connect(proxy.url, 8);
  const direct = connect(database.url, 2);
  await direct.raw('create table done (name text primary key, times integer not null default 1)');
  let runs = 0;
  const jobs = of(async (name, attempt) => {
    runs += 1;
    await also(name, attempt);
    await db.raw('insert into done values (?) on conflict (name) do update set times = done.times + 1', [name]);
  });
  const runner = await startRunner({
    db,
    url: proxy.url,
    jobs,
    clock: systemClock,
    answers: () => 0,
    log,
    concurrency: 8,
  });
  t.after(async () => {
    await runner.stop();
    await proxy.close();
    await Promise.all([db.destroy(), direct.destroy()]);
    await database.drop();
  });
  const { id: workspaceId } = await ensureWorkspace(direct, {
    name: 'Acme',
    slackTeamId: 'T1',
    hookKey: 'hook-key',
    at: new Date(),
  });
  const done = async () => Number((await direct('done').count('* as all').first())?.all);
  const left = async () =>
    Number((await direct.raw('select count(*) from graphile_worker._private_jobs')).rows[0].count);
  return {
    proxy,
    url: database.url,
    runs: () => runs,
    stop: () => runner.stop(),
    done,
    add: (from: number, to: number) =>
      enqueue(
        direct,
        ...Array.from({ length: to - from }, (_, at) => ({
          name: 'card.refresh' as const,
          payload: { workspaceId, handoffId: `job ${from + at}` },
        })),
      ),
    drained: () =>
      until(
        'every job to be done and forgotten',
        async () => {
          await freeJobsOfTheDead(direct);
          return (await left()) === 0;
        },
        30_000,
      ),
  };
}

for (const seed of [1, 2, 3]) {
  test(`connections are cut again and again under load: the queue drains (seed ${seed})`, async t => {
    const { proxy, done, add, drained } = await behindProxy(t);
    const throwDice = dice(seed);
    await add(0, JOBS);
    for (let cut = 0; cut < 10; cut += 1) {
      const when = (await done()) + throwDice([1, 3, 9, 27]);
      await until('some more to be done', async () => (await done()) >= Math.min(when, JOBS));
      for (let times = throwDice([1, 2, 3]); times > 0; times -= 1) {
        proxy.cut();
        await pause(throwDice([1, 20, 100, 400]));
      }
    }
    await add(JOBS, JOBS + 10);
    await drained();
    assert.equal(await done(), JOBS + 10);
  });
}

test('a job that was taken over while its worker was cut off has no effect there any more', async t => {
  const gate = Promise.withResolvers<void>();
  const effects: string[] = [];
  const { proxy, url, runs, add, drained } = await behindProxy(t, async (_name, attempt) => {
    if (attempt === 1) await gate.promise;
    await passFence();
    effects.push(`try ${attempt}`);
  });
  await add(0, 1);
  await until('it is under way', async () => runs() === 1);
  proxy.away(true);
  await anotherRunner(t, url, async (_name, attempt) => {
    await passFence();
    effects.push(`elsewhere, try ${attempt}`);
  });
  await drained();
  proxy.away(false);
  gate.resolve();
  await add(1, 2);
  await drained();
  assert.deepEqual(effects.slice(0, 1), ['elsewhere, try 2']);
  assert.deepEqual(effects.length, 2, `the other job, and nothing else: ${effects.join('; ')}`);
});

for (const how of ['away', 'silent'] as const) {
  test(`stopping while the database is ${how} ends within seconds, and leaves no timer behind`, async t => {
    const timers = () => process.getActiveResourcesInfo().filter(name => name === 'Timeout').length;
    const before = timers();
    const { proxy, add, done, stop } = await behindProxy(t);
    await add(0, JOBS);
    await until('work is under way', async () => (await done()) > 10);
    proxy[how](true);
    const from = performance.now();
    await stop();
    assert.ok(performance.now() - from < 15_000);
    // What a job had asked the database for is given up after 25 s.
    await until('no timer is left', async () => timers() <= before + 1, 40_000);
  });
}

test('the database is away for some seconds under load: the queue drains', async t => {
  const { proxy, done, add, drained } = await behindProxy(t);
  await add(0, JOBS);
  await until('work is under way', async () => (await done()) > 10);
  proxy.away(true);
  await pause(4_000);
  await add(JOBS, JOBS + 10);
  proxy.away(false);
  await drained();
  assert.equal(await done(), JOBS + 10);
});

test('a session may be told to wait for no disk; by itself none is', async t => {
  const database = await testDatabase();
  t.after(() => database.drop());
  const of = async (limits: typeof EVERYDAY) => {
    const client = new LimitedClient({ connectionString: database.url, limits });
    await client.connect();
    const { rows } = await client.query(
      `select setting, source = 'session' as own from pg_settings where name = 'synchronous_commit'`,
    );
    await client.end();
    return rows[0];
  };
  assert.deepEqual(await of({ ...EVERYDAY, mayForget: true }), { setting: 'off', own: true });
  assert.equal((await of(EVERYDAY)).own, false);
});
