/** Sequences: offered after a claim, begun by the rep's own press, once, and ended when the lead answers or is another's. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { OUTREACH_APP } from '../../sandbox/outreach/service.ts';
import { SALESLOFT_KEY } from '../../sandbox/salesloft/service.ts';
import { HOUR, MINUTE } from '../../src/lib/clock.ts';
import { actionsAs, CONNECTED, NO_NEED, toPerson, tryAs } from '../helpers/actions.ts';
import { browser, hidden, linkFor } from '../helpers/browser.ts';
import { homeShows, openSetup, press } from '../helpers/home.ts';
import { make, only, withHubspot } from '../helpers/hubspot-crm.ts';
import { pollCrm, sequencesFollowed, tryPausedVendors } from '../helpers/jobs.ts';
import { handedOff } from '../helpers/leads.ts';
import { actionsIn, mql, untilSaid, wordsOf } from '../helpers/messages.ts';
import { DANA, EMMA, MARCUS, PRIYA } from '../helpers/people.ts';
import { exampleWith } from '../helpers/playbooks.ts';
import { act, click, modalShows, openModal, submit } from '../helpers/slack.ts';
import { type System, system } from '../helpers/system.ts';
import { recorded, untilRecorded } from '../helpers/timeline.ts';
import { until } from '../helpers/until.ts';
import { breakCalls, mendCalls, slowDown } from '../helpers/vendors.ts';

const FIELDS = /\n {2}mode: lead [^\n]*\n[\s\S]*?\npeople:\n/;
const IN_HUBSPOT = exampleWith(
  [FIELDS, '\n  system: hubspot\n\npeople:\n'],
  [/^reply:/m, 'follow_up: { sequences: { tool: hubspot, HIGH: "Inbound, fast" } }\nreply:'],
);

const inSequence = (baton: System) =>
  baton.get<{ email: string; sequence: string; by: string }[]>('/_sandbox/hubspot/sequences');
const cardOf = (baton: System, user: string) => baton.card({ user }, 'Emma Thompson');
const untilCard = (baton: System, user: string, pattern: RegExp) =>
  until(`the card reads ${pattern}`, async () => {
    const card = await cardOf(baton, user);
    return pattern.test(wordsOf(card)) ? card : undefined;
  });

/** Emma is claimed by Marcus, in a HubSpot that has the sequence of the playbook. */
async function claimed(t: TestContext): Promise<{ baton: System; id: string }> {
  const baton = await withHubspot(t, { playbook: IN_HUBSPOT });
  await baton.post('/_sandbox/hubspot/sequences', { name: 'Inbound, fast' });
  const { id } = await handedOff(baton);
  assert.ok(!actionsIn(await cardOf(baton, MARCUS)).includes('add_to_sequence'), 'nothing is offered before a claim');
  await baton.press(MARCUS, await cardOf(baton, MARCUS), 'claim');
  await untilRecorded(baton, id, 'claimed');
  await untilCard(baton, MARCUS, /Add to sequence “Inbound, fast”/);
  return { baton, id };
}

async function added(t: TestContext): Promise<{ baton: System; id: string }> {
  const { baton, id } = await claimed(t);
  await baton.press(MARCUS, await cardOf(baton, MARCUS), 'add_to_sequence');
  await untilRecorded(baton, id, 'sequence_begun');
  return { baton, id };
}

test('the rep’s press adds the lead once, in their name; the card shows it with a link, and the lead’s reply ends it', async t => {
  const { baton, id } = await claimed(t);
  assert.deepEqual(await inSequence(baton), [], 'never by itself');
  const others = await tryAs(baton, DANA, id).addToSequence();
  assert.match(JSON.stringify(others), /Only Marcus Chen can do this/);
  await actionsAs(baton, MARCUS, id).addToSequence();
  await actionsAs(baton, MARCUS, id).addToSequence();
  await untilRecorded(baton, id, 'sequence_begun');
  assert.deepEqual(await inSequence(baton), [{ email: EMMA, sequence: 'Inbound, fast', by: MARCUS }]);
  const card = await untilCard(baton, MARCUS, /In the sequence \*Inbound, fast\* in <http[^|]+\|HubSpot>/);
  assert.ok(!actionsIn(card).includes('add_to_sequence'));
  await sequencesFollowed(baton, HOUR);
  assert.deepEqual(await recorded(baton, id, 'sequence_ended'), []);
  await baton.post('/_sandbox/hubspot/sequences/end', { email: EMMA, replied: true });
  await sequencesFollowed(baton, HOUR);
  assert.match(await untilRecorded(baton, id, 'sequence_ended'), /Emma Thompson answered, so the sequence .* ended/);
  assert.ok(!actionsIn(await untilCard(baton, MARCUS, /ended: the lead answered/)).includes('add_to_sequence'));
});

