/** An org that never heard of Baton is set up from Home, and works. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { MINUTE } from '../../src/lib/clock.ts';
import { touches } from '../helpers/database-questions.ts';
import { homeShows, openHome, openSetup, press } from '../helpers/home.ts';
import { companyIsKnown, handedOff } from '../helpers/leads.ts';
import { messagesSaying } from '../helpers/messages.ts';
import { EMMA_IN_PARDOT, inPardot } from '../helpers/pardot.ts';
import { DANA, EMMA, MARCUS } from '../helpers/people.ts';
import { addRecord, changeOrg, changeRecord, onlyRecord, userId } from '../helpers/salesforce.ts';
import { act, click, modalShows, oldButton, shown, showOldHome } from '../helpers/slack.ts';
import { type System, system } from '../helpers/system.ts';
import { until } from '../helpers/until.ts';

/** A system beside an org that never heard of Baton and asks to be polled so often; Dana is before its set-up. */
async function besideBareOrg(t: TestContext, metadata: object) {
  const baton = await system(t);
  await changeOrg(baton, { bare: true, metadata });
  return { baton, home: await openSetup(baton, DANA) };
}

/** Dana presses the button, and Home says that it is begun; a drawing of before may come in between. */
async function begin(baton: System): Promise<void> {
  await act(baton, DANA, click('set_up_crm'));
  await until('Home says what becomes of it', async () =>
    /Begun\. A direct message from Baton|under way already|No CRM is connected/.test((await shown(baton, DANA)).home),
  );
}

/** Dana looks at Home again, whose button works, and presses it. */
async function beginAgain(baton: System): Promise<void> {
  await baton.settled();
  assert.match(await openHome(baton, DANA), /"set_up_crm"/);
  await begin(baton);
}

/** Dana's messages about setting up, one for each time. */
const progress = (baton: System) => messagesSaying(baton, { user: DANA }, /Salesforce (is|was not) set up|Setting up/);

/** Waits until so many of them say so. */
const untilProgress = (baton: System, said: string, times: number): Promise<boolean> =>
  until(
    `"${said}" ${times} times`,
    async () => (await progress(baton)).filter(({ text }) => text.includes(said)).length === times,
  );

test('a bare org is set up from Home: one message from beginning to end; again is safe', async t => {
  const { baton, home } = await besideBareOrg(t, { deployQuestions: 2 });
  assert.match(home, /Set up Salesforce/);
  assert.match(home, /changes nothing it did not make/, 'a dialog asks first');
  await begin(baton);
  const done = await baton.card({ user: DANA }, 'Salesforce is set up.');
  assert.match(done.text, /Made: 34 fields, 4 outbound messages, permission set Baton, 3 list views/);
  assert.match(done.text, /Now by hand:\n1\. /);
  assert.ok(!done.text.includes(String(baton.env.HOOK_KEY)), 'the address of the hook is a secret');
  await baton.settled();
  assert.equal((await progress(baton)).length, 1);
  await openHome(baton, DANA);
  await begin(baton);
  await baton.card({ user: DANA }, 'Everything was there already: nothing was changed.');
});

test('in an org that was set up from Home a lead has every field, and a call logged there comes back', async t => {
  const { baton } = await besideBareOrg(t, { deployQuestions: 0 });
  await begin(baton);
  await baton.card({ user: DANA }, 'Salesforce is set up.');
  const { id } = await handedOff(baton);
  const lead = await onlyRecord(baton, 'Lead');
  const { playbook } = await baton.app.deps.playbook(baton.app.workspaceId);
  for (const [name, column] of Object.entries(playbook.crm.fields)) {
    // A lead has no opportunity, and nobody has reached out yet.
    if (column && name !== 'mql_score' && name !== 'first_touch') assert.notEqual(lead[column] ?? null, null, column);
  }
  assert.equal(lead.Baton_Handoff_Id__c, id);
  const call = { Subject: 'Call', TaskSubtype: 'Call', CallType: 'Outbound', Status: 'Completed' };
  await addRecord(baton, 'Task', { ...call, WhoId: lead.Id, OwnerId: await userId(baton, MARCUS) });
  const touch = await until('the call is known', async () => (await touches(baton, id))[0]);
  assert.deepEqual([touch.kind, touch.origin, touch.byEmail], ['call', 'salesforce', MARCUS]);
});

test('a score that the marketing platform’s connector syncs: the set-up makes the flow, and that brings the lead at once', async t => {
  const { baton } = await besideBareOrg(t, { deployQuestions: 0 });
  await companyIsKnown(baton);
  // The platform tells nobody by itself, and nobody asks it: what comes, the org has told.
  await baton.post('/_sandbox/pardot/connector', { mode: 'off' });
  const prospect = await inPardot(baton, { ...EMMA_IN_PARDOT, score: 47 });
  for (const [name, type] of Object.entries({ pi__score__c: 'double', pi__url__c: 'string' })) {
    await changeOrg(baton, { features: { addField: { object: 'Lead', name, type } } });
  }
  await begin(baton);
  await baton.card({ user: DANA }, 'Salesforce is set up.');
  const pi__url__c = `https://pi.pardot.com/prospect/read?id=${prospect}`;
  const person = { LastName: 'Thompson', Email: EMMA, Company: 'Acme Corp', pi__url__c };
  const id = await addRecord(baton, 'Lead', { ...person, pi__score__c: 47 });
  await baton.settled();
  assert.deepEqual(await baton.handoffs(), []);
  baton.clock.move(MINUTE);
  await inPardot(baton, { id: prospect, score: 63 });
  await changeRecord(baton, 'Lead', id, { pi__score__c: 63 });
  const { source, score, recordId } = await baton.handoff(EMMA);
  assert.deepEqual([source, score, recordId], ['pardot', 63, id]);
});

test('never two at once, and never by somebody who is no admin', async t => {
  const { baton } = await besideBareOrg(t, { deployQuestions: 10_000 });
  await begin(baton);
  await until('it is under way', async () =>
    (await baton.calls('salesforce')).some(({ body }) => String(body).includes('<deploy>')),
  );
  assert.doesNotMatch(await openHome(baton, DANA), /"set_up_crm"/, 'no button meanwhile');
  // Whoever still has the button before them hears why it does nothing.
  for (const user of [DANA, MARCUS]) {
    await showOldHome(baton, user, 'setup', oldButton('set_up_crm', 'crm'));
    await press(baton, user, 'set_up_crm', 'crm');
  }
  await homeShows(baton, DANA, /It is under way already: <@U0DANA> began it/);
  await modalShows(baton, MARCUS, /Only Dana Ruiz can do this/);
  await changeOrg(baton, { metadata: { deployQuestions: 0 } });
  await baton.card({ user: DANA }, 'Salesforce is set up.');
});

test('a refusal is told with a reference, a lost log-in too, and the button works again', async t => {
  const { baton } = await besideBareOrg(t, { mayDeploy: false });
  await begin(baton);
  const refused = await baton.card({ user: DANA }, 'Salesforce was not set up.');
  assert.match(refused.text, /Modify Metadata Through Metadata API Functions.*\(reference [0-9a-f]{8}\)/);
  await changeOrg(baton, { metadata: { mayDeploy: true } });
  await beginAgain(baton);
  await untilProgress(baton, 'Salesforce is set up.', 1);

  await changeOrg(baton, { revokeAccess: true });
  await beginAgain(baton);
  await untilProgress(baton, 'Salesforce was not set up.', 2);
  assert.match(await openHome(baton, DANA), /"set_up_crm"/, 'to be pressed after the log-in');
});
