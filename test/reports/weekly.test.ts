/** The weekly report is begun once, on time or late, whatever the number of processes and whatever the clocks do. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { DAY, HOUR, MINUTE } from '../../src/lib/clock.ts';
import { beginReports, spreadReport } from '../../src/reports/weekly.ts';
import { savePlaybook } from '../../src/workspaces/playbook-versions.ts';
import { building, type Desk } from '../handoff/desk.ts';

const house = building();
after(async () => (await house).close());

/** `TUESDAY` of the desk is 2026-11-24 18:00 UTC. */
async function weeklyDesk(weekly: string): Promise<Desk> {
  const desk = await (await house).desk();
  const { yaml } = await desk.db('playbooks').where({ workspace_id: desk.workspaceId }).first('yaml');
  const with_ = `${yaml}\nreports: { weekly: { ${weekly}, channel: "#reports" } }\n`;
  await savePlaybook(desk.db, desk.workspaceId, { yaml: with_, author: 'test', note: '', at: desk.now() });
  return desk;
}

const MONDAYS = 'day: mon, at: "09:00", time_zone: America/New_York';

/** Three processes look at the same moment. */
async function tick(desk: Desk): Promise<string[]> {
  await Promise.all([1, 2, 3].map(() => beginReports(desk.deps)));
  const rows = await desk.db('reports').where({ workspace_id: desk.workspaceId }).orderBy('created_at').select('week');
  return rows.map(row => row.week);
}

const toMoment = (desk: Desk, at: string) => desk.move(Date.parse(at) - desk.now().getTime());

test('once a week over three processes, at nine by the clock on the wall, winter and summer', async () => {
  const desk = await weeklyDesk(MONDAYS);
  assert.deepEqual(await tick(desk), [], 'the workspace was not there on Monday');
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
    toMoment(desk, at);
    assert.equal((await tick(desk)).length, weeks, at);
  }
  const jobs = (await desk.waiting()).filter(key => key.startsWith('report:'));
  assert.equal(jobs.length, 4);
});

test('late within a day when everything was down, not later', async () => {
  const desk = await weeklyDesk(MONDAYS);
  toMoment(desk, '2026-11-30T14:00:00Z');
  desk.move(DAY - MINUTE);
  assert.deepEqual(await tick(desk), ['2026-W49']);
  toMoment(desk, '2026-12-07T14:00:00Z');
  desk.move(DAY + MINUTE);
  assert.deepEqual(await tick(desk), ['2026-W49']);
});

test('another day or hour in the same week makes no second report', async () => {
  const desk = await weeklyDesk(MONDAYS);
  toMoment(desk, '2026-11-30T15:00:00Z');
  assert.deepEqual(await tick(desk), ['2026-W49']);
  const { yaml } = await desk.db('playbooks').where({ workspace_id: desk.workspaceId, version: 2 }).first('yaml');
  const moved = yaml.replace('day: mon, at: "09:00"', 'day: wed, at: "08:00"');
  await savePlaybook(desk.db, desk.workspaceId, { yaml: moved, author: 'test', note: '', at: desk.now() });
  desk.move(2 * DAY);
  assert.deepEqual(await tick(desk), ['2026-W49']);
  desk.move(7 * DAY);
  assert.deepEqual(await tick(desk), ['2026-W49', '2026-W50']);
});

test('it goes to the channel and to everybody who manages somebody, once each', async () => {
  const desk = await weeklyDesk(MONDAYS);
  toMoment(desk, '2026-11-30T14:00:00Z');
  desk.move(HOUR);
  await tick(desk);
  const { id: reportId } = await desk.db('reports').where({ workspace_id: desk.workspaceId }).first('id');
  const of = { workspaceId: desk.workspaceId, reportId };
  await Promise.all([spreadReport(desk.deps, of), spreadReport(desk.deps, of)]);
  await spreadReport(desk.deps, of);
  const places = await desk.db('report_posts').where({ report_id: reportId }).orderBy('place').pluck('place');
  assert.deepEqual(places, ['channel:#reports', 'dm:U-dana', 'dm:U-olga']);
  const jobs = (await desk.waiting()).filter(key => key.startsWith(`report:${reportId}:`));
  assert.deepEqual(
    jobs.toSorted(),
    places.map(place => `report:${reportId}:${place}`),
  );
});

test('a workspace whose playbook cannot be read keeps nobody waiting, and is looked at again in an hour', async () => {
  const broken = await weeklyDesk(MONDAYS);
  const good = await weeklyDesk(MONDAYS);
  const mended = await broken.db('playbooks').where({ workspace_id: broken.workspaceId }).select('version', 'yaml');
  await broken.db('playbooks').where({ workspace_id: broken.workspaceId }).update({ yaml: 'no: playbook' });
  for (const desk of [broken, good]) toMoment(desk, '2026-11-30T14:00:00Z');
  assert.deepEqual(await tick(good), ['2026-W49']);
  for (const { version, yaml } of mended) {
    await broken.db('playbooks').where({ workspace_id: broken.workspaceId, version }).update({ yaml });
  }
  assert.deepEqual(await tick(broken), []);
  broken.move(HOUR);
  assert.deepEqual(await tick(broken), ['2026-W49']);
});

test('whoever has no report due is not looked at, until the playbook changes', async () => {
  const desk = await weeklyDesk(MONDAYS);
  const looked: string[] = [];
  const deps = {
    ...desk.deps,
    playbook: (id: string) => {
      looked.push(id);
      return desk.deps.playbook(id);
    },
  };
  await beginReports(deps);
  assert.ok(looked.includes(desk.workspaceId));
  looked.length = 0;
  await beginReports(deps);
  assert.deepEqual(looked, []);
  const { yaml } = await desk.db('playbooks').where({ workspace_id: desk.workspaceId, version: 2 }).first('yaml');
  await savePlaybook(desk.db, desk.workspaceId, { yaml: `${yaml}# \n`, author: 'test', note: '', at: desk.now() });
  await beginReports(deps);
  assert.deepEqual(looked, [desk.workspaceId], 'by the version that this process still has');
  await beginReports(deps);
  assert.deepEqual(looked, [desk.workspaceId, desk.workspaceId], 'so it is looked at until it knows the newest');
  desk.move(MINUTE);
  await beginReports(deps);
  await beginReports(deps);
  assert.equal(looked.length, 3);
});