test('the CRM shows a mail of the lead’s, the lead is handed on, or closed: whoever can end it there is told, where Baton cannot', async t => {
  const { baton, id } = await added(t);
  const lead = await only(baton, 'leads');
  const contact = await only(baton, 'contacts');
  baton.clock.move(MINUTE);
  await make(baton, 'emails', {
    hs_email_direction: 'INCOMING_EMAIL',
    hs_email_subject: 'Re: Baton',
    hs_timestamp: baton.clock.now().toISOString(),
    about: { contacts: [contact.id], leads: [lead.id] },
  });
  await pollCrm(baton);
  const said = await untilRecorded(baton, id, 'sequence_ended');
  assert.match(said, /Emma Thompson answered, so .* is to end\. HubSpot lets only people end a sequence: take Emma/);
  assert.deepEqual(await recorded(baton, id, 'touched'), [], 'what the lead writes is no touch of the rep’s');
});

test('handed on and rejected, what was added before is to end, and the next rep is offered their own', async t => {
  const { baton, id } = await added(t);
  await actionsAs(baton, DANA, id).reassign(toPerson(PRIYA));
  await sequencesFollowed(baton);
  assert.match(await untilRecorded(baton, id, 'sequence_ended'), /The lead is Priya Nair’s now, so/);
  await actionsAs(baton, PRIYA, id).claim();
  await actionsAs(baton, PRIYA, id).addToSequence();
  assert.match(await untilRecorded(baton, id, 'sequence_refused'), /still in it in the name of Marcus Chen: take them/);
  await baton.post('/_sandbox/hubspot/sequences/end', { email: EMMA });
  await actionsAs(baton, PRIYA, id).addToSequence();
  await untilRecorded(baton, id, 'sequence_begun', 2);
  assert.deepEqual(
    (await inSequence(baton)).map(({ by }) => by),
    [PRIYA],
  );
  await actionsAs(baton, PRIYA, id).reject(NO_NEED);
  await sequencesFollowed(baton);
  assert.match(await untilRecorded(baton, id, 'sequence_ended', 2), /The lead is closed, so/);
});

test('what HubSpot refuses is told with what it takes; an answer that was lost is looked for, and never sent off again', async t => {
  const { baton, id } = await claimed(t);
  await baton.post('/_sandbox/hubspot/sequences/settings', { withoutSeat: [MARCUS] });
  await baton.press(MARCUS, await cardOf(baton, MARCUS), 'add_to_sequence');
  assert.match(await untilRecorded(baton, id, 'sequence_refused'), /was not added to .* seat for the rep/);
  await baton.post('/_sandbox/hubspot/sequences/settings', { withoutSeat: [] });
  const lost = { service: 'hubspot', method: 'POST', path: '/enrollments', reset: true } as const;
  await breakCalls(baton, lost);
  await baton.press(MARCUS, await untilCard(baton, MARCUS, /Not added to/), 'add_to_sequence');
  assert.match(await untilRecorded(baton, id, 'sequence_unknown'), /may have been added .* or not/);
  assert.deepEqual(await inSequence(baton), []);
  await breakCalls(baton, { ...lost, after: 'after' });
  await baton.press(MARCUS, await untilCard(baton, MARCUS, /Perhaps in/), 'add_to_sequence');
  await untilRecorded(baton, id, 'sequence_begun');
  assert.equal((await inSequence(baton)).length, 1);
});

/** The example, which offers a sequence of this tool for HIGH leads. */
const offering = (tool: string) =>
  exampleWith([
    /^reply:/m,
    `follow_up: { sequences: { tool: ${tool}, HIGH: "Inbound, fast", LOW: "Not there" } }\nreply:`,
  ]);

