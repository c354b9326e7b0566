/** What sales does is seen where marketing works: once, and never taken for news when it comes back. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { MINUTE } from '../../src/lib/clock.ts';
import { actionsAs, CONNECTED } from '../helpers/actions.ts';
import { hurry } from '../helpers/database-changes.ts';
import { feedbackKept, outcomesOfSignals, touches } from '../helpers/database-questions.ts';
import { feedBackTouch, tryPausedVendors } from '../helpers/jobs.ts';
import { globexIsKnown, seeded } from '../helpers/leads.ts';
import { untilSaid } from '../helpers/messages.ts';
import { DANA, EMMA, MARCUS } from '../helpers/people.ts';
import { exampleWith } from '../helpers/playbooks.ts';
import { addRecord, changeRecord, deliver, keepMessages } from '../helpers/salesforce.ts';
import { type System, system } from '../helpers/system.ts';
import { assertRecordedOnce, recorded, untilRecorded } from '../helpers/timeline.ts';
import { until } from '../helpers/until.ts';
import { breakCalls, contactOf, mendCalls } from '../helpers/vendors.ts';

const TALK = { ...CONNECTED, notes: 'Asked for prices' };
/** A custom property of this HubSpot account, and a list of it. */
const [REASON, LIST] = ['mql_rejected_because', '1001'];

const withFeedback = (feedback: string) => exampleWith([/^feedback:.*\n(?: .*\n|\n)*/m, `feedback: ${feedback}\n`]);

/** Emma is an MQL in HubSpot and Marcus's in Baton. */
async function crosses(baton: System) {
  const emma = await seeded(baton);
  const lifecyclestage = 'marketingqualifiedlead';
  await baton.post('/_sandbox/hubspot/contacts', { email: EMMA, lifecyclestage, [REASON]: '' });
  await baton.settled();
  await emma.cross(baton.post);
  const { id, contactId, recordId } = await baton.handoff(EMMA);
  return { id, contactId, recordId, marcus: actionsAs(baton, MARCUS, id) };
}

/** What HubSpot shows of the contact's calls, or of those with this title. */
const callsOf = async (baton: System, contactId: string, title = 'Call: ') =>
  (await contactOf(baton, contactId)).engagements.filter(one => one.hs_call_title?.startsWith(title));

test('a call logged in Slack is one call of the contact in HubSpot, however often it is tried', async t => {
  const baton = await system(t);
  const { id, contactId, marcus } = await crosses(baton);
  // HubSpot writes it and the answer is lost: the retry must find it.
  const path = '/objects/2026-03/calls';
  await breakCalls(baton, { service: 'hubspot', method: 'POST', path, reset: true, after: 'after' });
  await marcus.logCall(TALK);
  assert.equal(await untilRecorded(baton, id, 'feedback_written'), 'The call was logged in HubSpot.');
  const [touch] = await touches(baton, id);
  assert.ok(touch);
  await feedBackTouch(baton, touch.id);
  const [call, ...more] = await callsOf(baton, contactId);
  assert.ok(call && more.length === 0);
  assert.deepEqual(
    [call.hs_call_direction, call.hs_call_duration, call.hs_call_status, call.hs_call_disposition],
    ['OUTBOUND', '240000', 'COMPLETED', 'f240bbac-87c9-4f6e-bf70-924b57d47db7'],
  );
  assert.equal(call.hs_timestamp, touch.at.toISOString());
  assert.match(String(call.hs_call_body), /^Asked for prices<br><br>Logged by Baton for Marcus Chen\./);
  await assertRecordedOnce(baton, id, 'feedback_written');
});

test('a mail sent from Slack is one mail of the contact in HubSpot, as it was sent', async t => {
  const baton = await system(t);
  const { id, contactId, marcus } = await crosses(baton);
  const mail = { subject: 'Our prices', body: 'Here they are:\n<b>1 & 2</b>' };
  await marcus.sendEmail(mail);
  await untilRecorded(baton, id, 'feedback_written');
  await baton.settled();
  const [sent, ...more] = (await contactOf(baton, contactId)).engagements.filter(one => one.hs_email_subject);
  assert.ok(sent && more.length === 0);
  assert.deepEqual(
    [sent.hs_email_subject, sent.hs_email_direction, sent.hs_email_status],
    [mail.subject, 'EMAIL', 'SENT'],
  );
  assert.ok(sent.hs_email_text?.startsWith(mail.body));
  assert.equal((await baton.handoffs()).length, 1);
});

