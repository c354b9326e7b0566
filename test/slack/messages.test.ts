/** What people write to Baton, the shortcuts that make a lead, and every way of not being left in silence. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ManualLead } from '../../src/domain/manual.ts';
import type { Outcome } from '../../src/handoff/commands.ts';
import { clockFrom, MINUTE } from '../../src/lib/clock.ts';
import { cardMessage } from '../../src/slack/blocks/card.ts';
import { HOME_AWAY } from '../../src/slack/blocks/home/leads.ts';
import { handOffModal } from '../../src/slack/blocks/modals/hand-off.ts';
import { slackClient } from '../../src/slack/notifier.ts';
import { type SlackBaton, slackBaton, unkeyed } from './baton.ts';
import { emmasCard } from './cards.ts';
import { emma, PLAYBOOK } from './emma.ts';
import { problemsInMessage, problemsInView } from './problems.ts';

const MARCUS = { user: 'marcus@example.com' };
const PRIYA = { user: 'priya@example.com' };
const CHANNEL = { kind: 'channel', channel: '#mql-handoffs' } as const;

const looking = {
  find: async () => [emma],
  lead: async () => emma,
  card: async () => emmasCard(),
  timeline: async () => ({ entries: [], decision: emmasCard().decision, judgement: emmasCard().judgement }),
  rotationOrder: async () => undefined,
  playbook: async () => ({ playbook: PLAYBOOK, version: 1 }),
};

/** What Baton said to somebody, without what they said themselves. */
async function said(baton: SlackBaton, who: { user: string }) {
  await baton.settled();
  return (await baton.shown(who)).filter(message => 'bot_id' in message || message.ephemeral);
}

const questions: [asked: string, answer: RegExp][] = [
  ['hello?', /\*Baton\* brings/],
  ['help', /\/mql help all/],
  ['why emma@acmecorp.com', /\*Rule:\* HIGH mid-market/],
  ['/mql why <mailto:emma@acmecorp.com|emma@acmecorp.com>', /\*Rule:\* HIGH mid-market/],
  ['show emma', /Emma Thompson/],
  ['emma thompson', /Emma Thompson/],
  ['claim emma', /In a message Baton only looks things up/],
  ['timeline emma', /In a message Baton only looks things up/],
];
for (const [asked, answer] of questions) {
  test(`in the DM: ${asked}`, async t => {
    const baton = await slackBaton(t, {
      queries: { ...looking, find: async (_workspace, text) => (/emma/.test(text) ? [emma] : []) },
    });
    await baton.act({ ...MARCUS, message: { text: asked } });
    const [only, ...more] = await said(baton, MARCUS);
    assert.match(only?.text ?? '', answer);
    assert.deepEqual(more, [], 'and Baton does not answer its own answer');
  });
}

test('a question is answered in its thread; what was not understood is named, with questions that are near', async t => {
  const baton = await slackBaton(t, {
    queries: { ...looking, find: async () => [] },
    questions: { ask: async () => ({ kind: 'unread', words: ['blue'], near: ['my open leads'] }) },
  });
  await baton.act({ ...MARCUS, message: { text: 'could you please tell me which of all those blue leads are mine' } });
  await baton.settled();
  const [asked] = (await baton.shown(MARCUS)) as { replies?: { text: string; blocks?: unknown[] }[] }[];
  const [reply] = asked?.replies ?? [];
  assert.match(reply?.text ?? '', /^I didn’t understand “blue”, so I didn’t guess\./);
  assert.match(JSON.stringify(reply?.blocks), /ask my open leads/);
});

test('an action typed as a message is a button, whose press has what a form needs', async t => {
  const claimed: unknown[] = [];
  const baton = await slackBaton(t, {
    queries: looking,
    actions: {
      claim: async on => {
        claimed.push(on);
        return { kind: 'claimed' };
      },
    },
  });
  await baton.act({ ...MARCUS, message: { text: 'claim emma' } });
  const [offer] = await said(baton, MARCUS);
  assert.ok(offer);
  const id = offer.blocks?.flatMap(block => block.elements ?? []).find(one => one.action_id)?.action_id;
  await baton.act({ ...MARCUS, click: { channel: offer.channel, ts: offer.ts, action_id: id } });
  assert.match((await said(baton, MARCUS)).at(-1)?.text ?? '', /Emma Thompson/);
  assert.deepEqual(unkeyed(claimed), [{ workspaceId: 'w1', slackUserId: 'U0MARCUS', handoffId: emma.id }]);
});

