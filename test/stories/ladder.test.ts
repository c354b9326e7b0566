/** What happens to a lead that nobody reaches out to: each rung, who hears of it, what they can do, restarts between. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { TimelineKind } from '../../src/domain/timeline.ts';
import { after, DAY, HOUR, MINUTE } from '../../src/lib/clock.ts';
import { actionsAs, CONNECTED } from '../helpers/actions.ts';
import { timePasses, untilIdle } from '../helpers/jobs.ts';
import { handedOff } from '../helpers/leads.ts';
import { actionsIn, blocksOf, repliesTo, wordsOf } from '../helpers/messages.ts';
import { ALL_CHANNEL, DANA, EMMA, MARCUS, PRIYA } from '../helpers/people.ts';
import { exampleWith } from '../helpers/playbooks.ts';
import { act, clickOn, openModal, outcomeOf } from '../helpers/slack.ts';
import { kinds, type Message, type System, type SystemOptions, system } from '../helpers/system.ts';
import { recorded } from '../helpers/timeline.ts';
import { until } from '../helpers/until.ts';
import { kill, startWorker } from '../helpers/worker.ts';

const alertsOf = async (baton: System, user: string) =>
  (await baton.messages({ user })).filter(one => blocksOf(one).includes('baton_alert'));

/** Waits until the last alert of this person says so. */
function lastAlert(baton: System, user: string, pattern: RegExp): Promise<Message> {
  return until(`${user} reads ${pattern}`, async () => {
    const alert = (await alertsOf(baton, user)).at(-1);
    return alert && pattern.test(blocksOf(alert)) ? alert : undefined;
  });
}

/** Waits until something this person was told says so. */
function lastAlarm(baton: System, user: string, pattern: RegExp): Promise<Message> {
  return until(`${user} reads ${pattern}`, async () =>
    (await baton.messages({ user })).find(one => pattern.test(blocksOf(one))),
  );
}

const STEPS: TimelineKind[] = [
  ...(['nudged', 'reminded', 'escalated', 'breached', 'reassigned'] as const),
  ...(['asked_idle', 'cold', 'step_skipped'] as const),
];

/** What the ladder did about a lead, in the order of it. */
const stepsOf = async (baton: System, id: string) => kinds(await baton.story(id)).filter(kind => STEPS.includes(kind));

/** Emma is Marcus's. */
async function emma(t: TestContext, options: SystemOptions = {}) {
  const baton = await system(t, options);
  const { id } = await handedOff(baton);
  return { baton, id };
}

test('Marcus does nothing: a quiet nudge in the thread, then a reminder, then Dana hears of it', async t => {
  const { baton } = await emma(t);
  await timePasses(baton, 45 * MINUTE);
  const card = await baton.card({ user: MARCUS }, 'Emma Thompson');
  const nudge = repliesTo(card).join('\n');
  assert.match(nudge, /No contact 45 minutes after Marcus Chen got this lead/);
  assert.deepEqual(await alertsOf(baton, MARCUS), [], 'a nudge is quiet');

  await timePasses(baton, 15 * MINUTE);
  const reminder = await lastAlert(baton, MARCUS, /\*Marcus Chen\*, \*Emma Thompson\* — Acme Corp is waiting/);
  assert.deepEqual(actionsIn(reminder), ['claim', 'log_call', 'email', 'sla_more']);
  assert.match(wordsOf(await baton.card({ user: MARCUS }, 'Overdue')), /was due/);

  await timePasses(baton, 30 * MINUTE);
  const escalation = await lastAlert(baton, DANA, /No contact yet: Emma Thompson/);
  const words = blocksOf(escalation);
  assert.match(
    words,
    /VP Operations, Acme Corp · \*HIGH\*.*\*Overdue\* · .*With \*Marcus Chen\*.* since .*not claimed/,
  );
  assert.match(words, /Reminded <!date.*If nobody acts, the lead is reassigned .*Give to Priya.*Wait 30 min/);
  assert.deepEqual(actionsIn(escalation), ['sla_give', 'sla_more_time', 'sla_more']);
  assert.equal((await alertsOf(baton, MARCUS)).length, 1);
});