/** Emma's lead became an opportunity in Salesforce, where `stage` moves it; answers the stage that HubSpot then shows. */
async function emmasOpportunity(t: TestContext) {
  const stages = '{ Qualification: salesqualifiedlead, Proposal: opportunity }';
  const won = `{ lifecycle: customer, suppression_list: "${LIST}" }`;
  const baton = await system(t, {
    playbook: withFeedback(`{ log_calls: true, mirror_owner: true, stages: ${stages}, won: ${won} }`),
  });
  assert.equal((await baton.post('/_sandbox/hubspot/lists', {})).id, LIST);
  const { id: owner } = await baton.post('/_sandbox/hubspot/owners', { email: MARCUS });
  const { id, contactId, recordId } = await crosses(baton);
  assert.equal((await contactOf(baton, contactId)).hubspot_owner_id, owner);
  assert.deepEqual(await recorded(baton, id, 'feedback_written'), ['In HubSpot the lead belongs to Marcus Chen.']);
  baton.clock.move(2 * MINUTE);
  await keepMessages(baton);
  const deal = { Name: 'Acme', StageName: 'Qualification', CloseDate: '2026-12-31' };
  const opportunity = await addRecord(baton, 'Opportunity', deal);
  await changeRecord(baton, 'Lead', recordId, { IsConverted: true, ConvertedOpportunityId: opportunity });
  await deliver(baton);
  const stage = async (StageName: string) => {
    await changeRecord(baton, 'Opportunity', opportunity, { StageName });
    await deliver(baton);
    return (await contactOf(baton, contactId)).lifecyclestage;
  };
  return { baton, id, contactId, opportunity, stage };
}

test('the owner is mirrored, and deals move the stage: forward only, and asked once', async t => {
  const { baton, id, stage } = await emmasOpportunity(t);
  assert.equal(await stage('Proposal'), 'opportunity');
  const before = (await baton.calls('hubspot')).length;
  assert.equal(await stage('Qualification'), 'opportunity', 'stages only go forward');
  assert.match((await recorded(baton, id, 'feedback_written')).at(-1) ?? '', /keeps the lead at “opportunity”/);
  assert.equal((await baton.calls('hubspot')).length, before + 1, 'asked once, not again and again');
});

test('what Salesforce told is logged too, and won ends it; what comes back is no news', async t => {
  const { baton, id, contactId, opportunity, stage } = await emmasOpportunity(t);
  assert.equal(await stage('Proposal'), 'opportunity');
  await addRecord(baton, 'Task', {
    Subject: 'Talked about prices',
    TaskSubtype: 'Call',
    CallType: 'Inbound',
    CallDurationInSeconds: 90,
    Description: 'Wants <b>20</b> seats.\nCall back in March.',
    Status: 'Completed',
    WhatId: opportunity,
  });
  await deliver(baton);
  const calls = await callsOf(baton, contactId, 'Talked about prices');
  assert.deepEqual(
    calls.map(one => [one.hs_call_direction, one.hs_call_duration, one.hs_call_body?.split('<br><br>').slice(0, 2)]),
    [['INBOUND', '90000', ['Wants &lt;b&gt;20&lt;/b&gt; seats.<br>Call back in March.', 'Logged in Salesforce.']]],
  );

  assert.equal(await stage('Closed Won'), 'customer');
  const { state, closedAt } = await baton.handoff(EMMA);
  assert.deepEqual([state, closedAt !== null], ['won', true]);
  assert.match(
    (await recorded(baton, id, 'feedback_written')).join('\n'),
    /the list that keeps it from marketing’s mails/,
  );
  const outcomes = await outcomesOfSignals(baton);
  assert.ok(outcomes.includes('echo'), outcomes.join());
  assert.equal((await baton.handoffs()).length, 1, 'nothing Baton wrote opened a handoff');
});

