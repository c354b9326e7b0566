import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { down, up } from '../../migrations/20261130090000_job_names.ts';
import { connect, type Db } from '../../src/db/connection.ts';
import { ensureWorkspace } from '../../src/db/workspaces/workspaces.ts';
import { FORMER_NAMES, type JobName, type Jobs } from '../../src/jobs/catalogue.ts';
import { parkedGroups, parkedJobs, parkJob, replayParked } from '../../src/jobs/parked.ts';
import { type JobTable, startRunner } from '../../src/jobs/runner.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { createLogger } from '../../src/lib/log.ts';
import { testDatabase } from '../helpers/database.ts';
import { until } from '../helpers/until.ts';

const FORMER = [...FORMER_NAMES.keys()];
const NOW = [...FORMER_NAMES.values()].sort();

/** A database with one workspace, and a worker that writes down which handler got which payload. */
async function installation(t: TestContext) {
  const database = await testDatabase();
  const db = connect(database.url, 4);
  const done: [JobName, Jobs[JobName]][] = [];
  const jobs = Object.fromEntries(
    NOW.map(name => [name, { run: async (payload: Jobs[JobName]) => void done.push([name, payload]) }]),
  ) as unknown as JobTable;
  let runner: Awaited<ReturnType<typeof startRunner>> | undefined;
  t.after(async () => {
    await runner?.stop();
    await db.destroy();
    await database.drop();
  });
  const { id } = await ensureWorkspace(db, { name: 'Acme', slackTeamId: 'T1', hookKey: 'key', at: new Date() });
  return {
    db,
    id,
    done: () => done.map(([name]) => name).sort(),
    payloads: () => done.map(([, payload]) => payload),
    async work() {
      const log = createLogger({ level: 'silent' });
      runner = await startRunner({
        db,
        url: database.url,
        jobs,
        clock: systemClock,
        answers: () => 0,
        log,
        concurrency: 2,
      });
    },
  };
}

/** As the release before asked for a job, and put one aside. */
async function asBefore(db: Db, workspaceId: string, name: string): Promise<void> {
  const payload = { workspaceId, of: name };
  await db.raw('select graphile_worker.add_job(?, ?::json, job_key := ?)', [name, JSON.stringify(payload), name]);
  const parked = {
    payload: { workspaceId },
    reason: 'no',
    verdict: 'refused',
    reference: name,
    at: new Date(),
  } as const;
  await parkJob(db, { ...parked, workspaceId, job: name as JobName });
}

const waiting = async (db: Db) =>
  (await db('graphile_worker.jobs').orderBy('task_identifier')).map(job => job.task_identifier);

test('what waits under a former name over an upgrade is done under its new one, and back again', async t => {
  const { db, id, done, payloads, work } = await installation(t);
  await down(db);
  for (const name of FORMER) await asBefore(db, id, name);
  await up(db);
  assert.deepEqual(await waiting(db), NOW);
  assert.deepEqual(
    (await db('parked_jobs').orderBy('job')).map(row => row.job),
    NOW,
  );
  await down(db);
  assert.deepEqual(await waiting(db), [...FORMER].sort());
  assert.deepEqual(
    (await db('parked_jobs').orderBy('job')).map(row => row.job),
    [...FORMER].sort(),
  );
  await up(db);
  await work();
  await until('all of it to be done', async () => done().length === NOW.length);
  assert.deepEqual(done(), NOW);
  assert.deepEqual(
    payloads()
      .map(payload => ('of' in payload ? payload.of : undefined))
      .sort(),
    [...FORMER].sort(),
  );
  await replayParked(db, id, new Date());
  await until('what was put aside to be done, too', async () => done().length === 2 * NOW.length);
});

test('what a process of the release before adds and puts aside after the upgrade is done by the new one', async t => {
  const { db, id, done, work } = await installation(t);
  await work();
  for (const name of FORMER) await asBefore(db, id, name);
  await until('all of it to be done', async () => done().length === NOW.length);
  assert.deepEqual(done(), NOW);
  const { rows } = await parkedGroups(db, id, { limit: 50, offset: 0 });
  assert.deepEqual(rows.map(({ job }) => job).sort(), NOW);
  assert.deepEqual((await parkedJobs(db, id)).map(({ job }) => job).sort(), NOW);
  assert.equal(await replayParked(db, id, new Date()), NOW.length);
  await until('what was put aside to be done, too', async () => done().length === 2 * NOW.length);
});
