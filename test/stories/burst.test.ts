/** More cards for one place than Slack takes at once. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { MINUTE, SECOND } from '../../src/lib/clock.ts';
import { aSecondPasses, handoffsIn, pausePlace, postCards, takeCards } from '../helpers/cards.ts';
import { loseJob } from '../helpers/database-changes.ts';
import { parkedJobs } from '../helpers/database-questions.ts';
import { EVERY_TENTH, numberedLeadsCross } from '../helpers/leads.ts';
import { messagesSaying } from '../helpers/messages.ts';
import { ALL_CHANNEL, DANA, MARCUS, TEAM_CHANNEL } from '../helpers/people.ts';
import { exampleWith } from '../helpers/playbooks.ts';
import { act, clickOn } from '../helpers/slack.ts';
import { type Conversation, type Message, type System, system } from '../helpers/system.ts';
import { until } from '../helpers/until.ts';
import { breakCalls } from '../helpers/vendors.ts';

const LEADS = 100;

/** Every card goes to one channel; only Europe's team has one of its own. */
const playbook = exampleWith(
  ['assigned: dm', 'assigned: channel'],
  ['channel: "#mql-mid-market"\n', '\n'],
  ['{ name: EMEA SDRs,', '{ name: EMEA SDRs, channel: "#mql-mid-market",'],
);

/** What Slack asks for, longer than a busy machine takes to bring the leads. */
const PAUSE = 20 * MINUTE;

const LINE = `channel:${ALL_CHANNEL.channel}`;
const EUROPE = TEAM_CHANNEL;

/** Leads cross, and their cards stand in line because Slack asked for a pause; then the pause is over. */
async function crossDuringPause(baton: System, place: string, count: number): Promise<void> {
  await pausePlace(baton, place, PAUSE);
  await numberedLeadsCross(baton, 1, count + 1);
  await baton.settled();
  baton.clock.move(PAUSE);
}

test('100 cards for one channel under Slack’s limit: none lost, none doubled, HIGH first, other channels at once', async t => {
  const baton = await system(t, { playbook });
  await baton.post('/_sandbox/slack/limits', { perChannelPerSecond: true });
  await pausePlace(baton, LINE, PAUSE);
  await numberedLeadsCross(baton, 0, LEADS);
  await baton.settled();
  const waiting = await baton.handoffs();
  assert.equal(waiting.length, LEADS);
  await numberedLeadsCross(baton, LEADS, LEADS + 1, 'United Kingdom');
  await baton.card(EUROPE, `Number ${LEADS}`);
  assert.deepEqual(await baton.messages(ALL_CHANNEL), []);

  baton.clock.move(PAUSE);
  const shown = await everybodyShown(baton);
  const isHigh = new Map(waiting.map(one => [one.id, one.priority === 'HIGH']));
  assert.deepEqual(shown.flat().sort(), [...isHigh.keys()].sort());
  const order = shown.flat().map(id => isHigh.get(id));
  assert.equal(order.lastIndexOf(true) + 1, LEADS / EVERY_TENTH, 'HIGH first');
  assert.ok(shown.length < 30, `${shown.length} messages for ${LEADS} leads`);
  const refused = baton.sandbox.calls('slack').filter(call => call.status === 429);
  assert.equal(refused.length, 0, 'Slack never had to ask for patience');
});

test('a lead is claimed from a digest: the line says who has it, and the winner gets the whole card', async t => {
  const baton = await system(t, { playbook });
  await crossDuringPause(baton, LINE, 7);
  const digest = await untilPosted(baton, ALL_CHANNEL, /7 to claim/);
  const [first] = handoffsIn([digest]).flat();
  // Each line is somebody's: their manager may take any.
  await act(baton, DANA, clickOn(digest, 'claim', first));
  await baton.card({ user: DANA }, '· yours');
  await baton.card(ALL_CHANNEL, '6 to claim');
  const [line] = await baton.messages(ALL_CHANNEL);
  assert.match(JSON.stringify(line), /Dana Ruiz has it/);
});

