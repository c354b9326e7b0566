/** The promise to a lead and each person's turn with it: neither can be bent. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { stintsOf } from '../../src/db/handoffs/stints.ts';
import { actionsOf } from '../../src/handoff/commands.ts';
import { HOUR, after as later, MINUTE } from '../../src/lib/clock.ts';
import { sweep } from '../../src/sla/sweep.ts';
import { type Building, building, type Desk, done } from '../handoff/desk.ts';
import { ladderDesk } from './desk.ts';

let all: Building;
before(async () => {
  all = await building();
});
after(() => all.close());

const on = (desk: Desk, name: string, handoffId: string) => ({ ...desk.by(name), handoffId });
const minutes = (count: number) => count * MINUTE;
const call = (desk: Desk, name: string, id: string, at?: Date) =>
  actionsOf(desk.deps).logCall({
    ...on(desk, name, id),
    outcome: 'connected',
    direction: 'outbound',
    ...(at && { at }),
  });
const toPerson = (name: string) => ({ kind: 'person' as const, email: `${name}@example.com` });

/** Who had it, how many minutes after the crossing it was due, broken and touched, and how the turn ended. */
async function turns(desk: Desk, id: string) {
  const { openedAt } = await desk.look(id);
  const min = (at: Date | null) => at && Math.round((at.getTime() - openedAt.getTime()) / MINUTE);
  const rows = await stintsOf(desk.db, desk.workspaceId, id);
  return rows.map(({ repEmail, due, breached, touched, how }) => [
    repEmail?.split('@')[0] ?? 'pool',
    min(due),
    min(breached),
    min(touched),
    how,
  ]);
}

test('a one-hour promise that the next one meets after four stays broken, and each turn is told apart', async () => {
  const desk = await ladderDesk(all);
  const id = await desk.open();
  const { dueAt } = await desk.look(id);
  desk.move(minutes(240));
  await sweep(desk.deps);
  done(await actionsOf(desk.deps).reassign({ ...on(desk, 'dana', id), to: toPerson('priya') }));
  desk.move(minutes(10));
  done(await call(desk, 'priya', id));
  await sweep(desk.deps);
  const handoff = await desk.look(id);
  assert.deepEqual([handoff.dueAt, handoff.breachedAt], [dueAt, dueAt]);
  assert.deepEqual(await turns(desk, id), [
    ['marcus', 60, 60, null, 'reassigned'],
    ['priya', 300, null, 250, null],
  ]);
});

test('a snooze, a hand-over in time and a reopening move neither the due time nor the breach', async () => {
  const desk = await ladderDesk(all);
  const id = await desk.open();
  const { dueAt } = await desk.look(id);
  const actions = actionsOf(desk.deps);
  done(await actions.snooze({ ...on(desk, 'marcus', id), until: later(desk.now(), 5 * HOUR) }));
  desk.move(minutes(50));
  await sweep(desk.deps);
  done(await actions.reassign({ ...on(desk, 'dana', id), to: toPerson('priya') }));
  desk.move(minutes(15));
  await sweep(desk.deps);
  // biome-ignore lint/suspicious/noThenProperty: the name of the field in Slack's form; nobody awaits it
  done(await actions.reject({ ...on(desk, 'priya', id), reason: 'duplicate', then: 'nurture' }));
  done(await actions.reopen(on(desk, 'priya', id)));
  await sweep(desk.deps);
  const handoff = await desk.look(id);
  assert.deepEqual([handoff.dueAt, handoff.breachedAt], [dueAt, dueAt]);
  assert.deepEqual(await turns(desk, id), [
    ['marcus', 60, null, null, 'reassigned'],
    ['priya', 110, null, null, 'rejected'],
    ['priya', 125, null, null, null],
  ]);
});

