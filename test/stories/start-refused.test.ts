/** What keeps `npm start` from starting is told in sentences, all of it at once, and ends with 2. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { startSandbox } from '../../sandbox/server.ts';
import { connect, type Db } from '../../src/db/connection.ts';
import { saveCredential } from '../../src/db/connections/credentials.ts';
import { freePort } from '../../src/db/embedded.ts';
import { ensureWorkspace } from '../../src/db/workspaces/workspaces.ts';
import { parseKeyring } from '../../src/lib/crypto.ts';
import { dataDir } from '../helpers/data-dir.ts';
import { testDatabase } from '../helpers/database.ts';
import { run } from '../helpers/run.ts';
import { until } from '../helpers/until.ts';

const STACK = /^\s+at /m;

async function surroundings(t: TestContext): Promise<Record<string, string> & { DATABASE_URL: string }> {
  const [sandbox, database, port] = await Promise.all([startSandbox(), testDatabase(), freePort()]);
  t.after(async () => {
    await sandbox.close();
    await database.drop();
  });
  return { ...sandbox.env(), PORT: String(port), PUBLIC_URL: `http://127.0.0.1:${port}`, DATABASE_URL: database.url };
}

async function refused(t: TestContext, env: Record<string, string>, args: string[] = []): Promise<string> {
  const { said, ended } = run(t, 'src/main.ts', args, env);
  assert.equal(await ended, 2, said());
  assert.doesNotMatch(said(), STACK);
  return said();
}

test('a token that cannot be one, one that Slack refuses, and a Slack that does not answer are told apart', async t => {
  const env = await surroundings(t);
  assert.match(await refused(t, { ...env, SLACK_BOT_TOKEN: 'xoxb-…' }), /SLACK_BOT_TOKEN still has the value/);
  assert.match(await refused(t, { ...env, SLACK_BOT_TOKEN: 'xoxb-12é4' }), /SLACK_BOT_TOKEN must be a bot token/);
  assert.match(await refused(t, { ...env, SLACK_BOT_TOKEN: 'xoxb-wrong' }), /Slack does not accept SLACK_BOT_TOKEN/);
  const nobody = `http://127.0.0.1:${await freePort()}/`;
  assert.match(await refused(t, { ...env, SLACK_API_URL: nobody }), /Slack cannot be reached/);
});

test('mistakes in the environment and in the playbook come out together', async t => {
  const dir = await mkdtemp(join(tmpdir(), 'baton-refused-'));
  t.after(() => rm(dir, { recursive: true, force: true }));
  await writeFile(join(dir, 'playbook.yaml'), 'version: 2\n');
  const token = { SLACK_BOT_TOKEN: 'xoxb-1' };
  const said = await refused(t, { ...token, PORT: 'many', PLAYBOOK: join(dir, 'playbook.yaml') });
  for (const part of [/PORT must be/, /HOOK_KEY is missing/, /version: must be 1/, /people: is missing/]) {
    assert.match(said, part);
  }
  assert.match(
    await refused(t, { ...token, PLAYBOOK: join(dir, 'gone.yaml') }),
    /HOOK_KEY is missing[\s\S]*gone\.yaml cannot be read/,
  );
});

test('some of Slack’s settings without the others: every one that is missing, and no page', async t => {
  const said = await refused(t, { SLACK_CLIENT_ID: '1.2', PORT: String(await freePort()), DATA_DIR: await dataDir(t) });
  for (const name of ['SLACK_CLIENT_SECRET', 'SLACK_SIGNING_SECRET', 'ENCRYPTION_KEY', 'PUBLIC_URL']) {
    assert.match(said, new RegExp(`^  ${name} is missing`, 'm'));
  }
  assert.doesNotMatch(said, /type this code/);
});

test('before the set-up asks for anything the database is tried: away, a wrong password, no right to create', async t => {
  const { DATABASE_URL } = await surroundings(t);
  const tried = async (url: string) =>
    refused(t, { PORT: String(await freePort()), DATA_DIR: await dataDir(t), DATABASE_URL: url });
  const db = connect(DATABASE_URL, 1);
  const user = `limited_${randomBytes(4).toString('hex')}`;
  try {
    await db.raw(`create role ${user} login password 'right'`);
    const as = (password: string) => Object.assign(new URL(DATABASE_URL), { username: user, password }).href;
    const away = `postgres://me:hidden@127.0.0.1:${await freePort()}/baton`;
    const all = await Promise.all([away, as('wrong'), as('right')].map(tried));
    assert.match(all[0] ?? '', /baton on 127\.0\.0\.1 cannot be used \(.*ECONNREFUSED.*\)\. Check DATABASE_URL/);
    assert.match(all[1] ?? '', /PostgreSQL refuses the user or the password: correct them in DATABASE_URL/);
    assert.match(
      all[2] ?? '',
      /may not create tables in the database .*Its owner runs: grant create on schema public to/,
    );
    assert.doesNotMatch(all.join(), /type this code|hidden|wrong@/);
  } finally {
    await db.raw(`drop role if exists ${user}`);
    await db.destroy();
  }
});

test('before the set-up what else is wrong is told, and what needs it says so', async t => {
  const env = { PORT: String(await freePort()), DATA_DIR: await dataDir(t) };
  const wrong = await refused(t, { ...env, PORT: 'many', LOG_LEVEL: 'loud' });
  assert.match(wrong, /2 settings need your attention[\s\S]*PORT must be[\s\S]*LOG_LEVEL/);
  const below = join(import.meta.filename, 'data');
  const unkept = await refused(t, { ...env, DATA_DIR: below });
  assert.match(unkept, /baton\.env cannot be written .*DATA_DIR must be a folder that Baton may write to/);
  assert.doesNotMatch(unkept, /type this code/);
  assert.match(await refused(t, env, ['worker']), /not set up yet, and a worker alone has no page/);
  assert.match(await refused(t, env, ['forget-logins']), /HOOK_KEY is missing/);
});

test('restored wants the time of the backup, with its zone and in the past', async t => {
  const env = await surroundings(t);
  for (const args of [
    ['--since', '2026-11-30T09:00'],
    ['--since', '2999-01-01T00:00Z'],
  ]) {
    assert.match(await refused(t, env, ['restored', ...args]), /Say of when the backup is/);
  }
  const done = run(t, 'src/main.ts', ['restored', '--since', '2026-01-01T00:00:00Z'], env);
  assert.equal(await done.ended, 0, done.said());
  assert.match(done.said(), /"mails":0.*Baton may start/);
});

test('a database that cannot be used is told with its host and why', async t => {
  const env = await surroundings(t);
  const port = await freePort();
  const away = await refused(t, { ...env, DATABASE_URL: `postgres://me:hidden@127.0.0.1:${port}/baton` });
  const direct = await refused(t, { ...env, DATABASE_DIRECT_URL: `postgres://me:hidden@127.0.0.1:${port}/baton` });
  assert.match(direct, /cannot be used \(.*ECONNREFUSED.*\)\. Check DATABASE_DIRECT_URL/);
  assert.match(away, /the database baton on 127\.0\.0\.1 cannot be used \(.*ECONNREFUSED.*\)\. Check DATABASE_URL/);
  const missing = new URL(env.DATABASE_URL);
  missing.pathname = '/nowhere';
  const none = await refused(t, { ...env, DATABASE_URL: missing.href }, ['migrate']);
  assert.match(none, /the database nowhere on .* cannot be used \(database "nowhere" does not exist\)/);
  assert.doesNotMatch(away + none, /hidden|postgres:\/\//);
});

const key = () => randomBytes(32).toString('base64');

/** Two people have logged in to Salesforce, sealed with this key. */
async function loggedIn(db: Db, sealedWith: string): Promise<void> {
  const at = new Date();
  const { id } = await ensureWorkspace(db, { name: 'One', slackTeamId: 'T1', hookKey: 'k', at });
  for (const holder of ['', 'marcus@example.com']) {
    const made = { tokens: { accessToken: 'a' }, account: '005', tenant: '00D', connectedBy: 'dana@example.com', at };
    await saveCredential(db, parseKeyring(sealedWith), { workspaceId: id, vendor: 'salesforce', holder }, made);
  }
}

