/** What may go wrong between Baton and HubSpot as the CRM, as stories: outages, races, duplicates, owners, deletions. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HOUR, MINUTE } from '../../src/lib/clock.ts';
import { actionsAs, NO_NEED, toPerson } from '../helpers/actions.ts';
import { hurry } from '../helpers/database-changes.ts';
import { change, make, numberOf, only, ownerId, rows, WITH_DEALS, withHubspot } from '../helpers/hubspot-crm.ts';
import { pollCrm, pollHubSpot, writeRecord } from '../helpers/jobs.ts';
import { companyIsKnown, handedOff, leadCrosses } from '../helpers/leads.ts';
import { EMMA_IN_MARKETO, inMarketo } from '../helpers/marketo.ts';
import { wordsOf } from '../helpers/messages.ts';
import { DANA, EMMA, MARCUS, PRIYA } from '../helpers/people.ts';
import { IMPATIENT, type System } from '../helpers/system.ts';
import { recorded, untilRecorded } from '../helpers/timeline.ts';
import { until } from '../helpers/until.ts';
import { breakCalls, mendCalls } from '../helpers/vendors.ts';

const ofHubspot = (baton: System, path: string, body: object = {}) => baton.post(`/_sandbox/hubspot/${path}`, body);

/** Jobs that wait for HubSpot are tried at once, until `done`. */
const untilHealed = (baton: System, done: () => Promise<boolean>): Promise<boolean> =>
  until('it heals', async () => {
    await hurry(baton);
    return done();
  });

/** Marketo tells of Emma, so that HubSpot may be away as a CRM. */
async function crossesInMarketo(baton: System): Promise<void> {
  await companyIsKnown(baton);
  baton.clock.move(MINUTE);
  const id = await inMarketo(baton, { ...EMMA_IN_MARKETO, leadScore: 47 });
  await inMarketo(baton, { id, leadScore: 63 });
}

for (const [what, fault] of [
  ['is down', { status: 503, body: { status: 'error', message: 'maintenance' } }],
  ['is silent', { timeout: true as const }],
  ['cuts connections', { reset: true as const }],
] as const) {
  test(`HubSpot ${what}: Marcus has the card all the same, it says pending, and heals by itself`, async t => {
    const baton = await withHubspot(t, { patience: IMPATIENT });
    await breakCalls(baton, { service: 'hubspot', ...fault, times: 1_000 });
    await crossesInMarketo(baton);
    await baton.card({ user: MARCUS }, 'pending');
    await mendCalls(baton);
    await untilHealed(baton, async () => (await rows(baton, 'leads')).length === 1);
    await until('the card', async () => !wordsOf(await baton.card({ user: MARCUS }, 'Emma')).includes('pending'));
    assert.equal((await rows(baton, 'contacts')).length, 1);
  });
}

for (const type of ['contacts', 'tasks', 'leads']) {
  test(`the answer to the ${type} that were made is lost: one of each in the end`, async t => {
    const baton = await withHubspot(t, { patience: IMPATIENT });
    const path = `/objects/2026-03/${type}`;
    await breakCalls(baton, { service: 'hubspot', method: 'POST', path, reset: true, after: 'after' });
    await crossesInMarketo(baton);
    await untilHealed(baton, async () => (await baton.handoffs())[0]?.recordState === 'written');
    for (const one of ['contacts', 'leads', 'tasks']) assert.equal((await rows(baton, one)).length, 1, one);
  });
}

test('two people of one new company at once: one company, two deals', async t => {
  const baton = await withHubspot(t, { playbook: WITH_DEALS });
  await companyIsKnown(baton);
  await Promise.all(
    ['emma', 'olga'].map(name => leadCrosses(baton, { email: `${name}@acmecorp.com`, firstname: name })),
  );
  await until('both are written', async () => (await rows(baton, 'deals')).length === 2);
  await baton.settled();
  assert.deepEqual([(await rows(baton, 'companies')).length, (await rows(baton, 'contacts')).length], [1, 2]);
});

