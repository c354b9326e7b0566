/** What sales does is seen where marketing works: once, and never taken for news when it comes back. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { touchesOf } from '../../src/db/touches.ts';
import { type Actions, actionsOf } from '../../src/handoff/commands.ts';
import { probePaused } from '../../src/jobs/parked.ts';
import { enqueue } from '../../src/jobs/queue.ts';
import { MINUTE } from '../../src/lib/clock.ts';
import { companyIsKnown, seeded } from '../helpers/leads.ts';
import { slackIdOf } from '../helpers/slack.ts';
import { kinds, type System, system } from '../helpers/system.ts';
import { until } from '../helpers/until.ts';

const EMMA = 'emma.thompson@acmecorp.com';
const CONNECTED = { outcome: 'connected', direction: 'outbound', minutes: 4, notes: 'Asked for prices' } as const;
const REASON = 'mql_rejected_because';

/** The example with its feedback replaced. */
async function withFeedback(feedback: string): Promise<string> {
  const example = await readFile(new URL('../../playbook.yaml', import.meta.url), 'utf8');
  return `${example.replace(/^feedback:.*\n(?: .*\n|\n)*/m, '')}\nfeedback: ${feedback}\n`;
}

async function crosses(baton: System) {
  const emma = await seeded(baton);
  // A custom property of this account.
  await baton.post('/_sandbox/hubspot/contacts', {
    email: EMMA,
    lifecyclestage: 'marketingqualifiedlead',
    [REASON]: '',
  });
  await baton.settled();
  await emma.cross(baton.post);
  const { id, contactId, recordId } = await baton.handoff(emma.email);
  const on = {
    workspaceId: baton.app.workspaceId,
    slackUserId: await slackIdOf(baton, 'marcus@example.com'),
    handoffId: id,
  };
  return { id, contactId, recordId, on };
}

interface Contact extends Record<string, unknown> {
  engagements: Record<string, string>[];
}

const people = (baton: System): Actions => actionsOf(baton.app.deps);
const contact = (baton: System, id: string) => baton.get<Contact>(`/_sandbox/hubspot/contacts/${id}`);
const callsOf = async (baton: System, id: string) =>
  (await contact(baton, id)).engagements.filter(one => one.hs_call_title?.startsWith('Call: '));
const texts = async (baton: System, id: string, kind: string) =>
  (await baton.story(id)).filter(entry => entry.kind === kind).map(entry => entry.text);
const outcomes = async (baton: System) => (await baton.app.deps.db('inbox').orderBy('id')).map(row => row.outcome);

/** Waits until everything is done, also what waits for its next try. */
async function finished(baton: System, what: string, done: () => Promise<unknown>) {
  await until(what, async () => {
    await baton.app.deps.db.raw(`update graphile_worker._private_jobs set run_at = now() where run_at > now()`);
    return done();
  });
  await baton.settled();
}

test('a call logged in Slack is one call of the contact in HubSpot, however often it is tried', async t => {
  const baton = await system(t);
  const { id, contactId, on } = await crosses(baton);
  // HubSpot writes it and the answer is lost: the retry must find it.
  const lost = { service: 'hubspot', method: 'POST', path: '/objects/2026-03/calls', reset: true, after: 'after' };
  await baton.post('/_sandbox/fault', lost);
  assert.deepEqual(await people(baton).logCall({ ...on, ...CONNECTED }), { kind: 'done' });
  await finished(baton, 'it is told', async () => (await texts(baton, id, 'fed_back')).length > 0);
  assert.deepEqual(await texts(baton, id, 'fed_back'), ['The call was logged in HubSpot.']);
  const [touch] = await touchesOf(baton.app.deps.db, on.workspaceId, id);
  assert.ok(touch);
  // The same job again, as after a crash.
  await enqueue(baton.app.deps.db, {
    name: 'feedback.touch',
    payload: { workspaceId: on.workspaceId, touchId: touch.id },
  });
  await baton.settled();
  const [call, ...more] = await callsOf(baton, contactId);
  assert.deepEqual(more, []);
  assert.ok(call);
  assert.deepEqual(
    [call.hs_call_direction, call.hs_call_duration, call.hs_call_status, call.hs_call_disposition],
    ['OUTBOUND', '240000', 'COMPLETED', 'f240bbac-87c9-4f6e-bf70-924b57d47db7'],
  );
  assert.equal(call.hs_timestamp, touch.at.toISOString());
  assert.match(String(call.hs_call_body), /^Asked for prices<br><br>Logged by Baton for Marcus Chen\./);
  assert.equal(kinds(await baton.story(id)).filter(kind => kind === 'fed_back').length, 1);

  const mail = { subject: 'Our prices', body: 'Here they are:\n<b>1 & 2</b>' };
  assert.equal((await people(baton).sendEmail({ ...on, ...mail })).kind, 'done');
  await finished(baton, 'the mail is told', async () => (await texts(baton, id, 'fed_back')).length === 2);
  const [sent, ...others] = (await contact(baton, contactId)).engagements.filter(
    one => one.hs_email_subject === mail.subject,
  );
  assert.deepEqual(others, []);
  assert.deepEqual([sent?.hs_email_direction, sent?.hs_email_status], ['EMAIL', 'SENT']);
  assert.ok(sent?.hs_email_text?.startsWith(mail.body), 'its text is as it was sent');
  assert.equal((await baton.handoffs()).length, 1);
});

