/** Pipedrive is connected by logging in, and given up: in Slack, or by whoever removes the app in Pipedrive. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HOUR } from '../../src/lib/clock.ts';
import { companyIsKnown, leadCrosses } from '../helpers/leads.ts';
import { untilSaid, wordsOf } from '../helpers/messages.ts';
import { DANA } from '../helpers/people.ts';
import { BY_LOGIN, IN_PIPEDRIVE, logIn, only, rows, setUp } from '../helpers/pipedrive.ts';
import { secondWorkspace } from '../helpers/second-workspace.ts';
import { act, click, modalShows, oldButton, showOldHome } from '../helpers/slack.ts';
import { type System, system } from '../helpers/system.ts';
import { until } from '../helpers/until.ts';

const INTEGRATION = 'ivy@example.com';

const uninstall = (baton: System, as = INTEGRATION) => baton.post(`/_sandbox/pipedrive/_uninstall?as=${as}`, {});

test('connected from Home, a lead is written, also an hour later; removed in Pipedrive, the next one waits', async t => {
  const baton = await system(t, { playbook: IN_PIPEDRIVE, env: BY_LOGIN });
  await companyIsKnown(baton);
  assert.match(await logIn(baton, DANA), /Pipedrive is connected[\s\S]*Ivy Integration/);
  await setUp(baton);
  await leadCrosses(baton, { email: 'early@acmecorp.com' });
  await until('the first lead is written', async () => (await rows(baton, 'leads')).length === 1);
  baton.clock.move(2 * HOUR);
  await leadCrosses(baton, { email: 'later@acmecorp.com' });
  await until('the token was renewed', async () => (await rows(baton, 'leads')).length === 2);

  assert.deepEqual(await uninstall(baton, 'marcus@example.com'), { status: 200 }, 'whose log-in nobody has');
  assert.deepEqual(await uninstall(baton), { status: 200 });
  assert.match(wordsOf(await untilSaid(baton, { user: DANA }, /removed in Pipedrive/)), /nothing is lost/);
  await leadCrosses(baton, { email: 'third@acmecorp.com' });
  const waiting = await baton.handoff('third@acmecorp.com');
  assert.notEqual(waiting.recordState, 'written');
  assert.match(await logIn(baton, DANA), /Pipedrive is connected/);
  await until('it is written', async () => (await rows(baton, 'leads')).length === 3);
});

test('removed in Pipedrive a moment after its refusal was met: who took it away is said all the same', async t => {
  const baton = await system(t, { playbook: IN_PIPEDRIVE, env: BY_LOGIN });
  await companyIsKnown(baton);
  await logIn(baton, DANA);
  await setUp(baton);
  await baton.post(`/_sandbox/pipedrive/_revoke?as=${INTEGRATION}`, {});
  await leadCrosses(baton, { email: 'early@acmecorp.com' });
  await untilSaid(baton, { user: DANA }, /no longer accepts/);
  await uninstall(baton);
  await untilSaid(baton, { user: DANA }, /removed in Pipedrive/);
});

test('nobody but Pipedrive says that Baton was removed', async t => {
  const baton = await system(t, { playbook: IN_PIPEDRIVE, env: BY_LOGIN });
  await logIn(baton, DANA);
  const address = `${baton.env.PUBLIC_URL}/connect/pipedrive/callback`;
  const body = JSON.stringify({ client_id: 'sandbox-pipedrive-client', company_id: 900, user_id: 1 });
  const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
  for (const authorization of ['', basic('sandbox-pipedrive-client:guessed'), 'Bearer x']) {
    const headers = { authorization, 'content-type': 'application/json' };
    assert.equal((await fetch(address, { method: 'DELETE', headers, body })).status, 401);
  }
  const right = basic('sandbox-pipedrive-client:sandbox-pipedrive-secret');
  for (const wrong of ['null', '[]', '{"client_id":1}', '{']) {
    const headers = { authorization: right, 'content-type': 'application/json' };
    const { status } = await fetch(address, { method: 'DELETE', headers, body: wrong });
    assert.ok(status >= 400 && status < 500, `${wrong}: ${status}`);
  }
  await companyIsKnown(baton);
  await setUp(baton);
  await leadCrosses(baton, { email: 'emma@acmecorp.com' });
  await until('the lead is written', async () => (await rows(baton, 'leads')).length === 1);
  assert.equal((await only(baton, 'persons')).name, 'Lee Thompson');
});

test('the token of the environment’s own workspace keeps no other from logging in', async t => {
  const baton = await system(t, { playbook: IN_PIPEDRIVE, env: { ENCRYPTION_KEY: BY_LOGIN.ENCRYPTION_KEY } });
  await showOldHome(baton, DANA, 'setup', oldButton('connect_workspace', 'pipedrive'));
  await act(baton, DANA, click('connect_workspace', 'pipedrive'));
  await modalShows(baton, DANA, /Pipedrive is not connected by logging in here/);
  const other = await secondWorkspace(baton, { name: 'hooli', playbook: IN_PIPEDRIVE, salesforceByLogin: true });
  assert.match(await logIn(other, 'dana@hooli.example.com'), /Pipedrive is connected/);
});
