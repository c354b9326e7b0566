/** What reps do in Salesforce itself reaches the card: told by outbound messages, or found by asking. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { HOUR, MINUTE } from '../../src/lib/clock.ts';
import { sweep } from '../../src/sla/sweep.ts';
import { actionsAs, CONNECTED, NO_NEED } from '../helpers/actions.ts';
import { outcomesOfCrmEvents, touches } from '../helpers/database-questions.ts';
import { pollCrm } from '../helpers/jobs.ts';
import { handedOff } from '../helpers/leads.ts';
import { EMMA, MARCUS, PRIYA } from '../helpers/people.ts';
import { CLAIMED_FROM_POOL, exampleWith } from '../helpers/playbooks.ts';
import { addRecord, changeRecord, deliver, keepMessages, onlyRecord, tasksOf, userId } from '../helpers/salesforce.ts';
import { type System, type SystemOptions, system } from '../helpers/system.ts';
import { recorded } from '../helpers/timeline.ts';
import { until } from '../helpers/until.ts';

const CALL = { Subject: 'Call', TaskSubtype: 'Call', CallType: 'Outbound', Status: 'Completed' };

/** Emma's lead is in Salesforce, which keeps its messages; what Marcus does about it there is `mine`. */
async function emmaInSalesforce(t: TestContext, options: SystemOptions = {}) {
  const baton = await system(t, options);
  const { id, recordId } = await handedOff(baton);
  assert.ok(recordId);
  baton.clock.move(2 * MINUTE);
  await keepMessages(baton);
  return { baton, id, recordId, mine: { WhoId: recordId, OwnerId: await userId(baton, MARCUS) } };
}

const minutesOf = async (baton: System, id: string) => (await touches(baton, id)).map(({ detail }) => detail.minutes);

test('a call completed in Salesforce stops the ladder; repeats, disorder and polling change nothing', async t => {
  const { baton, id, mine } = await emmaInSalesforce(t);
  // Salesforce stamps whole seconds.
  const at = new Date(Math.floor(baton.clock.now().getTime() / 1_000) * 1_000);
  const open = { ...CALL, ...mine, Status: 'Not Started', CallDurationInSeconds: 312 };
  const taskId = await addRecord(baton, 'Task', open);
  assert.deepEqual(await deliver(baton), { messages: 1, accepted: 1, statuses: [200], waiting: 0 });
  assert.deepEqual([await outcomesOfCrmEvents(baton), await touches(baton, id)], [['not_done'], []]);

  await changeRecord(baton, 'Task', taskId, { Status: 'Completed' });
  await deliver(baton);
  const [touch, ...more] = await touches(baton, id);
  assert.ok(touch && touch.at >= at && more.length === 0);
  assert.deepEqual(
    [touch.kind, touch.origin, touch.byEmail, touch.crmId, touch.crmState, touch.detail.grade, touch.detail.minutes],
    ['call', 'salesforce', MARCUS, taskId, 'written', 'call', 5],
  );
  const { state, contactedAt } = await baton.handoff(EMMA);
  assert.deepEqual([state, contactedAt], ['contacted', touch.at]);
  await baton.card({ user: MARCUS }, 'says Salesforce');

  await deliver(baton, { again: true, reverse: true, single: true });
  await pollCrm(baton);
  await pollCrm(baton);
  assert.deepEqual(await touches(baton, id), [touch]);
  assert.deepEqual(await recorded(baton, id, 'touched'), ['Marcus Chen called, 5 minutes, says Salesforce']);
  assert.equal((await tasksOf(baton, 'Call')).length, 1, 'not logged back');
});

test('calls of 0 seconds, automatic replies and Baton’s own tasks prove nothing', async t => {
  const { baton, id, mine } = await emmaInSalesforce(t);
  const followUp = await onlyRecord(baton, 'Task');
  assert.ok(followUp.Baton_Handoff_Id__c);
  const reply = { Subject: 'Email: Automatic reply: Out of Office', TaskSubtype: 'Email', Status: 'Completed' };
  await addRecord(baton, 'Task', { ...CALL, ...mine, CallDurationInSeconds: 0 });
  await addRecord(baton, 'Task', { ...reply, ...mine });
  await changeRecord(baton, 'Task', followUp.Id, { Status: 'Completed' });
  await deliver(baton);
  await deliver(baton, { again: true });
  assert.deepEqual([await outcomesOfCrmEvents(baton), await touches(baton, id)], [['ignored', 'ignored', 'own'], []]);
  // Read side by side: in any order.
  const ignored = (await recorded(baton, id, 'touch_ignored')).sort();
  assert.equal(ignored.length, 2);
  assert.match(ignored[0] ?? '', /^Marcus Chen called, 0 seconds: told by Salesforce, but it lasted 0 seconds/);
  assert.equal((await baton.handoff(EMMA)).state, 'assigned');
});

