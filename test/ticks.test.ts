/** What comes by the clock to every workspace: spread in time, and none kept waiting by another's trouble. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { rememberConnection } from '../src/db/connections/connections.ts';
import { allowance } from '../src/domain/api-quota.ts';
import type { Deps } from '../src/handoff/core/deps.ts';
import { enqueueMany } from '../src/jobs/queue.ts';
import { matchPeople, pollCrmEvents, spreadOver } from '../src/jobs/requests.ts';
import { MINUTE } from '../src/lib/clock.ts';
import { ticks } from '../src/worker.ts';
import { playbooks } from '../src/workspaces/playbooks.ts';
import { type TestWorkspace, testWorkspaces } from './handoff/test-workspaces.ts';
import { PLAYBOOK_VENDORS } from './helpers/playbook.ts';

const workspaces = testWorkspaces();
after(async () => (await workspaces).close());

/** Runs what comes at this time; fails where that fails. */
async function tick(deps: Deps, cron: string): Promise<void> {
  const found = ticks(deps).filter(([at]) => at === cron);
  assert.ok(found.length > 0, cron);
  for (const [, run] of found) await run();
}

/** An upgrade reads a playbook no more that it read before. */
async function brokenPlaybook(workspace: TestWorkspace): Promise<void> {
  await workspace.db('playbooks').where({ workspace_id: workspace.workspaceId }).update({ yaml: 'no: playbook' });
}

test('a workspace whose playbook cannot be read keeps nobody’s calls from being added up', async () => {
  const [broken, well] = [await (await workspaces).workspace(), await (await workspaces).workspace()];
  await brokenPlaybook(broken);
  const counted = [broken, well].map(({ workspaceId, deps: { clock } }) => {
    const calls = allowance('salesforce', clock);
    calls.counted({ used: 10, limit: 1_000 });
    return [workspaceId, 'salesforce', calls] as const;
  });
  await tick({ ...well.deps, allowances: () => counted.map(one => [...one]) as never }, '*/10 * * * * *');
  const rows = await well.db('api_usage').select('workspace_id', 'calls');
  assert.deepEqual(rows, [{ workspace_id: well.workspaceId, calls: 1 }]);
  assert.equal(counted[0]?.[2].take().calls, 1, 'and its own are still to be added');
});

test('polls of many workspaces are spread over the time until the next, each at a moment of its own', async () => {
  const workspace = await (await workspaces).workspace();
  const ids = Array.from({ length: 1_200 }, (_, at) => `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`);
  const jobs = ids.map(id => spreadOver(5 * MINUTE, pollCrmEvents(id)));
  assert.deepEqual(
    jobs,
    ids.map(id => spreadOver(5 * MINUTE, pollCrmEvents(id))),
  );
  const perMinute = [0, 1, 2, 3, 4].map(minute =>
    jobs.filter(({ delayMs = 0 }) => Math.floor(delayMs / MINUTE) === minute),
  );
  for (const [minute, some] of perMinute.entries()) {
    assert.ok(some.length > 180 && some.length < 300, `${some.length} in minute ${minute}`);
  }
  await enqueueMany(workspace.db, jobs);
  await enqueueMany(workspace.db, ids.map(matchPeople));
  const { rows } = await workspace.db.raw(
    `select count(*)::int as all, count(*) filter (where run_at > now() + interval '1 minute')::int as later
     from graphile_worker.jobs where task_identifier = 'crm.poll' and key like 'crm-poll:00000000-%'`,
  );
  assert.equal(rows[0].all, 1_200);
  assert.ok(rows[0].later > 800, `${rows[0].later} later`);
});

test('every workspace’s connections are polled once each', async () => {
  const workspace = await (await workspaces).workspace();
  const { db, workspaceId } = workspace;
  for (const role of ['source', 'crm', 'mailer'] as const) {
    await rememberConnection(db, workspaceId, { vendor: 'both', role }, workspace.now());
  }
  await tick(workspace.deps, '*/5 * * * *');
  const keys = (await workspace.waiting()).filter(key => key.includes(workspaceId) && key.includes('poll'));
  assert.deepEqual(keys.toSorted(), [`crm-poll:${workspaceId}:both`, `poll:${workspaceId}:both`]);
});

test('playbooks that were long unused are read again, the others are not', async () => {
  const made = [
    await (await workspaces).workspace(),
    await (await workspaces).workspace(),
    await (await workspaces).workspace(),
  ];
  const [
    {
      db,
      deps: { clock },
      workspaceId: first,
    } = assert.fail(),
    ,
    last,
  ] = made;
  const playbookOf = playbooks(db, clock, PLAYBOOK_VENDORS, 2);
  const read = [];
  for (const { workspaceId } of made) read.push(await playbookOf(workspaceId, 1));
  assert.equal(await playbookOf(last?.workspaceId ?? '', 1), read[2]);
  const again = await playbookOf(first, 1);
  assert.notEqual(again, read[0]);
  assert.deepEqual(again, read[0]);
});
