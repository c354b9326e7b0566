/** Pressed twice, or delivered twice because Baton's answer was late: done once, and answered the same. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { touchesOf } from '../../src/db/touches.ts';
import { crosses } from '../helpers/leads.ts';
import { act, shown, slackIdOf } from '../helpers/slack.ts';
import { kinds, type Message, type System, system } from '../helpers/system.ts';
import { until } from '../helpers/until.ts';

const example = await readFile(new URL('../../playbook.yaml', import.meta.url), 'utf8');
const CHANNEL = { channel: '#mql-mid-market' };
const EMMA = 'emma.thompson@acmecorp.com';
const [MARCUS, PRIYA, DANA] = ['marcus', 'priya', 'dana'].map(name => `${name}@example.com`) as [
  string,
  string,
  string,
];

/** The modal that a button, or a line of the card's menu, opens for somebody. */
async function open(baton: System, user: string, card: Message, action: string, value?: string): Promise<void> {
  const before = (await shown(baton, user)).open?.id;
  const now = (await baton.messages({ channel: card.channel })).find(({ ts }) => ts === card.ts);
  const block = now?.blocks.find(one => value !== undefined && JSON.stringify(one).includes(value));
  const picked = block ? { value, block_id: (block as { block_id: string }).block_id } : {};
  await act(baton, user, { click: { channel: card.channel, ts: card.ts, action_id: action, ...picked } });
  await until(`${user} sees a modal`, async () => {
    const { open: modal } = await shown(baton, user);
    return modal && modal.id !== before;
  });
}

/** Sends the modal off twice: both times it is answered the same, and well. */
async function submitTwice(
  baton: System,
  user: string,
  twice: 'pressed' | 'delivered',
  values: Record<string, unknown>,
): Promise<unknown> {
  const answer = (await act(baton, user, { submit: { values, twice } })) as {
    status: number;
    body: unknown;
    outcome: string;
    again: { status: number; body: unknown };
  };
  assert.notEqual(answer.outcome, 'errors', JSON.stringify(answer));
  assert.deepEqual([answer.again.status, answer.again.body], [answer.status, answer.body]);
  return answer.body;
}

const told = async (baton: System, user: string) =>
  (await baton.messages({ user })).filter(({ ephemeral }) => ephemeral).map(({ text }) => text);

test('every modal that is sent off twice does its deed once, and says the same good words both times', async t => {
  const baton = await system(t, { playbook: example.replace('assigned: dm', 'assigned: both') });
  await crosses(baton);
  const card = await baton.card(CHANNEL, 'Emma Thompson');
  const { id, workspaceId } = await baton.handoff(EMMA);
  await Promise.all([MARCUS, PRIYA, DANA].map(email => slackIdOf(baton, email)));
  const { db } = baton.app.deps;

  await open(baton, MARCUS, card, 'log_call');
  const answer = await act(baton, MARCUS, { submit: { values: { outcome: 'connected', next_what: 'Send' } } });
  assert.equal(answer.outcome, 'errors', 'what was not done may be sent off again');
  await submitTwice(baton, MARCUS, 'pressed', { outcome: 'connected', next_what: null, notes: 'Wants a demo' });
  await open(baton, MARCUS, card, 'log_call');
  await submitTwice(baton, MARCUS, 'delivered', { outcome: 'no_answer' });
  await open(baton, MARCUS, card, 'email');
  await submitTwice(baton, MARCUS, 'pressed', { subject: 'Your question', body: 'Hi Emma' });
  await baton.settled();
  const touches = await touchesOf(db, workspaceId, id);
  assert.deepEqual(touches.map(({ kind, detail }) => [kind, detail.outcome]).toSorted(), [
    ['call', 'connected'],
    ['call', 'no_answer'],
    ['email', undefined],
  ]);
  assert.equal((await baton.get<{ messages: unknown[] }>('/_sandbox/mail/messages')).messages.length, 1);
  const confirmed = await until('Marcus hears of all three', async () => {
    const all = await told(baton, MARCUS);
    return all.length >= 3 ? all : undefined;
  });
  assert.deepEqual(
    confirmed.map(text => text.slice(0, 20)),
    ['Your call with *Emma', 'Your call with *Emma', 'Your mail to emma.th'],
    'told once each',
  );

  await open(baton, DANA, card, 'more', `snooze:${id}`);
  await submitTwice(baton, DANA, 'pressed', { until: 'Tomorrow morning' });
  await open(baton, DANA, card, 'more', `reassign:${id}`);
  await submitTwice(baton, DANA, 'pressed', { to: 'Next in line' });
  const { repEmail } = await baton.handoff(EMMA);
  assert.equal(repEmail, PRIYA);
  await open(baton, PRIYA, card, 'more', `reject:${id}`);
  await submitTwice(baton, PRIYA, 'delivered', { reason: 'competitor' });
  await baton.settled();
  const redrawn = await baton.card(CHANNEL, 'reopen');
  const { channel, ts } = redrawn;
  await act(baton, PRIYA, { click: { channel, ts, action_id: 'reopen', twice: true } });
  const heard = await until('both presses are answered', async () => {
    const all = (await told(baton, PRIYA)).filter(text => text.includes('open again'));
    return all.length === 2 ? all : undefined;
  });
  assert.equal(new Set(heard).size, 1);
  await baton.settled();
  const story = kinds(await baton.story(id));
  for (const kind of ['snoozed', 'reassigned', 'rejected', 'reopened']) {
    assert.equal(story.filter(one => one === kind).length, 1, `${kind} once, in ${story.join(' ')}`);
  }
  const { state } = await baton.handoff(EMMA);
  assert.equal(state, 'assigned');
});

test('a playbook form and a hand-over sent off twice are one version and one hand-over', async t => {
  const baton = await system(t);
  await crosses(baton);
  const { id } = await baton.handoff(EMMA);
  await slackIdOf(baton, DANA);
  await act(baton, DANA, { home: {} });
  const press = async (action_id: string, sees: RegExp) => {
    await act(baton, DANA, { click: { action_id } });
    await until(`Dana sees ${sees}`, async () => {
      const { home, modal } = await shown(baton, DANA);
      return sees.test(`${home}${modal}`);
    });
  };
  await until('Dana sees Home', async () => (await shown(baton, DANA)).home.includes('home_tab_setup'));
  await press('home_tab_setup', /setup_playbook/);
  await press('setup_playbook', /edit_threshold/);
  await press('edit_threshold', /"type":"modal"/);
  const saved = await submitTwice(baton, DANA, 'delivered', { threshold: '70' });
  assert.match(JSON.stringify(saved), /ersion 2/);
  const { rows } = await baton.app.deps.db.raw('select max(version)::int as version from playbooks');
  assert.equal(rows[0].version, 2);
  await act(baton, DANA, { close: {} });

  await act(baton, DANA, { command: { text: 'handover marcus@example.com' } });
  await until('Dana is asked to whom', async () => (await shown(baton, DANA)).modal.includes('Hand open leads over'));
  await submitTwice(baton, DANA, 'pressed', { heir: 'Next in line' });
  await until('it is told', async () => (await shown(baton, DANA)).modal.includes('1 lead handed over'));
  await baton.settled();
  assert.match((await shown(baton, DANA)).modal, /1 lead handed over/, 'the second did not write over it');
  assert.equal(kinds(await baton.story(id)).filter(kind => kind === 'reassigned').length, 1);
});
