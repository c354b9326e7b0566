import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { closePlace, takeTurn } from '../../src/db/card-queue.ts';
import { drain } from '../../src/handoff/cards/drain.ts';
import { after, MINUTE, SECOND } from '../../src/lib/clock.ts';
import { aSecondPasses, handoffsIn } from '../helpers/cards.ts';
import { EVERY_TENTH, numberedLeadCrosses } from '../helpers/leads.ts';
import { type Message, type System, system } from '../helpers/system.ts';
import { until } from '../helpers/until.ts';

const LEADS = 300;

/** Every card goes to one channel; only Europe's team has one of its own. */
const playbook = (await readFile(new URL('../../playbook.yaml', import.meta.url), 'utf8'))
  .replace('assigned: dm', 'assigned: channel')
  .replace('channel: "#mql-mid-market"\n', '\n')
  .replace('{ name: EMEA SDRs,', '{ name: EMEA SDRs, channel: "#mql-mid-market",');

/** What Slack asks for, longer than a busy machine takes to bring the leads. */
const PAUSE = 20 * MINUTE;

const ALL = '#mql-handoffs';
const EUROPE = '#mql-mid-market';

test('300 cards for one channel under Slack’s limit: none lost, none doubled, HIGH first, other channels at once', async t => {
  const baton = await system(t, { playbook });
  const { deps, workspaceId } = baton.app;
  await baton.post('/_sandbox/slack/limits', { perChannelPerSecond: true });
  // Slack asked for a pause: everything has to wait in line.
  await closePlace(deps.db, workspaceId, `channel:${ALL}`, after(deps.clock.now(), PAUSE));
  await Promise.all(Array.from({ length: LEADS }, (_, index) => numberedLeadCrosses(baton, index)));
  await baton.settled();
  const waiting = await baton.handoffs();
  assert.equal(waiting.length, LEADS);
  await numberedLeadCrosses(baton, LEADS, 'United Kingdom');
  await baton.card({ channel: EUROPE }, `Number ${LEADS}`);
  assert.deepEqual(await baton.messages({ channel: ALL }), []);

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
  const { deps, workspaceId } = baton.app;
  await closePlace(deps.db, workspaceId, `channel:${ALL}`, after(deps.clock.now(), PAUSE));
  await Promise.all(Array.from({ length: 7 }, (_, index) => numberedLeadCrosses(baton, index + 1)));
  await baton.settled();
  baton.clock.move(PAUSE);
  const digest = await until('the digest', async () => {
    await aSecondPasses(baton);
    return (await baton.messages({ channel: ALL })).find(message => message.text.includes('7 to claim'));
  });
  const [first] = handoffsIn([digest]).flat();
  const click = { channel: digest.channel, ts: digest.ts, action_id: 'claim', value: first };
  await baton.post('/_sandbox/slack/act', { user: 'marcus@example.com', click });
  await baton.card({ user: 'marcus@example.com' }, 'Claimed by Marcus Chen');
  await baton.card({ channel: ALL }, '6 to claim');
  const [line] = await baton.messages({ channel: ALL });
  assert.match(JSON.stringify(line), /Marcus Chen has it/);
});

const POST = { service: 'slack', path: '/api/chat.postMessage' };
const LOOK = { service: 'slack', path: '/api/conversations.history' };
const busy = { status: 429, headers: { 'retry-after': '3' }, body: { ok: false, error: 'ratelimited' } };

