/** The promise to a lead and each person's turn with it: neither can be bent. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { stintsOf } from '../../src/db/handoffs/stints.ts';
import { actionsOf } from '../../src/handoff/commands.ts';
import { HOUR, after as later, MINUTE } from '../../src/lib/clock.ts';
import { sweep } from '../../src/sla/sweep.ts';
import { done, type TestWorkspace, type TestWorkspaces, testWorkspaces } from '../handoff/test-workspaces.ts';
import { ladderWorkspace } from './ladder-workspace.ts';

let all: TestWorkspaces;
before(async () => {
  all = await testWorkspaces();
});
after(() => all.close());

const on = (workspace: TestWorkspace, name: string, handoffId: string) => ({ ...workspace.by(name), handoffId });
const minutes = (count: number) => count * MINUTE;
const call = (workspace: TestWorkspace, name: string, id: string, at?: Date) =>
  actionsOf(workspace.deps).logCall({
    ...on(workspace, name, id),
    outcome: 'connected',
    direction: 'outbound',
    ...(at && { at }),
  });
const toPerson = (name: string) => ({ kind: 'person' as const, email: `${name}@example.com` });

/** Who had it, how many minutes after the crossing it was due, broken and touched, and how the turn ended. */
async function turns(workspace: TestWorkspace, id: string) {
  const { openedAt } = await workspace.look(id);
  const min = (at: Date | null) => at && Math.round((at.getTime() - openedAt.getTime()) / MINUTE);
  const rows = await stintsOf(workspace.db, workspace.workspaceId, id);
  return rows.map(({ repEmail, due, breached, touched, how }) => [
    repEmail?.split('@')[0] ?? 'pool',
    min(due),
    min(breached),
    min(touched),
    how,
  ]);
}

test('a one-hour promise that the next one meets after four stays broken, and each turn is told apart', async () => {
  const workspace = await ladderWorkspace(all);
  const id = await workspace.open();
  const { dueAt } = await workspace.look(id);
  workspace.move(minutes(240));
  await sweep(workspace.deps);
  done(await actionsOf(workspace.deps).reassign({ ...on(workspace, 'dana', id), to: toPerson('priya') }));
  workspace.move(minutes(10));
  done(await call(workspace, 'priya', id));
  await sweep(workspace.deps);
  const handoff = await workspace.look(id);
  assert.deepEqual([handoff.dueAt, handoff.breachedAt], [dueAt, dueAt]);
  assert.deepEqual(await turns(workspace, id), [
    ['marcus', 60, 60, null, 'reassigned'],
    ['priya', 300, null, 250, null],
  ]);
});

test('a snooze, a hand-over in time and a reopening move neither the due time nor the breach', async () => {
  const workspace = await ladderWorkspace(all);
  const id = await workspace.open();
  const { dueAt } = await workspace.look(id);
  const actions = actionsOf(workspace.deps);
  done(await actions.snooze({ ...on(workspace, 'marcus', id), until: later(workspace.now(), 5 * HOUR) }));
  workspace.move(minutes(50));
  await sweep(workspace.deps);
  done(await actions.reassign({ ...on(workspace, 'dana', id), to: toPerson('priya') }));
  workspace.move(minutes(15));
  await sweep(workspace.deps);
  // biome-ignore lint/suspicious/noThenProperty: the name of the field in Slack's form; nobody awaits it
  done(await actions.reject({ ...on(workspace, 'priya', id), reason: 'duplicate', then: 'nurture' }));
  done(await actions.reopen(on(workspace, 'priya', id)));
  await sweep(workspace.deps);
  const handoff = await workspace.look(id);
  assert.deepEqual([handoff.dueAt, handoff.breachedAt], [dueAt, dueAt]);
  assert.deepEqual(await turns(workspace, id), [
    ['marcus', 60, null, null, 'reassigned'],
    ['priya', 110, null, null, 'rejected'],
    ['priya', 125, null, null, null],
  ]);
});

