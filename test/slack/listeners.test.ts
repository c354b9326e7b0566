import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ClaimOutcome } from '../../src/handoff/core/outcomes.ts';
import type { Queries } from '../../src/handoff/queries/queries.ts';
import { Unavailable } from '../../src/lib/errors.ts';
import { slackBaton, unkeyed } from './baton.ts';
import { emmasCard } from './cards.ts';
import { emma as known } from './emma.ts';

const MARCUS = { user: 'marcus@example.com' };
const PRIYA = { user: 'priya@example.com' };
const HANDOFFS = { kind: 'channel', channel: '#mql-handoffs' } as const;

/** As of this moment: nothing here goes by a clock of its own. */
const emma = { ...known, crossedAt: new Date(), openedAt: new Date(), deliveredAt: new Date() };

const asking = (queries: Partial<Queries>): { queries: Partial<Queries> } => ({
  queries: {
    find: async () => [emma],
    timeline: async () => ({ entries: [], decision: emmasCard().decision, judgement: emmasCard().judgement }),
    card: async () => emmasCard(),
    ...queries,
  },
});

test('the first to press Claim has it; the second hears who and when, alone', async t => {
  const pressed: unknown[] = [];
  const outcomes: ClaimOutcome[] = [
    { kind: 'claimed' },
    { kind: 'taken', by: 'Priya Nair', at: new Date(Date.now() - 125_000), yours: false },
  ];
  const baton = await slackBaton(t, {
    actions: {
      claim: async press => {
        pressed.push(press);
        return outcomes.shift() ?? { kind: 'not_found' };
      },
    },
  });
  const { channel, ts } = await baton.notifier.post(HANDOFFS, emmasCard(), false);
  const first = await baton.act({ ...PRIYA, click: { channel, ts, action_id: 'claim' } });
  const second = await baton.act({ ...MARCUS, click: { channel, ts, action_id: 'claim' } });
  assert.deepEqual([first.status, second.status], [200, 200]);
  assert.deepEqual(unkeyed(pressed), [
    { workspaceId: 'w1', handoffId: emma.id, slackUserId: 'U0PRIYA' },
    { workspaceId: 'w1', handoffId: emma.id, slackUserId: 'U0MARCUS' },
  ]);
  await baton.settled();
  const ephemeral = async (who: { user: string }) =>
    (await baton.shown(who)).filter(one => one.ephemeral).map(one => one.text);
  assert.deepEqual(await ephemeral(MARCUS), ['*Priya Nair* claimed this 2 minutes ago.']);
  assert.deepEqual(await ephemeral(PRIYA), []);
});

const refusals: [ClaimOutcome, string][] = [
  [{ kind: 'taken', by: 'Marcus Chen', at: new Date(), yours: true }, 'You claimed this just now: it is yours.'],
  [{ kind: 'closed', state: 'nurture' }, 'This lead was put into nurture.'],
  [{ kind: 'not_found' }, 'Baton does not know this lead any more. It may have been erased.'],
  [{ kind: 'not_allowed', who: 'a member of <b>SDRs' }, 'Only a member of &lt;b&gt;SDRs can do this.'],
];

test('every refusal of a claim is a sentence for the person alone', async t => {
  let next: ClaimOutcome = { kind: 'not_found' };
  const baton = await slackBaton(t, { actions: { claim: async () => next } });
  const { channel, ts } = await baton.notifier.post(HANDOFFS, emmasCard(), false);
  for (const [outcome, sentence] of refusals) {
    next = outcome;
    await baton.act({ ...MARCUS, click: { channel, ts, action_id: 'claim' } });
    await baton.settled();
    const last = (await baton.shown(MARCUS)).at(-1);
    assert.deepEqual([last?.text, last?.ephemeral], [sentence, true]);
  }
});

test('a link button says nothing', async t => {
  const baton = await slackBaton(t, asking({}));
  const owner = { state: 'left', to: 'Priya Nair', how: 'By hand' } as const;
  const alert = {
    kind: 'owner',
    key: 'k',
    since: '2026-11-24T18:00:00.000Z',
    card: { ...emmasCard(), owner },
  } as const;
  const { channel, ts } = await baton.notifier.alert(HANDOFFS, alert, false);
  await baton.act({ ...MARCUS, click: { channel, ts, action_id: 'open_record' } });
  await baton.settled();
  assert.deepEqual(await baton.shown(MARCUS), []);
});

