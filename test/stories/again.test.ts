/** Pressed twice, or delivered twice because Baton's answer was late: done once, and answered the same. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rulesInForce, touches } from '../helpers/database-questions.ts';
import { emmaInChannel } from '../helpers/emma.ts';
import { openSetup } from '../helpers/home.ts';
import { handedOff } from '../helpers/leads.ts';
import { answersTo } from '../helpers/messages.ts';
import { DANA, EMMA, MARCUS, PRIYA, TEAM_CHANNEL } from '../helpers/people.ts';
import { act, click, clickOn, modalShows, openModal, outcomeOf, shown, slackIdOf, submit } from '../helpers/slack.ts';
import { type System, system } from '../helpers/system.ts';
import { assertRecordedOnce } from '../helpers/timeline.ts';
import { until } from '../helpers/until.ts';
import { mailsSent } from '../helpers/vendors.ts';

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

/** Waits until this person was answered so often in these words; answers the texts. */
const answeredTimes = (baton: System, user: string, times: number, words: string): Promise<string[]> =>
  until(`${user} is answered ${times} times`, async () => {
    const all = (await answersTo(baton, user)).map(({ text }) => text).filter(text => text.includes(words));
    return all.length >= times ? all : undefined;
  });

test('a call or a mail that is sent off twice is one, and the same good words are said both times', async t => {
  const { baton, id, card } = await emmaInChannel(t);
  await openModal(baton, MARCUS, clickOn(card, 'log_call'));
  const unfinished = { outcome: 'connected', next_what: 'Send' };
  assert.equal(await outcomeOf(baton, MARCUS, unfinished), 'errors', 'what was not done may be sent off again');
  await submitTwice(baton, MARCUS, 'pressed', { outcome: 'connected', next_what: null, notes: 'Wants a demo' });
  await openModal(baton, MARCUS, clickOn(card, 'log_call'));
  await submitTwice(baton, MARCUS, 'delivered', { outcome: 'no_answer' });
  await openModal(baton, MARCUS, clickOn(card, 'email'));
  await submitTwice(baton, MARCUS, 'pressed', { subject: 'Your question', body: 'Hi Emma' });
  await baton.settled();
  assert.deepEqual((await touches(baton, id)).map(({ kind, detail }) => [kind, detail.outcome]).toSorted(), [
    ['call', 'connected'],
    ['call', 'no_answer'],
    ['email', undefined],
  ]);
  assert.equal((await mailsSent(baton)).length, 1);
  assert.deepEqual(
    (await answeredTimes(baton, MARCUS, 3, '')).map(text => text.slice(0, 20)),
    ['Your call with *Emma', 'Your call with *Emma', 'Your mail to emma.th'],
    'told once each',
  );
});

test('a decision that is sent off twice is one, whoever makes it; a button pressed twice answers both presses', async t => {
  const { baton, id, card } = await emmaInChannel(t);
  await openModal(baton, DANA, clickOn(card, 'more', `snooze:${id}`));
  await submitTwice(baton, DANA, 'pressed', { until: 'Tomorrow morning' });
  await openModal(baton, DANA, clickOn(card, 'more', `reassign:${id}`));
  await submitTwice(baton, DANA, 'pressed', { to: 'Next in the rotation' });
  assert.equal((await baton.handoff(EMMA)).repEmail, PRIYA);
  await openModal(baton, PRIYA, clickOn(card, 'more', `reject:${id}`));
  await submitTwice(baton, PRIYA, 'delivered', { reason: 'competitor' });
  await baton.settled();
  const { channel, ts } = await baton.card(TEAM_CHANNEL, 'reopen');
  await act(baton, PRIYA, { click: { channel, ts, action_id: 'reopen', twice: true } });
  const heard = await answeredTimes(baton, PRIYA, 2, 'open again');
  assert.deepEqual([heard.length, new Set(heard).size], [2, 1]);
  await baton.settled();
  await assertRecordedOnce(baton, id, 'snoozed', 'reassigned', 'rejected', 'reopened');
  assert.equal((await baton.handoff(EMMA)).state, 'assigned');
});

test('a playbook form sent off twice is one version', async t => {
  const baton = await system(t);
  await openSetup(baton, DANA, 'playbook');
  await openModal(baton, DANA, click('edit_threshold'));
  await submit(baton, DANA, { threshold: '70' });
  await modalShows(baton, DANA, /This would change.*Threshold 50 → 70/);
  const saved = await submitTwice(baton, DANA, 'delivered', {});
  assert.deepEqual(saved, { response_action: 'clear' });
  assert.equal((await rulesInForce(baton)).version, 2);
});

test('a hand-over sent off twice is one hand-over', async t => {
  const baton = await system(t);
  const { id } = await handedOff(baton);
  await slackIdOf(baton, DANA);
  await openModal(baton, DANA, { command: { text: `handover ${MARCUS}` } });
  await modalShows(baton, DANA, /Hand open leads over/);
  await submitTwice(baton, DANA, 'pressed', { heir: 'Next in the rotation' });
  await modalShows(baton, DANA, /1 lead handed over/);
  await baton.settled();
  assert.match((await shown(baton, DANA)).modal, /1 lead handed over/, 'the second did not write over it');
  await assertRecordedOnce(baton, id, 'reassigned');
});