test('while it is snoozed the rep hears nothing, the manager does, and it is reassigned', async () => {
  const desk = await ladderDesk(all);
  const id = await desk.open();
  done(await actionsOf(desk.deps).snooze({ ...on(desk, 'marcus', id), until: later(desk.now(), 8 * HOUR) }));
  for (const wait of [45, 15, 30, 150]) {
    desk.move(minutes(wait));
    await sweep(desk.deps);
  }
  const waiting = (await desk.waiting()).filter(key => key.startsWith(`ladder:${id}`));
  assert.deepEqual(waiting.map(key => key.split(':')[2]).sort(), ['escalate', 'reassign']);
  const told = (await desk.story(id)).map(({ kind, text }) => (kind === 'step_skipped' ? text : kind));
  assert.deepEqual(
    told.filter(one => /^Left out|breached|nudged|reminded|escalated/.test(one)),
    [
      'Left out the nudge after 45 minutes: the lead is put off',
      'Left out the reminder after 1 hour: the lead is put off',
      'breached',
      'escalated',
    ],
  );
});

test('a call told after it was due keeps no promise, whatever time is typed and whoever looked', async () => {
  const desk = await ladderDesk(all);
  const id = await desk.open();
  desk.move(minutes(61));
  done(await call(desk, 'marcus', id, later(desk.now(), -minutes(20))));
  const { breachedAt, dueAt, contactedAt } = await desk.look(id);
  assert.deepEqual([breachedAt, contactedAt], [dueAt, later(desk.now(), -minutes(20))]);
  assert.deepEqual(await turns(desk, id), [['marcus', 60, 60, 41, null]]);
  await sweep(desk.deps);
  assert.equal((await desk.story(id)).filter(({ kind }) => kind === 'breached').length, 1);
});

test('nobody’s call was before they had the lead; a minute that began before it is the minute of it', async () => {
  const desk = await ladderDesk(all);
  const id = await desk.open();
  desk.move(minutes(30));
  done(await actionsOf(desk.deps).reassign({ ...on(desk, 'dana', id), to: toPerson('priya') }));
  desk.move(minutes(5));
  const refused = await call(desk, 'priya', id, later(desk.now(), -minutes(10)));
  assert.deepEqual(refused.kind === 'unfit' && [refused.field, /^You have had this lead since/.test(refused.why)], [
    'at',
    true,
  ]);
  // The manager may tell of Marcus's call.
  done(await call(desk, 'dana', id, later(desk.now(), -minutes(10))));
  assert.deepEqual(await turns(desk, id), [
    ['marcus', 60, null, 25, 'reassigned'],
    ['priya', null, null, null, null],
  ]);
});

test('a call in the minute of the crossing, told to the minute, was after it', async () => {
  const desk = await ladderDesk(all);
  desk.move(20_000);
  const id = await desk.open();
  desk.move(10_000);
  const minute = new Date(Math.floor(desk.now().getTime() / MINUTE) * MINUTE);
  done(await call(desk, 'marcus', id, minute));
  const { contactedAt, assignedAt, crossedAt } = await desk.look(id);
  assert.ok(contactedAt && assignedAt && contactedAt >= assignedAt && contactedAt >= crossedAt);
  assert.deepEqual(await turns(desk, id), [['marcus', 60, null, 0, null]]);
});

test('a lead of a pool: the pool’s turn ends with the claim, and whoever claims has a full one', async () => {
  const desk = await ladderDesk(all);
  const id = await desk.open({ leadSource: 'Pool' });
  desk.move(minutes(20));
  assert.equal((await actionsOf(desk.deps).claim(on(desk, 'priya', id))).kind, 'claimed');
  assert.deepEqual(await turns(desk, id), [
    ['pool', 60, null, null, 'claimed'],
    ['priya', 80, null, null, null],
  ]);
  assert.equal((await desk.look(id)).dueAt?.getTime(), (await desk.look(id)).openedAt.getTime() + HOUR);
});

test('whoever goes away is not charged for it; what was promised to the lead stays', async () => {
  const desk = await ladderDesk(all, 'working');
  const id = await desk.open();
  const { dueAt } = await desk.look(id);
  done(await actionsOf(desk.deps).away({ ...desk.by('marcus'), until: new Date('2026-11-26T17:00:00Z') }));
  await sweep(desk.deps);
  const [[, due] = []] = await turns(desk, id);
  assert.ok(typeof due === 'number' && due > 24 * 60, String(due));
  assert.deepEqual((await desk.look(id)).dueAt, dueAt);
});
