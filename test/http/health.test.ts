/** What /health/ready says, and when. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import express from 'express';
import { connect } from '../../src/db/connection.ts';
import { ensureWorkspace } from '../../src/db/workspaces/workspaces.ts';
import { health } from '../../src/http/health.ts';
import { processMetrics } from '../../src/http/metrics.ts';
import type { WorkHealth } from '../../src/jobs/supervised-runner.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { createLogger } from '../../src/lib/log.ts';
import { testDatabase } from '../helpers/database.ts';
import { startProxy } from '../helpers/proxy.ts';
import { until } from '../helpers/until.ts';

/** The page of a process over a database that can be cut off. */
async function page(t: TestContext, working?: () => WorkHealth) {
  const database = await testDatabase();
  const proxy = await startProxy(database.url);
  const db = connect(proxy.url, 2);
  const direct = connect(database.url, 2);
  const log = createLogger({ level: 'silent' });
  await ensureWorkspace(direct, { name: 'Acme', slackTeamId: 'T1', hookKey: 'hook-key', at: new Date() });
  const server = createServer(
    express().use(health({ db, clock: systemClock, log }, working, { metrics: processMetrics() })),
  );
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/health/ready`;
  t.after(async () => {
    await new Promise(done => server.close(done));
    await proxy.close();
    await Promise.all([db.destroy(), direct.destroy()]);
    await database.drop();
  });
  const ready = async () => {
    const answer = await fetch(url);
    const { ready: isReady, why } = (await answer.json()) as { ready: boolean; why?: string };
    assert.equal(answer.status, isReady ? 200 : 503);
    return why ?? 'ready';
  };
  return { ready, proxy, direct, becomes: (wanted: string) => until(wanted, async () => (await ready()) === wanted) };
}

test('a web process is ready while a signal can be stored, and leaves nothing behind by trying', async t => {
  const { ready, direct, becomes } = await page(t);
  assert.equal(await ready(), 'ready');
  await direct.raw(`
    create function refuse() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$;
    create trigger refuse before insert on inbox for each row execute function refuse()`);
  await becomes('no signal can be stored: the database refuses it (SQLSTATE P0001)');
  await direct.raw('drop trigger refuse on inbox');
  await becomes('ready');
  assert.deepEqual(await direct('inbox'), []);
});

test('a database that is away, or says nothing, is told within seconds, and so is its end', async t => {
  const { ready, proxy, becomes } = await page(t);
  assert.equal(await ready(), 'ready');
  const unanswered = 'no signal can be stored: the database does not answer';
  proxy.away(true);
  await becomes(unanswered);
  proxy.away(false);
  await becomes('ready');
  proxy.silent(true);
  await becomes(unanswered);
  proxy.silent(false);
  await becomes('ready');
});

test('a process with a worker part is ready only while due jobs are taken', async t => {
  let why: string | undefined = 'jobs are due, and none began or ended for 16 s';
  const { ready } = await page(t, () => ({ why, failingForMs: 0 }));
  assert.equal(await ready(), why);
  why = undefined;
  assert.equal(await ready(), 'ready');
});
