/** What happens to a lead that nobody reaches out to: each rung, who hears of it, what they can do, restarts between. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { HOUR, MINUTE } from '../../src/lib/clock.ts';
import { sweep } from '../../src/sla/sweep.ts';
import { handedOff } from '../helpers/leads.ts';
import { kinds, type Message, type System, system } from '../helpers/system.ts';
import { until } from '../helpers/until.ts';
import { kill, startWorker } from '../helpers/worker.ts';

const example = await readFile(new URL('../../playbook.yaml', import.meta.url), 'utf8');
const EMMA = 'emma.thompson@acmecorp.com';
const [MARCUS, PRIYA, DANA] = ['marcus', 'priya', 'dana'].map(name => `${name}@example.com`) as [
  string,
  string,
  string,
];

/** Time passes, and Baton does what is due; what waits for its place's next second is done too. */
async function pass(baton: System, milliseconds: number): Promise<void> {
  baton.clock.move(milliseconds);
  await sweep(baton.app.deps);
  await quiet(baton);
}

async function quiet(baton: System): Promise<void> {
  await until('nothing waits for its turn', async () => {
    await baton.settled();
    const { rows } = await baton.app.deps.db.raw(
      `select count(*)::int as waiting from graphile_worker.jobs
       where run_at < now() + interval '1 minute' and task_identifier in ('notify.ladder', 'handoff.thread', 'post.queued')`,
    );
    return rows[0].waiting === 0;
  });
}

const alertsOf = async (baton: System, user: string) =>
  (await baton.messages({ user })).filter(one => JSON.stringify(one.blocks).includes('baton_alert'));

/** Waits until the last alert of this person says so. */
function lastAlert(baton: System, user: string, pattern: RegExp): Promise<Message> {
  return until(`${user} reads ${pattern}`, async () => {
    const alert = (await alertsOf(baton, user)).at(-1);
    return alert && pattern.test(JSON.stringify(alert.blocks)) ? alert : undefined;
  });
}

const buttons = (message: Message) =>
  (message.blocks as { elements?: { action_id?: string }[] }[]).flatMap(block =>
    (block.elements ?? []).map(element => element.action_id).filter(id => id !== undefined),
  );
/** Presses, and waits for the modal that opens. */
async function open(baton: System, user: string, message: Message, action: string): Promise<void> {
  await baton.press(user, message, action);
  await until(`${user} sees a modal`, async () => {
    const views = await baton.get<{ modal?: unknown }>(`/_sandbox/slack/views?${new URLSearchParams({ user })}`);
    return views.modal;
  });
}
const ladder = (all: readonly string[]) =>
  all.filter(kind => /nudged|reminded|escalated|breached|asked_idle|cold|step_skipped|reassigned/.test(kind));

test('Marcus does nothing: a nudge, a reminder, Dana, then Priya; at last nobody is left', async t => {
  const baton = await system(t);
  const { id } = await handedOff(baton);
  const story = async () => ladder(kinds(await baton.story(id)));

  await pass(baton, 45 * MINUTE);
  const card = await baton.card({ user: MARCUS }, 'Emma Thompson');
  const replies = (card.replies as { text: string }[]).map(reply => reply.text);
  assert.match(replies.join('\n'), /Marcus Chen has had this lead for 45 minutes, and nobody has reached out/);
  assert.deepEqual(await alertsOf(baton, MARCUS), [], 'a nudge is quiet');

  await pass(baton, 15 * MINUTE);
  const reminder = await lastAlert(baton, MARCUS, /\*Marcus Chen\*, \*Emma Thompson\* — Acme Corp is waiting/);
  assert.deepEqual(buttons(reminder), ['claim', 'log_call', 'email', 'sla_hand_back', 'open_record']);
  assert.match(JSON.stringify(await baton.card({ user: MARCUS }, 'Overdue')), /Contact|contact/);

  await pass(baton, 30 * MINUTE);
  const escalation = await lastAlert(
    baton,
    DANA,
    /\*Marcus Chen\* has not reached out to \*Emma Thompson\* — Acme Corp/,
  );
  const words = JSON.stringify(escalation.blocks);
  assert.match(words, /1 h 30 m since the crossing:\* system (under 1|\d+) s {2}· {2}Marcus Chen 1 h (29|30) m/);
  assert.match(words, /What Marcus Chen did and heard.*Card posted to Marcus Chen.*is reminded/);
  assert.match(words, /Unless something happens:\* it goes to the next in line/);
  assert.deepEqual(buttons(escalation), ['sla_reassign', 'sla_take', 'sla_more_time', 'sla_ask', 'open_record']);
  assert.equal((await alertsOf(baton, MARCUS)).length, 1);

  await pass(baton, 150 * MINUTE);
  const given = await baton.handoff(EMMA);
  assert.deepEqual([given.repEmail, given.passedBy], [PRIYA, [MARCUS]]);
  await baton.card({ user: PRIYA }, 'Emma Thompson');
  await baton.card({ user: MARCUS }, 'This lead is with Priya Nair now');
  assert.match(
    (await baton.story(id)).find(entry => entry.kind === 'reassigned')?.text ?? '',
    /^Marcus Chen did not reach out within 4 hours → .*Priya Nair/,
  );
  assert.deepEqual(await story(), ['nudged', 'breached', 'reminded', 'escalated', 'reassigned']);

  // All of Priya's steps pass while nobody looks: only the last one happens, and there is nobody left to give it to.
  await pass(baton, 4 * HOUR);
  const stuck = await lastAlert(baton, DANA, /has nobody left to go to/);
  assert.deepEqual(buttons(stuck), ['sla_reassign', 'sla_take', 'sla_ask', 'open_record']);
  assert.equal((await baton.handoff(EMMA)).repEmail, PRIYA);
  assert.deepEqual((await story()).slice(5), ['step_skipped', 'step_skipped', 'step_skipped', 'breached', 'escalated']);
  await pass(baton, 48 * HOUR);
  assert.equal((await alertsOf(baton, DANA)).length, 2, 'told once');

  const health = (await (await fetch(`${baton.app.url}/health/ready`)).json()) as Record<string, unknown>;
  const { lastSweepAt, overdue } = health.ladder as { lastSweepAt: string; overdue: number };
  assert.ok(Date.parse(lastSweepAt) > baton.clock.now().getTime() - MINUTE);
  assert.equal(overdue, 0);
});

