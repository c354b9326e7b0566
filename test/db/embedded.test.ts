/** The embedded PostgreSQL: who owns it, what it survives, where it may lie. */
import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import pg from 'pg';
import { startTemporary } from '../../src/db/embedded/temporary.ts';
import { startEmbedded, visitEmbedded } from '../../src/db/embedded.ts';
import { beginningOf } from '../../src/lib/processes.ts';
import { dataDir, serverOf } from '../helpers/data-dir.ts';
import { lines } from '../helpers/log.ts';
import { run } from '../helpers/run.ts';
import { until } from '../helpers/until.ts';

async function inAnotherProcess(t: TestContext, ...args: string[]) {
  const { child, said } = run(t, 'test/helpers/embedded-process.ts', args, {});
  await until('it runs in another process', async () => said().includes('\n'), 60_000);
  return { child, url: String(JSON.parse(said()).url), dir: String(JSON.parse(said()).dir) };
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

async function ask<T = unknown>(url: string, sql: string): Promise<T> {
  const client = new pg.Client({ connectionString: url, application_name: 'test' });
  await client.connect();
  try {
    const { rows } = await client.query({ text: sql, rowMode: 'array' });
    return rows[0]?.[0];
  } finally {
    await client.end();
  }
}

test('who only works beside the owner leaves its server running', async t => {
  const dir = await dataDir(t);
  const owner = await inAnotherProcess(t, dir);
  for (const start of [startEmbedded({ dir }), visitEmbedded(dir)]) {
    const beside = await start;
    assert.equal(beside?.url, owner.url);
    await beside?.stop();
    assert.equal(await ask(owner.url, 'select 1'), 1);
  }
});

test('many that start at once share one server, and the last of them stops it', async t => {
  const dir = await dataDir(t);
  const all = await Promise.all(Array.from({ length: 4 }, () => startEmbedded({ dir })));
  assert.equal(new Set(all.map(({ url }) => url)).size, 1);
  const server = await serverOf(dir);
  for (const [index, one] of all.entries()) {
    const rest = all.slice(index + 1);
    const others = await Promise.all(rest.map(({ url }) => connected(url)));
    await one.stop();
    if (rest.length > 0) assert.equal(await ask(one.url, 'select 1'), 1, `after ${index + 1} of 4 have stopped`);
    for (const other of others) await other.end();
    if (index === 0) await until('another owns it now', () => isOwned(dir));
  }
  assert.equal(await beginningOf(server), undefined);
});

async function connected(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, application_name: 'baton' });
  await client.connect();
  return client;
}

const isOwned = (dir: string) =>
  access(join(dir, 'postgres.owner')).then(
    () => true,
    () => false,
  );

test('the server of a process that was killed is used again by the next, which stops it in the end', async t => {
  const dir = await dataDir(t);
  const first = await inAnotherProcess(t, dir);
  const server = await serverOf(dir);
  await kill(first.child);
  assert.ok(await beginningOf(server), 'it outlives the process that started it');
  const next = await startEmbedded({ dir });
  assert.deepEqual([next.url, await serverOf(dir)], [first.url, server]);
  await next.stop();
  assert.equal(await beginningOf(server), undefined);
});

test('who works beside the owner owns the server when the owner is gone', async t => {
  const dir = await dataDir(t);
  const first = await inAnotherProcess(t, dir);
  const beside = await startEmbedded({ dir });
  await kill(first.child);
  process.kill(await serverOf(dir), 'SIGKILL');
  await until('it was started again', () => ask(beside.url, 'select true').catch(() => false));
  await beside.stop();
  await assert.rejects(access(join(dir, 'postgres', 'postmaster.pid')));
});

