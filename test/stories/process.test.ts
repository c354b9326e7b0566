/** Baton as an operator starts it: settings that are missing, roles, signals. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startSandbox } from '../../sandbox/server.ts';
import { freePort } from '../../src/db/embedded.ts';
import { CHILD_ENV } from '../helpers/child-env.ts';
import { testDatabase } from '../helpers/database.ts';
import { until } from '../helpers/until.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

function run(
  t: TestContext,
  args: string[],
  env: Record<string, string>,
): { child: ChildProcess; said: () => string; ended: Promise<number | NodeJS.Signals> } {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { ...env, ...CHILD_ENV },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  child.stdout.on('data', chunk => (text += chunk));
  child.stderr.on('data', chunk => (text += chunk));
  t.after(() => child.kill('SIGKILL'));
  return { child, said: () => text, ended: once(child, 'close').then(([code, signal]) => code ?? signal) };
}

async function surroundings(t: TestContext): Promise<Record<string, string>> {
  const [sandbox, database, port] = await Promise.all([startSandbox(), testDatabase(), freePort()]);
  t.after(async () => {
    await sandbox.close();
    await database.drop();
  });
  return { ...sandbox.env(), PORT: String(port), PUBLIC_URL: `http://127.0.0.1:${port}`, DATABASE_URL: database.url };
}

test('nothing is set: every missing setting is named with its fix, and the exit code is 2', async t => {
  const { said, ended } = run(t, [], {});
  assert.equal(await ended, 2);
  for (const name of ['HOOK_KEY', 'SLACK_BOT_TOKEN', 'SLACK_SIGNING_SECRET'])
    assert.match(said(), new RegExp(`${name} is missing`));
});

test('an unknown word gets the help and exit code 2; --help gets it and 0', async t => {
  const wrong = run(t, ['wroker'], {});
  assert.equal(await wrong.ended, 2);
  assert.match(wrong.said(), /"wroker" is nothing Baton can do[\s\S]*npm start -- worker/);
  assert.equal(await run(t, ['--help'], {}).ended, 0);
});

test('a Slack token that Slack refuses is said in a sentence, exit code 2', async t => {
  const env = await surroundings(t);
  const { said, ended } = run(t, [], { ...env, SLACK_BOT_TOKEN: 'xoxb-wrong' });
  assert.equal(await ended, 2);
  assert.match(said(), /Slack does not accept SLACK_BOT_TOKEN/);
});

test('it starts beside the sandbox, is ready, and SIGTERM ends it cleanly', async t => {
  const env = await surroundings(t);
  const { child, said, ended } = run(t, [], env);
  await until('it is ready', async () =>
    fetch(`${env.PUBLIC_URL}/health/ready`).then(
      answer => answer.ok,
      () => false,
    ),
  );
  assert.match(await (await fetch(`${env.PUBLIC_URL}/metrics`)).text(), /baton_inbox_waiting 0/);
  child.kill('SIGTERM');
  assert.equal(await ended, 0);
  assert.match(said(), /stopping/);
  assert.doesNotMatch(said(), /unfinished jobs/);
});

test('web and worker are two halves; migrate ends by itself', async t => {
  const env = await surroundings(t);
  assert.equal(await run(t, ['migrate'], env).ended, 0);
  const web = run(t, ['web'], env);
  const worker = run(t, ['worker'], env);
  for (const half of [web, worker]) {
    const ready = until('both halves are ready', async () => half.said().includes('Baton is ready'));
    const died = half.ended.then(code => assert.fail(`ended with ${code}: ${half.said()}`));
    await Promise.race([ready, died]);
    died.catch(() => undefined);
  }
  for (const half of [web, worker]) {
    half.child.kill('SIGTERM');
    assert.equal(await half.ended, 0);
  }
});
