/** HubSpot is the system of record, and the source as well or beside another: a rep works in HubSpot and Slack. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HOUR, MINUTE } from '../../src/lib/clock.ts';
import { actionsAs, CONNECTED } from '../helpers/actions.ts';
import { crmKeysFound, rulesSavedElsewhere } from '../helpers/database-changes.ts';
import { homeShows, openSetup, press } from '../helpers/home.ts';
import { change, make, numberOf, only, ownerId, rows, WITH_DEALS, withHubspot } from '../helpers/hubspot-crm.ts';
import { pollCrm } from '../helpers/jobs.ts';
import { companyIsKnown, handedOff } from '../helpers/leads.ts';
import { EMMA_IN_MARKETO, inMarketo, marketoSettled } from '../helpers/marketo.ts';
import { blocksOf, mql, wordsOf } from '../helpers/messages.ts';
import { DANA, EMMA, MARCUS, PRIYA } from '../helpers/people.ts';
import { EXAMPLE } from '../helpers/playbooks.ts';
import { recorded, untilRecorded } from '../helpers/timeline.ts';
import { until } from '../helpers/until.ts';

test('from the crossing to won, source and CRM in one: lead, card, claim, call, deal, and nothing twice', async t => {
  const baton = await withHubspot(t);
  const { id, recordId } = await handedOff(baton);
  const [lead, contact, marcus] = await Promise.all([
    only(baton, 'leads'),
    only(baton, 'contacts'),
    ownerId(baton, MARCUS),
  ]);
  assert.deepEqual(
    [lead.hs_lead_name, lead.hubspot_owner_id, `lead/${lead.id}`, lead.about.contacts],
    ['Emma Thompson, Acme Corp', marcus, recordId, [contact.id]],
  );
  assert.deepEqual(
    [contact.baton_lead_score, contact.baton_icp_priority, contact.baton_sla_breached],
    ['63', 'HIGH', 'false'],
  );
  const card = await baton.card({ user: MARCUS }, 'Emma Thompson');
  assert.match(wordsOf(card), /\/open\/[^|]+\|HubSpot>/);
  assert.match((await recorded(baton, id, 'record_written'))[0] ?? '', /^Lead Emma Thompson made in HubSpot/);

  await baton.press(MARCUS, card, 'claim');
  await untilRecorded(baton, id, 'claimed');
  await actionsAs(baton, MARCUS, id).logCall({ ...CONNECTED, notes: 'Asked for prices' });
  assert.match(await untilRecorded(baton, id, 'touch_logged'), /HubSpot/);
  await pollCrm(baton);
  await baton.settled();
  const call = await only(baton, 'calls');
  assert.deepEqual([call.hubspot_owner_id, call.hs_call_duration, call.about.leads], [marcus, '240000', [lead.id]]);
  assert.doesNotMatch((await recorded(baton, id, 'feedback_written')).join(), /call/, 'the record is there for both');

  const deal = await make(
    baton,
    'deals',
    { dealname: 'Acme', about: { contacts: [contact.id], leads: [lead.id] } },
    MARCUS,
  );
  await change(baton, 'leads', lead.id, { hs_pipeline_stage: 'qualified-stage-id' }, MARCUS);
  await until('the lead was followed', async () => (await recorded(baton, id, 'crm_changed')).length > 0);
  assert.match((await recorded(baton, id, 'crm_changed')).join(), /converted in HubSpot/);
  await change(baton, 'deals', deal, { dealstage: 'closedwon' }, MARCUS);
  await until('it is won', async () => (await baton.handoffs())[0]?.state === 'won');
  await baton.settled();
  assert.deepEqual([(await baton.handoffs()).length, (await rows(baton, 'contacts')).length], [1, 1]);
});

test('Marketo is the source: the contact is made in HubSpot, and HubSpot’s own news of it is no second lead', async t => {
  const baton = await withHubspot(t);
  await companyIsKnown(baton);
  baton.clock.move(MINUTE);
  const id = await inMarketo(baton, { ...EMMA_IN_MARKETO, leadScore: 47 });
  await inMarketo(baton, { id, leadScore: 63 });
  const handoff = await baton.handoff(EMMA);
  await marketoSettled(baton);
  const [contact, lead] = [await only(baton, 'contacts'), await only(baton, 'leads')];
  assert.deepEqual(
    [contact.email, contact.jobtitle, contact.baton_lead_source, handoff.recordId],
    [EMMA, 'VP Operations', 'Webinar', `lead/${lead.id}`],
  );
  assert.equal((await baton.handoffs()).length, 1);
});

test('a deal with contact and company, at the first stage, and the link leads to it', async t => {
  const baton = await withHubspot(t, { playbook: WITH_DEALS });
  const { id } = await handedOff(baton);
  const [deal, contact, company] = await Promise.all(['deals', 'contacts', 'companies'].map(one => only(baton, one)));
  assert.deepEqual(
    [deal?.about.contacts, deal?.about.companies, deal?.dealstage, company?.domain],
    [[contact?.id], [company?.id], 'appointmentscheduled', 'acmecorp.com'],
  );
  const page = await fetch(`${baton.app.url}/open/${id}`);
  assert.deepEqual([new URL(page.url).pathname, page.status], [`/hubspot/contacts/62515/record/0-3/${deal?.id}`, 200]);
  await baton.settled();
  assert.deepEqual(await recorded(baton, id, 'stage'), [], 'its own making is no news');
  const link = `https://app.hubspot.com/contacts/62515/record/0-3/${deal?.id}`;
  assert.match(wordsOf(await mql(baton, DANA, `show ${link}`)), /Emma Thompson/);
});

test('an account without leads: the contact is the record, and its status tells of the work', async t => {
  const baton = await withHubspot(t, { leads: false });
  const { id, recordId } = await handedOff(baton);
  const contact = await only(baton, 'contacts');
  assert.deepEqual([recordId, contact.hubspot_owner_id], [`contact/${contact.id}`, await ownerId(baton, MARCUS)]);
  await change(baton, 'contacts', contact.id, { hs_lead_status: 'UNQUALIFIED' }, MARCUS);
  await until('it is rejected', async () => (await baton.handoffs())[0]?.state === 'rejected');
  assert.match((await recorded(baton, id, 'rejected')).join(), /Marcus Chen rejected this lead in HubSpot/);
});

test('an owner changed in HubSpot is followed, and a call made there is proof', async t => {
  const baton = await withHubspot(t);
  const { id, recordId } = await handedOff(baton);
  const [marcus, priya] = await Promise.all([ownerId(baton, MARCUS), ownerId(baton, PRIYA)]);
  const lead = numberOf(recordId);
  baton.clock.move(MINUTE);
  const call = {
    hs_call_title: 'Called',
    hs_call_status: 'COMPLETED',
    hs_call_duration: '180000',
    hubspot_owner_id: marcus,
  };
  const hs_timestamp = baton.clock.now().toISOString();
  await make(baton, 'calls', { ...call, hs_timestamp, about: { leads: [lead] } }, MARCUS);
  await until('the call was heard of', async () => (await recorded(baton, id, 'touched')).length > 0);
  assert.match((await recorded(baton, id, 'touched'))[0] ?? '', /Marcus Chen called, 3 minutes, says HubSpot/);
  baton.clock.move(HOUR);
  await change(baton, 'leads', lead, { hubspot_owner_id: priya }, DANA);
  await until('Priya has it', async () => (await baton.handoffs())[0]?.repEmail === PRIYA);
  await baton.settled();
  assert.equal((await rows(baton, 'calls')).length, 1, 'nothing of it was written back');
});

test('a call typed into HubSpot after the due time keeps no promise, whatever time is typed', async t => {
  const baton = await withHubspot(t);
  const { id, recordId } = await handedOff(baton);
  baton.clock.move(MINUTE);
  const hs_timestamp = baton.clock.now().toISOString();
  baton.clock.move(3 * HOUR);
  const call = { hs_call_title: 'Called', hs_call_status: 'COMPLETED', hs_call_duration: '180000', hs_timestamp };
  await make(baton, 'calls', { ...call, about: { leads: [numberOf(recordId)] } }, MARCUS);
  await until('the call was heard of', async () => (await recorded(baton, id, 'touched')).length > 0);
  const { contactedAt, dueAt, breachedAt } = await baton.handoff(EMMA);
  assert.equal(contactedAt?.toISOString(), hs_timestamp);
  assert.deepEqual(breachedAt, dueAt);
});

test('webhooks that nobody subscribed to are made up for by polling', async t => {
  const baton = await withHubspot(t);
  await baton.post('/_sandbox/hubspot/webhooks', { crm: false });
  const { id, recordId } = await handedOff(baton);
  const marcus = await ownerId(baton, MARCUS);
  baton.clock.move(MINUTE);
  const mail = {
    hs_email_subject: 'Prices',
    hs_email_direction: 'EMAIL',
    hs_email_status: 'SENT',
    hubspot_owner_id: marcus,
  };
  const hs_timestamp = baton.clock.now().toISOString();
  await make(baton, 'emails', { ...mail, hs_timestamp, about: { leads: [numberOf(recordId)] } }, MARCUS);
  await pollCrm(baton);
  assert.match((await recorded(baton, id, 'touched'))[0] ?? '', /Marcus Chen mailed: “Prices”, says HubSpot/);
});

test('/mql doctor and Home speak of HubSpot alone', async t => {
  const baton = await withHubspot(t);
  const doctor = await mql(baton, DANA, 'doctor');
  assert.match(blocksOf(doctor), /HubSpot/);
  assert.doesNotMatch(blocksOf(doctor), /Salesforce|Pipedrive/);
});

test('a meeting that was booked in HubSpot counts until it is called off: then a first contact is owed again', async t => {
  const baton = await withHubspot(t);
  const { id, recordId } = await handedOff(baton);
  baton.clock.move(MINUTE);
  const booked = {
    hs_meeting_title: 'Intro',
    hs_meeting_outcome: 'SCHEDULED',
    hs_meeting_start_time: '2026-11-26T15:00:00Z',
    hs_timestamp: '2026-11-26T15:00:00Z',
  };
  const meeting = await make(baton, 'meetings', { ...booked, about: { leads: [numberOf(recordId)] } }, MARCUS);
  await until('the meeting was heard of', async () => (await recorded(baton, id, 'touched')).length > 0);
  baton.clock.move(MINUTE);
  await change(baton, 'meetings', meeting, { hs_meeting_outcome: 'CANCELED' }, MARCUS);
  assert.match(
    await untilRecorded(baton, id, 'meeting_cancelled'),
    /“Intro” was cancelled, says HubSpot\. Reach out again/,
  );
  assert.equal((await baton.handoffs())[0]?.contactedAt, null);
});

test('the company moves to Salesforce: open leads stay where they are until an admin has them written anew', async t => {
  const baton = await withHubspot(t);
  const { id } = await handedOff(baton);
  await rulesSavedElsewhere(baton, EXAMPLE, DANA);
  await crmKeysFound(baton, 'salesforce');
  baton.clock.move(MINUTE);
  // What is recorded there stays followed: their call is logged there, and what they do there counts.
  const [lead_, contact, marcus] = [
    await only(baton, 'leads'),
    await only(baton, 'contacts'),
    await ownerId(baton, MARCUS),
  ];
  await actionsAs(baton, MARCUS, id).logCall(CONNECTED);
  assert.match(await untilRecorded(baton, id, 'touch_logged'), /was logged in HubSpot/);
  const call = await only(baton, 'calls');
  assert.deepEqual([call.hubspot_owner_id, call.about.leads], [marcus, [lead_.id]]);
  await until(
    'the promise is kept there, too',
    async () => (await only(baton, 'contacts')).baton_first_touch !== undefined,
  );
  assert.match(wordsOf(await baton.card({ user: MARCUS }, 'Emma Thompson')), /\/open\/[^|]+\|HubSpot>/);
  baton.clock.move(MINUTE);
  const about = { contacts: [contact.id], leads: [lead_.id] };
  const at = baton.clock.now().toISOString();
  await make(
    baton,
    'meetings',
    { hs_meeting_title: 'Intro', hs_timestamp: at, hubspot_owner_id: marcus, about },
    MARCUS,
  );
  await baton.settled();
  assert.match((await recorded(baton, id, 'touched')).join(), /Marcus Chen has a meeting: “Intro”, says HubSpot/);
  assert.match((await mql(baton, MARCUS, 'crm move')).text, /^Only an admin/);
  assert.match((await mql(baton, DANA, 'crm')).text, /\*CRM:\* Salesforce.*\n• 1 open lead in HubSpot/);
  assert.match(
    (await mql(baton, DANA, 'crm move')).text,
    /^\*Write 1 open lead anew in Salesforce\?\* Their records in HubSpot stay/,
  );
  assert.match((await mql(baton, DANA, 'crm move 3')).text, /The number has changed: 1 open lead would move now/);
  await openSetup(baton, DANA, 'connections');
  await press(baton, DANA, 'move_records', '1');
  await homeShows(baton, DANA, /1 lead is being written anew/);
  await baton.settled();
  const [lead, ...more] = await baton.records('Lead');
  assert.deepEqual([lead?.Email, lead?.Baton_Handoff_Id__c, more.length], [EMMA, id, 0]);
  assert.equal((await baton.handoff(EMMA)).recordId, lead?.Id);
  assert.match((await mql(baton, DANA, 'crm move')).text, /Every open lead is recorded there/);
  assert.equal((await rows(baton, 'leads')).length, 1, 'what is in HubSpot stays');
});