test('a server that is killed runs again at once under the same address, and the log says so', async t => {
  const dir = await dataDir(t);
  const log = lines();
  const embedded = await startEmbedded({ dir, log: log.log });
  try {
    await ask(embedded.url, 'create table kept as select 7 as seven');
    for (let time = 1; time <= 2; time += 1) {
      process.kill(await serverOf(dir), 'SIGKILL');
      await until(
        'it runs again',
        async () => log.all().filter(({ msg }) => /runs again/.test(msg)).length === time,
        60_000,
      );
      assert.equal(await ask(embedded.url, 'select seven from kept'), 7);
    }
  } finally {
    await embedded.stop();
  }
  const told = log.all().filter(({ level }) => level === 'error');
  assert.ok(told.some(({ msg }) => /ended by itself: starting it again/.test(msg)));
});

test('a server told to stop by somebody else, while sessions are open, runs again as well', async t => {
  const dir = await dataDir(t);
  const log = lines();
  const embedded = await startEmbedded({ dir, log: log.log });
  const session = await connected(embedded.url);
  session.on('error', () => undefined);
  try {
    process.kill(await serverOf(dir), 'SIGTERM');
    await until('it takes no new sessions', () =>
      ask(embedded.url, 'select 1').then(
        () => false,
        () => true,
      ),
    );
    await until('it runs again', () => ask(embedded.url, 'select true').catch(() => false), 60_000);
  } finally {
    await embedded.stop();
  }
});

test('what a crash leaves behind does not keep it from starting', async t => {
  const dir = await dataDir(t);
  const first = await startEmbedded({ dir });
  await ask(first.url, 'create table kept as select 7 as seven');
  await first.stop();
  // Its process number now is somebody else's, as in a container that was started again.
  const lockFile = join(dir, 'postgres', 'postmaster.pid');
  await writeFile(lockFile, `${process.pid}\n${join(dir, 'postgres')}\n1\n5432\n\n\n\nready\n`, { mode: 0o600 });
  const owner = { pid: process.pid, began: 'another boot', host: 'here' };
  await writeFile(join(dir, 'postgres.owner'), JSON.stringify(owner));
  const second = await startEmbedded({ dir });
  assert.equal(await ask(second.url, 'select seven from kept'), 7);
  await second.stop();
});

test('a first start that was cut off leaves nothing the next one stumbles over', async t => {
  const dir = await dataDir(t);
  await mkdir(join(dir, 'postgres.new', 'base'), { recursive: true });
  await writeFile(join(dir, 'postgres.new', 'PG_VERSION'), '18\n');
  await writeFile(join(dir, 'postgres.password.new'), '');
  const embedded = await startEmbedded({ dir });
  assert.equal(await ask(embedded.url, 'select 1'), 1);
  await ask(new URL('/postgres', embedded.url).href, 'drop database baton');
  await embedded.stop();
  const again = await startEmbedded({ dir });
  assert.equal(await ask(again.url, 'select current_database()'), 'baton');
  await again.stop();
  assert.deepEqual((await readdir(dir)).sort(), ['postgres', 'postgres.log', 'postgres.password']);
});

test('a server that does not start ends in a sentence with its last words and what to do', async t => {
  const dir = await dataDir(t);
  const flags = ['shared_buffers=never'];
  await assert.rejects(startEmbedded({ dir, flags }), {
    name: 'ConfigurationError',
    message: /did not start: it ended with 1\. Its last words:[\s\S]*"shared_buffers"[\s\S]*DATABASE_URL/,
  });
  await (await startEmbedded({ dir })).stop();
});

test('a temporary one is gone when it stops, and so is what a killed process left of one', async t => {
  const killed = await inAnotherProcess(t, '-', 'temporary');
  const server = await serverOf(killed.dir);
  await kill(killed.child);
  const mine = await startTemporary({});
  assert.equal(await ask(mine.url, 'select 1'), 1);
  assert.equal(await beginningOf(server), undefined);
  await assert.rejects(access(killed.dir), { code: 'ENOENT' });
  await mine.stop();
  await assert.rejects(access(mine.dir), { code: 'ENOENT' });
});
