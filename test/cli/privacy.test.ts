/** `npm run privacy`: over the database of the app, whether it runs or not. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { lockLead } from '../../src/db/handoffs/leads.ts';
import { ensureWorkspace } from '../../src/db/workspaces/workspaces.ts';
import { connectedDatabase } from '../helpers/database.ts';
import { run } from '../helpers/run.ts';

const at = new Date('2026-11-24T18:00:00Z');
const ADDRESS = 'lee@acmecorp.com';

async function withLead(t: TestContext) {
  const { db, url } = await connectedDatabase(t, 2);
  const own = { name: 'Acme', slackTeamId: 'T1', hookKey: randomUUID(), at };
  const { id } = await ensureWorkspace(db, own);
  await db.transaction(trx => lockLead(trx, id, ADDRESS, 'Lee Thompson', at));
  const privacy = async (...args: string[]) => {
    const { said, ended } = run(t, 'src/cli/privacy.ts', args, {
      DATABASE_URL: url,
      HOOK_KEY: own.hookKey,
      SLACK_BOT_TOKEN: 'xoxb-1',
      SLACK_SIGNING_SECRET: 'secret',
    });
    return { code: await ended, said: said() };
  };
  return { db, privacy };
}

test('export prints everything, erase asks the app to erase, each with its exit code', async t => {
  const { db, privacy } = await withLead(t);
  const exported = await privacy('export', ADDRESS, '--workspace', 'T1');
  assert.equal(exported.code, 0, exported.said);
  assert.match(exported.said, /"name": "Lee Thompson"/);
  const erased = await privacy('erase', ADDRESS.toUpperCase(), '--workspace', 'T1');
  assert.deepEqual([erased.code, await db('erasures').pluck('why')], [0, ['operator']], erased.said);
  assert.equal((await privacy('erase', 'nobody@example.org')).code, 1);
  assert.equal((await privacy('erase', ADDRESS, '--workspace', 'T2')).code, 2);
  assert.equal((await privacy('erase', 'Lee')).code, 2);
});
