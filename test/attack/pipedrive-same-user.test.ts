/** One user of Pipedrive stands behind two log-ins: giving up one of them leaves the other alone. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { browser, hidden, linkFor } from '../helpers/browser.ts';
import { openHome, openSetup } from '../helpers/home.ts';
import { companyIsKnown, leadCrosses } from '../helpers/leads.ts';
import { DANA, MARCUS } from '../helpers/people.ts';
import { IN_PIPEDRIVE, rows, setUp } from '../helpers/pipedrive.ts';
import { secondWorkspace } from '../helpers/second-workspace.ts';
import { act, click } from '../helpers/slack.ts';
import { type System, system } from '../helpers/system.ts';
import { until } from '../helpers/until.ts';

const BY_LOGIN = { PIPEDRIVE_API_TOKEN: '', ENCRYPTION_KEY: randomBytes(32).toString('base64') };

async function connect(baton: System, user: string, whose: 'workspace' | 'mine' = 'workspace'): Promise<string> {
  await (whose === 'mine' ? openHome(baton, user) : openSetup(baton, user));
  const visit = browser();
  const first = await visit(await linkFor(baton, user, click(`connect_${whose}`)));
  const ticket = hidden(first.text, 'ticket');
  const left = await visit(`${baton.env.PUBLIC_URL}/connect/pipedrive`, { ticket });
  const back = await visit(left.location);
  return (await visit(back.location)).text;
}

async function connected(t: Parameters<typeof system>[0]): Promise<System> {
  const baton = await system(t, { playbook: IN_PIPEDRIVE, env: BY_LOGIN });
  await companyIsKnown(baton);
  assert.match(await connect(baton, DANA), /Pipedrive is connected/);
  await setUp(baton);
  return baton;
}

/** Fails with what the admin is told instead. */
async function written(baton: System): Promise<void> {
  const isWritten = async () => (await rows(baton, 'leads')).length === 1;
  const refused = async () => /no longer accepted[^"]*/.exec(JSON.stringify(await baton.messages({ user: DANA })))?.[0];
  assert.equal(
    await until('the lead is written', async () => ((await isWritten()) ? 'written' : await refused())),
    'written',
  );
}

test('whoever connects again as the same user is connected', async t => {
  const baton = await connected(t);
  assert.match(await connect(baton, DANA), /Pipedrive is connected/);
  await leadCrosses(baton, { email: 'emma@acmecorp.com' });
  await written(baton);
});

test('another workspace that logged in as the same user is disconnected alone', async t => {
  const baton = await connected(t);
  const other = await secondWorkspace(baton, { name: 'hooli', playbook: IN_PIPEDRIVE, salesforceByLogin: true });
  const dana = 'dana@hooli.example.com';
  assert.match(await connect(other, dana), /Pipedrive is connected/);
  await openSetup(other, dana);
  await act(other, dana, click('disconnect_workspace'));
  await leadCrosses(baton, { email: 'emma@acmecorp.com' });
  await written(baton);
});

test('a rep who logs in as Baton’s own user by mistake takes nothing from the workspace', async t => {
  const baton = await connected(t);
  assert.match(await connect(baton, MARCUS, 'mine'), /was not connected/);
  await leadCrosses(baton, { email: 'emma@acmecorp.com' });
  await written(baton);
});

test('news of a removal that comes after a new log-in is about the one before', async t => {
  const baton = await connected(t);
  const authorization = `Basic ${Buffer.from('sandbox-pipedrive-client:sandbox-pipedrive-secret').toString('base64')}`;
  const users = await baton.get<{ id: number; email: string }[]>('/_sandbox/pipedrive/_users');
  const body = JSON.stringify({
    client_id: 'sandbox-pipedrive-client',
    company_id: 900,
    user_id: users.find(one => one.email === 'ivy@example.com')?.id,
    timestamp: new Date(baton.clock.now().getTime() - 60 * 60_000).toISOString(),
  });
  const headers = { authorization, 'content-type': 'application/json' };
  const answer = await fetch(`${baton.env.PUBLIC_URL}/connect/pipedrive/callback`, { method: 'DELETE', headers, body });
  assert.equal(answer.status, 200);
  await leadCrosses(baton, { email: 'emma@acmecorp.com' });
  await until('the lead is written', async () => (await rows(baton, 'leads')).length === 1);
});
