/** The weekly report is begun once, on time or late, whatever the number of processes and whatever the clocks do. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { DAY, HOUR, MINUTE } from '../../src/lib/clock.ts';
import { beginReports, spreadReport } from '../../src/reports/weekly.ts';
import { savePlaybook } from '../../src/workspaces/playbook-versions.ts';
import { type TestWorkspace, testWorkspaces } from '../handoff/test-workspaces.ts';

const workspaces = testWorkspaces();
after(async () => (await workspaces).close());

/** `TUESDAY` of the workspace is 2026-11-24 18:00 UTC. */
async function weeklyWorkspace(weekly: string): Promise<TestWorkspace> {
  const workspace = await (await workspaces).workspace();
  const { yaml } = await workspace.db('playbooks').where({ workspace_id: workspace.workspaceId }).first('yaml');
  const with_ = `${yaml}\nreports: { weekly: { ${weekly}, channel: "#reports" } }\n`;
  await savePlaybook(workspace.db, workspace.workspaceId, {
    yaml: with_,
    author: 'test',
    note: '',
    at: workspace.now(),
  });
  return workspace;
}

const MONDAYS = 'day: mon, at: "09:00", time_zone: America/New_York';

/** Three processes look at the same moment. */
async function tick(workspace: TestWorkspace): Promise<string[]> {
  await Promise.all([1, 2, 3].map(() => beginReports(workspace.deps)));
  const rows = await workspace
    .db('reports')
    .where({ workspace_id: workspace.workspaceId })
    .orderBy('created_at')
    .select('week');
  return rows.map(row => row.week);
}

const toMoment = (workspace: TestWorkspace, at: string) => workspace.move(Date.parse(at) - workspace.now().getTime());

test('once a week over three processes, at nine by the clock on the wall, winter and summer', async () => {
  const workspace = await weeklyWorkspace(MONDAYS);
  assert.deepEqual(await tick(workspace), [], 'the workspace was not there on Monday');
  for (const [at, weeks] of [
    ['2026-11-30T13:59:00Z', 0],
    ['2026-11-30T14:00:00Z', 1],
    ['2026-11-30T14:01:00Z', 1],
    ['2026-12-07T14:00:30Z', 2],
    // Daylight saving began on March 14, 2027: nine is an hour earlier.
    ['2027-03-08T13:59:59Z', 2],
    ['2027-03-08T14:00:00Z', 3],
    ['2027-03-15T12:59:59Z', 3],
    ['2027-03-15T13:00:00Z', 4],
    ['2027-03-15T14:00:00Z', 4],
  ] as const) {
    toMoment(workspace, at);
    assert.equal((await tick(workspace)).length, weeks, at);
  }
  const jobs = (await workspace.waiting()).filter(key => key.startsWith('report:'));
  assert.equal(jobs.length, 4);
});

test('late within a day when everything was down, not later', async () => {
  const workspace = await weeklyWorkspace(MONDAYS);
  toMoment(workspace, '2026-11-30T14:00:00Z');
  workspace.move(DAY - MINUTE);
  assert.deepEqual(await tick(workspace), ['2026-W49']);
  toMoment(workspace, '2026-12-07T14:00:00Z');
  workspace.move(DAY + MINUTE);
  assert.deepEqual(await tick(workspace), ['2026-W49']);
});

test('another day or hour in the same week makes no second report', async () => {
  const workspace = await weeklyWorkspace(MONDAYS);
  toMoment(workspace, '2026-11-30T15:00:00Z');
  assert.deepEqual(await tick(workspace), ['2026-W49']);
  const { yaml } = await workspace
    .db('playbooks')
    .where({ workspace_id: workspace.workspaceId, version: 2 })
    .first('yaml');
  const moved = yaml.replace('day: mon, at: "09:00"', 'day: wed, at: "08:00"');
  await savePlaybook(workspace.db, workspace.workspaceId, {
    yaml: moved,
    author: 'test',
    note: '',
    at: workspace.now(),
  });
  workspace.move(2 * DAY);
  assert.deepEqual(await tick(workspace), ['2026-W49']);
  workspace.move(7 * DAY);
  assert.deepEqual(await tick(workspace), ['2026-W49', '2026-W50']);
});

test('it goes to the channel and to everybody who manages somebody, once each', async () => {
  const workspace = await weeklyWorkspace(MONDAYS);
  toMoment(workspace, '2026-11-30T14:00:00Z');
  workspace.move(HOUR);
  await tick(workspace);
  const { id: reportId } = await workspace.db('reports').where({ workspace_id: workspace.workspaceId }).first('id');
  const of = { workspaceId: workspace.workspaceId, reportId };
  await Promise.all([spreadReport(workspace.deps, of), spreadReport(workspace.deps, of)]);
  await spreadReport(workspace.deps, of);
  const places = await workspace.db('report_posts').where({ report_id: reportId }).orderBy('place').pluck('place');
  assert.deepEqual(places, ['channel:#reports', 'dm:U-dana', 'dm:U-olga']);
  const jobs = (await workspace.waiting()).filter(key => key.startsWith(`report:${reportId}:`));
  assert.deepEqual(
    jobs.toSorted(),
    places.map(place => `report:${reportId}:${place}`),
  );
});

test('a workspace whose playbook cannot be read keeps nobody waiting, and is looked at again in an hour', async () => {
  const broken = await weeklyWorkspace(MONDAYS);
  const good = await weeklyWorkspace(MONDAYS);
  const mended = await broken.db('playbooks').where({ workspace_id: broken.workspaceId }).select('version', 'yaml');
  await broken.db('playbooks').where({ workspace_id: broken.workspaceId }).update({ yaml: 'no: playbook' });
  for (const workspace of [broken, good]) toMoment(workspace, '2026-11-30T14:00:00Z');
  assert.deepEqual(await tick(good), ['2026-W49']);
  for (const { version, yaml } of mended) {
    await broken.db('playbooks').where({ workspace_id: broken.workspaceId, version }).update({ yaml });
  }
  assert.deepEqual(await tick(broken), []);
  broken.move(HOUR);
  assert.deepEqual(await tick(broken), ['2026-W49']);
});

test('whoever has no report due is not looked at, until the playbook changes', async () => {
  const workspace = await weeklyWorkspace(MONDAYS);
  const looked: string[] = [];
  const deps = {
    ...workspace.deps,
    playbook: (id: string) => {
      looked.push(id);
      return workspace.deps.playbook(id);
    },
  };
  await beginReports(deps);
  assert.ok(looked.includes(workspace.workspaceId));
  looked.length = 0;
  await beginReports(deps);
  assert.deepEqual(looked, []);
  const { yaml } = await workspace
    .db('playbooks')
    .where({ workspace_id: workspace.workspaceId, version: 2 })
    .first('yaml');
  await savePlaybook(workspace.db, workspace.workspaceId, {
    yaml: `${yaml}# \n`,
    author: 'test',
    note: '',
    at: workspace.now(),
  });
  await beginReports(deps);
  assert.deepEqual(looked, [workspace.workspaceId], 'by the version that this process still has');
  await beginReports(deps);
  assert.deepEqual(
    looked,
    [workspace.workspaceId, workspace.workspaceId],
    'so it is looked at until it knows the newest',
  );
  workspace.move(MINUTE);
  await beginReports(deps);
  await beginReports(deps);
  assert.equal(looked.length, 3);
});
