/** One user of Pipedrive stands behind two log-ins: giving up one of them leaves the other alone. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openSetup } from '../helpers/home.ts';
import { companyIsKnown, leadCrosses } from '../helpers/leads.ts';
import { DANA, MARCUS } from '../helpers/people.ts';
import { BY_LOGIN, IN_PIPEDRIVE, logIn, rows, setUp, userId } from '../helpers/pipedrive.ts';
import { secondWorkspace } from '../helpers/second-workspace.ts';
import { act, click, shown } from '../helpers/slack.ts';
import { type System, system } from '../helpers/system.ts';
import { until } from '../helpers/until.ts';

async function connected(t: Parameters<typeof system>[0]): Promise<System> {
  const baton = await system(t, { playbook: IN_PIPEDRIVE, env: BY_LOGIN });
  await companyIsKnown(baton);
  assert.match(await logIn(baton, DANA), /Pipedrive is connected/);
  await setUp(baton);
  return baton;
}

const written = (baton: System) => until('the lead is written', async () => (await rows(baton, 'leads')).length === 1);

const revokes = async (baton: System) =>
  (await baton.calls('pipedrive')).filter(({ path }) => path.endsWith('/oauth/revoke')).length;

const untilShown = (baton: System, user: string, what: RegExp) =>
  until(`Home shows ${what}`, async () => what.test((await shown(baton, user)).home));

test('whoever connects again as the same user is connected', async t => {
  const baton = await connected(t);
  assert.match(await logIn(baton, DANA), /Pipedrive is connected/);
  await leadCrosses(baton, { email: 'emma@acmecorp.com' });
  await written(baton);
});

test('another workspace that logged in as the same user is disconnected alone', async t => {
  const baton = await connected(t);
  const other = await secondWorkspace(baton, { name: 'hooli', playbook: IN_PIPEDRIVE, salesforceByLogin: true });
  const dana = 'dana@hooli.example.com';
  assert.match(await logIn(other, dana), /Pipedrive is connected/);
  await openSetup(other, dana, 'connections');
  await act(other, dana, click('disconnect_workspace', 'pipedrive'));
  await untilShown(other, dana, /stays installed in Pipedrive: it is connected there for somebody else/);
  await leadCrosses(baton, { email: 'emma@acmecorp.com' });
  await written(baton);
  assert.equal(await revokes(baton), 0);
  await openSetup(baton, DANA, 'connections');
  await act(baton, DANA, click('disconnect_workspace', 'pipedrive'));
  await until('the last one gives the access back', async () => (await revokes(baton)) === 1);
});

test('a rep who logs in as Baton’s own user by mistake takes nothing from the workspace', async t => {
  const baton = await connected(t);
  assert.match(await logIn(baton, MARCUS, 'mine'), /was not connected/);
  await leadCrosses(baton, { email: 'emma@acmecorp.com' });
  await written(baton);
});

test('news of a removal that comes after a new log-in is about the one before', async t => {
  const baton = await connected(t);
  const authorization = `Basic ${Buffer.from('sandbox-pipedrive-client:sandbox-pipedrive-secret').toString('base64')}`;
  const body = JSON.stringify({
    client_id: 'sandbox-pipedrive-client',
    company_id: 900,
    user_id: await userId(baton, 'ivy@example.com'),
    timestamp: new Date(baton.clock.now().getTime() - 60 * 60_000).toISOString(),
  });
  const headers = { authorization, 'content-type': 'application/json' };
  const answer = await fetch(`${baton.env.PUBLIC_URL}/connect/pipedrive/callback`, { method: 'DELETE', headers, body });
  assert.equal(answer.status, 200);
  await leadCrosses(baton, { email: 'emma@acmecorp.com' });
  await written(baton);
});
