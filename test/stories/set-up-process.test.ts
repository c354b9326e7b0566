/** `npm start` with nothing of Slack's set: it asks on a page, goes on by itself, and starts as usual ever after. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { startSandbox } from '../../sandbox/server.ts';
import { freePort } from '../../src/db/embedded.ts';
import { browser } from '../helpers/browser.ts';
import { dataDir } from '../helpers/data-dir.ts';
import { testDatabase } from '../helpers/database.ts';
import { type Ran, run } from '../helpers/run.ts';
import { codeIn } from '../helpers/set-up.ts';
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