test('a listener that fails answers where the person is, with a reference that finds the log line', async t => {
  const baton = await slackBaton(t, {
    ...asking({
      repHome: async () => {
        throw new Error('the database fell over');
      },
    }),
    actions: {
      claim: async () => {
        throw new Error('xoxb-secret-token-1234567890 broke');
      },
    },
  });
  const { channel, ts } = await baton.notifier.post(HANDOFFS, emmasCard(), false);
  const { status } = await baton.act({ ...MARCUS, click: { channel, ts, action_id: 'claim' } });
  assert.equal(status, 200);
  await baton.settled();
  const [answer] = (await baton.shown(MARCUS)).filter(one => one.ephemeral);
  const reference = /this reference: ([0-9a-f]{8})$/.exec(answer?.text ?? '')?.[1];
  assert.ok(reference, `no reference in: ${answer?.text}`);
  const line = baton.lines().find(written => written.reference === reference);
  assert.equal(line?.msg, 'a Slack listener failed');
  assert.doesNotMatch(JSON.stringify(baton.lines()), /xoxb-secret/);
  assert.doesNotMatch(answer?.text ?? '', /xoxb|broke/);

  await baton.act({ ...PRIYA, home: {} });
  await baton.settled();
  const [inDm] = await baton.shown(PRIYA);
  assert.match(inDm?.text ?? '', /give your admin this reference/);
});

test('a listener that fails before acknowledging is acknowledged all the same, at once', async t => {
  const baton = await slackBaton(t, {
    seenBefore: async () => {
      throw new Unavailable('the database is away', { service: 'database' });
    },
  });
  const { status, error } = await baton.act({ ...MARCUS, command: { text: 'help' } });
  assert.deepEqual([status, error], [200, undefined]);
  await baton.settled();
  const [answer] = await baton.shown(MARCUS);
  assert.match(answer?.text ?? '', /is not answering Baton just now.*\(reference [0-9a-f]{8}\)/);
});

test('who works in a workspace without Baton is told the truth, and it is no error of ours', async t => {
  const baton = await slackBaton(t, { authorize: async () => undefined });
  const { status } = await baton.act({ ...MARCUS, command: { text: 'help' } });
  assert.equal(status, 200);
  await baton.settled();
  const [answer] = await baton.shown(MARCUS);
  assert.match(answer?.text ?? '', /^Your Slack workspace does not use Baton, so nothing was done\./);
  const lines = baton.lines();
  assert.deepEqual(
    lines.map(({ level, msg }) => [level, msg]),
    [['debug', 'a Slack delivery of a workspace without Baton']],
  );
});

test('help comes to who writes to Baton, and to who mentions it, alone', async t => {
  const baton = await slackBaton(t);
  await baton.act({ ...MARCUS, message: { text: 'hello?' } });
  await baton.act({ ...PRIYA, message: { text: '<@U0BATONBOT> what are you?', channel: '#mql-handoffs' } });
  await baton.settled();
  const [, inDm, ...more] = await baton.shown(MARCUS);
  assert.match(inDm?.text ?? '', /\*Baton\* brings/);
  assert.deepEqual(more, [], 'Baton does not answer its own answer');
  const mine = (await baton.shown(PRIYA)).filter(one => one.ephemeral);
  assert.equal(mine.length, 1);
});

test("removal of Baton and of its token are told on; of a person's token not", async t => {
  const told: unknown[] = [];
  const baton = await slackBaton(t, {
    removed: async ({ teamId, botUserIds }) => void told.push([teamId, botUserIds]),
  });
  await baton.act({ ...MARCUS, event: { type: 'tokens_revoked', tokens: { oauth: ['U0MARCUS'], bot: [] } } });
  await baton.act({ ...MARCUS, event: { type: 'tokens_revoked', tokens: { oauth: [], bot: ['U0BATONBOT'] } } });
  await baton.act({ ...MARCUS, event: { type: 'app_uninstalled' } });
  await baton.settled();
  assert.deepEqual(told, [
    ['T0BATON', ['U0BATONBOT']],
    ['T0BATON', undefined],
  ]);
});
