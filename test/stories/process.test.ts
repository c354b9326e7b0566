/** Baton as an operator starts it: settings that are missing, roles, signals. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startSandbox } from '../../sandbox/server.ts';
import { freePort } from '../../src/db/embedded.ts';
import { testDatabase } from '../helpers/database.ts';
import { run } from '../helpers/run.ts';
import { until } from '../helpers/until.ts';

const MAIN = 'src/main.ts';

async function surroundings(t: TestContext): Promise<Record<string, string>> {
  const [sandbox, database, port] = await Promise.all([startSandbox(), testDatabase(), freePort()]);
  t.after(async () => {
    await database.drop();
    await sandbox.close();
  });
  return { ...sandbox.env(), PORT: String(port), PUBLIC_URL: `http://127.0.0.1:${port}`, DATABASE_URL: database.url };
}

test('some of Slack’s settings are there and others not: each that is missing is named with its fix, exit code 2', async t => {
  const { said, ended } = run(t, MAIN, [], { SLACK_SIGNING_SECRET: '0123456789abcdef0123456789abcdef' });
  assert.equal(await ended, 2);
  for (const name of ['HOOK_KEY', 'SLACK_BOT_TOKEN']) assert.match(said(), new RegExp(`${name} is missing`));
});

test('an unknown word gets the help and exit code 2; --help gets it and 0', async t => {
  const wrong = run(t, MAIN, ['wroker'], {});
  assert.equal(await wrong.ended, 2);
  assert.match(wrong.said(), /"wroker" is nothing Baton can do[\s\S]*npm start -- worker/);
  assert.equal(await run(t, MAIN, ['--help'], {}).ended, 0);
});

test('a Slack token that Slack refuses is said in a sentence, exit code 2', async t => {
  const env = await surroundings(t);
  const { said, ended } = run(t, MAIN, [], { ...env, SLACK_BOT_TOKEN: 'xoxb-wrong' });
  assert.equal(await ended, 2);
  assert.match(said(), /Slack does not accept SLACK_BOT_TOKEN/);
});

test('it starts beside the sandbox, is ready, and SIGTERM ends it cleanly', async t => {
  const env = await surroundings(t);
  const { child, said, ended } = run(t, MAIN, [], env);
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
  assert.equal(await run(t, MAIN, ['migrate'], env).ended, 0);
  const web = run(t, MAIN, ['web'], env);
  const worker = run(t, MAIN, ['worker'], env);
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

test('a rejection that nobody hears is logged and ends nothing; a worker says how it is on HEALTH_PORT', async t => {
  const env = { ...(await surroundings(t)), HEALTH_PORT: String(await freePort()) };
  const rejects = fileURLToPath(new URL('../fixtures/rejects.ts', import.meta.url));
  const { child, said, ended } = run(t, MAIN, ['worker'], env, [`--import=${rejects}`]);
  await until('it is logged', async () => /nobody heard/.test(said()));
  assert.match(said(), /This batcher has been released/);
  const ready = () => fetch(`http://127.0.0.1:${env.HEALTH_PORT}/health/ready`).catch(() => undefined);
  await until('it works all the same', async () => (await ready())?.ok);
  child.kill('SIGTERM');
  assert.equal(await ended, 0);
});
