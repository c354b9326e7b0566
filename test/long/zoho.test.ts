/** What may go wrong between Baton and Zoho CRM, as stories: outages, races, duplicates, owners, merges, deletions. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HOUR, MINUTE } from '../../src/lib/clock.ts';
import { actionsAs, NO_NEED, toPerson } from '../helpers/actions.ts';
import { hurry } from '../helpers/database-changes.ts';
import { pollCrm, writeRecord } from '../helpers/jobs.ts';
import { companyIsKnown, crosses, handedOff, leadCrosses } from '../helpers/leads.ts';
import { wordsOf } from '../helpers/messages.ts';
import { DANA, EMMA, MARCUS, PRIYA } from '../helpers/people.ts';
import { IMPATIENT, type System } from '../helpers/system.ts';
import { recorded, untilRecorded } from '../helpers/timeline.ts';
import { until } from '../helpers/until.ts';
import { breakCalls, mendCalls } from '../helpers/vendors.ts';
import { inZoho, linked, only, ownerOf, rows, userId, WITH_DEALS, withZoho } from '../helpers/zoho.ts';

/** Jobs that wait for Zoho are tried at once, until `done`. */
const untilHealed = (baton: System, done: () => Promise<boolean>): Promise<boolean> =>
  until('it heals', async () => {
    await hurry(baton);
    return done();
  });
const owned = async (baton: System, email: string) => ({ Owner: { id: await userId(baton, email) } });
const stamp = (baton: System) => `${baton.clock.now().toISOString().slice(0, 19)}+00:00`;

/** A call that somebody logged in Zoho, three minutes long. */
const callOf = async (baton: System, on: object) => ({
  ...{ Subject: 'Called', Call_Type: 'Outbound', Call_Duration: '03:00', Outgoing_Call_Status: 'Completed' },
  ...{ Call_Start_Time: stamp(baton), ...(await owned(baton, MARCUS)), ...on },
});

for (const [what, fault] of [
  ['is down', { status: 503, body: { code: 'MAINTENANCE', message: 'maintenance', details: {}, status: 'error' } }],
  ['is silent', { timeout: true as const }],
  ['cuts connections', { reset: true as const }],
] as const) {
  test(`Zoho CRM ${what}: Marcus has the card all the same, it says pending, and heals by itself`, async t => {
    const baton = await withZoho(t, { patience: IMPATIENT });
    await breakCalls(baton, { service: 'zoho', ...fault, times: 1_000 });
    await crosses(baton);
    await baton.card({ user: MARCUS }, 'pending');
    await mendCalls(baton);
    await untilHealed(baton, async () => (await rows(baton, 'Leads')).length === 1);
    await until('the card', async () => !wordsOf(await baton.card({ user: MARCUS }, 'Emma')).includes('pending'));
  });
}

for (const path of ['/Leads/upsert', '/Tasks']) {
  test(`the answer to ${path.slice(1)} is lost: one of each in the end`, async t => {
    const baton = await withZoho(t, { patience: IMPATIENT });
    await breakCalls(baton, { service: 'zoho', method: 'POST', path, reset: true, after: 'after' });
    await crosses(baton);
    await untilHealed(baton, async () => (await baton.handoffs())[0]?.recordState === 'written');
    for (const module of ['Leads', 'Tasks']) assert.equal((await rows(baton, module)).length, 1, module);
  });
}

test('two people of one new company at once: one Account, two Deals', async t => {
  const baton = await withZoho(t, { playbook: WITH_DEALS });
  await companyIsKnown(baton);
  await Promise.all(
    ['emma', 'olga'].map(name => leadCrosses(baton, { email: `${name}@acmecorp.com`, firstname: name })),
  );
  await until('both are written', async () => (await rows(baton, 'Deals')).length === 2);
  await baton.settled();
  assert.deepEqual([(await rows(baton, 'Accounts')).length, (await rows(baton, 'Contacts')).length], [1, 2]);
});

test('written once more, the same stands there; reassigned, Lead and follow-up are the new rep’s', async t => {
  const baton = await withZoho(t);
  const { id } = await handedOff(baton);
  await writeRecord(baton, id);
  await actionsAs(baton, DANA, id).reassign({ ...toPerson(PRIYA), reason: 'workload' } as never);
  await until('Priya has both', async () => {
    const both = [await only(baton, 'Leads'), await only(baton, 'Tasks')];
    return both.every(row => ownerOf(row) === 'Priya Nair');
  });
});

