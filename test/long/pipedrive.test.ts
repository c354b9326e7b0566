/** What may go wrong between Baton and Pipedrive, as stories: outages, races, duplicates, owners, deletions. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MINUTE } from '../../src/lib/clock.ts';
import { actionsAs, NO_NEED, toPerson } from '../helpers/actions.ts';
import { hurry } from '../helpers/database-changes.ts';
import { pollCrm, writeRecord } from '../helpers/jobs.ts';
import { companyIsKnown, crosses, handedOff, leadCrosses } from '../helpers/leads.ts';
import { wordsOf } from '../helpers/messages.ts';
import { DANA, EMMA, MARCUS, PRIYA } from '../helpers/people.ts';
import { fieldsOf, only, rows, userId, WITH_DEALS, withPipedrive } from '../helpers/pipedrive.ts';
import { IMPATIENT, type System } from '../helpers/system.ts';
import { recorded, untilRecorded } from '../helpers/timeline.ts';
import { until } from '../helpers/until.ts';
import { breakCalls, mendCalls } from '../helpers/vendors.ts';

const ofPipedrive = (baton: System, path: string, body: object = {}) => baton.post(`/_sandbox/pipedrive/${path}`, body);

/** Jobs that wait for Pipedrive are tried at once, until `done`. */
const untilHealed = (baton: System, done: () => Promise<boolean>): Promise<boolean> =>
  until('it heals', async () => {
    await hurry(baton);
    return done();
  });

for (const [what, fault] of [
  ['is down', { status: 503, body: { success: false, error: 'maintenance' } }],
  ['is silent', { timeout: true as const }],
  ['cuts connections', { reset: true as const }],
] as const) {
  test(`Pipedrive ${what}: Marcus has the card all the same, it says pending, and heals by itself`, async t => {
    const baton = await withPipedrive(t, { patience: IMPATIENT });
    await breakCalls(baton, { service: 'pipedrive', ...fault, times: 1_000 });
    await crosses(baton);
    await baton.card({ user: MARCUS }, 'pending');
    await mendCalls(baton);
    await untilHealed(baton, async () => (await rows(baton, 'leads')).length === 1);
    await until('the card', async () => !wordsOf(await baton.card({ user: MARCUS }, 'Emma')).includes('pending'));
    assert.equal((await rows(baton, 'persons')).length, 1);
  });
}

for (const path of ['/persons', '/leads', '/activities']) {
  test(`the answer to the ${path.slice(1)} that were made is lost: one of each in the end`, async t => {
    const baton = await withPipedrive(t, { patience: IMPATIENT });
    await ofPipedrive(baton, '_settings', { searchLagMs: 3_000 });
    await breakCalls(baton, { service: 'pipedrive', method: 'POST', path, reset: true, after: 'after' });
    await crosses(baton);
    await untilHealed(baton, async () => (await baton.handoffs())[0]?.recordState === 'written');
    for (const table of ['persons', 'leads', 'activities']) assert.equal((await rows(baton, table)).length, 1, table);
  });
}

test('two people of one new company at once: one Organization, two Deals', async t => {
  const baton = await withPipedrive(t, { playbook: WITH_DEALS });
  await companyIsKnown(baton);
  await Promise.all(
    ['emma', 'olga'].map(name => leadCrosses(baton, { email: `${name}@acmecorp.com`, firstname: name })),
  );
  await until('both are written', async () => (await rows(baton, 'deals')).length === 2);
  await baton.settled();
  assert.deepEqual([(await rows(baton, 'organizations')).length, (await rows(baton, 'persons')).length], [1, 2]);
});

test('written once more, the same stands there; reassigned, Lead and follow-up are the new rep’s', async t => {
  const baton = await withPipedrive(t);
  const { id } = await handedOff(baton);
  await writeRecord(baton, id);
  await actionsAs(baton, DANA, id).reassign({ ...toPerson(PRIYA), reason: 'workload' } as never);
  const priya = await userId(baton, PRIYA);
  await until('Priya has both', async () => {
    const [lead, activity] = [await only(baton, 'leads'), await only(baton, 'activities')];
    return lead.owner_id === priya && activity.owner_id === priya;
  });
});

test('a known Person with an open Lead of Priya’s: it is hers, and nothing is doubled', async t => {
  const baton = await withPipedrive(t);
  const priya = await userId(baton, PRIYA);
  const person = await ofPipedrive(baton, 'persons', {
    name: 'Emma Thompson',
    emails: [{ value: EMMA.toUpperCase(), primary: true, label: 'work' }],
    owner_id: priya,
  });
  await ofPipedrive(baton, 'leads', { title: 'Emma', person_id: person.id, owner_id: priya, is_archived: false });
  const { repEmail, recordId } = await handedOff(baton);
  assert.equal(repEmail, PRIYA);
  assert.equal((await only(baton, 'leads')).id, recordId);
  assert.equal((await fieldsOf(baton, await only(baton, 'persons')))['Lead score'], 63);
});