test('nor does Priya, who has it next, nor Dana, the fallback: she is told once that nobody is left', async t => {
  const { baton, id } = await emma(t);
  for (const minutes of [45, 15, 30, 150]) await timePasses(baton, minutes * MINUTE);
  const given = await baton.handoff(EMMA);
  assert.deepEqual([given.repEmail, given.passedBy], [PRIYA, [MARCUS]]);
  await baton.card({ user: PRIYA }, 'Emma Thompson');
  await baton.card({ user: MARCUS }, 'With Priya Nair now');
  const [sentence] = await recorded(baton, id, 'reassigned');
  assert.match(sentence ?? '', /^Marcus Chen did not reach out within 4 hours → .*Priya Nair/);
  assert.deepEqual(await stepsOf(baton, id), ['nudged', 'breached', 'reminded', 'escalated', 'reassigned']);

  // All of Priya's steps pass while nobody looks: only the last one happens.
  await timePasses(baton, 4 * HOUR);
  assert.equal((await baton.handoff(EMMA)).repEmail, DANA, 'the team has nobody left: the fallback');
  await timePasses(baton, 4 * HOUR);
  // Nobody is above her, so the channel reads it.
  await until('the channel reads it', async () => {
    const read = await baton.messages(ALL_CHANNEL);
    return read.some(one => /Nobody left: Emma Thompson/.test(blocksOf(one)));
  });
  assert.equal((await baton.handoff(EMMA)).repEmail, DANA);
  // The promise was broken once, whoever has the lead.
  const skipped = ['step_skipped', 'step_skipped', 'step_skipped'];
  assert.deepEqual((await stepsOf(baton, id)).slice(5), [...skipped, 'reassigned', ...skipped, 'escalated']);
  await timePasses(baton, 48 * HOUR);
  assert.deepEqual(await alertsOf(baton, DANA), [], 'the alarm about Marcus stands down');

  const health = await (await fetch(`${baton.app.url}/health/ready`)).json();
  const { lastSweepAt, overdue } = (health as { ladder: { lastSweepAt: string; overdue: number } }).ladder;
  assert.ok(Date.parse(lastSweepAt) > baton.clock.now().getTime() - MINUTE);
  assert.equal(overdue, 0);
});

/** Marcus has let 90 minutes pass, and Dana has heard of it. */
async function danaKnows(t: TestContext) {
  const { baton, id } = await emma(t);
  await timePasses(baton, 90 * MINUTE);
  return { baton, id, alert: await lastAlert(baton, DANA, /No contact yet/) };
}

test('Dana asks, and gives time: Marcus reads both, and she hears of the lead again', async t => {
  const { baton, id, alert } = await danaKnows(t);
  await openModal(baton, DANA, clickOn(alert, 'sla_more', `ask:${id}`));
  assert.equal(await outcomeOf(baton, DANA, { note: 'Did you see this?\n<!channel> *now*' }), 'updated');
  const asked = await lastAlert(baton, MARCUS, /\*Dana Ruiz\* asks about \*Emma Thompson\*.*Did you see this\?/);
  assert.doesNotMatch(blocksOf(asked), /<!channel>/);

  await act(baton, DANA, clickOn(alert, 'sla_more_time'));
  await lastAlert(baton, MARCUS, /\*Dana Ruiz\* gives you more time for \*Emma Thompson\*/);
  const waiting = await lastAlert(baton, DANA, /Waiting: Emma Thompson.*Marcus Chen.* has until .*Asked/);
  assert.deepEqual([waiting.ts, actionsIn(waiting)], [alert.ts, ['sla_give', 'sla_more']], 'the same message');
  await timePasses(baton, 29 * MINUTE);
  assert.equal((await alertsOf(baton, DANA)).length, 1);
  await timePasses(baton, MINUTE);
  const again = await lastAlert(baton, DANA, /No contact yet: Emma Thompson/);
  assert.notEqual(again.ts, alert.ts, 'she is told anew');
  assert.equal((await alertsOf(baton, DANA)).length, 1, 'one message a lead');
});

test('an alarm stands down: after the call, or with more time, nothing is left to press', async t => {
  const { baton, id } = await danaKnows(t);
  await actionsAs(baton, MARCUS, id).logCall(CONNECTED);
  const over = await lastAlarm(baton, DANA, /Emma Thompson\*: Marcus Chen.* called .*, \d+ min late\. Nothing for you/);
  assert.deepEqual(actionsIn(over), []);
});

test('one press gives the lead to the next who is free, and the alarm says who has it', async t => {
  const { baton, alert } = await danaKnows(t);
  await act(baton, DANA, clickOn(alert, 'sla_give'));
  const over = await lastAlarm(baton, DANA, /Emma Thompson\* is with \*Priya Nair\* now\. You<!date.* moved it/);
  assert.deepEqual([over.ts, (await baton.handoff(EMMA)).repEmail], [alert.ts, PRIYA]);
  await act(baton, DANA, clickOn(over, 'undo'));
  assert.equal((await lastAlert(baton, DANA, /No contact yet: Emma Thompson/)).ts, alert.ts, 'it is back as it was');
  assert.equal((await baton.handoff(EMMA)).repEmail, MARCUS);
});

test('the next is gone by the time of the press: the form asks whom', async t => {
  const { baton, alert } = await danaKnows(t);
  await actionsAs(baton, PRIYA).away();
  await openModal(baton, DANA, clickOn(alert, 'sla_give'));
  assert.equal((await baton.handoff(EMMA)).repEmail, MARCUS);
});

