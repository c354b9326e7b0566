/**
 * A vendor that Baton has never heard of, source and CRM over one key: its folder and a line in each table are all there
 * is of it, and here the tables are arguments.
 */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { slack } from '../../sandbox/slack/service.ts';
import { VENDORS } from '../../src/vendors/table.ts';
import { LEDGER } from '../fixtures/vendor-example/manifest.ts';
import { ledger } from '../fixtures/vendor-example/stand-in.ts';
import { actionsAs, CONNECTED } from '../helpers/actions.ts';
import { cursors, outcomesOfCrmEvents, outcomesOfSignals } from '../helpers/database-questions.ts';
import { openSetup } from '../helpers/home.ts';
import { pollCrm, pollSourceOf, tryPausedVendors } from '../helpers/jobs.ts';
import { blocksOf, mql, wordsOf } from '../helpers/messages.ts';
import { DANA, EMMA, MARCUS, PRIYA } from '../helpers/people.ts';
import { type System, type SystemOptions, system } from '../helpers/system.ts';
import { recorded, untilRecorded } from '../helpers/timeline.ts';
import { until } from '../helpers/until.ts';
import { breakCalls, mendCalls } from '../helpers/vendors.ts';

const PLAYBOOK = `version: 1
mql: { threshold: 50 }
fit:
  industries: []
  points: { industry: 30, employees: 25, country: 20, title: 25 }
  priority: { high: 70, medium: 40 }
crm:
  fields: { lead_score: lead_score, icp_priority: icp_priority }
  custom: { person: { came_from: "{{ mql.source }}" } }
people:
  - { email: ${MARCUS}, name: Marcus Chen, time_zone: America/Los_Angeles }
  - { email: ${PRIYA}, name: Priya Nair, time_zone: America/New_York }
  - { email: ${DANA}, name: Dana Ruiz, time_zone: America/New_York }
admins: [${DANA}]
routing:
  - { name: From Ledger, when: { source: ledger }, to: { person: ${MARCUS} } }
fallback: { person: ${DANA} }
sla: { HIGH: { respond_within: 1h } }
`;

const LEAD = {
  email: EMMA,
  first_name: 'Emma',
  last_name: 'Thompson',
  title: 'VP Operations',
  company: 'Acme Corp',
  activities: [{ type: 'page_view', at: '2026-11-24T17:59:00.000Z', detail: 'Pricing' }],
};

interface Row {
  id: string;
  [column: string]: unknown;
}

const inLedger = (t: TestContext, more: Partial<SystemOptions> = {}): Promise<System> =>
  system(t, { vendors: [LEDGER], services: [slack, ledger], playbook: PLAYBOOK, ...more });

const rows = (baton: System, object: string) => baton.get<Row[]>(`/_sandbox/ledger/${object}`);
const idOfUser = async (baton: System, email: string) =>
  (await rows(baton, 'users')).find(one => one.email === email)?.id;
const change = (baton: System, id: string, values: object) => baton.post(`/_sandbox/ledger/people/${id}`, values);
const setLedger = (baton: System, settings: object) => baton.post('/_sandbox/ledger/settings', settings);

/** Somebody's score becomes enough, and Baton does all that follows. */
async function handedOff(baton: System, lead: object = LEAD) {
  await baton.post('/_sandbox/ledger/contacts', { ...lead, score: 20 });
  await baton.settled();
  await baton.post('/_sandbox/ledger/contacts', { email: EMMA, ...lead, score: 63 });
  return baton.handoff(EMMA);
}

test('a lead crosses in Ledger: Marcus’s card and the person’s record say everything, in Ledger’s words', async t => {
  const baton = await inLedger(t);
  const handoff = await handedOff(baton);
  const card = wordsOf(await baton.card({ user: MARCUS }, 'Emma Thompson'));
  for (const said of ['VP Operations', 'Acme Corp', '63', 'Pricing', '|Ledger>']) {
    assert.ok(card.includes(said), `the card does not say ${said}`);
  }
  const [person, ...others] = await rows(baton, 'people');
  assert.deepEqual(others, [], 'the person is there once');
  assert.equal(person?.owner_id, await idOfUser(baton, MARCUS), 'what was nobody’s is Marcus’s');
  assert.deepEqual(person?.fields, { lead_score: 63, icp_priority: 'HIGH', came_from: 'ledger' });
  assert.match(String(person?.note), /^Marketing-qualified lead from Ledger/);
  assert.deepEqual(
    (await rows(baton, 'tasks')).map(({ about, due }) => [about, due]),
    [[person?.id, '2026-11-24']],
  );
  assert.deepEqual(await recorded(baton, handoff.id, 'crm_matched', 'record_written'), [
    'Found in the CRM: person Emma Thompson (no owner)',
    'Person Emma Thompson updated in Ledger, with a follow-up task',
  ]);
});