test('a Person merged while the lead is open is followed; a Lead deleted is said, and the work goes on', async t => {
  const baton = await withPipedrive(t, { playbook: WITH_DEALS });
  const { id, recordId } = await handedOff(baton);
  const stays = Number((await ofPipedrive(baton, 'persons', { name: 'Emma T.' })).id);
  await ofPipedrive(baton, '_merge', { stays, goes: Number(recordId?.split('/')[1]) });
  await until('it was followed', async () => (await recorded(baton, id, 'crm_changed')).length > 0);
  assert.match((await recorded(baton, id, 'crm_changed')).join(), /The Person was merged into another in Pipedrive/);
  assert.equal((await baton.handoff(EMMA)).recordId, `person/${stays}`);
  await fetch(`${baton.sandbox.url}/_sandbox/pipedrive/persons/${stays}`, { method: 'DELETE' });
  await until('it is said', async () => (await recorded(baton, id, 'crm_changed')).join().includes('deleted'));
});

test('a rule that takes a Lead away at once is asked about; a person’s change later is followed', async t => {
  const baton = await withPipedrive(t);
  const { id, recordId } = await handedOff(baton);
  const priya = await userId(baton, PRIYA);
  await ofPipedrive(baton, `leads/${recordId}?as=${DANA}`, { owner_id: priya });
  await until('Dana is asked', async () => (await recorded(baton, id, 'owner_changed')).length > 0);
  assert.equal((await baton.handoff(EMMA)).repEmail, MARCUS, 'asked, not followed');
});

test('every message twice and in the wrong order: one call, one Deal won', async t => {
  const baton = await withPipedrive(t, { playbook: WITH_DEALS });
  const { id } = await handedOff(baton);
  const deal = await only(baton, 'deals');
  await ofPipedrive(baton, '_hooks', { hold: true });
  const marcus = await userId(baton, MARCUS);
  baton.clock.move(MINUTE);
  const call = { subject: 'Called', type: 'call', done: true, duration: '00:03', owner_id: marcus, deal_id: deal.id };
  await ofPipedrive(baton, `activities?as=${MARCUS}`, { ...call, person_id: deal.person_id });
  await ofPipedrive(baton, `deals/${deal.id}?as=${MARCUS}`, { stage_id: 2 });
  await ofPipedrive(baton, `deals/${deal.id}?as=${MARCUS}`, { status: 'won' });
  await ofPipedrive(baton, '_release', { twice: true, reversed: true });
  await until('it is won', async () => (await baton.handoffs())[0]?.state === 'won');
  await pollCrm(baton);
  await baton.settled();
  assert.deepEqual(await recorded(baton, id, 'touched'), ['Marcus Chen called, 3 minutes, says Pipedrive']);
  assert.equal((await rows(baton, 'activities')).length, 2, 'and nothing of it was written back');
});

test('rejected in Slack, and a lost Deal closes its lead', async t => {
  const baton = await withPipedrive(t, { playbook: WITH_DEALS });
  const { id } = await handedOff(baton);
  const deal = await only(baton, 'deals');
  await ofPipedrive(baton, `deals/${deal.id}?as=${MARCUS}`, { status: 'lost', lost_reason: 'Price' });
  await until('it is lost', async () => (await baton.handoffs())[0]?.state === 'lost');
  assert.match((await recorded(baton, id, 'stage')).join(), /Lost/);
  const other = await withPipedrive(t);
  const lead = await handedOff(other);
  await actionsAs(other, MARCUS, lead.id).reject(NO_NEED);
  await untilRecorded(other, lead.id, 'rejected');
});

test('the day’s tokens are spent: leads wait, are shown as usual, and are written when they are back', async t => {
  const baton = await withPipedrive(t, { patience: IMPATIENT });
  await ofPipedrive(baton, '_settings', { dailyTokens: 1 });
  await crosses(baton);
  await baton.card({ user: MARCUS }, 'pending');
  await ofPipedrive(baton, '_settings', { dailyTokens: 0 });
  baton.clock.move(20 * MINUTE);
  await untilHealed(baton, async () => (await rows(baton, 'leads')).length === 1);
});

test('a Lead that Marcus archives in Pipedrive is rejected here', async t => {
  const baton = await withPipedrive(t);
  const { recordId } = await handedOff(baton);
  await ofPipedrive(baton, `leads/${recordId}?as=${MARCUS}`, { is_archived: true });
  await until('it is rejected', async () => (await baton.handoffs())[0]?.state === 'rejected');
});
