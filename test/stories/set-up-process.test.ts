/** `npm start` with nothing of Slack's set: it asks on a page, goes on by itself, and starts as usual ever after. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { startSandbox } from '../../sandbox/server.ts';
import { APP_TOKEN } from '../../sandbox/slack/socket.ts';
import { BOT_TOKEN } from '../../sandbox/slack/world.ts';
import { freePort } from '../../src/db/embedded.ts';
import { browser } from '../helpers/browser.ts';
import { look, press } from '../helpers/control.ts';
import { dataDir } from '../helpers/data-dir.ts';
import { testDatabase } from '../helpers/database.ts';
import { allow } from '../helpers/hosted.ts';
import { type Ran, run } from '../helpers/run.ts';
import { codeIn, problemsOn, VALUES, verifyAddress } from '../helpers/set-up.ts';
import { until } from '../helpers/until.ts';

async function surroundings(t: TestContext) {
  const [sandbox, database, port, dir] = await Promise.all([startSandbox(), testDatabase(), freePort(), dataDir(t)]);
  t.after(async () => {
    await sandbox.close();
    await database.drop();
  });
  const { SLACK_API_URL = '' } = sandbox.env();
  const env = { SLACK_API_URL, PORT: String(port), DATA_DIR: dir, DATABASE_URL: database.url };
  return { sandbox, dir, url: `http://127.0.0.1:${port}`, env };
}

const says = (app: Ran, text: string) => until(text, async () => app.said().includes(text), 60_000);

/** Starts, and types the code that is printed. */
async function begun(t: TestContext, url: string, env: Record<string, string>) {
  const app = run(t, 'src/main.ts', [], env);
  const code = await until('a code', async () => codeIn(app.said()), 60_000);
  const visit = browser();
  await visit(`${url}/setup/code`, { code });
  return { app, visit };
}

async function ended(app: Ran): Promise<void> {
  app.child.kill('SIGTERM');
  assert.equal(await app.ended, 0, app.said());
}

test('from the terminal to Slack: the values are taken, Baton goes on by itself, and the installer hears from it', async t => {
  const { sandbox, url, env } = await surroundings(t);
  sandbox.setAppUrl(url);
  const { app, visit } = await begun(t, url, env);
  await visit(`${url}/setup/keys`, {});
  await visit(`${url}/setup/address`, { address: url });
  const saved = await visit(`${url}/setup/values`, VALUES);
  assert.equal(saved.location, `${url}/slack/install`);
  // As the page in between does by itself.
  await until('Slack is asked', async () => (await visit(saved.location)).status === 302, 60_000);
  const end = await visit(await allow({ env: { PUBLIC_URL: url } }, visit));
  assert.match(end.text, /Baton is in Acme Sales/);
  await until('a welcome', async () =>
    JSON.stringify(await look(sandbox, 'slack/messages?user=dana@example.com')).includes('you are its admin'),
  );
  assert.equal((await verifyAddress(url)).status, 200, 'Slack’s check of the address goes on being answered');
  assert.equal((await visit(`${url}/setup/keys`, {})).status, 404, 'the set-up is closed');
  await ended(app);
  const again = run(t, 'src/main.ts', [], env);
  await says(again, 'Baton is ready');
  assert.equal(codeIn(again.said()), '');
  await ended(again);
});

test('socket mode: three values, no address, and what people press reaches Baton over its own connection', async t => {
  const { sandbox, url, env } = await surroundings(t);
  const { app, visit } = await begun(t, url, env);
  await visit(`${url}/setup/keys`, {});
  const wrong = await visit(`${url}/setup/socket`, { bot_token: 'xapp-1', app_token: BOT_TOKEN });
  assert.match(problemsOn(wrong.text), /begins with xoxb-.*begins with xapp-/);
  const saved = await visit(`${url}/setup/socket`, { bot_token: BOT_TOKEN, app_token: APP_TOKEN });
  assert.deepEqual([saved.status, saved.location], [303, '/']);
  await says(app, 'Baton is ready');
  assert.match((await visit(url)).text, /You use it in Slack/, 'the port never closed, and Baton answers there now');
  const answered = await press(sandbox, 'slack/act', { user: 'marcus@example.com', command: { text: 'help' } });
  assert.deepEqual([answered.status, answered.error], [200, undefined]);
  await until('the help is shown', async () =>
    /\/mql help all/.test(JSON.stringify(await look(sandbox, 'slack/messages?user=marcus@example.com'))),
  );
  assert.equal(
    (await fetch(`${url}/slack/events`, { method: 'POST', body: '{}' })).status,
    404,
    'nobody is heard there',
  );
  await ended(app);
  const again = run(t, 'src/main.ts', [], env);
  await says(again, 'Baton is ready');
  assert.equal(codeIn(again.said()), '', 'set up is set up');
  await ended(again);
});

test('stopped in the middle it goes on where it was; the environment rules over what was kept', async t => {
  const { url, env, dir } = await surroundings(t);
  const first = await begun(t, url, env);
  await first.visit(`${url}/setup/keys`, {});
  await first.visit(`${url}/setup/address`, { address: url });
  await ended(first.app);
  assert.equal(await run(t, 'src/main.ts', ['migrate'], env).ended, 0);
  const next = await begun(t, url, env);
  assert.match((await next.visit(url)).text, /Step 4 of 5/);
  assert.deepEqual(await (await fetch(`${url}/health/ready`)).json(), { ready: true, setUp: 'unfinished' });
  await ended(next.app);
  const kept = await readFile(join(dir, 'baton.env'), 'utf8');
  const refused = run(t, 'src/main.ts', [], { ...env, HOOK_KEY: 'short', SLACK_BOT_TOKEN: BOT_TOKEN });
  assert.equal(await refused.ended, 2);
  assert.match(refused.said(), /HOOK_KEY must be[\s\S]*SLACK_SIGNING_SECRET is missing/);
  assert.equal(await readFile(join(dir, 'baton.env'), 'utf8'), kept);
});