test('a question in a thread is answered there; edits, bots and Baton itself are not answered', async t => {
  const baton = await slackBaton(t, { queries: looking });
  await baton.act({ ...MARCUS, message: { text: 'help' } });
  const [first] = await baton.shown(MARCUS);
  assert.ok(first);
  await baton.act({ ...MARCUS, message: { text: 'why emma', thread_ts: first.ts } });
  const im = { type: 'message', channel: first.channel, channel_type: 'im', text: 'why emma' };
  for (const silent of [
    { ...im, ts: '1.1', subtype: 'message_changed', message: { text: 'why emma', user: 'U0MARCUS' } },
    { ...im, ts: '1.2', subtype: 'message_deleted', deleted_ts: '1.1' },
    { ...im, ts: '1.3', bot_id: 'B0OTHER', user: 'U0OTHER' },
    { ...im, ts: '1.4', user: 'U0BATONBOT' },
    { ...im, ts: '1.5', channel_type: 'channel' },
  ]) {
    await baton.act({ ...MARCUS, event: silent });
  }
  await baton.act({ ...MARCUS, event: { ...im, ts: '1.6', subtype: 'file_share', files: [{ id: 'F1' }] } });
  await baton.settled();
  const [question, ...others] = (await baton.shown(MARCUS)) as unknown as {
    text: string;
    replies: { text: string }[];
  }[];
  assert.match(question?.replies.at(-1)?.text ?? '', /\*Rule:\*/);
  assert.deepEqual(
    others.map(one => /\*Rule:\*/.test(one.text)),
    [false, true],
    'help, and the answer to the file',
  );
});

test('a mention is answered to that person alone; strangers hear who may', async t => {
  const baton = await slackBaton(t, {
    queries: { ...looking, who: async by => (by.slackUserId === 'U0PRIYA' ? undefined : who) },
  });
  await baton.act({ ...MARCUS, message: { text: '<@U0BATONBOT> why emma', channel: '#mql-handoffs' } });
  await baton.act({ ...PRIYA, message: { text: '<@U0BATONBOT> why emma', channel: '#mql-handoffs' } });
  const [mine] = await said(baton, MARCUS);
  assert.match(mine?.text ?? '', /\*Rule:\* HIGH mid-market/);
  assert.equal(mine?.ephemeral, true);
  assert.match((await said(baton, PRIYA))[0]?.text ?? '', /Only people of Baton’s playbook/);
});

const who = {
  email: 'marcus@example.com',
  name: 'Marcus Chen',
  slackUserId: 'U0MARCUS',
  admin: false,
  teams: ['mid_market_sdr'],
  manages: [],
  reports: [],
};

test('the Messages tab welcomes everybody once', async t => {
  const known = new Set<string>();
  const greet = async ({ slackUserId }: { slackUserId: string }) => ({
    first: known.size < known.add(slackUserId).size,
  });
  const baton = await slackBaton(t, { actions: { greet } });
  for (const person of [MARCUS, MARCUS, PRIYA]) await baton.act({ ...person, home: { tab: 'messages' } });
  for (const person of [MARCUS, PRIYA]) {
    const [welcome, ...more] = await said(baton, person);
    assert.match(welcome?.text ?? '', /\*Baton\* brings.*\/mql list/s);
    assert.deepEqual(more, []);
  }
});

interface View {
  title: { text: string };
  callback_id: string;
  blocks: { block_id: string; text?: { text: string } }[];
}

async function modal(baton: SlackBaton): Promise<View | undefined> {
  await baton.settled();
  const { views } = (await baton.control('state')) as { views: Record<string, View[]> };
  return views.U0MARCUS?.at(-1);
}