test('an open Lead of Priya’s is hers, and nothing is doubled; of two, the newer is the record and the other is named', async t => {
  const baton = await withZoho(t);
  const lead = { Last_Name: 'Thompson', Email: EMMA.toUpperCase(), ...(await owned(baton, PRIYA)) };
  const old = await inZoho(baton, 'Leads', { ...lead, Created_Time: '2025-01-01T00:00:00+00:00' });
  await inZoho(baton, 'Leads', lead);
  const { id, repEmail, recordId } = await handedOff(baton);
  assert.equal(repEmail, PRIYA);
  const leads = await rows(baton, 'Leads');
  assert.deepEqual([leads.length, recordId === old.id], [2, false]);
  assert.equal(leads.find(one => one.id === recordId)?.Lead_score, 63);
  assert.match((await recorded(baton, id, 'record_warning')).join(), /1 other open Lead with this address/);
});

test('a known customer’s Contact: the lead is the owner’s of their Account, and the Contact is brought up to date', async t => {
  const baton = await withZoho(t);
  const priyas = await owned(baton, PRIYA);
  const account = await inZoho(baton, 'Accounts', { Account_Name: 'Acme Corp', Website: 'acmecorp.com', ...priyas });
  const contact = await inZoho(baton, 'Contacts', {
    ...{ Last_Name: 'Thompson', Email: EMMA, Account_Name: { id: account.id }, ...priyas },
  });
  const { repEmail, recordId } = await handedOff(baton);
  assert.deepEqual([repEmail, recordId], [PRIYA, contact.id]);
  assert.equal((await only(baton, 'Contacts')).Lead_score, 63);
  assert.deepEqual(await rows(baton, 'Leads'), []);
});

test('a Lead merged while it is open is followed by its address; one that is deleted is said', async t => {
  const baton = await withZoho(t);
  const { id, recordId } = await handedOff(baton);
  const stays = (await inZoho(baton, 'Leads', { Last_Name: 'T.', Email: EMMA })).id;
  await inZoho(baton, '_merge/Leads', { stays, goes: recordId });
  await until('it was followed', async () => (await recorded(baton, id, 'crm_changed')).length > 0);
  assert.match((await recorded(baton, id, 'crm_changed')).join(), /The Lead was merged into another in Zoho CRM/);
  assert.equal((await baton.handoff(EMMA)).recordId, stays);
  await fetch(`${baton.sandbox.url}/_sandbox/zoho/Leads/${stays}`, { method: 'DELETE' });
  await until('it is said', async () => (await recorded(baton, id, 'crm_changed')).join().includes('deleted'));
});

test('deleted and converted while nothing was told: the poll finds both', async t => {
  const baton = await withZoho(t);
  await companyIsKnown(baton);
  for (const name of ['emma', 'olga']) await leadCrosses(baton, { email: `${name}@acmecorp.com`, firstname: name });
  await until('both are written', async () => (await rows(baton, 'Leads')).length === 2);
  await baton.settled();
  await inZoho(baton, '_hooks', { hold: true });
  const [emma, olga] = [await baton.handoff('emma@acmecorp.com'), await baton.handoff('olga@acmecorp.com')];
  baton.clock.move(HOUR);
  await fetch(`${baton.sandbox.url}/_sandbox/zoho/Leads/${emma.recordId}`, { method: 'DELETE' });
  await inZoho(baton, `_convert/${olga.recordId}?as=${MARCUS}`, { deal: { Deal_Name: 'A', Stage: 'Qualification' } });
  await inZoho(baton, '_release', { lose: true });
  await pollCrm(baton);
  assert.match((await recorded(baton, emma.id, 'crm_changed')).join(), /The Lead was deleted in Zoho CRM/);
  assert.match((await recorded(baton, olga.id, 'crm_changed')).join(), /converted in Zoho CRM/);
  assert.equal((await baton.handoff('olga@acmecorp.com')).recordId, (await only(baton, 'Contacts')).id);
});

test('a rule that takes a Lead away is asked about by its name, at any hour and in whose name ever it runs', async t => {
  const baton = await withZoho(t);
  const { id, recordId } = await handedOff(baton);
  const priyas = await owned(baton, PRIYA);
  baton.clock.move(HOUR);
  await inZoho(baton, `Leads/${recordId}?as=${DANA}&rule=Round%20robin`, priyas);
  await until('Dana is asked', async () => (await recorded(baton, id, 'owner_changed')).length > 0);
  assert.match((await recorded(baton, id, 'owner_changed')).join(), /Round robin/);
  assert.equal((await baton.handoff(EMMA)).repEmail, MARCUS, 'asked, not followed');
});