test('a meeting counts when it is agreed upon; what Baton logged does not come back as news', async t => {
  const { baton, id, mine } = await emmaInSalesforce(t);
  const demo = { ...mine, Subject: 'Demo', StartDateTime: '2026-11-26T18:00:00.000+0000' };
  await addRecord(baton, 'Event', demo);
  await deliver(baton);
  const [meeting] = await touches(baton, id);
  assert.deepEqual([meeting?.kind, meeting?.detail.grade], ['meeting', 'meeting']);
  assert.ok(meeting && meeting.at <= baton.clock.now(), 'though it is to come');
  await actionsAs(baton, MARCUS, id).logCall(CONNECTED);
  await baton.settled();
  await deliver(baton);
  await pollCrm(baton);
  assert.equal((await touches(baton, id)).length, 2);
});

test('an org that sends nothing is polled', async t => {
  const { baton, id, mine } = await emmaInSalesforce(t);
  await addRecord(baton, 'Task', { ...CALL, ...mine, CallDurationInSeconds: 61 });
  await pollCrm(baton);
  assert.deepEqual(await minutesOf(baton, id), [1]);
});

test('what a lead became is followed: its status, its opportunity, and what hangs on that', async t => {
  const { baton, id, recordId, mine } = await emmaInSalesforce(t);
  const deal = { Name: 'Acme', StageName: 'Qualification', CloseDate: '2026-12-31' };
  const opportunity = await addRecord(baton, 'Opportunity', deal);
  await deliver(baton);
  assert.deepEqual(await outcomesOfCrmEvents(baton), ['unknown'], 'told before anybody knew whose it is');
  const converted = { IsConverted: true, ConvertedOpportunityId: opportunity, Status: 'Closed - Converted' };
  await changeRecord(baton, 'Lead', recordId, converted);
  await deliver(baton);
  assert.deepEqual(await recorded(baton, id, 'crm_changed'), [
    'The lead was converted in Salesforce.',
    'In Salesforce the lead has a new status: “Closed - Converted”.',
  ]);
  await changeRecord(baton, 'Opportunity', opportunity, { StageName: 'Closed Won' });
  const { OwnerId } = mine;
  await addRecord(baton, 'Task', { ...CALL, WhatId: opportunity, OwnerId, CallDurationInSeconds: 90 });
  await deliver(baton, { again: true, reverse: true });
  assert.equal((await touches(baton, id)).length, 1);
  assert.deepEqual(await recorded(baton, id, 'stage'), [
    'The opportunity in Salesforce is at a new stage: “Qualification”.',
    'The opportunity in Salesforce is at a new stage: “Closed Won”.',
  ]);
});

test('a call counts although it is told after the lead was closed; one that came after the end does not', async t => {
  const { baton, id, mine } = await emmaInSalesforce(t);
  await addRecord(baton, 'Task', { ...CALL, ...mine, CallDurationInSeconds: 120 });
  baton.clock.move(MINUTE);
  await actionsAs(baton, MARCUS, id).reject(NO_NEED);
  baton.clock.move(MINUTE);
  await addRecord(baton, 'Task', { ...CALL, ...mine, CallDurationInSeconds: 300 });
  await deliver(baton);
  assert.deepEqual(await minutesOf(baton, id), [2]);
  const { state, contactedAt } = await baton.handoff(EMMA);
  assert.deepEqual([state, contactedAt !== null], ['rejected', true]);
});

