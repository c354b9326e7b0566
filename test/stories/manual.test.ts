/** Leads that people hand off themselves, test leads, and simulations. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { handOff } from '../../src/handoff/intake/hand-off.ts';
import { giveUpReadingByHand, hurry } from '../helpers/database-changes.ts';
import {
  booksOfLeads,
  everythingStored,
  homesDrawn,
  leadsKept,
  minutesUntilCleanup,
  requestsByHand,
  storedOfLeads,
} from '../helpers/database-questions.ts';
import { openHome } from '../helpers/home.ts';
import { globexIsKnown } from '../helpers/leads.ts';
import { mql, untilAnswered, untilSaid, wordsOf } from '../helpers/messages.ts';
import { DANA, MARCUS, TEAM_CHANNEL } from '../helpers/people.ts';
import { onlyRecord } from '../helpers/salesforce.ts';
import { act, clickOn, openModal, outcomeOf, submit } from '../helpers/slack.ts';
import { type System, system } from '../helpers/system.ts';
import { until } from '../helpers/until.ts';
import { breakCalls } from '../helpers/vendors.ts';

/** When Baton knows who is who in Slack. */
async function ready(t: TestContext): Promise<System> {
  const baton = await system(t);
  await baton.settled();
  return baton;
}

const HAND_OFF = { shortcut: { callback_id: 'hand_off' } };
const SAM = {
  email: 'Sam.Lee@Globex-Inc.com',
  name: 'Sam Lee',
  title: 'VP Operations',
  company: 'Globex',
  phone: '+1 415 555 0134',
  budget: '$40k <!channel>',
  timeline: 'before March',
  companySize: '600',
  useCase: 'Get rid of\nspreadsheets',
};

/** Dana hands Sam off by hand, and Marcus has him. */
async function samIsHandedOff(t: TestContext) {
  const baton = await ready(t);
  await globexIsKnown(baton);
  await openModal(baton, DANA, HAND_OFF);
  const wrong = await submit(baton, DANA, { email: 'sam@nowhere', name: 'Sam Lee' });
  assert.deepEqual(Object.keys((wrong.body as { errors: object }).errors), ['email']);
  assert.equal(await outcomeOf(baton, DANA, SAM), 'updated');
  const card = await baton.card({ user: MARCUS }, 'Sam Lee');
  return { baton, card, handoff: await baton.handoff('sam.lee@globex-inc.com') };
}

test('a lead handed off by hand is judged, routed and written like any other, with what they said', async t => {
  const { baton, card, handoff } = await samIsHandedOff(t);
  const shown = wordsOf(card);
  for (const said of ['Budget: $40k &lt;!channel&gt;', 'Timeline: before March', 'Use case: Get rid of spreadsheets']) {
    assert.ok(shown.includes(said), `the card lacks ${said}`);
  }
  assert.deepEqual([handoff.source, handoff.priority, handoff.repEmail], ['manual', 'HIGH', MARCUS]);
  assert.match(
    String((await onlyRecord(baton, 'Lead')).Description),
    /handed off by hand by Dana Ruiz.*\nBudget: \$40k <!channel>\nTimeline: before March/,
  );
  const [first] = await baton.story(handoff.id);
  assert.deepEqual([first?.kind, first?.actor], ['crossed', DANA]);
  const sentence = /^Dana Ruiz handed the lead off by hand\. Budget: .*Use case: Get rid of spreadsheets$/;
  assert.match(first?.text ?? '', sentence);
  const told = await untilSaid(baton, { user: DANA }, /Sam Lee \(Globex\)/);
  assert.match(told.text, /handed to Marcus Chen\.\nWhy: /);
});