const POST = { service: 'slack', path: '/api/chat.postMessage' };
const LOOK = { service: 'slack', path: '/api/conversations.history' };
const busy = { status: 429, headers: { 'retry-after': '3' }, body: { ok: false, error: 'ratelimited' } };
const lost = { reset: true, after: 'after' } as const;

/** What may happen to the first messages of a line. */
const troubles: [what: string, strike: (baton: System) => Promise<unknown>][] = [
  ['Slack is away for a while', baton => breakCalls(baton, { ...POST, status: 503, times: 3 })],
  ['answers are lost', baton => breakCalls(baton, { ...POST, ...lost }, { ...POST, ...lost, skip: 2 })],
  [
    'an answer is lost, and Slack asks for patience when Baton looks and when it posts',
    baton => breakCalls(baton, { ...POST, ...lost }, { ...LOOK, ...busy, times: 2 }, { ...POST, ...busy, skip: 1 }),
  ],
  [
    'a worker takes its turn and dies, twice',
    async baton => {
      for (const burst of [100, 5]) {
        await takeCards(baton, LINE, burst);
        baton.clock.move(SECOND);
      }
      // The queue gives the dead worker's job to another; no job but that one is left.
      await loseJob(baton, `drain:${baton.app.workspaceId}:${LINE}`);
      await postCards(baton, LINE);
    },
  ],
];

for (const [what, strike] of troubles) {
  test(`a line of cards in which ${what}: none is lost, none comes twice`, async t => {
    const baton = await system(t, { playbook });
    await crossDuringPause(baton, LINE, 13);
    await strike(baton);
    const shown = await everybodyShown(baton);
    const all = (await baton.handoffs()).map(one => one.id);
    assert.deepEqual(shown.flat().sort(), all.sort());
    assert.deepEqual(await parkedJobs(baton), []);
  });
}

/** A list of 13 leads in Marcus's DM, and the first two of them. */
async function listInDm(t: TestContext) {
  const baton = await system(t);
  await crossDuringPause(baton, 'dm:U0MARCUS', 13);
  await everybodyShown(baton);
  const [list] = await messagesSaying(baton, { user: MARCUS }, LIST);
  assert.ok(list);
  const [first = '', second = ''] = handoffsIn([list]).flat();
  return { baton, list, first, second };
}

const LIST = /new leads?, /;

test('many at once for one person: claimed from the list in their DM, a lead comes there as a whole card', async t => {
  const { baton, list, first, second } = await listInDm(t);
  const cards = async () =>
    (await messagesSaying(baton, { user: MARCUS }, new RegExp(first))).filter(one => one.ts !== list.ts);
  await act(baton, MARCUS, clickOn(list, 'claim', first));
  const card = await until('the whole card', async () => {
    await aSecondPasses(baton);
    return (await cards())[0];
  });
  assert.match(JSON.stringify(card), /yours.*log_call/);
  // The list goes on living, also the line of what has a card of its own.
  await act(baton, MARCUS, clickOn(list, 'claim', second));
  await untilPosted(baton, { user: MARCUS }, /(Marcus Chen has it.*){2}/);
  await baton.settled();
  assert.equal((await cards()).length, 1);
});

/** Waits for a message, at Slack's pace. */
function untilPosted(baton: System, where: Conversation, pattern: RegExp): Promise<Message> {
  return until(`${pattern} in ${JSON.stringify(where)}`, async () => {
    await aSecondPasses(baton);
    return (await messagesSaying(baton, where, pattern))[0];
  });
}

/** Which handoffs each message of the channel shows once every lead has been delivered. */
async function everybodyShown(baton: System): Promise<string[][]> {
  await until(
    'everybody has been shown',
    async () => {
      await aSecondPasses(baton);
      return (await baton.handoffs()).every(one => one.deliveredAt);
    },
    180_000,
  );
  return handoffsIn(await baton.messages(ALL_CHANNEL));
}