test('written once more, the same stands there; reassigned, lead and follow-up are the new rep’s', async t => {
  const baton = await withHubspot(t);
  const { id } = await handedOff(baton);
  await writeRecord(baton, id);
  await actionsAs(baton, DANA, id).reassign({ ...toPerson(PRIYA), reason: 'workload' } as never);
  const priya = await ownerId(baton, PRIYA);
  await until('Priya has both', async () => {
    const [lead, task] = [await only(baton, 'leads'), await only(baton, 'tasks')];
    return lead.hubspot_owner_id === priya && task.hubspot_owner_id === priya;
  });
});

test('a known contact with an open lead of Priya’s: it is hers, and nothing is doubled', async t => {
  const baton = await withHubspot(t);
  const priya = await ownerId(baton, PRIYA);
  const contact = await make(baton, 'contacts', { email: EMMA, lastname: 'Thompson', hubspot_owner_id: priya });
  await make(baton, 'leads', { hs_lead_name: 'Emma', hubspot_owner_id: priya, about: { contacts: [contact] } });
  const { repEmail, recordId } = await handedOff(baton);
  assert.equal(repEmail, PRIYA);
  assert.equal(`lead/${(await only(baton, 'leads')).id}`, recordId);
  assert.equal((await only(baton, 'contacts')).baton_lead_score, '63');
});

test('somebody of a customer goes to its owner; of a company that bought nothing, by the rules', async t => {
  const baton = await withHubspot(t);
  const priya = await ownerId(baton, PRIYA);
  const contact = await make(baton, 'contacts', { email: EMMA, lastname: 'Thompson' });
  const company = await make(baton, 'companies', {
    name: 'Acme',
    domain: 'acmecorp.com',
    hubspot_owner_id: priya,
    lifecyclestage: 'customer',
    about: { contacts: [contact] },
  });
  const { repEmail } = await handedOff(baton);
  assert.equal(repEmail, PRIYA);
  assert.equal((await only(baton, 'companies')).id, company);
});

test('a contact merged while the deal is open is followed; deleted, that is said', async t => {
  const baton = await withHubspot(t, { playbook: WITH_DEALS });
  const { id, recordId } = await handedOff(baton);
  const stays = await make(baton, 'contacts', { email: 'emma.t@acmecorp.com', firstname: 'Emma' });
  await ofHubspot(baton, `contacts/${numberOf(recordId)}/merge`, { into: stays });
  await until('it was followed', async () => (await recorded(baton, id, 'crm_changed')).length > 0);
  assert.match((await recorded(baton, id, 'crm_changed')).join(), /The contact was merged into another in HubSpot/i);
  // HubSpot is the source as well, and the lead goes by the address that stayed, sooner or later.
  const followed = (await baton.story(id)).find(one => one.kind === 'crm_changed');
  assert.deepEqual(followed?.detail, { was: recordId, now: `contact/${stays}` });
  await ofHubspot(baton, `contacts/${stays}/delete`);
  await until('it is said', async () => (await recorded(baton, id, 'crm_changed')).join().includes('deleted'));
});

test('a workflow that takes a lead away at once is asked about; a person’s change later is followed', async t => {
  const baton = await withHubspot(t);
  const { id, recordId } = await handedOff(baton);
  const priya = await ownerId(baton, PRIYA);
  await change(baton, 'leads', numberOf(recordId), { hubspot_owner_id: priya });
  await until('Dana is asked', async () => (await recorded(baton, id, 'owner_changed')).length > 0);
  assert.equal((await baton.handoff(EMMA)).repEmail, MARCUS, 'asked, not followed');
  await actionsAs(baton, DANA, id).restoreOwner();
  const marcus = await ownerId(baton, MARCUS);
  await until('it is Marcus’s again', async () => (await only(baton, 'leads')).hubspot_owner_id === marcus);
  baton.clock.move(HOUR);
  await change(baton, 'leads', numberOf(recordId), { hubspot_owner_id: priya }, DANA);
  await until('Priya has it', async () => (await baton.handoff(EMMA)).repEmail === PRIYA);
});