test('a call that Marcus logs is a task of his in Ledger, and the link on the card leads there', async t => {
  const baton = await inLedger(t);
  const { id, recordId } = await handedOff(baton);
  const nextStep = { what: 'Send the proposal', on: '2026-11-26' };
  await actionsAs(baton, MARCUS, id).logCall({ ...CONNECTED, notes: 'Asked for prices', nextStep });
  assert.match(await untilRecorded(baton, id, 'touch_logged'), /Ledger/);
  const marcus = await idOfUser(baton, MARCUS);
  const [, call, next] = await rows(baton, 'tasks');
  assert.deepEqual(
    [call?.kind, call?.about, call?.owner_id, call?.seconds, call?.done],
    ['call', recordId, marcus, 240, true],
  );
  assert.deepEqual([next?.subject, next?.due, next?.owner_id], [nextStep.what, nextStep.on, marcus]);
  const opened = await fetch(`${baton.app.url}/open/${id}`);
  assert.deepEqual(
    [new URL(opened.url).pathname, await opened.text()],
    [`/ledger/people/${recordId}`, 'Emma Thompson'],
  );
});

test('what people do in Ledger: a call is proof, and a delivery that concerns both roles is read by both', async t => {
  const baton = await inLedger(t);
  const { id, recordId } = await handedOff(baton);
  const [marcus, priya] = await Promise.all([MARCUS, PRIYA].map(email => idOfUser(baton, email)));
  const call = { kind: 'call', about: recordId, subject: 'Called', done: true, seconds: 60, owner_id: marcus };
  await baton.post('/_sandbox/ledger/tasks', { ...call, at: baton.clock.now().toISOString() });
  await baton.settled();
  assert.match((await recorded(baton, id, 'touched'))[0] ?? '', /Marcus Chen called, 1 minute, says Ledger/);
  const signals = (await outcomesOfSignals(baton)).length;
  baton.clock.move(3_600_000);
  await change(baton, String(recordId), { score: 80, owner_id: priya });
  await baton.settled();
  assert.equal((await baton.handoff(EMMA)).repEmail, PRIYA, 'the owner is followed');
  assert.equal((await outcomesOfSignals(baton)).length, signals + 1, 'and the score was heard of');
});

test('/mql doctor and Home name it by its roles, and offer nothing it does not have', async t => {
  const baton = await inLedger(t);
  await handedOff(baton);
  const doctor = await mql(baton, DANA, 'doctor');
  assert.match(blocksOf(doctor), /• Ledger \(CRM\): works, connected .*• Ledger \(source\): works, last signal/s);
  assert.doesNotMatch(blocksOf(doctor), /Salesforce|HubSpot|Check Ledger/);
  assert.match((await mql(baton, DANA, 'doctor books')).text, /nothing in Ledger that Baton could compare/);
  assert.match(
    await openSetup(baton, DANA, 'connections'),
    /\*Ledger\*, leads are kept here.*\*Ledger\*, leads come from here/,
  );
  assert.match(wordsOf(await mql(baton, DANA, 'show per_1006')), /Emma Thompson/, 'an id of Ledger’s names a lead');
});

test('each role has its own cursor and its own pause', async t => {
  const baton = await inLedger(t);
  await setLedger(baton, { webhooks: false });
  await baton.post('/_sandbox/ledger/contacts', { ...LEAD, score: 20 });
  await pollSourceOf(baton, 'ledger');
  assert.deepEqual(await cursors(baton), { 'ledger crm': null, 'ledger source': { after: 'evt_000001' } });
  // Reading people is forbidden, and only that.
  const unread = { service: 'ledger', method: 'GET', path: '/v1/people/', status: 401, times: 100 };
  await breakCalls(baton, unread);
  await baton.post('/_sandbox/ledger/contacts', { ...LEAD, score: 63 });
  await pollSourceOf(baton, 'ledger');
  const health = await until('the source is paused', async () => {
    const page = blocksOf(await mql(baton, DANA, 'doctor'));
    return /:x: Ledger \(source\): paused/.test(page) && page;
  });
  assert.match(health, /• Ledger \(CRM\): works/);
  assert.match(wordsOf(await baton.card({ user: DANA }, 'Ledger (source)')), /Ledger \(source\) no longer accepts/);
  await pollCrm(baton);
  const after = await cursors(baton);
  assert.deepEqual(after, { 'ledger crm': { after: 'evt_000002' }, 'ledger source': { after: 'evt_000002' } });
  await mendCalls(baton);
  await tryPausedVendors(baton);
  assert.equal((await baton.handoff(EMMA)).recordState, 'written');
});

test('beside the product’s own vendors, of whom none is connected; a test lead comes and goes without a trace', async t => {
  const baton = await inLedger(t, { vendors: [...VENDORS, LEDGER] });
  await baton.settled();
  await mql(baton, DANA, 'test HIGH');
  await baton.card({ user: DANA }, 'Test: ');
  await until('the test lead is in Ledger', async () => (await rows(baton, 'tasks')).length === 1);
  // What is cleaned up while its record is still under way is cleaned up later.
  await baton.settled();
  const card = await baton.card({ user: DANA }, '|Ledger>');
  await baton.press(DANA, card, 'test_cleanup');
  await until('nothing of it is left', async () => (await rows(baton, 'people')).length === 0);
  assert.deepEqual(await rows(baton, 'tasks'), []);
  assert.deepEqual(await outcomesOfCrmEvents(baton), []);
});