test('Hand off a lead: what is wrong is said at its field; the same modal twice is the same request', async t => {
  const handed: { lead: ManualLead; key: string }[] = [];
  let outcome: Outcome<{ email: string }> = { kind: 'unfit', field: 'lastName', why: 'The last name may have 80.' };
  const baton = await slackBaton(t, {
    queries: looking,
    actions: {
      handOff: async ({ lead, key }) => {
        handed.push({ lead, key });
        return outcome;
      },
    },
  });
  await baton.act({ ...MARCUS, shortcut: { callback_id: 'hand_off' } });
  assert.equal((await modal(baton))?.title.text, 'Hand off a lead');
  const values = { email: 'sam@acme.com', name: 'Sam Lee', useCase: 'Reports\nand more', company: '  ' };
  const wrong = await baton.act({ ...MARCUS, submit: { values } });
  assert.deepEqual(wrong.body, { response_action: 'errors', errors: { name: 'The last name may have 80.' } });
  outcome = { kind: 'done', email: 'sam@acme.com' };
  await baton.act({ ...MARCUS, submit: { values: {} } });
  const after = await modal(baton);
  assert.match(after?.blocks[0]?.text?.text ?? '', /^\*Sam Lee\* is on the way/);
  assert.deepEqual(handed[1]?.lead, {
    email: 'sam@acme.com',
    firstName: 'Sam',
    lastName: 'Lee',
    useCase: 'Reports\nand more',
  });
  assert.equal(handed[0]?.key, handed[1]?.key);
  assert.match(handed[0]?.key ?? '', /^view:V/);
});

test('a stranger’s shortcut opens who may, and a refused test is told where it was pressed', async t => {
  const baton = await slackBaton(t, {
    queries: { ...looking, who: async () => undefined },
    actions: { endTest: async () => ({ kind: 'not_allowed', who: 'Dana Ruiz' }) },
  });
  await baton.act({ ...MARCUS, shortcut: { callback_id: 'hand_off' } });
  assert.match((await modal(baton))?.blocks[0]?.text?.text ?? '', /Only people of Baton’s playbook/);
  const { channel, ts } = await baton.notifier.post(CHANNEL, emmasCard({ isTest: true }), false);
  await baton.act({ ...MARCUS, click: { channel, ts, action_id: 'test_cleanup' } });
  assert.equal((await said(baton, MARCUS)).at(-1)?.text, 'Only Dana Ruiz can do this.');
});

const broken = async () => {
  throw new Error('the database fell over');
};

