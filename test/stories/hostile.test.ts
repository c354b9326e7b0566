/** Everything a person can do wrong, too late or on purpose ends in words that help: never silence, never a failure. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WORDS } from '../../src/slack/listeners/mql/command-words.ts';
import { actionsAs, toPerson } from '../helpers/actions.ts';
import { parkedJobs } from '../helpers/database-questions.ts';
import { emmaInChannel } from '../helpers/emma.ts';
import { answersTo, blocksOf } from '../helpers/messages.ts';
import { DANA, MARCUS, PRIYA, TEAM_CHANNEL, TOM } from '../helpers/people.ts';
import {
  act,
  callSlack,
  clickOn,
  closeModal,
  oldButton,
  openModal,
  setDeactivated,
  shown,
  submit,
  type UserAction,
} from '../helpers/slack.ts';
import type { System } from '../helpers/system.ts';
import { until } from '../helpers/until.ts';

/** What Baton says when something broke. */
const TROUBLE = /Baton could not do that|refused this|is not answering/;
/** Commands of Slack, direction marks, joined emoji, zero characters, half a pair, SQL, quotations. */
const EVIL = "<!channel> *b* \u202eRTL 👩‍💻 a\u0000b \ud800 ' or 1=1 -- \\ %_\n> quoted";

/** What a person sees of what they do: a new modal, which is closed again, or words for them alone; no trouble. */
async function helped(baton: System, user: string, deed: UserAction): Promise<string> {
  const before = { answers: (await answersTo(baton, user)).length, modal: (await shown(baton, user)).open?.id };
  await act(baton, user, deed);
  const said = await until(`${user} is answered to ${JSON.stringify(deed)}`, async () => {
    const { open } = await shown(baton, user);
    if (open && open.id !== before.modal) return JSON.stringify(open);
    return (await answersTo(baton, user)).slice(before.answers).at(-1)?.text;
  });
  assert.doesNotMatch(said, TROUBLE, JSON.stringify(deed));
  if ((await shown(baton, user)).open) await closeModal(baton, user);
  return said;
}

test('whatever is typed after /mql is answered', async t => {
  const { baton } = await emmaInChannel(t);
  const junk = ['', EVIL, `emma until 99:99 <@U0NOBODY> ${'x'.repeat(2_000)}`, '7f6b4c1e to to to @%'];
  for (const { word } of WORDS) {
    for (const text of junk) await helped(baton, DANA, { command: { text: `${word} ${text}` } });
  }
});

test('whatever an old button carries is answered', async t => {
  const { baton } = await emmaInChannel(t);
  const ids = ['claim', 'log_call', 'email', 'reopen', 'release', 'test_cleanup', 'sla_reassign', 'sla_take'];
  const actions = [...ids, 'sla_more_time', 'sla_hand_back', 'sla_ask', 'owner_keep', 'owner_restore'];
  for (const value of ['nonsense', '7f6b4c1e-0000-4000-8000-00000000dead', undefined]) {
    const elements = actions.map(action => oldButton(action, value));
    const card = { ...TEAM_CHANNEL, text: 'An old card', blocks: [{ type: 'actions', elements }] };
    const posted = await callSlack<{ channel: string; ts: string }>(baton, 'chat.postMessage', card);
    for (const action of actions) {
      const said = await helped(baton, DANA, clickOn(posted, action));
      assert.match(said, /Baton does not know this lead any more/, action);
    }
  }
});

/** Sends the open modal off, which must come out so; answers what it shows then, and closes it where it is still open. */
async function submitted(
  baton: System,
  user: string,
  values: Record<string, unknown>,
  outcome: 'closed' | 'updated',
): Promise<string> {
  const answer = await submit(baton, user, values);
  assert.equal(answer.outcome, outcome, JSON.stringify(answer.body));
  const { open, modal } = await shown(baton, user);
  if (open) await closeModal(baton, user);
  return modal;
}

/** Opens a modal from Emma's card and sends it off. */
async function through(
  baton: System,
  user: string,
  deed: UserAction,
  values: Record<string, unknown>,
): Promise<string> {
  await openModal(baton, user, deed);
  return submitted(baton, user, values, 'closed');
}

test('the longest and worst that fits into a modal is kept', async t => {
  const { baton, id, card } = await emmaInChannel(t);
  const long = `${EVIL}\n${'w'.repeat(2_900)}`;
  const line = EVIL.replaceAll('\n', ' ');
  const call = { outcome: 'connected', notes: long, next_what: line, next_on: '2026-12-01' };
  await through(baton, MARCUS, clickOn(card, 'log_call'), call);
  await through(baton, MARCUS, clickOn(card, 'email'), { subject: line, body: long });
  await through(baton, DANA, clickOn(card, 'more', `snooze:${id}`), { until: 'Tomorrow morning', note: long });
  await openModal(baton, DANA, { command: { text: 'away' } });
  await submitted(baton, DANA, { note: long }, 'updated');
  await openModal(baton, DANA, { shortcut: { callback_id: 'hand_off' } });
  const sam = { email: 'sam@acmecorp.com', name: EVIL, company: EVIL, title: EVIL, budget: EVIL };
  await submitted(baton, DANA, { ...sam, useCase: `${EVIL}${'w'.repeat(1_900)}` }, 'updated');
  await through(baton, DANA, clickOn(card, 'more', `reassign:${id}`), { to: 'Priya Nair', note: long });
  await baton.card({ user: PRIYA }, 'Emma Thompson');
  await baton.settled();
  assert.deepEqual(await parkedJobs(baton), []);
});

test('what comes too late is told with what was written', async t => {
  const { baton, id, card } = await emmaInChannel(t);
  await openModal(baton, MARCUS, clickOn(card, 'log_call'));
  await actionsAs(baton, DANA, id).reassign(toPerson(PRIYA));
  await actionsAs(baton, PRIYA, id).claim();
  await baton.settled();
  const late = await submitted(baton, MARCUS, { outcome: 'connected', notes: 'She wants <a demo>' }, 'updated');
  assert.match(late, /Only Priya Nair, Dana Ruiz or an admin can do this.*What you wrote.*She wants <a demo>/);
  const stale = await openModal(baton, MARCUS, clickOn(card, 'log_call'));
  assert.match(blocksOf(stale), /Only Priya Nair, Dana Ruiz or an admin can do this/, 'before anything is filled in');
});

test('a lead given to somebody who has left, which nobody told Baton yet, is not lost with them', async t => {
  const { baton, id, card } = await emmaInChannel(t);
  await setDeactivated(baton, TOM, true);
  await through(baton, DANA, clickOn(card, 'more', `reassign:${id}`), { to: 'Tom Okafor' });
  const warned = await baton.card({ user: DANA }, "refuses Baton's cards to Tom");
  assert.match(warned.text, /deactivated/);
  await baton.settled();
  assert.deepEqual(await parkedJobs(baton), []);
});
