/** What reps do in Salesforce itself reaches the card: told by outbound messages, or found by asking. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { storyOf } from '../../src/db/timeline.ts';
import { touchesOf } from '../../src/db/touches.ts';
import { actionsOf } from '../../src/handoff/commands.ts';
import { MINUTE } from '../../src/lib/clock.ts';
import { sweep } from '../../src/sla/sweep.ts';
import { pollCrm } from '../helpers/jobs.ts';
import { handedOff } from '../helpers/leads.ts';
import { deliver } from '../helpers/salesforce.ts';
import { slackIdOf } from '../helpers/slack.ts';
import { type System, system } from '../helpers/system.ts';
import { until } from '../helpers/until.ts';

const EMMA = 'emma.thompson@acmecorp.com';
const control = '/_sandbox/salesforce';
const CALL = { Subject: 'Call', TaskSubtype: 'Call', CallType: 'Outbound', Status: 'Completed' };

async function crosses(baton: System) {
  const { id, recordId, leadId } = await handedOff(baton);
  const [marcus] = (await baton.records('User')).filter(user => user.Email === 'marcus@example.com');
  assert.ok(recordId && marcus);
  baton.clock.move(2 * MINUTE);
  return { id, recordId, leadId, marcus: String(marcus.Id) };
}

const touches = (baton: System, id: string) => touchesOf(baton.app.deps.db, baton.app.workspaceId, id);
const outcomes = async (baton: System) =>
  (await baton.app.deps.db('crm_news').orderBy('id')).map(row => row.outcome as string);
const told = async (baton: System, id: string, kind: string) =>
  (await storyOf(baton.app.deps.db, baton.app.workspaceId, id))
    .filter(entry => entry.kind === kind)
    .map(entry => entry.text);

test('a call completed in Salesforce stops the ladder; repeats, disorder and polling change nothing', async t => {
  const baton = await system(t);
  const { id, recordId, marcus } = await crosses(baton);
  await baton.post(`${control}/_outbound`, { mode: 'manual' });
  const at = baton.clock.now();
  const open = { ...CALL, WhoId: recordId, OwnerId: marcus, Status: 'Not Started', CallDurationInSeconds: 312 };
  const { id: taskId } = await baton.post(`${control}/Task`, open);
  assert.deepEqual(await deliver(baton), { messages: 1, accepted: 1, statuses: [200], waiting: 0 });
  assert.deepEqual([await outcomes(baton), await touches(baton, id)], [['not_done'], []]);

  await baton.post(`${control}/Task/${taskId}`, { Status: 'Completed' });
  await deliver(baton);
  const [touch, ...more] = await touches(baton, id);
  assert.ok(touch);
  assert.deepEqual(more, []);
  assert.deepEqual(
    [touch.kind, touch.origin, touch.byEmail, touch.crmId, touch.crmState, touch.detail.grade, touch.detail.minutes],
    ['call', 'salesforce', 'marcus@example.com', taskId, 'written', 'call', 5],
  );
  assert.ok(touch.at >= at);
  const handoff = await baton.handoff(EMMA);
  assert.deepEqual([handoff.state, handoff.contactedAt], ['contacted', touch.at]);
  assert.deepEqual(await told(baton, id, 'touched'), ['Marcus Chen called, 5 minutes, says Salesforce']);
  await until('the card says so', async () =>
    JSON.stringify(await baton.messages({ user: 'marcus' })).includes('says Salesforce'),
  );

  await deliver(baton, { again: true, reverse: true, single: true });
  await pollCrm(baton);
  await pollCrm(baton);
  assert.equal((await touches(baton, id)).length, 1);
  assert.equal((await told(baton, id, 'touched')).length, 1);
  assert.equal((await baton.records('Task')).filter(task => task.TaskSubtype === 'Call').length, 1, 'not logged back');
});

test('calls of 0 seconds, automatic replies and Baton’s own tasks prove nothing; meetings do', async t => {
  const baton = await system(t);
  const { id, recordId, marcus } = await crosses(baton);
  await baton.post(`${control}/_outbound`, { mode: 'manual' });
  const mine = { WhoId: recordId, OwnerId: marcus };
  const add = (object: string, values: object) => baton.post(`${control}/${object}`, { ...mine, ...values });
  await add('Task', { ...CALL, CallDurationInSeconds: 0 });
  await add('Task', { Subject: 'Email: Automatic reply: Out of Office', TaskSubtype: 'Email', Status: 'Completed' });
  const [followUp] = await baton.records('Task');
  assert.ok(followUp?.Baton_Handoff_Id__c);
  await baton.post(`${control}/Task/${followUp.Id}`, { Status: 'Completed' });
  await deliver(baton);
  await deliver(baton, { again: true });
  assert.deepEqual([await outcomes(baton), await touches(baton, id)], [['ignored', 'ignored', 'own'], []]);
  // Read side by side: in any order.
  const ignored = (await told(baton, id, 'touch_ignored')).sort();
  assert.equal(ignored.length, 2);
  assert.match(ignored[0] ?? '', /^Marcus Chen called, 0 seconds: told by Salesforce, but it lasted 0 seconds/);
  assert.equal((await baton.handoff(EMMA)).state, 'assigned');

  const on = { workspaceId: baton.app.workspaceId, handoffId: id };
  await add('Event', { Subject: 'Demo', StartDateTime: '2026-11-26T18:00:00.000+0000' });
  await deliver(baton);
  const [meeting] = await touches(baton, id);
  assert.deepEqual([meeting?.kind, meeting?.detail.grade], ['meeting', 'meeting']);
  assert.ok(meeting && meeting.at <= baton.clock.now(), 'agreed upon, though it is to come');
  const call = { outcome: 'connected', direction: 'outbound', minutes: 3 } as const;
  await actionsOf(baton.app.deps).logCall({
    ...on,
    slackUserId: await slackIdOf(baton, 'marcus@example.com'),
    ...call,
  });
  await baton.settled();
  await deliver(baton);
  await pollCrm(baton);
  assert.equal((await touches(baton, id)).length, 2, 'what Baton logged does not come back as news');
});

test('an org that sends nothing is polled; what a lead became is followed', async t => {
  const baton = await system(t);
  const { id, recordId, marcus } = await crosses(baton);
  await baton.post(`${control}/Task`, { ...CALL, WhoId: recordId, OwnerId: marcus, CallDurationInSeconds: 61 });
  await pollCrm(baton);
  assert.deepEqual(
    (await touches(baton, id)).map(touch => touch.detail.minutes),
    [1],
  );

  await baton.post(`${control}/_outbound`, { mode: 'manual' });
  const deal = { Name: 'Acme', StageName: 'Qualification', CloseDate: '2026-12-31' };
  const { id: opportunity } = await baton.post(`${control}/Opportunity`, deal);
  await deliver(baton);
  assert.equal((await outcomes(baton)).at(-1), 'unknown', 'told before anybody knew whose it is');
  const converted = { IsConverted: true, ConvertedOpportunityId: String(opportunity), Status: 'Closed - Converted' };
  await baton.post(`${control}/Lead/${recordId}`, converted);
  await deliver(baton);
  assert.deepEqual(await told(baton, id, 'crm_changed'), [
    'The lead was converted in Salesforce.',
    'In Salesforce the lead has a new status: “Closed - Converted”.',
  ]);
  await baton.post(`${control}/Opportunity/${opportunity}`, { StageName: 'Closed Won' });
  await baton.post(`${control}/Task`, {
    ...CALL,
    WhatId: String(opportunity),
    OwnerId: marcus,
    CallDurationInSeconds: 90,
  });
  await deliver(baton, { again: true, reverse: true });
  assert.equal((await touches(baton, id)).length, 2);
  const stages = await told(baton, id, 'stage');
  assert.equal(stages[0], 'The opportunity in Salesforce is at a new stage: “Qualification”.');
  assert.equal(stages.at(-1), 'The opportunity in Salesforce is at a new stage: “Closed Won”.');
  assert.equal(stages.length, 2);
});

test('a call counts although it is told after the lead was closed; one that came after the end does not', async t => {
  const baton = await system(t);
  const { id, recordId, marcus } = await crosses(baton);
  await baton.post(`${control}/_outbound`, { mode: 'manual' });
  const call = { ...CALL, WhoId: recordId, OwnerId: marcus };
  await baton.post(`${control}/Task`, { ...call, CallDurationInSeconds: 120 });
  baton.clock.move(MINUTE);
  const on = { workspaceId: baton.app.workspaceId, slackUserId: 'U0MARCUS', handoffId: id };
  // biome-ignore lint/suspicious/noThenProperty: the name of the field; nobody awaits it
  const no = { ...on, reason: 'no_need_now' as const, then: 'nurture' as const };
  assert.equal((await actionsOf(baton.app.deps).reject(no)).kind, 'done');
  baton.clock.move(MINUTE);
  await baton.post(`${control}/Task`, { ...call, CallDurationInSeconds: 300 });
  await deliver(baton);
  assert.deepEqual(
    (await touches(baton, id)).map(touch => touch.detail.minutes),
    [2],
  );
  const { state, contactedAt } = await baton.handoff(EMMA);
  assert.deepEqual([state, contactedAt !== null], ['rejected', true]);
});

test('a call told late does not mend a promise that was broken; reaching out to a lead of the pool takes it', async t => {
  const baton = await system(t);
  const { id, recordId, marcus } = await crosses(baton);
  const { db } = baton.app.deps;
  const called = baton.clock.now();
  baton.clock.move(2 * 60 * MINUTE);
  const breached = await until('the promise is broken', async () => {
    await sweep(baton.app.deps);
    return (await baton.handoff(EMMA)).breachedAt;
  });
  const call = { ...CALL, WhoId: recordId, OwnerId: marcus, CallDurationInSeconds: 300 };
  const { id: taskId } = await baton.post(`${control}/Task`, call);
  const CompletedDateTime = called.toISOString().replace('Z', '+0000');
  await baton.post(`${control}/Task/${taskId}`, { CompletedDateTime });
  await db('handoffs').where({ id }).update({ rep_email: null, state: 'assigned' });
  await pollCrm(baton);
  const handoff = await baton.handoff(EMMA);
  assert.deepEqual([handoff.contactedAt, handoff.breachedAt], [called, breached]);
  assert.deepEqual([handoff.state, handoff.repEmail], ['contacted', 'marcus@example.com']);
  assert.match((await told(baton, id, 'touched'))[0] ?? '', /says Salesforce \(touched at .*, logged at .*\)$/);
});

test('a status is the weakest evidence: one that says "contacted" counts, once, where nothing better is known', async t => {
  const baton = await system(t);
  const { id, recordId } = await crosses(baton);
  await baton.post(`${control}/_outbound`, { mode: 'manual' });
  const become = async (status: string) => {
    await baton.post(`${control}/Lead/${recordId}`, { Status: status });
    await deliver(baton);
  };
  await become('Open - Still Not Contacted');
  assert.deepEqual(await touches(baton, id), []);
  await become('Working - Contacted');
  await become('Contacted');
  const [touch, ...more] = await touches(baton, id);
  assert.deepEqual([touch?.detail.grade, touch?.byEmail, more], ['status', null, []]);
  assert.equal((await baton.handoff(EMMA)).state, 'contacted');
  assert.deepEqual(await told(baton, id, 'touched'), [
    'Somebody reached out: Salesforce has the lead as “Working - Contacted”',
  ]);
});