test('deals move the stage, won ends it; what comes back is no news; what Salesforce told is logged too', async t => {
  const { id: list } = { id: '1001' };
  const baton = await system(t, {
    playbook: await withFeedback(
      `{ log_calls: true, mirror_owner: true, stages: { Qualification: salesqualifiedlead, Proposal: opportunity }, won: { lifecycle: customer, suppression_list: "${list}" } }`,
    ),
  });
  assert.equal((await baton.post('/_sandbox/hubspot/lists', {})).id, list);
  const { id: owner } = await baton.post('/_sandbox/hubspot/owners', { email: 'marcus@example.com' });
  const { id, contactId, recordId } = await crosses(baton);
  assert.equal((await contact(baton, contactId)).hubspot_owner_id, owner);
  assert.deepEqual(await texts(baton, id, 'fed_back'), ['In HubSpot the lead belongs to Marcus Chen.']);

  baton.clock.move(2 * MINUTE);
  const salesforce = '/_sandbox/salesforce';
  await baton.post(`${salesforce}/_outbound`, { mode: 'manual' });
  const deliver = async () => {
    await baton.post(`${salesforce}/deliver`, {});
    await baton.settled();
  };
  const deal = { Name: 'Acme', StageName: 'Qualification', CloseDate: '2026-12-31' };
  const { id: opportunity } = await baton.post(`${salesforce}/Opportunity`, deal);
  const converted = { IsConverted: true, ConvertedOpportunityId: String(opportunity) };
  await baton.post(`${salesforce}/Lead/${recordId}`, converted);
  await deliver();
  const stage = async (StageName: string) => {
    await baton.post(`${salesforce}/Opportunity/${opportunity}`, { StageName });
    await deliver();
    return (await contact(baton, contactId)).lifecyclestage;
  };
  assert.equal(await stage('Proposal'), 'opportunity');
  const before = (await baton.calls('hubspot')).length;
  assert.equal(await stage('Qualification'), 'opportunity', 'stages only go forward');
  assert.match((await texts(baton, id, 'fed_back')).at(-1) ?? '', /keeps the lead at “opportunity”/);
  assert.equal((await baton.calls('hubspot')).length, before + 1, 'asked once, not again and again');

  await baton.post(`${salesforce}/Task`, {
    Subject: 'Talked about prices',
    TaskSubtype: 'Call',
    CallType: 'Inbound',
    CallDurationInSeconds: 90,
    Status: 'Completed',
    WhatId: String(opportunity),
  });
  await deliver();
  assert.deepEqual(
    (await contact(baton, contactId)).engagements
      .filter(one => one.hs_call_title === 'Talked about prices')
      .map(one => [one.hs_call_direction, one.hs_call_duration]),
    [['INBOUND', '90000']],
  );

  assert.equal(await stage('Closed Won'), 'customer');
  const handoff = await baton.handoff(EMMA);
  assert.equal(handoff.state, 'won');
  assert.ok(handoff.closedAt);
  assert.match((await texts(baton, id, 'fed_back')).join('\n'), /the list that keeps it from marketing’s mails/);
  assert.ok((await outcomes(baton)).includes('echo'), JSON.stringify(await outcomes(baton)));
  assert.equal((await baton.handoffs()).length, 1, 'nothing Baton wrote opened a handoff');
});