test('Dana takes it, and forgets it too: she is asked herself', async t => {
  const { baton, id, alert } = await danaKnows(t);
  await act(baton, DANA, clickOn(alert, 'sla_more', `take:${id}`));
  await lastAlarm(baton, DANA, /Emma Thompson\* is with \*you\* now\. You/);
  const hers = await baton.handoff(EMMA);
  assert.deepEqual([hers.id, hers.state, hers.claimedBy], [id, 'claimed', DANA]);
  await baton.card({ user: MARCUS }, 'With Dana Ruiz now');
  // Nobody but the admins is above her, and she is their only one.
  await timePasses(baton, 30 * MINUTE);
  await lastAlert(baton, DANA, /\*Dana Ruiz\*, you claimed \*Emma Thompson\* — Acme Corp.*No contact is logged yet/);
});

test('claimed, and idle: asked once, and handed back to the next in line', async t => {
  const { baton, id } = await emma(t);
  await actionsAs(baton, MARCUS, id).claim();
  await timePasses(baton, 31 * MINUTE);
  const asked = await lastAlert(baton, MARCUS, /you claimed \*Emma Thompson\* — Acme Corp.*No contact is logged yet/);
  assert.deepEqual(actionsIn(asked), ['log_call', 'email', 'sla_more']);
  await act(baton, MARCUS, clickOn(asked, 'sla_more', `hand_back:${id}`));
  await until('Priya has it', async () => (await baton.handoff(EMMA)).repEmail === PRIYA);
  await baton.card({ user: PRIYA }, 'Emma Thompson');
  assert.deepEqual(await stepsOf(baton, id), ['asked_idle', 'reassigned']);
});

test('a touch logged from the reminder ends the ladder; what was missed stays missed', async t => {
  const { baton } = await emma(t);
  await timePasses(baton, 62 * MINUTE);
  const reminder = await lastAlert(baton, MARCUS, /is waiting: nobody has reached out yet/);
  await openModal(baton, MARCUS, clickOn(reminder, 'log_call'));
  const at = Math.floor((baton.clock.now().getTime() - 40 * MINUTE) / 1_000);
  const outcome = await outcomeOf(baton, MARCUS, { outcome: 'connected', at });
  assert.equal(outcome, 'updated', 'an alert is no card: the modal says it');
  await untilIdle(baton);
  const thread = repliesTo(await baton.card({ user: MARCUS }, 'Emma Thompson')).join('\n');
  assert.match(thread, /happened \d+:\d\d AM PST, logged \d+:\d\d AM PST/);
  assert.ok((await baton.handoff(EMMA)).breachedAt);
  await timePasses(baton, 4 * HOUR);
  assert.equal((await alertsOf(baton, DANA)).length, 0);
});

test('whoever was reached and then forgotten is told of once', async t => {
  const { baton, id } = await emma(t);
  await actionsAs(baton, MARCUS, id).logCall(CONNECTED);
  await timePasses(baton, 7 * DAY);
  await lastAlert(baton, MARCUS, /nothing has happened with \*Emma Thompson\*/);
  await timePasses(baton, 7 * DAY);
  assert.deepEqual(await stepsOf(baton, id), ['cold']);
});

test('a working clock stands still at night and over Thanksgiving; whoever is away is not paged, the team is', async t => {
  const playbook = exampleWith([
    /HIGH:\n {4}respond_within: 1h\n {4}clock: always/,
    'HIGH:\n    respond_within: 1h\n    clock: working',
  ]);
  // 17:30 on Wednesday in Los Angeles; Thursday is Thanksgiving.
  const { baton, id } = await emma(t, { playbook, at: new Date('2026-11-26T01:30:00Z') });
  await timePasses(baton, 90 * MINUTE);
  assert.deepEqual(await stepsOf(baton, id), []);
  // Friday, 09:16: 30 minutes on Wednesday and 16 on Friday.
  await timePasses(baton, 38 * HOUR + 16 * MINUTE);
  assert.deepEqual(await stepsOf(baton, id), ['nudged']);

  const now = baton.clock.now();
  await actionsAs(baton, MARCUS).away({ from: after(now, 20 * MINUTE), until: after(now, 100 * HOUR) });
  await timePasses(baton, 15 * MINUTE);
  await lastAlert(baton, MARCUS, /is waiting/);
  await timePasses(baton, 90 * MINUTE);
  assert.equal((await alertsOf(baton, DANA)).length, 0, 'the clock waits for his return');
});

test('the worker dies between the steps, and is away over two of them: nothing is lost, doubled or fired in a volley', async t => {
  const baton = await system(t, { role: 'web' });
  const first = await startWorker(t, baton);
  const { id } = await handedOff(baton);
  await kill(first);

  baton.clock.move(46 * MINUTE);
  const second = await startWorker(t, baton);
  await until('the nudge', async () => (await stepsOf(baton, id)).includes('nudged'));
  await baton.card({ user: MARCUS }, '45 minutes');
  await kill(second);

  // Over the reminder and Dana's word.
  baton.clock.move(50 * MINUTE);
  await startWorker(t, baton);
  await lastAlert(baton, DANA, /No contact yet/);
  assert.deepEqual(await stepsOf(baton, id), ['nudged', 'step_skipped', 'breached', 'escalated']);
  assert.deepEqual([(await alertsOf(baton, MARCUS)).length, (await alertsOf(baton, DANA)).length], [0, 1]);
});
