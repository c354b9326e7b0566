/** `npm start` beside itself, on taken ports, and how it ends: processes of their own on an embedded database. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startSandbox } from '../../sandbox/server.ts';
import { freePort } from '../../src/db/embedded.ts';
import { beginningOf } from '../../src/lib/processes.ts';
import { dataDir, serverOf } from '../helpers/data-dir.ts';
import { type Ran, run, runProgram } from '../helpers/run.ts';
import { until } from '../helpers/until.ts';

async function surroundings(t: TestContext): Promise<Record<string, string> & { DATA_DIR: string }> {
  const [sandbox, port, dir] = await Promise.all([startSandbox(), freePort(), dataDir(t)]);
  t.after(() => sandbox.close());
  return { ...sandbox.env(), PORT: String(port), PUBLIC_URL: `http://127.0.0.1:${port}`, DATA_DIR: dir };
}

async function started(t: TestContext, env: Record<string, string>, args: string[] = []): Promise<Ran> {
  const app = run(t, 'src/main.ts', args, env);
  const died = app.ended.then(code => assert.fail(`ended with ${code}: ${app.said()}`));
  await Promise.race([until('Baton is ready', async () => app.said().includes('Baton is ready'), 60_000), died]);
  died.catch(() => undefined);
  return app;
}

const isReady = async ({ PUBLIC_URL }: Record<string, string>): Promise<boolean> =>
  fetch(`${PUBLIC_URL}/health/ready`).then(
    answer => answer.ok,
    () => false,
  );

test('a second start says that Baton runs here; migrate and commands work; all leave the first one running', async t => {
  const env = await surroundings(t);
  const first = await started(t, env);
  const server = await serverOf(env.DATA_DIR);
  const second = run(t, 'src/main.ts', [], { ...env, PORT: String(await freePort()) });
  assert.equal(await second.ended, 2);
  const words = `Baton already runs here (pid ${first.child.pid}, port ${env.PORT})`;
  assert.ok(second.said().startsWith(words), second.said());
  assert.equal(await run(t, 'src/main.ts', ['migrate'], env).ended, 0);
  const doctor = run(t, 'src/cli/doctor.ts', [], env);
  await doctor.ended;
  assert.match(doctor.said(), /✓ embedded, in .*: PostgreSQL/);
  assert.deepEqual([await serverOf(env.DATA_DIR), await isReady(env)], [server, true]);
  first.child.kill('SIGTERM');
  assert.equal(await first.ended, 0);
});

test('after kill -9 the next start takes over the database that was left, and stops it in the end', async t => {
  const env = await surroundings(t);
  const first = await started(t, env);
  const server = await serverOf(env.DATA_DIR);
  first.child.kill('SIGKILL');
  await first.ended;
  const next = await started(t, env);
  assert.equal(await serverOf(env.DATA_DIR), server);
  next.child.kill('SIGTERM');
  assert.equal(await next.ended, 0);
  await assert.rejects(serverOf(env.DATA_DIR), { code: 'ENOENT' });
});

test('Ctrl-C, as it reaches every process of the terminal and comes again from npm, ends it without a complaint', async t => {
  const env = await surroundings(t);
  const app = await started(t, env);
  const before = app.said().length;
  process.kill(-(app.child.pid ?? 0), 'SIGINT');
  app.child.kill('SIGINT');
  assert.equal(await app.ended, 0);
  const after = app.said().slice(before).trim().split('\n');
  assert.deepEqual(
    after.filter(line => JSON.parse(line).level !== 'info'),
    [],
  );
  await assert.rejects(serverOf(env.DATA_DIR), { code: 'ENOENT' });
});

test('SIGTERM that npm keeps to itself and its shell ends it all the same', async t => {
  const env = await surroundings(t);
  const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
  // As npm runs a script: a shell between, which ends by a signal and does not pass it on.
  const shell = runProgram(t, ['/bin/sh', '-c', '"$0" "$1"; true', process.execPath, main], {
    ...env,
    npm_lifecycle_event: 'start',
  });
  await until('Baton is ready', async () => shell.said().includes('Baton is ready'), 60_000);
  const app = Number(JSON.parse(shell.said().trim().split('\n').at(-1) ?? '').pid);
  shell.child.kill('SIGTERM');
  await until('Baton has ended', async () => (await beginningOf(app)) === undefined, 60_000);
  assert.match(shell.said(), /"signal":"the end of npm"/);
  await assert.rejects(serverOf(env.DATA_DIR), { code: 'ENOENT' });
});

/** Something else listens on the port already, and nothing on the one after it, which the sandbox takes first. */
async function taken(t: TestContext): Promise<number> {
  for (;;) {
    const other = createServer().listen(0);
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const next = createServer().listen(port + 1);
    const isFree = await once(next, 'listening').then(
      () => true,
      () => false,
    );
    next.close();
    if (isFree) {
      t.after(() => other.close());
      return port;
    }
    other.close();
  }
}

test('a taken port is told with its number and what to do, by everything that listens', async t => {
  const port = await taken(t);
  const env = { ...(await surroundings(t)), PORT: String(port), SANDBOX_PORT: String(port) };
  for (const [script, variable] of [
    ['src/main.ts', 'PORT'],
    ['sandbox/demo.ts', 'PORT'],
    ['sandbox/main.ts', 'SANDBOX_PORT'],
  ] as const) {
    const { said, ended } = run(t, script, [], env);
    assert.equal(await ended, 2, said());
    const last = said().trim().split('\n').at(-1);
    assert.match(last ?? '', new RegExp(`^Port ${port} is taken by another program\\. .*: ${variable}=${port + 1}$`));
  }
});

test('the demo begins in one way: which there are is said where two are asked for', async t => {
  const { said, ended } = run(t, 'sandbox/demo.ts', ['--fresh', '--once'], await surroundings(t));
  assert.equal(await ended, 2, said());
  assert.match(said(), /^Take one of --once, --connect and --fresh\.[\s\S]*--fresh +Baton as nobody has added it yet/);
});

test('a port that is none is told by its variable', async t => {
  const env = await surroundings(t);
  for (const [script, variable] of [
    ['src/main.ts', 'PORT'],
    ['sandbox/demo.ts', 'PORT'],
    ['sandbox/main.ts', 'SANDBOX_PORT'],
  ] as const) {
    const { said, ended } = run(t, script, [], { ...env, [variable]: '70000' });
    assert.equal(await ended, 2, said());
    assert.match(said(), new RegExp(`${variable} must be a number from 0 to 65535`));
  }
});