test('handed off once more by somebody who does not know: nothing is doubled, and they hear who has it', async t => {
  const { baton } = await samIsHandedOff(t);
  await openModal(baton, MARCUS, HAND_OFF);
  await submit(baton, MARCUS, { email: 'sam.lee@globex-inc.com' });
  const told = await untilSaid(baton, { user: MARCUS }, /is already an MQL/);
  assert.match(told.text, /handed to Marcus Chen/);
  assert.equal((await baton.handoffs()).length, 1);
  await onlyRecord(baton, 'Lead');
});

test('the same request twice, at the same moment, is one lead; what is put aside is told', async t => {
  const baton = await ready(t);
  const { deps, workspaceId } = baton.app;
  const by = { workspaceId, slackUserId: 'U0DANA', key: 'view:V1', lead: { email: 'Twice@Hooli-Inc.com' } };
  const outcomes = await Promise.all([1, 2, 3].map(() => handOff(deps, by)));
  assert.deepEqual(
    outcomes.map(outcome => outcome.kind),
    ['done', 'done', 'done'],
  );
  await baton.handoff('twice@hooli-inc.com');
  assert.deepEqual([await requestsByHand(baton), (await baton.handoffs()).length], [1, 1]);
  await untilSaid(baton, { user: DANA }, /twice@hooli-inc\.com/);

  await giveUpReadingByHand(baton, 'something broke.');
  await untilSaid(
    baton,
    { user: DANA },
    /twice@hooli-inc\.com could not be handed off yet: something broke\.\nAn admin was told/,
  );
});

test('a message becomes a lead; a throw-away address is left to nurture, and whoever asked hears why', async t => {
  const baton = await ready(t);
  const address = '<mailto:ida@mailinator.com|ida@mailinator.com>';
  const text = `<@U0BATONBOT> met her at the fair:\nIda Berg\nHead of IT, Initech\n${address}\n+47 22 33 44 55`;
  await act(baton, DANA, { message: { ...TEAM_CHANNEL, text } });
  const { channel, ts } = await untilSaid(baton, TEAM_CHANNEL, /Ida Berg/);
  const modal = await openModal(baton, DANA, { shortcut: { callback_id: 'make_lead', channel, ts } });
  const filled = Object.fromEntries(modal.blocks.map(block => [block.block_id, block.element?.initial_value]));
  assert.deepEqual(
    [filled.email, filled.name, filled.title, filled.company, filled.phone],
    ['ida@mailinator.com', 'Ida Berg', 'Head of IT', 'Initech', '+47 22 33 44 55'],
  );
  await submit(baton, DANA);
  const told = await untilSaid(baton, { user: DANA }, /Ida Berg.*left to nurture/);
  assert.match(told.text, /\nNurture: .*mailinator\.com.*disposable/s);
  const [first] = await baton.story((await baton.handoff('ida@mailinator.com')).id);
  assert.match(first?.text ?? '', /from a message in Slack/);
  assert.match(String(first?.detail.origin), /^https:\/\/acme-sales\.slack\.com\/archives\/C\w+\/p\d{16}$/);
  assert.deepEqual(await baton.records('Lead'), []);
});

test('a test lead goes the whole way, charges nobody, and is gone everywhere after a press', async t => {
  const baton = await ready(t);
  const before = await storedOfLeads(baton);
  await act(baton, MARCUS, { command: { text: 'test high' } });
  await untilAnswered(baton, MARCUS, /manager or an admin/);
  await act(baton, DANA, { command: { text: 'test high' } });
  const card = await baton.card({ user: MARCUS }, 'Test: Test Lead (Baton)');
  assert.match((await untilSaid(baton, { user: DANA }, /Your test lead/)).text, /handed to Marcus Chen/);
  await baton.settled();
  const lead = await onlyRecord(baton, 'Lead');
  assert.equal(lead.LastName, 'Lead (Baton)');
  assert.match(String(lead.Description), /^TEST: /);
  assert.deepEqual(await baton.handoffs(), [], 'lists leave it out');
  assert.deepEqual((await booksOfLeads(baton)).rotation, [], 'nobody is charged');

  await act(baton, MARCUS, clickOn(card, 'test_cleanup'));
  await until('the card is gone', async () =>
    (await baton.messages({ user: MARCUS })).every(({ ts }) => ts !== card.ts),
  );
  await baton.settled();
  assert.deepEqual([await baton.records('Lead'), await baton.records('Task')], [[], []]);
  assert.deepEqual(await storedOfLeads(baton), before);
});