test('a call told late does not mend a promise that was broken; reaching out to a lead of the pool takes it', async t => {
  const { baton, id, mine } = await emmaInSalesforce(t, { playbook: CLAIMED_FROM_POOL });
  const called = baton.clock.now();
  baton.clock.move(2 * HOUR);
  const breached = await until('the promise is broken', async () => {
    await sweep(baton.app.deps);
    const { repEmail, breachedAt } = await baton.handoff(EMMA);
    assert.equal(repEmail, null, 'nobody has it yet');
    return breachedAt;
  });
  const taskId = await addRecord(baton, 'Task', { ...CALL, ...mine, CallDurationInSeconds: 300 });
  const CompletedDateTime = called.toISOString().replace('Z', '+0000');
  await changeRecord(baton, 'Task', taskId, { CompletedDateTime });
  await pollCrm(baton);
  const handoff = await baton.handoff(EMMA);
  assert.deepEqual([handoff.contactedAt, handoff.breachedAt], [called, breached]);
  assert.deepEqual([handoff.state, handoff.repEmail], ['contacted', MARCUS]);
  const [sentence] = await recorded(baton, id, 'touched');
  assert.match(sentence ?? '', /says Salesforce \(happened .*, logged .*\)$/);
});

test('a status is the weakest evidence: one that says "contacted" counts, once, where nothing better is known', async t => {
  const { baton, id, recordId } = await emmaInSalesforce(t);
  const become = async (Status: string) => {
    await changeRecord(baton, 'Lead', recordId, { Status });
    await deliver(baton);
  };
  await become('Open - Still Not Contacted');
  assert.deepEqual(await touches(baton, id), []);
  await become('Working - Contacted');
  await become('Contacted');
  const [touch, ...more] = await touches(baton, id);
  assert.deepEqual([touch?.detail.grade, touch?.byEmail, more], ['status', null, []]);
  assert.equal((await baton.handoff(EMMA)).state, 'contacted');
  assert.deepEqual(await recorded(baton, id, 'touched'), [
    'Somebody reached out: Salesforce has the lead as “Working - Contacted”',
  ]);
});

test('a status counts as the playbook says, else as the CRM’s own first ones do; what sounds like it does not', async t => {
  const playbook = exampleWith([/statuses: +#.*\n(?: {4}\w+: .*\n)*/, 'statuses: { contacted: ["In touch"] }\n']);
  const { baton, id, recordId } = await emmaInSalesforce(t, { playbook });
  for (const Status of ['To be contacted', 'Working - Contacted']) {
    await changeRecord(baton, 'Lead', recordId, { Status });
    await deliver(baton);
  }
  assert.deepEqual(await touches(baton, id), [], 'the playbook names another');
  await changeRecord(baton, 'Lead', recordId, { Status: 'In touch' });
  await deliver(baton);
  assert.equal((await baton.handoff(EMMA)).state, 'contacted');
});

test('a status that Baton writes itself proves nothing, whoever saves the record afterwards', async t => {
  const playbook = exampleWith([/^crm:\n/m, 'crm:\n  defaults: { Lead: { Status: "Working - Contacted" } }\n']);
  const { baton, id, recordId } = await emmaInSalesforce(t, { playbook });
  await changeRecord(baton, 'Lead', recordId, { Title: 'CTO' });
  await deliver(baton);
  assert.deepEqual([await touches(baton, id), (await baton.handoff(EMMA)).state], [[], 'assigned']);
});

test('turned down in Salesforce is turned down here, and back with marketing', async t => {
  const { baton, id, recordId } = await emmaInSalesforce(t);
  await changeRecord(baton, 'Lead', recordId, { Status: 'Closed - Not Converted' });
  await deliver(baton);
  const { state, closedNote } = await baton.handoff(EMMA);
  assert.deepEqual([state, closedNote], ['rejected', 'Salesforce: “Closed - Not Converted”']);
  assert.match(
    (await recorded(baton, id, 'rejected'))[0] ?? '',
    / rejected this lead in Salesforce: “Closed - Not Converted”\. It goes back to nurture/,
  );
  await baton.card({ user: MARCUS }, 'Closed - Not Converted');
});

test('a meeting with three colleagues is one touch, of whoever called it', async t => {
  const { baton, id, mine } = await emmaInSalesforce(t);
  const start = baton.clock.now().toISOString();
  const meeting = { Subject: 'Demo', WhoId: mine.WhoId, StartDateTime: start, DurationInMinutes: 30 };
  const invited = await userId(baton, PRIYA);
  await addRecord(baton, 'Event', { ...meeting, OwnerId: invited, IsChild: true });
  await addRecord(baton, 'Event', { ...meeting, OwnerId: mine.OwnerId });
  await deliver(baton);
  // A calendar sync gives everybody an event of their own.
  await addRecord(baton, 'Event', { ...meeting, OwnerId: invited });
  await deliver(baton);
  assert.deepEqual(
    (await touches(baton, id)).map(({ kind, byEmail }) => [kind, byEmail]),
    [['meeting', MARCUS]],
  );
});
