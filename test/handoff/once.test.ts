/** The same request twice: one deed, one answer; what came to nothing, or is long past, may be asked for again. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { logCall } from '../../src/handoff/actions/log-call.ts';
import { handBack } from '../../src/handoff/actions/manage.ts';
import { moveAll } from '../../src/handoff/actions/reassign.ts';
import { snooze } from '../../src/handoff/actions/snooze.ts';
import { HOUR, after as later, MINUTE, SECOND } from '../../src/lib/clock.ts';
import { until as eventually } from '../helpers/until.ts';
import { building, type Desk, done } from './desk.ts';

const house = building();
after(async () => (await house).close());

const PRESS = { key: 'press:1', within: 10 * SECOND };
const SUBMIT = { key: 'view:V1:card' };

async function count(desk: Desk, id: string, kind: string): Promise<number> {
  return (await desk.story(id)).filter(entry => entry.kind === kind).length;
}

/** A lead of Marcus's. */
async function his(desk: Desk): Promise<string> {
  for (;;) {
    const id = await desk.open();
    if ((await desk.look(id)).repEmail === 'marcus@example.com') return id;
  }
}

test('a button pressed twice at once does its deed once and says so twice; later it is a press of its own', async () => {
  const desk = await (await house).desk();
  const id = await his(desk);
  const press = { ...desk.by('marcus'), handoffId: id, idempotency: PRESS };
  const [one, other] = await Promise.all([handBack(desk.deps, press), handBack(desk.deps, press)]);
  assert.deepEqual([done(one).to, done(other).to], ['Priya Nair', 'Priya Nair']);
  assert.equal([one, other].filter(outcome => outcome.kind === 'done' && outcome.repeated).length, 1);
  assert.equal(await count(desk, id, 'reassigned'), 1);
  desk.move(11 * SECOND);
  assert.equal((await handBack(desk.deps, press)).kind, 'unfit', 'Priya was given it, and there is nobody after her');
});

test('a form sent off twice is answered as the first time, whatever became of the lead meanwhile', async () => {
  const desk = await (await house).desk();
  const [id, second] = [await his(desk), await his(desk)];
  const until = later(desk.now(), HOUR);
  const submit = { ...desk.by('marcus'), handoffId: id, until, idempotency: SUBMIT };
  assert.deepEqual(await snooze(desk.deps, submit), { kind: 'done', until });
  await desk.db('handoffs').where({ id }).update({ state: 'won', closed_at: desk.now() });
  desk.move(HOUR);
  assert.deepEqual(await snooze(desk.deps, submit), { kind: 'done', until, repeated: true });
  assert.equal(await count(desk, id, 'snoozed'), 1);
  const about = { ...submit, handoffId: second, until: later(until, HOUR) };
  assert.deepEqual(await snooze(desk.deps, about), { kind: 'done', until: about.until }, 'about another lead');
});

test('what was refused, and what failed half-way, may be sent off again', async () => {
  const desk = await (await house).desk();
  const id = await his(desk);
  const call = {
    ...desk.by('marcus'),
    handoffId: id,
    outcome: 'busy',
    direction: 'outbound',
    idempotency: SUBMIT,
  } as const;
  assert.equal((await logCall(desk.deps, { ...call, minutes: -1 })).kind, 'unfit');
  const broken = { ...desk.deps, vendors: () => Promise.reject(new Error('the vendors are gone')) };
  await assert.rejects(logCall(broken, call), /the vendors are gone/);
  assert.deepEqual(await logCall(desk.deps, call), { kind: 'done' });
  assert.deepEqual(await logCall(desk.deps, call), { kind: 'done', repeated: true });
  assert.equal(await count(desk, id, 'touched'), 1);
});

test('a hand-over of everything runs once: who asks meanwhile hears so, who asks after it hears how it ended', async () => {
  const desk = await (await house).desk();
  const [id] = [await his(desk), await his(desk)];
  const all = { ...desk.by('dana'), from: 'marcus@example.com', to: { kind: 'next' as const }, idempotency: SUBMIT };
  // The first waits for a lead that somebody else holds.
  const { first, second } = await desk.db.transaction(async trx => {
    await trx('handoffs').where({ id }).forUpdate().first();
    const began = moveAll(desk.deps, all);
    await eventually('the first has begun', () =>
      desk.db('idempotency_keys').where({ workspace_id: desk.workspaceId, key: SUBMIT.key }).first(),
    );
    return { first: began, second: await moveAll(desk.deps, all) };
  });
  assert.deepEqual(second, { kind: 'under_way' });
  const { moved, left } = done(await first);
  assert.deepEqual([moved, left], [2, 0]);
  assert.deepEqual(await moveAll(desk.deps, all), { kind: 'done', moved, left, repeated: true });
  // A process that died in the middle of it.
  await desk.db('idempotency_keys').update({ outcome: null });
  assert.equal((await moveAll(desk.deps, all)).kind, 'under_way');
  desk.move(3 * MINUTE);
  assert.deepEqual(await moveAll(desk.deps, all), { kind: 'done', moved: 0, left: 0 });
});
