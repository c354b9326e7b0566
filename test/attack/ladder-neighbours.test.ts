/** What one workspace's trouble does to the ladders of another: nothing. */
import assert from 'node:assert/strict';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { after as later, MINUTE } from '../../src/lib/clock.ts';
import { sweep } from '../../src/sla/sweep.ts';
import { type TestWorkspace, type TestWorkspaces, testWorkspaces } from '../handoff/test-workspaces.ts';
import { manyHandoffs } from '../helpers/many-handoffs.ts';
import { LADDER, ladderWorkspace, newPlaybook } from '../sla/ladder-workspace.ts';

let all: TestWorkspaces;
before(async () => {
  all = await testWorkspaces();
});
after(() => all.close());

const kinds = async (workspace: TestWorkspace, id: string) =>
  (await workspace.story(id)).map(one => one.kind as string);

test('a workspace whose playbook cannot be read costs a sweep no more than a look', async () => {
  const [broken, well] = [await ladderWorkspace(all), await ladderWorkspace(all)];
  const ours = await well.open();
  well.move(61 * MINUTE);
  await manyHandoffs(well.db, {
    workspaceId: broken.workspaceId,
    playbookVersion: 2,
    count: 1_000,
    assignedAt: later(well.now(), -62 * MINUTE),
    apartMs: 0,
    rungAfterMs: 1_000,
    dueAfterMs: 60 * MINUTE,
    repEmail: 'marcus@example.com',
    team: 'mid',
  });
  await broken.db('playbooks').where({ workspace_id: broken.workspaceId }).update({ yaml: 'no: playbook' });
  let asked = 0;
  const playbook = Object.assign((id: string, version?: number) => {
    if (id === broken.workspaceId) asked += 1;
    return well.deps.playbook(id, version);
  });
  const begun = performance.now();
  await sweep({ ...well.deps, playbook });
  const took = performance.now() - begun;
  await broken.db('handoffs').where({ workspace_id: broken.workspaceId }).update({ state: 'lost', next_step_at: null });
  assert.ok((await kinds(well, ours)).includes('breached'));
  assert.ok(asked < 100, `its playbook was read ${asked} times in one sweep, which took ${Math.round(took)} ms`);
});

test('rules that are slow to reckon with do not stop the process for everybody', async () => {
  const odd = await all.workspace();
  const rules = LADDER.replace('CLOCK', 'working')
    .replace('respond_within: 1h', 'respond_within: 99999d')
    .replace('{ at: 45m, do: nudge }', '{ at: 99996d, do: nudge }')
    .replace('{ at: 60m, do: remind }', '{ at: 99997d, do: remind }')
    .replace('{ at: 90m, do: escalate }', '{ at: 99998d, do: escalate }')
    .replace('{ at: 4h, do: reassign }', '{ at: 99999d, do: reassign }')
    .replaceAll(
      'hours: { from: "09:00", to: "18:00" }',
      'hours: { days: [mon], from: "09:00", to: "09:01", holidays: US }',
    );
  await newPlaybook(odd, rules);
  assert.equal((await odd.deps.playbook(odd.workspaceId)).version, 2);
  await manyHandoffs(odd.db, {
    workspaceId: odd.workspaceId,
    playbookVersion: 2,
    count: 50,
    assignedAt: later(odd.now(), -62 * MINUTE),
    apartMs: 0,
    rungAfterMs: 1_000,
    dueAfterMs: 99_999 * 24 * 60 * MINUTE,
    repEmail: 'marcus@example.com',
    team: 'mid',
  });
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  await pause(50);
  await sweep(odd.deps);
  // It counts when the loop comes round again.
  await pause(50);
  delay.disable();
  assert.ok(delay.max < 2e9, `nothing else ran for ${Math.round(delay.max / 1e6)} ms while 50 leads were looked at`);
});