test('a key that does not open what was sealed: told once at the start; a lost one can be given up', async t => {
  const env = await surroundings(t);
  const db = connect(env.DATABASE_URL, 1);
  t.after(() => db.destroy());
  const [right, wrong] = [key(), key()];
  await loggedIn(db, right);
  const said = await refused(t, { ...env, ENCRYPTION_KEY: wrong });
  assert.match(said, /ENCRYPTION_KEY does not open 2 log-ins that it keeps \(salesforce: sealed with key "\w{8}"/);
  assert.match(said, /npm start -- forget-logins/);
  assert.equal((await db('graphile_worker._private_jobs')).length, 0, 'nothing was begun');
  await db('credentials').where({ holder: '' }).delete();
  await loggedIn(db, `one:${right}`);
  assert.match(await refused(t, { ...env, ENCRYPTION_KEY: `one:${wrong}` }), /another key under that id/);
  assert.match(await refused(t, env, ['forget-logins']), /ENCRYPTION_KEY is not set/);
  const forget = run(t, 'src/main.ts', ['forget-logins'], { ...env, ENCRYPTION_KEY: `${wrong},one:${right}` });
  assert.equal(await forget.ended, 0, forget.said());
  assert.equal((await db('credentials').where({ status: 'active' })).length, 2, 'what a key opens is kept');
  const given = run(t, 'src/main.ts', ['forget-logins'], { ...env, ENCRYPTION_KEY: wrong });
  assert.equal(await given.ended, 0, given.said());
  assert.deepEqual(await db('credentials').distinct('status', 'sealed'), [{ status: 'refused', sealed: '' }]);
  await starts(t, { ...env, ENCRYPTION_KEY: wrong });
});

test('with the right key behind the new one, or none at all, it starts; unused log-ins are told in the log', async t => {
  const env = await surroundings(t);
  const db = connect(env.DATABASE_URL, 1);
  t.after(() => db.destroy());
  const [old, next] = [key(), key()];
  await loggedIn(db, old);
  await starts(t, { ...env, ENCRYPTION_KEY: `${next},${old}` });
  assert.match(await starts(t, env), /"logins":2,"msg":"log-ins are kept and not used: ENCRYPTION_KEY is not set"/);
});

async function starts(t: TestContext, env: Record<string, string>): Promise<string> {
  // Chosen now: one that was free when the test began may be somebody else's by now.
  const app = run(t, 'src/main.ts', [], { ...env, PORT: String(await freePort()) });
  const died = app.ended.then(code => assert.fail(`ended with ${code}: ${app.said()}`));
  await Promise.race([until('Baton is ready', async () => app.said().includes('Baton is ready'), 60_000), died]);
  died.catch(() => undefined);
  app.child.kill('SIGTERM');
  await app.ended;
  return app.said();
}