async function withTool(t: TestContext, tool: string, env: Record<string, string>): Promise<System> {
  const key = { ENCRYPTION_KEY: randomBytes(32).toString('base64') };
  const baton = await system(t, { playbook: offering(tool), env: { ...key, ...env } });
  await baton.post(`/_sandbox/${tool}/users`, { email: MARCUS });
  await baton.post(`/_sandbox/${tool}/sequences`, { name: 'Inbound, fast' });
  return baton;
}

/** Claimed by Marcus and added, as the card’s button does it. */
async function claimedAndAdded(baton: System): Promise<string> {
  const { id } = await handedOff(baton);
  await actionsAs(baton, MARCUS, id).claim();
  await actionsAs(baton, MARCUS, id).addToSequence();
  await untilRecorded(baton, id, 'sequence_begun');
  return id;
}

test('Outreach beside Salesforce, logged in to from Home: Baton ends what it can end, and tokens are renewed', async t => {
  const baton = await withTool(t, 'outreach', OUTREACH_APP);
  await openSetup(baton, DANA, 'connections');
  const visit = browser();
  const first = await visit(await linkFor(baton, DANA, click('connect_workspace', 'outreach')));
  const left = await visit(`${baton.env.PUBLIC_URL}/connect/outreach`, { ticket: hidden(first.text, 'ticket') });
  const agreed = await fetch(left.location, { redirect: 'manual' });
  assert.match((await visit(agreed.headers.get('location') ?? '')).text, /Outreach is connected/);
  await mql(baton, DANA, 'doctor crm');
  await untilSaid(baton, { user: DANA }, /Outreach has no running sequence “Not there”/);
  const id = await claimedAndAdded(baton);
  assert.equal((await baton.get<unknown[]>('/_sandbox/outreach/sequences')).length, 1);
  await actionsAs(baton, DANA, id).reassign(toPerson(PRIYA));
  await sequencesFollowed(baton, 3 * HOUR);
  assert.match(await untilRecorded(baton, id, 'sequence_ended'), /Priya Nair’s now, so .* in Outreach ended\.$/);
  assert.deepEqual(await baton.get('/_sandbox/outreach/sequences'), []);
});

test('Salesloft with a key typed on Home, which is tried; stopped by the rep’s press', async t => {
  const baton = await withTool(t, 'salesloft', {});
  await openSetup(baton, DANA, 'connections');
  await openModal(baton, DANA, click('type_keys', 'salesloft'));
  await submit(baton, DANA, { SALESLOFT_API_KEY: 'ak_wrong' });
  await modalShows(baton, DANA, /Salesloft does not accept the key/);
  await submit(baton, DANA, { SALESLOFT_API_KEY: SALESLOFT_KEY });
  await modalShows(baton, DANA, /Salesloft is connected.*Name its sequences under/);
  const id = await claimedAndAdded(baton);
  await baton.press(MARCUS, await untilCard(baton, MARCUS, /In the sequence/), 'stop_sequence');
  assert.match(
    await untilRecorded(baton, id, 'sequence_ended'),
    /The sequence “Inbound, fast” in Salesloft ended, as asked/,
  );
  assert.deepEqual(await baton.get('/_sandbox/salesloft/sequences'), []);
});

/** Dana has Emma erased. */
async function erased(baton: System): Promise<void> {
  await openModal(baton, DANA, { command: { text: `privacy erase ${EMMA}` } });
  await submit(baton, DANA);
}

test('a person who is erased is taken out of the sequence; where only people can, the admins are told where', async t => {
  const baton = await withTool(t, 'salesloft', { SALESLOFT_API_KEY: SALESLOFT_KEY });
  await claimedAndAdded(baton);
  await breakCalls(baton, { service: 'salesloft', status: 401, body: { error: 'Invalid Bearer token' }, times: 20 });
  await erased(baton);
  await untilSaid(baton, { user: DANA }, /They are in the sequence “Inbound, fast” in Salesloft/);
  await untilSaid(baton, { user: DANA }, /still in a sequence in Salesloft .* Baton ends it when that is mended/);
  await mendCalls(baton);
  baton.clock.move(HOUR);
  await tryPausedVendors(baton);
  await until(
    'nobody is in it',
    async () => (await baton.get<unknown[]>('/_sandbox/salesloft/sequences')).length === 0,
  );
  const other = await added(t);
  await erased(other.baton);
  await untilSaid(
    other.baton,
    { user: DANA },
    /still in a sequence in HubSpot .* lets only people end .* there: <?http\S+contacts?/,
  );
});