test('every notification twice and in the wrong order: one call, one Deal won', async t => {
  const baton = await withZoho(t, { playbook: WITH_DEALS });
  const { id, recordId } = await handedOff(baton);
  const deal = await only(baton, 'Deals');
  await inZoho(baton, '_hooks', { hold: true });
  baton.clock.move(MINUTE);
  const on = { What_Id: { id: deal.id }, $se_module: 'Deals', Who_Id: { id: recordId } };
  await inZoho(baton, `Calls?as=${MARCUS}`, await callOf(baton, on));
  await inZoho(baton, `Deals/${deal.id}?as=${MARCUS}`, { Stage: 'Needs Analysis' });
  await inZoho(baton, `Deals/${deal.id}?as=${MARCUS}`, { Stage: 'Closed Won' });
  await inZoho(baton, '_release', { twice: true, reversed: true });
  await until('it is won', async () => (await baton.handoffs())[0]?.state === 'won');
  await pollCrm(baton);
  await baton.settled();
  assert.deepEqual(await recorded(baton, id, 'touched'), ['Marcus Chen called, 3 minutes, says Zoho CRM']);
  assert.deepEqual(
    [(await rows(baton, 'Calls')).length, (await rows(baton, 'Tasks')).length],
    [1, 1],
    'nothing of it was written back',
  );
});

test('rejected in Slack; a Lead that Marcus calls junk in Zoho is rejected here; a lost Deal closes its lead', async t => {
  const first = await withZoho(t);
  const lead = await handedOff(first);
  await actionsAs(first, MARCUS, lead.id).reject(NO_NEED);
  await untilRecorded(first, lead.id, 'rejected');
  const second = await withZoho(t);
  const { recordId } = await handedOff(second);
  await inZoho(second, `Leads/${recordId}?as=${MARCUS}`, { Lead_Status: 'Junk Lead' });
  await until('it is rejected', async () => (await second.handoffs())[0]?.state === 'rejected');
  const third = await withZoho(t, { playbook: WITH_DEALS });
  const { id } = await handedOff(third);
  await inZoho(third, `Deals/${(await only(third, 'Deals')).id}?as=${MARCUS}`, { Stage: 'Closed Lost' });
  await until('it is lost', async () => (await third.handoffs())[0]?.state === 'lost');
  assert.match((await recorded(third, id, 'stage')).join(), /Closed Lost/);
});

test('a status that says somebody works on it is a claim; one that says they reached out is a touch', async t => {
  const baton = await withZoho(t);
  const { id, recordId } = await handedOff(baton);
  await inZoho(baton, `Leads/${recordId}?as=${MARCUS}`, { Lead_Status: 'Attempted to Contact' });
  await untilRecorded(baton, id, 'claimed');
  await inZoho(baton, `Leads/${recordId}?as=${MARCUS}`, { Lead_Status: 'Contacted' });
  await until('it is contacted', async () => (await baton.handoffs())[0]?.state === 'contacted');
});

test('an open Deal of Priya’s at the Account: the lead is hers, and no second Deal is made', async t => {
  const baton = await withZoho(t, { playbook: WITH_DEALS });
  const priyas = await owned(baton, PRIYA);
  const account = await inZoho(baton, 'Accounts', {
    Account_Name: 'Acme Corp',
    Website: 'https://www.acmecorp.com',
    ...priyas,
  });
  const common = { Account_Name: { id: account.id }, ...priyas };
  const deal = await inZoho(baton, 'Deals', { Deal_Name: 'Acme 2026', Stage: 'Needs Analysis', ...common });
  const { id, repEmail } = await handedOff(baton);
  assert.equal(repEmail, PRIYA);
  assert.equal((await only(baton, 'Deals')).id, deal.id);
  assert.equal(linked((await only(baton, 'Contacts')).Account_Name), account.id);
  assert.match((await recorded(baton, id, 'open_deal')).join(), /open Deal “Acme 2026”/);
});

test('the day’s credits are spent: leads wait, are shown as usual, and are written when they are back', async t => {
  const baton = await withZoho(t, { patience: IMPATIENT });
  await inZoho(baton, '_settings', { creditsLeft: 0 });
  await crosses(baton);
  await baton.card({ user: MARCUS }, 'pending');
  await inZoho(baton, '_settings', { creditsLeft: -1 });
  baton.clock.move(20 * MINUTE);
  await untilHealed(baton, async () => (await rows(baton, 'Leads')).length === 1);
});