/** What may happen to the first messages of a line. */
const troubles: [what: string, strike: (baton: System) => Promise<unknown>][] = [
  ['Slack is away for a while', baton => baton.post('/_sandbox/fault', { ...POST, status: 503, times: 3 })],
  [
    'answers are lost',
    async baton => {
      await baton.post('/_sandbox/fault', { ...POST, reset: true, after: 'after' });
      await baton.post('/_sandbox/fault', { ...POST, skip: 2, reset: true, after: 'after' });
    },
  ],
  [
    'an answer is lost, and Slack asks for patience when Baton looks and when it posts',
    async baton => {
      await baton.post('/_sandbox/fault', { ...POST, reset: true, after: 'after' });
      await baton.post('/_sandbox/fault', { ...LOOK, ...busy, times: 2 });
      await baton.post('/_sandbox/fault', { ...POST, ...busy, skip: 1 });
    },
  ],
  [
    'a worker takes its turn and dies, twice',
    async ({ app: { deps, workspaceId }, clock }) => {
      for (const burst of [100, 5]) {
        const turn = await takeTurn(deps.db, workspaceId, `channel:${ALL}`, burst, clock.now());
        assert.ok(turn.kind === 'card' || turn.kind === 'digest', turn.kind);
        clock.move(SECOND);
      }
      // The queue gives the dead worker's job to another; no job but that one is left.
      await deps.db.raw(`select graphile_worker.remove_job(?)`, [`drain:${workspaceId}:channel:${ALL}`]);
      await drain(deps, { workspaceId, place: `channel:${ALL}` });
    },
  ],
];

for (const [what, strike] of troubles) {
  test(`a line of cards in which ${what}: none is lost, none comes twice`, async t => {
    const baton = await system(t, { playbook });
    const { deps, workspaceId } = baton.app;
    await closePlace(deps.db, workspaceId, `channel:${ALL}`, after(deps.clock.now(), PAUSE));
    await Promise.all(Array.from({ length: 13 }, (_, index) => numberedLeadCrosses(baton, index + 1)));
    await baton.settled();
    baton.clock.move(PAUSE);
    await strike(baton);
    const shown = await everybodyShown(baton);
    const all = (await baton.handoffs()).map(one => one.id);
    assert.deepEqual(shown.flat().sort(), all.sort());
    const { rows } = await deps.db.raw('select job, reason from parked_jobs');
    assert.deepEqual(rows, []);
  });
}

test('many at once for one person: claimed from the list in their DM, a lead comes there as a whole card', async t => {
  const baton = await system(t);
  const { deps, workspaceId } = baton.app;
  const inDm = { user: 'marcus@example.com' };
  await closePlace(deps.db, workspaceId, 'dm:U0MARCUS', after(deps.clock.now(), PAUSE));
  await Promise.all(Array.from({ length: 13 }, (_, index) => numberedLeadCrosses(baton, index + 1)));
  await baton.settled();
  baton.clock.move(PAUSE);
  await everybodyShown(baton);
  const isList = (message: Message) => message.text.includes('arrived at once');
  const [list] = (await baton.messages(inDm)).filter(isList);
  assert.ok(list);
  const [first = '', second] = handoffsIn([list]).flat();
  const click = { channel: list.channel, ts: list.ts, action_id: 'claim', value: first };
  await baton.post('/_sandbox/slack/act', { user: 'marcus@example.com', click });
  const card = await until('the whole card', async () => {
    await aSecondPasses(baton);
    return (await baton.messages(inDm)).find(one => one.ts !== list.ts && JSON.stringify(one).includes(first));
  });
  assert.match(JSON.stringify(card), /Claimed by Marcus Chen.*log_call/);
  // The list goes on living, also the line of what has a card of its own.
  await baton.post('/_sandbox/slack/act', {
    user: 'marcus@example.com',
    click: { ...click, value: second },
  });
  await until('two lines are taken', async () => {
    await aSecondPasses(baton);
    const [now] = (await baton.messages(inDm)).filter(isList);
    return JSON.stringify(now).split('Marcus Chen has it').length === 3;
  });
  await baton.settled();
  const cards = (await baton.messages(inDm)).filter(one => !isList(one) && JSON.stringify(one).includes(first));
  assert.equal(cards.length, 1);
});

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
  return handoffsIn(await baton.messages({ channel: ALL }));
}