test('Dana asks, gives time, hears of it again, and takes it', async t => {
  const baton = await system(t);
  const { id } = await handedOff(baton);
  await pass(baton, 90 * MINUTE);
  const first = await lastAlert(baton, DANA, /has not reached out/);

  await open(baton, DANA, first, 'sla_ask');
  const sent = await baton.post('/_sandbox/slack/act', {
    user: DANA,
    submit: { values: { note: 'Did you see this?\n<!channel> *now*' } },
  });
  assert.equal(sent.outcome, 'updated');
  await quiet(baton);
  const asked = await lastAlert(baton, MARCUS, /\*Dana Ruiz\* asks about \*Emma Thompson\*.*Did you see this\?/);
  assert.doesNotMatch(JSON.stringify(asked.blocks), /<!channel>/);

  await baton.press(DANA, first, 'sla_more_time');
  await quiet(baton);
  await lastAlert(baton, MARCUS, /\*Dana Ruiz\* gives you more time for \*Emma Thompson\*/);
  const answered = (pattern: RegExp) =>
    until(`Dana hears ${pattern}`, async () =>
      (await baton.messages({ user: DANA })).some(one => one.ephemeral && pattern.test(one.text)),
    );
  await answered(/\*Marcus Chen\* has until .*You hear of it again/);
  await pass(baton, 29 * MINUTE);
  assert.equal((await alertsOf(baton, DANA)).length, 1);
  await pass(baton, MINUTE);
  assert.equal((await alertsOf(baton, DANA)).length, 2);

  await baton.press(DANA, first, 'sla_take');
  await quiet(baton);
  await answered(/The lead is yours, and claimed\. It was with \*Marcus Chen\*/);
  const hers = await baton.handoff(EMMA);
  assert.deepEqual([hers.id, hers.state, hers.claimedBy], [id, 'claimed', DANA]);
  await baton.card({ user: MARCUS }, 'This lead is with Dana Ruiz now');

  // She forgets it too: nobody but the admins is above her, and she is their only one.
  await pass(baton, 30 * MINUTE);
  await lastAlert(baton, DANA, /\*Dana Ruiz\*, you claimed \*Emma Thompson\* — Acme Corp 30 minutes ago/);
});

