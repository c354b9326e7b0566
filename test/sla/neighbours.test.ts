/** What one workspace's trouble does to the ladders of another: nothing. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { lockDueHandoffs } from '../../src/db/handoffs/ladder.ts';
import { unsentNotices } from '../../src/db/workspaces/notices.ts';
import { DAY, after as later, MINUTE } from '../../src/lib/clock.ts';
import { audit } from '../../src/sla/audit.ts';
import { sweep } from '../../src/sla/sweep.ts';
import { type TestWorkspace, type TestWorkspaces, testWorkspaces } from '../handoff/test-workspaces.ts';
import { manyHandoffs } from '../helpers/many-handoffs.ts';
import { LADDER, ladderWorkspace, newPlaybook } from './ladder-workspace.ts';

let all: TestWorkspaces;
before(async () => {
  all = await testWorkspaces();
});
after(() => all.close());

const kinds = async (workspace: TestWorkspace, id: string) =>
  (await workspace.story(id)).map(one => one.kind as string);

const many = ({ db, workspaceId, now }: TestWorkspace, count: number, dueAfterMs: number) =>
  manyHandoffs(db, {
    workspaceId,
    playbookVersion: 2,
    count,
    assignedAt: later(now(), -62 * MINUTE),
    apartMs: 0,
    rungAfterMs: 1_000,
    dueAfterMs,
    repEmail: 'marcus@example.com',
    team: 'mid',
  });

const close = ({ db, workspaceId }: TestWorkspace) =>
  db('handoffs').where({ workspace_id: workspaceId }).update({ state: 'lost', next_step_at: null });

test('a workspace whose playbook cannot be read costs a sweep no more than a look, and is told of', async () => {
  const [broken, well] = [await ladderWorkspace(all), await ladderWorkspace(all)];
  const ours = await well.open();
  well.move(61 * MINUTE);
  broken.move(61 * MINUTE);
  await many(broken, 1_000, 60 * MINUTE);
  await broken.db('playbooks').where({ workspace_id: broken.workspaceId }).update({ yaml: 'no: playbook' });
  let asked = 0;
  const playbook = Object.assign((id: string, version?: number) => {
    if (id === broken.workspaceId) asked += 1;
    return well.deps.playbook(id, version);
  });
  await sweep({ ...well.deps, playbook });
  assert.ok((await kinds(well, ours)).includes('breached'));
  assert.ok(asked <= 2, `its playbook was read ${asked} times in one sweep`);
  await audit({ ...well.deps, playbook });
  await audit({ ...well.deps, playbook });
  const notices = await unsentNotices(broken.db, broken.workspaceId);
  const stuck = notices.filter(({ text }) => text.startsWith('The ladder of 1000 leads cannot be looked at'));
  assert.equal(stuck.length, 1);
  await close(broken);
});

test('however many cannot be looked at, the rest is found', async () => {
  const workspace = await ladderWorkspace(all);
  const id = await workspace.open();
  workspace.move(61 * MINUTE);
  const leftOut = {
    handoffs: Array.from({ length: 70_000 }, () => randomUUID()),
    playbooks: [{ workspaceId: randomUUID(), version: null }],
  };
  const due = await workspace.db.transaction(trx => lockDueHandoffs(trx, workspace.now(), 50, leftOut));
  assert.ok(due.some(one => one.id === id));
  await close(workspace);
});

test('rules that are slow to reckon with are reckoned with once, and the process goes on between two leads', async t => {
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
  assert.equal((await odd.deps.playbook(odd.workspaceId)).version, 2, 'it was saved before there was a limit');
  await many(odd, 50, 99_999 * DAY);
  const reckoned = t.mock.method(Temporal.Instant, 'fromEpochMilliseconds');
  let turns = 0;
  let isSwept = false;
  const turn = () => {
    turns += 1;
    if (!isSwept) setImmediate(turn);
  };
  turn();
  t.after(() => {
    isSwept = true;
  });
  const turnsOfLeads = new Set<number>();
  const playbook: typeof odd.deps.playbook = (id, version) => {
    turnsOfLeads.add(turns);
    return odd.deps.playbook(id, version);
  };
  await sweep({ ...odd.deps, playbook });
  assert.ok(turnsOfLeads.size >= 50, `50 leads were looked at in ${turnsOfLeads.size} turns of the process`);
  // The days of three years, once.
  const times = reckoned.mock.callCount();
  assert.ok(times < 4_000, `${times} times of day were worked out`);
  await close(odd);
});

test('what the database does not take keeps the steps of no other lead from firing', async () => {
  const [odd, well] = [await ladderWorkspace(all), await ladderWorkspace(all)];
  const [refused, beside, ours] = [await odd.open(), await odd.open(), await well.open()];
  const db = odd.db;
  await db.raw(
    `create function refuse() returns trigger language plpgsql as $$ begin raise exception 'not this one'; end $$`,
  );
  await db.raw(
    `create trigger refuse before update on handoffs for each row when (old.id = '${refused}') execute function refuse()`,
  );
  odd.move(61 * MINUTE);
  well.move(61 * MINUTE);
  await sweep(well.deps);
  assert.ok((await kinds(well, ours)).includes('breached'));
  assert.ok((await kinds(odd, beside)).includes('breached'));
  assert.ok(!(await kinds(odd, refused)).includes('breached'));
  await db.raw('drop trigger refuse on handoffs');
  await sweep(well.deps);
  assert.ok((await kinds(odd, refused)).includes('breached'));
});

test('a day that no calendar reaches is kept as the last there is', async () => {
  const workspace = await ladderWorkspace(all);
  const id = await workspace.open();
  const row = workspace.db('handoffs').where({ id });
  await row.clone().update({ state: 'claimed', claimed_at: workspace.now(), snoozed_until: '20000-01-01T00:00:00Z' });
  await row.clone().update({ steps_fired: 4, breached_at: workspace.now(), next_step_at: workspace.now() });
  await sweep(workspace.deps);
  assert.equal((await workspace.look(id)).nextStepAt?.toISOString(), '9999-12-31T23:59:59.999Z');
});