test('while it is snoozed the rep hears nothing, the manager does, and it is reassigned', async () => {
  const workspace = await ladderWorkspace(all);
  const id = await workspace.open();
  done(
    await actionsOf(workspace.deps).snooze({ ...on(workspace, 'marcus', id), until: later(workspace.now(), 8 * HOUR) }),
  );
  for (const wait of [45, 15, 30, 150]) {
    workspace.move(minutes(wait));
    await sweep(workspace.deps);
  }
  const waiting = (await workspace.waiting()).filter(key => key.startsWith(`ladder:${id}`));
  assert.deepEqual(waiting.map(key => key.split(':')[2]).sort(), ['escalate', 'reassign']);
  const told = (await workspace.story(id)).map(({ kind, text }) => (kind === 'step_skipped' ? text : kind));
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
  const workspace = await ladderWorkspace(all);
  const id = await workspace.open();
  workspace.move(minutes(61));
  done(await call(workspace, 'marcus', id, later(workspace.now(), -minutes(20))));
  const { breachedAt, dueAt, contactedAt } = await workspace.look(id);
  assert.deepEqual([breachedAt, contactedAt], [dueAt, later(workspace.now(), -minutes(20))]);
  assert.deepEqual(await turns(workspace, id), [['marcus', 60, 60, 41, null]]);
  await sweep(workspace.deps);
  assert.equal((await workspace.story(id)).filter(({ kind }) => kind === 'breached').length, 1);
});

test('nobody’s call was before they had the lead; a minute that began before it is the minute of it', async () => {
  const workspace = await ladderWorkspace(all);
  const id = await workspace.open();
  workspace.move(minutes(30));
  done(await actionsOf(workspace.deps).reassign({ ...on(workspace, 'dana', id), to: toPerson('priya') }));
  workspace.move(minutes(5));
  const refused = await call(workspace, 'priya', id, later(workspace.now(), -minutes(10)));
  assert.deepEqual(refused.kind === 'unfit' && [refused.field, /^You have had this lead since/.test(refused.why)], [
    'at',
    true,
  ]);
  // The manager may tell of Marcus's call.
  done(await call(workspace, 'dana', id, later(workspace.now(), -minutes(10))));
  assert.deepEqual(await turns(workspace, id), [
    ['marcus', 60, null, 25, 'reassigned'],
    ['priya', null, null, null, null],
  ]);
});

test('a call in the minute of the crossing, told to the minute, was after it', async () => {
  const workspace = await ladderWorkspace(all);
  workspace.move(20_000);
  const id = await workspace.open();
  workspace.move(10_000);
  const minute = new Date(Math.floor(workspace.now().getTime() / MINUTE) * MINUTE);
  done(await call(workspace, 'marcus', id, minute));
  const { contactedAt, assignedAt, crossedAt } = await workspace.look(id);
  assert.ok(contactedAt && assignedAt && contactedAt >= assignedAt && contactedAt >= crossedAt);
  assert.deepEqual(await turns(workspace, id), [['marcus', 60, null, 0, null]]);
});

test('a lead of a pool: the pool’s turn ends with the claim, and whoever claims has a full one', async () => {
  const workspace = await ladderWorkspace(all);
  const id = await workspace.open({ leadSource: 'Pool' });
  workspace.move(minutes(20));
  assert.equal((await actionsOf(workspace.deps).claim(on(workspace, 'priya', id))).kind, 'claimed');
  assert.deepEqual(await turns(workspace, id), [
    ['pool', 60, null, null, 'claimed'],
    ['priya', 80, null, null, null],
  ]);
  assert.equal((await workspace.look(id)).dueAt?.getTime(), (await workspace.look(id)).openedAt.getTime() + HOUR);
});

test('whoever goes away is not charged for it; what was promised to the lead stays', async () => {
  const workspace = await ladderWorkspace(all, 'working');
  const id = await workspace.open();
  const { dueAt } = await workspace.look(id);
  done(await actionsOf(workspace.deps).away({ ...workspace.by('marcus'), until: new Date('2026-11-26T17:00:00Z') }));
  await sweep(workspace.deps);
  const [[, due] = []] = await turns(workspace, id);
  assert.ok(typeof due === 'number' && due > 24 * 60, String(due));
  assert.deepEqual((await workspace.look(id)).dueAt, dueAt);
});