test('a rejection tells HubSpot stage and reason; taking it back takes both back', async t => {
  const baton = await system(t, {
    playbook: await withFeedback(`{ stages_go_back: true, lost: { lifecycle: lead, reason_property: ${REASON} } }`),
  });
  const { id, contactId, on } = await crosses(baton);
  const first = (await contact(baton, contactId)).lifecyclestage;
  assert.equal(first, 'marketingqualifiedlead');
  // biome-ignore lint/suspicious/noThenProperty: the name of the field; nobody awaits it
  const rejected = { reason: 'duplicate', note: 'She <wrote> twice', then: 'nurture' } as const;
  assert.equal((await people(baton).reject({ ...on, ...rejected })).kind, 'done');
  await baton.settled();
  const after = await contact(baton, contactId);
  assert.deepEqual([after.lifecyclestage, after[REASON]], ['lead', 'Duplicate: She <wrote> twice']);
  assert.equal((await people(baton).reopen(on)).kind, 'done');
  await baton.settled();
  const back = await contact(baton, contactId);
  assert.deepEqual([back.lifecyclestage, back[REASON] ?? ''], [first, '']);
  assert.deepEqual(await texts(baton, id, 'feedback_parked'), []);
  assert.equal((await baton.handoffs()).length, 1);
  assert.deepEqual(
    (await contact(baton, contactId)).engagements.filter(one => one.hs_call_title?.startsWith('Call: ')),
    [],
  );
});

test('HubSpot down, then refusing the key: Slack and Salesforce do not wait, and nothing is lost', async t => {
  const baton = await system(t);
  const { id, contactId, on } = await crosses(baton);
  await baton.post('/_sandbox/fault', { service: 'hubspot', status: 503, body: {}, times: 10_000 });
  assert.deepEqual(await people(baton).logCall({ ...on, ...CONNECTED }), { kind: 'done' });
  await until('Salesforce has it', async () => (await texts(baton, id, 'touch_logged')).length === 1);
  assert.equal((await callsOf(baton, contactId)).length, 0);
  await fetch(`${baton.sandbox.url}/_sandbox/fault`, { method: 'DELETE' });
  await finished(baton, 'HubSpot has it', async () => (await callsOf(baton, contactId)).length === 1);

  const body = { status: 'error', category: 'EXPIRED_AUTHENTICATION', message: 'The token is expired' };
  await baton.post('/_sandbox/fault', { service: 'hubspot', status: 401, body });
  baton.clock.move(MINUTE);
  assert.deepEqual(await people(baton).logCall({ ...on, ...CONNECTED, notes: 'Again' }), { kind: 'done' });
  await until('the story says so', async () => (await texts(baton, id, 'feedback_parked')).length === 1);
  assert.match(
    (await texts(baton, id, 'feedback_parked'))[0] ?? '',
    /^The call could not be logged in HubSpot: .*expired/,
  );
  await until('an admin hears of it', async () =>
    (await baton.messages({ user: 'dana@example.com' })).find(message => /hubspot/i.test(message.text)),
  );
  await probePaused(baton.app.deps.db, baton.clock.now());
  await finished(baton, 'both are there', async () => (await callsOf(baton, contactId)).length === 2);
});

test('test leads and leads handed off by hand send nothing back', async t => {
  const baton = await system(t, {
    playbook: await withFeedback(`{ log_calls: true, mirror_owner: true, lost: { reason_property: ${REASON} } }`),
  });
  await companyIsKnown(baton, {
    domain: 'globex-inc.com',
    name: 'Globex',
    industry: 'Software',
    employees: 600,
  });
  const by = { workspaceId: baton.app.workspaceId, slackUserId: await slackIdOf(baton, 'dana@example.com') };
  const lead = {
    email: 'ann@globex-inc.com',
    firstName: 'Ann',
    lastName: 'Byhand',
    company: 'Globex',
    title: 'VP Sales',
  };
  assert.equal((await people(baton).handOff({ ...by, lead, key: 'by-hand' })).kind, 'done');
  const tested = await people(baton).testLead({ ...by, priority: 'HIGH' });
  assert.ok(tested.kind === 'done', JSON.stringify(tested));
  for (const email of [lead.email, tested.email]) {
    const { id } = await baton.handoff(email);
    assert.equal((await people(baton).logCall({ ...by, handoffId: id, ...CONNECTED })).kind, 'done');
    await baton.settled();
    assert.equal((await texts(baton, id, 'touched')).length, 1);
    assert.deepEqual([await texts(baton, id, 'fed_back'), await texts(baton, id, 'feedback_parked')], [[], []]);
  }
  const written = (await baton.calls('hubspot')).filter(call => call.method === 'PATCH' || call.method === 'PUT');
  assert.deepEqual(written, []);
  assert.deepEqual(await baton.app.deps.db('fed_back'), []);
});