test('a submission that fails says so in the modal, with what was filled in still there', async t => {
  const baton = await slackBaton(t, { queries: looking, actions: { handOff: broken } });
  await baton.act({ ...MARCUS, shortcut: { callback_id: 'hand_off' } });
  await baton.settled();
  const { body } = await baton.act({ ...MARCUS, submit: { values: { email: 'sam@acme.com' } } });
  assert.match(JSON.stringify(body), /"errors":\{"email":"Baton could not do that\..*reference/);
  assert.deepEqual(await said(baton, MARCUS), []);
});

test('a deed whose confirmation finds neither channel nor DM is confirmed in a modal, not called a failure', async t => {
  const baton = await slackBaton(t, { queries: looking, actions: { logCall: async () => ({ kind: 'done' }) } });
  const { channel, ts } = await baton.notifier.post(CHANNEL, emmasCard(), false);
  await baton.act({ ...MARCUS, click: { channel, ts, action_id: 'log_call' } });
  await baton.settled();
  for (const path of ['/chat.postEphemeral', '/chat.postMessage']) {
    baton.sandbox.fault({ service: 'slack', path, status: 500, body: {}, times: 1 });
  }
  const { body } = await baton.act({ ...MARCUS, submit: { values: { outcome: 'connected' } } });
  assert.equal(body, '', 'the modal closes');
  await baton.settled();
  assert.deepEqual(await said(baton, MARCUS), []);
  const { views } = (await baton.control('state')) as { views: Record<string, unknown[]> };
  assert.match(JSON.stringify(views.U0MARCUS), /Your call with \*Emma Thompson\* — Acme Corp is logged/);
});

test('a button of Home that fails is answered in the DM: Home has no place for answers', async t => {
  let broken = false;
  const baton = await slackBaton(t, {
    queries: {
      ...looking,
      who: async () => {
        if (broken) throw new Error('the database fell over');
        return who;
      },
    },
  });
  await baton.act({ ...MARCUS, home: {} });
  await baton.settled();
  broken = true;
  const { homes } = (await baton.control('state')) as { homes: Record<string, { id: string }> };
  await baton.act({ ...MARCUS, click: { view_id: homes.U0MARCUS?.id, action_id: HOME_AWAY } });
  assert.match((await said(baton, MARCUS)).at(-1)?.text ?? '', /give your admin this reference/);

  const body = { ok: false, error: 'messages_tab_disabled' };
  baton.sandbox.fault({ service: 'slack', path: '/chat.postMessage', status: 200, body, times: 1 });
  await baton.act({ ...MARCUS, click: { view_id: homes.U0MARCUS?.id, action_id: HOME_AWAY } });
  await baton.settled();
  const { views } = (await baton.control('state')) as { views: Record<string, unknown[]> };
  assert.match(JSON.stringify(views.U0MARCUS), /give your admin this reference/, 'who takes no DM sees a modal');
});

test('what an earlier version showed is answered wherever it is pressed, and written down', async t => {
  const baton = await slackBaton(t);
  const { SLACK_BOT_TOKEN: token = '', SLACK_API_URL: apiUrl = '' } = baton.sandbox.env();
  const old = { type: 'plain_text' as const, text: 'Old' };
  const posted = await slackClient(token, { apiUrl }).chat.postMessage({
    channel: '#mql-handoffs',
    text: 'a card of long ago',
    blocks: [{ type: 'actions', elements: [{ type: 'button', action_id: 'long_gone', text: old, value: '1' }] }],
  });
  const { channel, ts } = posted;
  const press = await baton.act({ ...MARCUS, click: { channel, ts, action_id: 'long_gone' } });
  assert.deepEqual([press.status, press.error], [200, undefined]);
  const inChannel = (await said(baton, MARCUS)).at(-1);
  assert.match(inChannel?.text ?? '', /of an earlier version of Baton/);
  assert.equal(inChannel?.ephemeral, true);
  await baton.act({ ...PRIYA, shortcut: { callback_id: 'shortcut_long_gone' } });
  assert.match((await said(baton, PRIYA))[0]?.text ?? '', /of an earlier version of Baton/);
  const what = baton.lines().flatMap(line => (line.what === undefined ? [] : [line.what]));
  assert.deepEqual(what, ['long_gone', 'shortcut_long_gone']);
});

test('a select that nobody can fill is empty, at once, and nobody is written to', async t => {
  const baton = await slackBaton(t);
  const payload = {
    type: 'block_suggestion',
    team: { id: 'T0BATON', domain: 'acme-sales' },
    user: { id: 'U0MARCUS' },
    action_id: 'long_gone',
    block_id: 'b',
    value: 'mar',
  };
  const response = await baton.send(new URLSearchParams({ payload: JSON.stringify(payload) }).toString());
  assert.deepEqual([response.status, await response.json()], [200, { options: [] }]);
  assert.deepEqual(await said(baton, MARCUS), []);
});

test('a trigger that came too late is told in the DM, with what to do', async t => {
  const slackClock = clockFrom(new Date());
  const baton = await slackBaton(t, {
    slackClock,
    queries: {
      ...looking,
      who: async () => {
        slackClock.move(MINUTE);
        return who;
      },
    },
  });
  await baton.act({ ...MARCUS, shortcut: { callback_id: 'hand_off' } });
  assert.match((await said(baton, MARCUS)).at(-1)?.text ?? '', /press again.*\(reference [0-9a-f]{8}\)/);
});

test('hostile words in a message or an answer stay within Slack’s limits and draw nothing', () => {
  const words = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 400 }),
    fc.constantFrom(
      '<!channel> *x*',
      'x'.repeat(9_000),
      '\u202e\u200b',
      '👩‍👩‍👧'.repeat(500),
      '\n\n',
      '&'.repeat(3_500),
    ),
  );
  fc.assert(
    fc.property(words, said => {
      const prefill = { email: said, name: said, company: said, title: said, phone: said, useCase: said, budget: said };
      assert.deepEqual(problemsInView(handOffModal(prefill, { fromChannel: 'C1', fromTs: '1.1' }, true), 'modal'), []);
      const answers = Array.from({ length: 4 }, () => ({ question: 'Use case', answer: said }));
      const message = cardMessage(emmasCard({ answers, isTest: true }));
      assert.deepEqual(problemsInMessage(message.blocks), []);
      assert.doesNotMatch(JSON.stringify(message.blocks), /<!(?!date)/);
    }),
    { numRuns: 60 },
  );
});
