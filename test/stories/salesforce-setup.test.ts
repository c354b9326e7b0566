/** An org that never heard of Baton is set up from Home, and works. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { touchesOf } from '../../src/db/touches.ts';
import { adminDesk } from '../../src/workspaces/admin.ts';
import { playbooks } from '../../src/workspaces/playbooks.ts';
import { handedOff } from '../helpers/leads.ts';
import { redrawn, slackIdOf } from '../helpers/slack.ts';
import { type System, system } from '../helpers/system.ts';
import { until } from '../helpers/until.ts';

const DANA = 'dana@example.com';
const org = '/_sandbox/salesforce/_org';

async function openHealth(baton: System): Promise<string> {
  await slackIdOf(baton, DANA);
  await redrawn(baton, DANA, { home: {} });
  return redrawn(baton, DANA, { click: { action_id: 'home_tab_setup' } });
}

const press = (baton: System) => redrawn(baton, DANA, { click: { action_id: 'set_up_crm' } });

const progress = async (baton: System) =>
  (await baton.messages({ user: DANA })).filter(({ text }) => /Salesforce (is|was not) set up|Setting up/.test(text));

test('a bare org is set up from Home; a lead has every field there, and a call logged there comes back', async t => {
  const baton = await system(t);
  await baton.post(org, { bare: true, metadata: { deployQuestions: 2 } });
  const home = await openHealth(baton);
  assert.match(home, /Set up Salesforce/);
  assert.match(home, /changes nothing it did not make/, 'a dialog asks first');
  assert.match(await press(baton), /Begun\. A direct message from Baton/);

  const done = await baton.card({ user: DANA }, 'Salesforce is set up.');
  assert.match(done.text, /Made: 33 fields, 4 outbound messages, permission set Baton, 2 list views/);
  assert.match(done.text, /Now by hand:\n1\. /);
  assert.ok(!done.text.includes(baton.env.HOOK_KEY), 'the address of the hook is a secret');
  await baton.settled();
  assert.equal((await progress(baton)).length, 1, 'one message from beginning to end');

  const handoff = await handedOff(baton);
  const [lead] = await baton.records('Lead');
  const { playbook } = await baton.app.deps.playbook(baton.app.workspaceId);
  for (const [name, column] of Object.entries(playbook.crm.fields)) {
    // A lead has no opportunity, and nobody has reached out yet.
    if (column && name !== 'mql_score' && name !== 'first_touch') assert.notEqual(lead?.[column] ?? null, null, column);
  }
  assert.equal(lead?.Baton_Handoff_Id__c, handoff.id);

  const [marcus] = (await baton.records('User')).filter(user => user.Email === 'marcus@example.com');
  await baton.post('/_sandbox/salesforce/Task', {
    Subject: 'Call',
    TaskSubtype: 'Call',
    CallType: 'Outbound',
    Status: 'Completed',
    WhoId: String(lead?.Id),
    OwnerId: String(marcus?.Id),
  });
  const touch = await until(
    'the call is known',
    async () => (await touchesOf(baton.app.deps.db, baton.app.workspaceId, handoff.id))[0],
  );
  assert.deepEqual([touch.kind, touch.origin, touch.byEmail], ['call', 'salesforce', 'marcus@example.com']);

  await redrawn(baton, DANA, { home: {} });
  assert.match(await press(baton), /Begun/, 'again is safe');
  await baton.card({ user: DANA }, 'Everything was there already: nothing was changed.');
});

test('never two at once; a refusal is told with a reference, and the button works again', async t => {
  const baton = await system(t);
  await baton.post(org, { bare: true, metadata: { deployQuestions: 10_000 } });
  await openHealth(baton);
  await press(baton);
  await until('it is under way', async () =>
    (await baton.calls('salesforce')).some(({ body }) => String(body).includes('<deploy>')),
  );
  assert.doesNotMatch(await redrawn(baton, DANA, { home: {} }), /"set_up_crm"/, 'no button meanwhile');
  const deps = baton.app.deps;
  const desk = adminDesk(deps, playbooks(deps.db, deps.clock, deps.playbookVendors));
  const by = { workspaceId: baton.app.workspaceId, slackUserId: await slackIdOf(baton, DANA) };
  const second = await desk.setUpCrm(by);
  assert.equal(second.kind, 'under_way');
  const rep = await desk.setUpCrm({ ...by, slackUserId: await slackIdOf(baton, 'marcus@example.com') });
  assert.deepEqual(rep, { kind: 'not_allowed', who: 'Dana Ruiz' });
  await baton.post(org, { metadata: { deployQuestions: 0 } });
  await baton.card({ user: DANA }, 'Salesforce is set up.');
  await baton.settled();

  await baton.post(org, { bare: true, metadata: { mayDeploy: false } });
  assert.match(await redrawn(baton, DANA, { home: {} }), /"set_up_crm"/);
  await press(baton);
  const refused = await baton.card({ user: DANA }, 'Salesforce was not set up.');
  assert.match(refused.text, /Modify Metadata Through Metadata API Functions.*\(reference [0-9a-f]{8}\)/);
  await baton.settled();
  await baton.post(org, { metadata: { mayDeploy: true } });
  await redrawn(baton, DANA, { home: {} });
  await press(baton);
  await until(
    'it works',
    async () => (await progress(baton)).filter(({ text }) => text.includes('Salesforce is set up.')).length === 2,
  );
  await baton.settled();

  await baton.post(org, { revokeAccess: true });
  await redrawn(baton, DANA, { home: {} });
  await press(baton);
  await until(
    'the lost log-in is told',
    async () => (await progress(baton)).filter(({ text }) => text.includes('Salesforce was not set up.')).length === 2,
  );
  assert.match(await redrawn(baton, DANA, { home: {} }), /"set_up_crm"/, 'to be pressed after the log-in');
});