test('claimed, and idle: asked once, handed back; a touch ends the ladder, and silence is told of once', async t => {
  const baton = await system(t);
  const { id } = await handedOff(baton);
  const card = await baton.card({ user: MARCUS }, 'Emma Thompson');
  await baton.press(MARCUS, card, 'claim');
  await until('it is claimed', async () => (await baton.handoff(EMMA)).state === 'claimed');
  await pass(baton, 31 * MINUTE);
  const asked = await lastAlert(baton, MARCUS, /you claimed \*Emma Thompson\* — Acme Corp 30 minutes ago/);
  assert.deepEqual(buttons(asked), ['log_call', 'email', 'sla_hand_back', 'open_record']);
  await baton.press(MARCUS, asked, 'sla_hand_back');
  await until('Priya has it', async () => (await baton.handoff(EMMA)).repEmail === PRIYA);
  const hers = await baton.card({ user: PRIYA }, 'Emma Thompson');
  assert.deepEqual(ladder(kinds(await baton.story(id))), ['asked_idle', 'reassigned']);

  await pass(baton, 62 * MINUTE);
  const reminder = await lastAlert(baton, PRIYA, /is waiting: nobody has reached out yet/);
  await open(baton, PRIYA, reminder, 'log_call');
  const at = Math.floor((baton.clock.now().getTime() - 40 * MINUTE) / 1_000);
  const logged = await baton.post('/_sandbox/slack/act', {
    user: PRIYA,
    submit: { values: { outcome: 'connected', at } },
  });
  assert.equal(logged.outcome, 'updated', 'an alert is no card: the modal says it');
  await quiet(baton);
  const thread = (await baton.messages({ user: PRIYA })).find(one => one.ts === hers.ts)?.replies;
  assert.match(JSON.stringify(thread), /touched at \d\d:\d\d, logged at \d\d:\d\d, New York time/);
  assert.ok((await baton.handoff(EMMA)).breachedAt, 'what was missed stays missed');

  await pass(baton, 4 * HOUR);
  assert.equal((await alertsOf(baton, DANA)).length, 0);
  await pass(baton, 7 * 24 * HOUR);
  await lastAlert(baton, PRIYA, /nothing has happened with \*Emma Thompson\*/);
  await pass(baton, 7 * 24 * HOUR);
  const told = ladder(kinds(await baton.story(id)));
  assert.equal(told.filter(kind => kind === 'cold').length, 1);
});

test('a working clock stands still at night and over Thanksgiving; whoever is away is not paged, the team is', async t => {
  const working = example
    .replace(/HIGH:\n {4}respond_within: 1h\n {4}clock: always/, 'HIGH:\n    respond_within: 1h\n    clock: working')
    .replace('channel: "#mql-mid-market"', 'channel: "#mql-mid-market"');
  // 17:30 on Wednesday in Los Angeles; Thursday is Thanksgiving.
  const baton = await system(t, { playbook: working, at: new Date('2026-11-26T01:30:00Z') });
  const { id } = await handedOff(baton);
  await pass(baton, 90 * MINUTE);
  assert.deepEqual(ladder(kinds(await baton.story(id))), []);
  // Friday, 09:16: 30 minutes on Wednesday and 16 on Friday.
  await pass(baton, 38 * HOUR + 16 * MINUTE);
  assert.deepEqual(ladder(kinds(await baton.story(id))), ['nudged']);

  const { deps, workspaceId } = baton.app;
  await deps.db('handoffs').where({ id }).update({ rung_at: null });
  await deps.db('absences').insert({
    workspace_id: workspaceId,
    email: MARCUS,
    starts_at: new Date(baton.clock.now().getTime() + 20 * MINUTE),
    ends_at: new Date(baton.clock.now().getTime() + 100 * HOUR),
  });
  await deps
    .db('handoffs')
    .where({ id })
    .update({ rung_at: new Date(0) });
  await pass(baton, 15 * MINUTE);
  await lastAlert(baton, MARCUS, /is waiting/);
  await pass(baton, 90 * MINUTE);
  assert.equal((await alertsOf(baton, DANA)).length, 0, 'the clock waits for his return');
});

test('the worker dies between the rungs, and is away over two of them: nothing is lost, doubled or fired in a volley', async t => {
  const baton = await system(t, { role: 'web' });
  const first = await startWorker(t, baton);
  await handedOff(baton);
  const seen = async () => ladder(kinds(await baton.story((await baton.handoffs())[0]?.id ?? '')));
  await kill(first);

  baton.clock.move(46 * MINUTE);
  const second = await startWorker(t, baton);
  await until('the nudge', async () => (await seen()).includes('nudged'));
  await until('the thread', async () => JSON.stringify(await baton.messages({ user: MARCUS })).includes('45 minutes'));
  await kill(second);

  // Over the reminder and Dana's word.
  baton.clock.move(50 * MINUTE);
  await startWorker(t, baton);
  await until('Dana hears of it', async () => (await alertsOf(baton, DANA)).length > 0);
  assert.deepEqual(await seen(), ['nudged', 'step_skipped', 'breached', 'escalated']);
  assert.deepEqual([(await alertsOf(baton, MARCUS)).length, (await alertsOf(baton, DANA)).length], [0, 1]);
});