test('every message twice and in the wrong order: one call, one deal won', async t => {
  const baton = await withHubspot(t, { playbook: WITH_DEALS });
  const { id, recordId } = await handedOff(baton);
  const deal = await only(baton, 'deals');
  await ofHubspot(baton, 'webhooks', { hold: true });
  const marcus = await ownerId(baton, MARCUS);
  baton.clock.move(MINUTE);
  const call = {
    hs_call_title: 'Called',
    hs_call_status: 'COMPLETED',
    hs_call_duration: 180_000,
    hubspot_owner_id: marcus,
  };
  const about = { contacts: [numberOf(recordId)], deals: [deal.id] };
  await make(baton, 'calls', { ...call, hs_timestamp: baton.clock.now().toISOString(), about }, MARCUS);
  await change(baton, 'deals', deal.id, { dealstage: 'contractsent' }, MARCUS);
  await change(baton, 'deals', deal.id, { dealstage: 'closedwon' }, MARCUS);
  await ofHubspot(baton, 'release', { twice: true, reversed: true });
  await until('it is won', async () => (await baton.handoffs())[0]?.state === 'won');
  await pollCrm(baton);
  await baton.settled();
  assert.deepEqual(await recorded(baton, id, 'touched'), ['Marcus Chen called, 3 minutes, says HubSpot']);
  assert.equal((await rows(baton, 'calls')).length, 1, 'and nothing of it was written back');
});

test('rejected in Slack; disqualified by Marcus in HubSpot, it is rejected here; a lost deal closes its lead', async t => {
  const baton = await withHubspot(t);
  const { id, recordId } = await handedOff(baton);
  await change(baton, 'leads', numberOf(recordId), { hs_pipeline_stage: 'unqualified-stage-id' }, MARCUS);
  await until('it is rejected', async () => (await baton.handoffs())[0]?.state === 'rejected');
  assert.match((await recorded(baton, id, 'rejected')).join(), /Marcus Chen rejected this lead in HubSpot/);
  const other = await withHubspot(t, { playbook: WITH_DEALS });
  const lead = await handedOff(other);
  await change(other, 'deals', (await only(other, 'deals')).id, { dealstage: 'closedlost' }, MARCUS);
  await until('it is lost', async () => (await other.handoffs())[0]?.state === 'lost');
  assert.match((await recorded(other, lead.id, 'stage')).join(), /Closed Lost/);
  const third = await withHubspot(t);
  await actionsAs(third, MARCUS, (await handedOff(third)).id).reject(NO_NEED);
  await untilRecorded(third, (await third.handoff(EMMA)).id, 'rejected');
});

test('the day’s calls are spent: leads wait, are shown as usual, and are written when they are back', async t => {
  const baton = await withHubspot(t, { patience: IMPATIENT });
  await ofHubspot(baton, 'settings', { dailyCalls: 1 });
  await crossesInMarketo(baton);
  await baton.card({ user: MARCUS }, 'pending');
  await ofHubspot(baton, 'settings', { dailyCalls: null });
  baton.clock.move(24 * HOUR);
  await untilHealed(baton, async () => (await rows(baton, 'leads')).length === 1);
});

test('what Baton wrote is no signal: the source’s poll makes no second lead of it', async t => {
  const baton = await withHubspot(t);
  await handedOff(baton);
  baton.clock.move(10 * MINUTE);
  await pollHubSpot(baton);
  await pollCrm(baton);
  await baton.settled();
  assert.equal((await baton.handoffs()).length, 1);
  for (const type of ['contacts', 'leads', 'tasks']) assert.equal((await rows(baton, type)).length, 1, type);
});

test('a burst: each lead once, with its own contact, and calls are shared', async t => {
  const baton = await withHubspot(t);
  await companyIsKnown(baton);
  const emails = Array.from({ length: 20 }, (_, index) => `person${index}@acmecorp.com`);
  await Promise.all(emails.map(email => leadCrosses(baton, { email, lastname: email.split('@')[0] ?? '' })));
  await until('all are written', async () => (await rows(baton, 'leads')).length === 20);
  await baton.settled();
  const contacts = new Map((await rows(baton, 'contacts')).map(one => [one.id, one.lastname]));
  for (const lead of await rows(baton, 'leads')) {
    assert.match(String(lead.hs_lead_name), new RegExp(`${contacts.get(lead.about.contacts?.[0] ?? '')}, `));
  }
});