test('a test lead goes away by itself; asked for LOW, it comes out LOW', async t => {
  const baton = await ready(t);
  await act(baton, DANA, { command: { text: 'test low' } });
  assert.match((await untilSaid(baton, { user: DANA }, /Your test lead/)).text, /left to nurture/);
  const minutes = await until('the clean-up waits', () => minutesUntilCleanup(baton));
  assert.ok(minutes > 9, `${minutes} minutes`);
  await hurry(baton);
  await until('it is gone', async () => (await leadsKept(baton)) === 0);
});

/** Emma is in HubSpot with a score that is enough, and Baton has not heard of her; nothing is left to do. */
async function emmaUnheardOf(t: TestContext): Promise<System> {
  const baton = await ready(t);
  await baton.post('/_sandbox/hubspot/webhooks', { mode: 'off' });
  const emma = { firstname: 'Emma', lastname: 'Thompson', jobtitle: 'VP Operations', company: 'Acme Corp' };
  await baton.post('/_sandbox/hubspot/contacts', { email: 'emma@acmecorp.com', ...emma, hubspotscore: 63 });
  await openHome(baton, DANA);
  await until('Home is noted', async () => (await homesDrawn(baton)) === 1);
  await baton.settled();
  return baton;
}

/** What Dana is told of a simulation. */
const simulated = async (baton: System, email: string) => (await mql(baton, DANA, `simulate ${email}`)).text;

/** HubSpot and Salesforce do not answer any more. */
async function vendorsAreAway(baton: System): Promise<void> {
  const away = { status: 503, body: {}, times: 5 };
  await breakCalls(baton, { service: 'hubspot', ...away }, { service: 'salesforce', ...away });
}

test('a simulation says what would happen; whoever cannot be asked is named, and the rest is said all the same', async t => {
  const baton = await emmaUnheardOf(t);
  const known = await simulated(baton, 'emma@acmecorp.com');
  assert.match(known, /If emma@acmecorp\.com became an MQL now.*known, with a score of 63/s);
  assert.match(known, /handed off: score unknown → 63, threshold 50/);
  assert.match(known, /was not asked about acmecorp\.com|were not asked about acmecorp\.com/);
  assert.match(await simulated(baton, 'stranger@nowhere-known.com'), /If stranger@.*not known there/s);
  await vendorsAreAway(baton);
  const unasked = await simulated(baton, 'other@acmecorp.com');
  assert.match(unasked, /hubspot could not be asked.*salesforce could not be asked/is);
});

test('a simulation does nothing of what it says: nothing is stored, spent or written', async t => {
  const baton = await emmaUnheardOf(t);
  const before = await everythingStored(baton);
  const paid = async () => [(await baton.calls('clearbit')).length, (await baton.calls('apollo')).length];
  const [credits, calls] = [await paid(), (await baton.calls('salesforce')).length];
  for (const email of ['emma@acmecorp.com', 'stranger@nowhere-known.com']) await simulated(baton, email);
  await vendorsAreAway(baton);
  await simulated(baton, 'other@acmecorp.com');
  await baton.settled();
  assert.deepEqual(await everythingStored(baton), before, 'the database is as it was');
  assert.deepEqual(await paid(), credits, 'no credit was spent');
  const made = (await baton.calls('salesforce')).slice(calls).filter(call => call.method !== 'GET');
  assert.ok(
    made.every(call => !/Lead|Task|sobjects/.test(call.path)),
    `only looked: ${made.map(call => call.path).join(', ')}`,
  );
  assert.deepEqual(await baton.records('Lead'), []);
});