test('a rejection tells HubSpot stage and reason; taking it back takes both back', async t => {
  const baton = await system(t, {
    playbook: withFeedback(`{ stages_go_back: true, lost: { lifecycle: lead, reason_property: ${REASON} } }`),
  });
  const { id, contactId, marcus } = await crosses(baton);
  const inHubSpot = async () => {
    await baton.settled();
    const contact = await contactOf(baton, contactId);
    return [contact.lifecyclestage, contact[REASON] ?? ''];
  };
  const before = await inHubSpot();
  assert.deepEqual(before, ['marketingqualifiedlead', '']);
  // biome-ignore lint/suspicious/noThenProperty: the name of the field; nobody awaits it
  await marcus.reject({ reason: 'duplicate', note: 'She <wrote> twice', then: 'nurture' });
  assert.deepEqual(await inHubSpot(), ['lead', 'Duplicate: She <wrote> twice']);
  await marcus.reopen();
  assert.deepEqual(await inHubSpot(), before);
  assert.deepEqual(await recorded(baton, id, 'feedback_parked'), []);
  assert.equal((await baton.handoffs()).length, 1);
  assert.deepEqual(await callsOf(baton, contactId), []);
});

/** Waits until HubSpot shows so many calls of the contact; what waits for its next try is tried. */
async function untilCalls(baton: System, contactId: string, calls: number): Promise<void> {
  await until(`HubSpot has ${calls} calls`, async () => {
    await hurry(baton);
    return (await callsOf(baton, contactId)).length === calls;
  });
  await baton.settled();
}

test('HubSpot down, then refusing the key: Slack and Salesforce do not wait, and nothing is lost', async t => {
  const baton = await system(t);
  const { id, contactId, marcus } = await crosses(baton);
  await breakCalls(baton, { service: 'hubspot', status: 503, body: {}, times: 10_000 });
  await marcus.logCall(TALK);
  await until('Salesforce has it', async () => (await recorded(baton, id, 'touch_logged')).length === 1);
  assert.deepEqual(await callsOf(baton, contactId), []);
  await mendCalls(baton);
  await untilCalls(baton, contactId, 1);

  const body = { status: 'error', category: 'EXPIRED_AUTHENTICATION', message: 'The token is expired' };
  await breakCalls(baton, { service: 'hubspot', status: 401, body });
  baton.clock.move(MINUTE);
  await marcus.logCall({ ...TALK, notes: 'Again' });
  const parked = await until('the story says so', async () => (await recorded(baton, id, 'feedback_parked'))[0]);
  assert.match(parked, /^The call could not be logged in HubSpot: .*expired/);
  await untilSaid(baton, { user: DANA }, /hubspot/i);
  await tryPausedVendors(baton);
  await untilCalls(baton, contactId, 2);
});

test('test leads and leads handed off by hand send nothing back', async t => {
  const baton = await system(t, {
    playbook: withFeedback(`{ log_calls: true, mirror_owner: true, lost: { reason_property: ${REASON} } }`),
  });
  await globexIsKnown(baton);
  const ann = { email: 'ann@globex-inc.com', firstName: 'Ann', lastName: 'Byhand', title: 'VP Sales' };
  await actionsAs(baton, DANA).handOff({ lead: { ...ann, company: 'Globex' }, key: 'by-hand' });
  const tested = await actionsAs(baton, DANA).testLead({ priority: 'HIGH' });
  for (const email of [ann.email, tested.email]) {
    const { id } = await baton.handoff(email);
    await actionsAs(baton, DANA, id).logCall(TALK);
    await baton.settled();
    await assertRecordedOnce(baton, id, 'touched');
    assert.deepEqual(await recorded(baton, id, 'feedback_written', 'feedback_parked'), []);
  }
  const written = (await baton.calls('hubspot')).filter(call => call.method === 'PATCH' || call.method === 'PUT');
  assert.deepEqual(written, []);
  assert.equal(await feedbackKept(baton), 0);
});
