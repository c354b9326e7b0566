/** The same request twice: one deed, one answer; what came to nothing, or is long past, may be asked for again. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { logCall } from '../../src/handoff/actions/log-call.ts';
import { handBack } from '../../src/handoff/actions/manage.ts';
import { moveAll } from '../../src/handoff/actions/reassign.ts';
import { snooze } from '../../src/handoff/actions/snooze.ts';
import { HOUR, after as later, MINUTE, SECOND } from '../../src/lib/clock.ts';
import { until as eventually } from '../helpers/until.ts';
import { done, said, type TestWorkspace, testWorkspaces } from './test-workspaces.ts';

const workspaces = testWorkspaces();
after(async () => (await workspaces).close());

const PRESS = { key: 'press:1', within: 10 * SECOND };
const SUBMIT = { key: 'view:V1:card' };

async function count(workspace: TestWorkspace, id: string, kind: string): Promise<number> {
  return (await workspace.story(id)).filter(entry => entry.kind === kind).length;
}

/** A lead of Marcus's. */
async function his(workspace: TestWorkspace): Promise<string> {
  for (;;) {
    const id = await workspace.open();
    if ((await workspace.look(id)).repEmail === 'marcus@example.com') return id;
  }
}

test('a button pressed twice at once does its deed once and says so twice; later it is a press of its own', async () => {
  const workspace = await (await workspaces).workspace();
  const id = await his(workspace);
  const press = { ...workspace.by('marcus'), handoffId: id, idempotency: PRESS };
  const [one, other] = await Promise.all([handBack(workspace.deps, press), handBack(workspace.deps, press)]);
  assert.deepEqual([done(one).to, done(other).to], ['Priya Nair', 'Priya Nair']);
  assert.equal([one, other].filter(outcome => outcome.kind === 'done' && outcome.repeated).length, 1);
  assert.equal(await count(workspace, id, 'reassigned'), 1);
  workspace.move(11 * SECOND);
  assert.equal((await handBack(workspace.deps, press)).kind, 'not_allowed', 'it is Priya’s now');
});

test('a form sent off twice is answered as the first time, whatever became of the lead meanwhile', async () => {
  const workspace = await (await workspaces).workspace();
  const [id, second] = [await his(workspace), await his(workspace)];
  const until = later(workspace.now(), HOUR);
  const submit = { ...workspace.by('marcus'), handoffId: id, until, idempotency: SUBMIT };
  assert.deepEqual(said(await snooze(workspace.deps, submit)), { kind: 'done', until });
  await workspace.db('handoffs').where({ id }).update({ state: 'won', closed_at: workspace.now() });
  workspace.move(HOUR);
  assert.deepEqual(said(await snooze(workspace.deps, submit)), { kind: 'done', until, repeated: true });
  assert.equal(await count(workspace, id, 'snoozed'), 1);
  const about = { ...submit, handoffId: second, until: later(until, HOUR) };
  assert.deepEqual(
    said(await snooze(workspace.deps, about)),
    { kind: 'done', until: about.until },
    'about another lead',
  );
});

test('what was refused, and what failed half-way, may be sent off again', async () => {
  const workspace = await (await workspaces).workspace();
  const id = await his(workspace);
  const call = {
    ...workspace.by('marcus'),
    handoffId: id,
    outcome: 'busy',
    direction: 'outbound',
    idempotency: SUBMIT,
  } as const;
  assert.equal((await logCall(workspace.deps, { ...call, minutes: -1 })).kind, 'unfit');
  const broken = { ...workspace.deps, vendors: () => Promise.reject(new Error('the vendors are gone')) };
  await assert.rejects(logCall(broken, call), /the vendors are gone/);
  assert.deepEqual(await logCall(workspace.deps, call), { kind: 'done' });
  assert.deepEqual(await logCall(workspace.deps, call), { kind: 'done', repeated: true });
  assert.equal(await count(workspace, id, 'touched'), 1);
});

test('a hand-over of everything runs once: who asks meanwhile hears so, who asks after it hears how it ended', async () => {
  const workspace = await (await workspaces).workspace();
  const [id] = [await his(workspace), await his(workspace)];
  const all = {
    ...workspace.by('dana'),
    from: 'marcus@example.com',
    to: { kind: 'next' as const },
    idempotency: SUBMIT,
  };
  // The first waits for a lead that somebody else holds.
  const { first, second } = await workspace.db.transaction(async trx => {
    await trx('handoffs').where({ id }).forUpdate().first();
    const began = moveAll(workspace.deps, all);
    await eventually('the first has begun', () =>
      workspace.db('idempotency_keys').where({ workspace_id: workspace.workspaceId, key: SUBMIT.key }).first(),
    );
    return { first: began, second: await moveAll(workspace.deps, all) };
  });
  assert.deepEqual(second, { kind: 'under_way' });
  const { moved, left } = done(await first);
  assert.deepEqual([moved, left], [2, 0]);
  assert.deepEqual(await moveAll(workspace.deps, all), { kind: 'done', moved, left, repeated: true });
  // A process that died in the middle of it.
  await workspace.db('idempotency_keys').update({ outcome: null });
  assert.equal((await moveAll(workspace.deps, all)).kind, 'under_way');
  workspace.move(3 * MINUTE);
  assert.deepEqual(await moveAll(workspace.deps, all), { kind: 'done', moved: 0, left: 0 });
});
