/** One person is one lead, whatever address, contact or source they come by. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { DAY, MINUTE } from '../../src/lib/clock.ts';
import { VENDORS } from '../../src/vendors/table.ts';
import { LEDGER } from '../fixtures/vendor-example/manifest.ts';
import { ledger } from '../fixtures/vendor-example/stand-in.ts';
import { earlierRecord, parkedJobs } from '../helpers/database-questions.ts';
import { companyIsKnown, leadCrosses } from '../helpers/leads.ts';
import { type System, system } from '../helpers/system.ts';
import { recorded, untilRecorded } from '../helpers/timeline.ts';

const LEE = 'lee@acmecorp.com';
const NEW_LEE = 'lee.berg@acmecorp.com';

const contacts = async (baton: System) =>
  (await baton.get<{ contacts: { id: string; email?: string }[] }>('/_sandbox/hubspot/contacts')).contacts;
const idOf = async (baton: System, email: string) => (await contacts(baton)).find(one => one.email === email)?.id;
const press = (baton: System, id: string | undefined, what: string, body: object) =>
  baton.post(`/_sandbox/hubspot/contacts/${id}/${what}`, body);

/** Lee is handed off, and known as a contact of HubSpot's. */
async function leeIsHandedOff(t: TestContext) {
  const baton = await system(t);
  await companyIsKnown(baton);
  await leadCrosses(baton, { email: LEE });
  const handoff = await baton.handoff(LEE);
  return { baton, handoff, id: await idOf(baton, LEE) };
}

test('an address that changes makes no second handoff, and a later one no second record', async t => {
  const { baton, id } = await leeIsHandedOff(t);
  await baton.post('/_sandbox/hubspot/contacts', { id, email: NEW_LEE, hubspotscore: 20 });
  await baton.settled();
  baton.clock.move(MINUTE);
  await baton.post('/_sandbox/hubspot/contacts', { id, hubspotscore: 70 });
  await baton.settled();
  assert.equal((await baton.handoffs()).length, 1, 'too soon for another');
  await baton.post('/_sandbox/hubspot/contacts', { id, hubspotscore: 20 });
  await baton.settled();
  baton.clock.move(91 * DAY);
  await baton.post('/_sandbox/hubspot/contacts', { id, hubspotscore: 71 });
  await baton.settled();
  assert.equal((await baton.handoffs()).length, 2);
  assert.equal((await baton.records('Lead')).length, 1, 'of one record');
});

test('an earlier record is taken from the CRM that it was written to, and from no other', async t => {
  const { baton, handoff } = await leeIsHandedOff(t);
  await baton.settled();
  const recordIn = (crm: string) => earlierRecord(baton, handoff.leadId, crm);
  const [lead] = await baton.records('Lead');
  assert.deepEqual(await recordIn('salesforce'), { recordKind: 'lead', recordId: lead?.Id });
  assert.equal(await recordIn('ledger'), undefined);
});

test('what nobody sees in an address makes no other person', async t => {
  const { baton } = await leeIsHandedOff(t);
  await baton.post('/_sandbox/hubspot/contacts', { email: 'l\u00adee@acme\u200bcorp.com\u2060', hubspotscore: 66 });
  await baton.settled();
  assert.equal((await baton.handoffs()).length, 1);
  const emails = (await baton.records('Lead')).map(one => one.Email);
  assert.deepEqual(emails, [LEE]);
});

test('contacts that are merged are one lead: both handoffs say so, and the one that stayed opens no other', async t => {
  const { baton, handoff, id } = await leeIsHandedOff(t);
  await leadCrosses(baton, { email: NEW_LEE, firstname: 'Leandra' });
  const other = await baton.handoff(NEW_LEE);
  assert.notEqual(other.leadId, handoff.leadId);
  await press(baton, id, 'merge', { into: await idOf(baton, NEW_LEE) });
  await baton.settled();
  for (const one of [handoff, other]) {
    assert.match(await untilRecorded(baton, one.id, 'joined'), /^Contacts were merged in HubSpot\. .* are one person/);
  }
  const [first, second] = await baton.handoffs();
  assert.equal((await baton.handoff(NEW_LEE)).leadId, handoff.leadId);
  assert.deepEqual([first?.name, second?.name], ['Leandra Thompson', 'Leandra Thompson']);
});

test('a contact merged into one above the threshold makes it a lead when nobody was', async t => {
  const baton = await system(t);
  for (const [email, hubspotscore] of [
    [LEE, '30'],
    [NEW_LEE, ''],
  ] as const) {
    await leadCrosses(baton, { email, hubspotscore });
  }
  await baton.settled();
  await baton.post('/_sandbox/hubspot/webhooks', { mode: 'off' });
  await leadCrosses(baton, { email: LEE, hubspotscore: '63' });
  await baton.post('/_sandbox/hubspot/webhooks', { mode: 'app', scoreProperty: 'of_no_interest' });
  await press(baton, await idOf(baton, LEE), 'merge', { into: await idOf(baton, NEW_LEE) });
  assert.equal((await baton.handoff(NEW_LEE)).score, 63);
});

test('a deleted contact is told to whoever has the lead, and signals no more', async t => {
  const { baton, handoff, id } = await leeIsHandedOff(t);
  await press(baton, id, 'delete', {});
  await baton.settled();
  assert.deepEqual(await recorded(baton, handoff.id, 'source_changed'), [
    'Their contact was deleted in HubSpot. The lead stays with whoever has it.',
  ]);
  assert.deepEqual(await parkedJobs(baton), []);
});

test('a person who crosses in two sources at once is one lead with one clock', async t => {
  const baton = await system(t, { vendors: [...VENDORS, LEDGER], standIns: [ledger] });
  const inLedger = { first_name: 'Lee', last_name: 'Thompson', email: LEE.toUpperCase(), score: 63 };
  await baton.post('/_sandbox/ledger/contacts', { ...inLedger, score: 20 });
  await leadCrosses(baton, { email: LEE, hubspotscore: '20' });
  await baton.settled();
  await Promise.all([leadCrosses(baton, { email: LEE }), baton.post('/_sandbox/ledger/contacts', inLedger)]);
  await baton.settled();
  const [handoff, ...more] = await baton.handoffs();
  assert.deepEqual(more, []);
  assert.ok(handoff);
  // Months later, by an address that only the one source has.
  const id = await idOf(baton, LEE);
  await baton.post('/_sandbox/hubspot/contacts', { id, email: NEW_LEE, hubspotscore: 10 });
  await baton.settled();
  baton.clock.move(91 * DAY);
  await Promise.all([
    baton.post('/_sandbox/hubspot/contacts', { id, hubspotscore: 70 }),
    baton
      .post('/_sandbox/ledger/contacts', { ...inLedger, score: 20 })
      .then(() => baton.post('/_sandbox/ledger/contacts', inLedger)),
  ]);
  await baton.settled();
  assert.equal((await baton.handoffs()).length, 2, 'one more, and not two');
});