test('whoever is erased while the tool takes them is taken out of it again', async t => {
  const baton = await withTool(t, 'salesloft', { SALESLOFT_API_KEY: SALESLOFT_KEY });
  const { id } = await handedOff(baton);
  await actionsAs(baton, MARCUS, id).claim();
  await slowDown(baton, 'salesloft', 200);
  await actionsAs(baton, MARCUS, id).addToSequence();
  const isAsked = (path: string) => async () =>
    (await baton.calls('salesloft')).some(call => call.method === 'POST' && call.path.endsWith(path));
  await until('the person is made', isAsked('/people'));
  await slowDown(baton, 'salesloft', 2_500);
  await until('they are being added', isAsked('/cadence_memberships'));
  await slowDown(baton, 'salesloft', 0);
  await erased(baton);
  await untilSaid(baton, { user: DANA }, /They may be in the sequence “Inbound, fast” in Salesloft.* look there/);
  await baton.settled();
  const isTaken = (await baton.calls('salesloft')).some(call => call.method === 'DELETE');
  assert.ok(isTaken, 'they are taken out again');
  assert.deepEqual(await baton.get('/_sandbox/salesloft/sequences'), []);
});

test('whoever is reached while the tool is away is not added when it is back; one that cannot be ended yet is told', async t => {
  const baton = await withTool(t, 'salesloft', { SALESLOFT_API_KEY: SALESLOFT_KEY });
  const dead = { service: 'salesloft', status: 401, body: { error: 'Invalid Bearer token' } } as const;
  const { id } = await handedOff(baton);
  await actionsAs(baton, MARCUS, id).claim();
  await breakCalls(baton, { ...dead, times: 20 });
  await actionsAs(baton, MARCUS, id).addToSequence();
  assert.match(await untilRecorded(baton, id, 'sequence_refused'), /could not be added .* yet/);
  await actionsAs(baton, MARCUS, id).logCall(CONNECTED);
  await mendCalls(baton);
  baton.clock.move(HOUR);
  await tryPausedVendors(baton);
  assert.match(await untilRecorded(baton, id, 'sequence_ended'), /answered, so they were not added/);
  assert.deepEqual(await baton.get('/_sandbox/salesloft/sequences'), []);
});

test('a lead that is closed while the tool refuses Baton: the rep hears that its mails may go on, and it is ended afterwards', async t => {
  const baton = await withTool(t, 'salesloft', { SALESLOFT_API_KEY: SALESLOFT_KEY });
  const id = await claimedAndAdded(baton);
  await breakCalls(baton, {
    service: 'salesloft',
    status: 401,
    body: { error: 'Invalid Bearer token' },
    times: 20,
  });
  await actionsAs(baton, MARCUS, id).reject(NO_NEED);
  await sequencesFollowed(baton);
  assert.match(await untilRecorded(baton, id, 'sequence_refused'), /could not be ended yet: .* may get its mails/);
  await mendCalls(baton);
  baton.clock.move(HOUR);
  await tryPausedVendors(baton);
  await untilRecorded(baton, id, 'sequence_ended');
  assert.deepEqual(await baton.get('/_sandbox/salesloft/sequences'), []);
});

test('a tool that is disconnected while a sequence runs: whoever has the lead hears that it still does', async t => {
  const baton = await withTool(t, 'salesloft', {});
  await openSetup(baton, DANA, 'connections');
  await openModal(baton, DANA, click('type_keys', 'salesloft'));
  await submit(baton, DANA, { SALESLOFT_API_KEY: SALESLOFT_KEY });
  await modalShows(baton, DANA, /Salesloft is connected/);
  const id = await claimedAndAdded(baton);
  await act(baton, DANA, { close: {} });
  await openSetup(baton, DANA, 'connections');
  await press(baton, DANA, 'forget_keys', 'salesloft');
  await homeShows(baton, DANA, /Salesloft is disconnected/);
  baton.clock.move(MINUTE);
  await actionsAs(baton, MARCUS, id).reject(NO_NEED);
  await sequencesFollowed(baton, MINUTE);
  assert.match(
    await untilRecorded(baton, id, 'sequence_ended'),
    /It still runs: Salesloft is not connected any more\. Take Emma Thompson out of it in Salesloft/,
  );
});
