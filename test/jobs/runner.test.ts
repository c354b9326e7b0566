import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { connect, type Db } from '../../src/db/connection.ts';
import { connectionOf, noticeLongAway, rememberConnection } from '../../src/db/connections/connections.ts';
import { backlogOf } from '../../src/db/reports/backlog.ts';
import { unsentNotices } from '../../src/db/workspaces/notices.ts';
import { ensureWorkspace } from '../../src/db/workspaces/workspaces.ts';
import type { JobName } from '../../src/jobs/catalogue.ts';
import { parkedJobs, parkJob, probeAway, probePaused, replayParked, replayStranded } from '../../src/jobs/parked.ts';
import { changeAndEnqueue, enqueue } from '../../src/jobs/queue.ts';
import { type JobContext, type JobTable, startRunner } from '../../src/jobs/runner.ts';
import { forgetReplaced, freeJobsOfTheDead, WORKER_LOCKS } from '../../src/jobs/worker-lock.ts';
import { after, systemClock } from '../../src/lib/clock.ts';
import { CredentialsRejected, RateLimited, Rejected, Unavailable } from '../../src/lib/errors.ts';
import { createLogger } from '../../src/lib/log.ts';
import { testDatabase } from '../helpers/database.ts';
import { until } from '../helpers/until.ts';

/**
 * A runner whose `handoff.record` does what the test says, and whose other jobs only count. The connection answers each
 * time `handoff.record` ends well, unless the test says 'nothing asked'.
 */
async function bench(
  t: TestContext,
  record: (tries: number, handoffId: string, context: JobContext) => Promise<unknown>,
) {
  const database = await testDatabase();
  const db = connect(database.url, 4);
  const runs: JobName[] = [];
  let answers = 0;
  const quiet = (name: JobName) => ({ run: async () => void runs.push(name) });
  const names: JobName[] = [
    'signal.process',
    'source.poll',
    'handoff.notify',
    'card.refresh',
    'handoff.enrich',
    'directory.sync',
    'notify.admins',
  ];
  const jobs = {
    ...Object.fromEntries(names.map(name => [name, quiet(name)])),
    'handoff.record': {
      run: async ({ handoffId }: { handoffId: string }, context: JobContext) => {
        runs.push('handoff.record');
        const tries = runs.filter(name => name === 'handoff.record').length;
        if ((await record(tries, handoffId, context)) !== 'nothing asked') answers += 1;
      },
    },
    'crm.poll': {
      perishable: true,
      run: async () => {
        runs.push('crm.poll');
        throw new Unavailable('HTTP 503', { service: 'salesforce', outage: true });
      },
    },
  } as unknown as JobTable;
  const runner = await startRunner({
    db,
    url: database.url,
    jobs,
    clock: systemClock,
    log: createLogger({ level: 'silent' }),
    answers: () => answers,
    concurrency: 4,
  });
  t.after(async () => {
    await runner.stop();
    await db.destroy();
    await database.drop();
  });
  const workspace = await ensureWorkspace(db, { name: 'Acme', slackTeamId: 'T1', hookKey: 'hook-key', at: new Date() });
  await rememberConnection(db, workspace.id, { vendor: 'salesforce', role: 'crm' }, new Date());
  await rememberConnection(db, workspace.id, { vendor: 'slack', role: 'chat' }, new Date());
  const payload = { workspaceId: workspace.id, handoffId: 'h' };
  await enqueue(db, { name: 'handoff.record', payload, key: 'record:h' });
  return {
    db,
    workspaceId: workspace.id,
    recorded: () => runs.filter(name => name === 'handoff.record').length,
    ran: (name: JobName) => runs.includes(name),
  };
}

/** What waits for its time is due now: tests do not sit through back-offs. */
const hurry = (db: Db) => db.raw('update graphile_worker._private_jobs set run_at = now() where locked_at is null');
const waiting = async (db: Db) =>
  (await db.raw('select payload from graphile_worker._private_jobs where locked_at is null and run_at > now()')).rows;

test('an outage puts the job off, and it runs when the outage is over', async t => {
  const { db, workspaceId, recorded } = await bench(t, async tries => {
    if (tries < 3) throw new Unavailable('down for maintenance', { service: 'salesforce', code: 'HTTP 503' });
  });
  for (const times of [1, 2]) {
    const [job] = await until('the job to wait', async () =>
      (await waiting(db)).length > 0 ? waiting(db) : undefined,
    );
    assert.equal(job.payload.postponed, times);
    await hurry(db);
    await until('the next try', async () => recorded() > times);
  }
  assert.deepEqual(await parkedJobs(db, workspaceId), []);
});

test('tries of one piece of work have one name, work asked for anew another, waiting under the same key or not', async t => {
  const names: string[] = [];
  const { db, workspaceId, recorded } = await bench(t, async (tries, _handoffId, { run }) => {
    names.push(run);
    if (tries === 1 || tries === 3) throw new Error('a bug');
  });
  const wait = (why: string) => until(why, async () => (await waiting(db)).length > 0);
  await wait('the first try to fail');
  await hurry(db);
  await until('the second try', async () => recorded() === 2);
  const payload = { workspaceId, handoffId: 'h' };
  await enqueue(db, { name: 'handoff.record', payload, key: 'record:h' });
  await until('the third try', async () => recorded() === 3);
  await wait('the third try to fail');
  await enqueue(db, { name: 'handoff.record', payload, key: 'record:h' });
  await until('what replaced it', async () => recorded() === 4);
  assert.equal(names[0], names[1]);
  assert.equal(new Set(names).size, 3);
});

test('a rate limit waits as long as it was told to', async t => {
  const { db } = await bench(t, async tries => {
    if (tries === 1)
      throw new RateLimited('slow down', { service: 'salesforce', retryAt: new Date(Date.now() + 3_600_000) });
  });
  await until('the job to wait', async () => (await waiting(db)).length > 0);
  const { rows } = await db.raw(
    `select max(run_at) - now() > interval '59 minutes' as far from graphile_worker._private_jobs`,
  );
  assert.equal(rows[0].far, true);
});

test('a refusal is parked with its reason and reference, told to the admins, and can be replayed', async t => {
  const contexts: JobContext[] = [];
  const { db, workspaceId, recorded, ran } = await bench(t, async (tries, _handoffId, context) => {
    contexts.push(context);
    if (tries === 1) throw new Rejected('Status: bad value', { service: 'salesforce', code: 'VALIDATION' });
  });
  const [parked] = await until('the job to be parked', async () =>
    (await parkedJobs(db, workspaceId)).length > 0 ? parkedJobs(db, workspaceId) : undefined,
  );
  assert.equal(parked?.reason, 'Status: bad value');
  assert.match((await unsentNotices(db, workspaceId))[0]?.text ?? '', new RegExp(`${parked?.reference}`));
  await until('the admins to be told', async () => ran('notify.admins'));
  assert.equal(await replayParked(db, workspaceId, new Date()), 1);
  await until('the replay', async () => recorded() === 2);
  assert.deepEqual(await parkedJobs(db, workspaceId), []);
  const [first, replayed] = contexts;
  assert.equal(replayed?.run, first?.run, 'it is the same work');
  assert.deepEqual([first?.attempt, replayed?.attempt], [1, 2], 'which may have had effects');
});

test('a dead key pauses the connection, tells once, and one probe that gets through brings everything back', async t => {
  let dead = true;
  const { db, workspaceId, recorded } = await bench(t, async () => {
    if (dead) throw new CredentialsRejected('expired access/refresh token', { service: 'salesforce' });
  });
  await enqueue(db, { name: 'handoff.record', payload: { workspaceId, handoffId: 'other' } });
  await until('both to wait for the connection', async () => (await parkedJobs(db, workspaceId)).length === 2);
  assert.equal((await connectionOf(db, workspaceId, { vendor: 'salesforce', role: 'crm' }))?.status, 'paused');
  assert.equal((await unsentNotices(db, workspaceId)).length, 1, 'one notice, not one a job');

  await probePaused(db, new Date());
  await until(
    'the probe to come back',
    async () => recorded() === 3 && (await parkedJobs(db, workspaceId)).length === 2,
  );
  dead = false;
  await probePaused(db, new Date());
  await until('the other to follow the probe', async () => recorded() === 5);
  assert.equal((await connectionOf(db, workspaceId, { vendor: 'salesforce', role: 'crm' }))?.status, 'active');
  assert.deepEqual(await parkedJobs(db, workspaceId), []);
});

for (const how of ['paused', 'away'] as const) {
  test(`${how}: a probe that asked nothing proves nothing, and the next that waits is tried`, async t => {
    let isMended = false;
    const asking = new Set(['h', 'asks', 'last']);
    const order: string[] = [];
    const { db, workspaceId, recorded } = await bench(t, async (_tries, handoffId) => {
      order.push(handoffId);
      if (isMended) return;
      if (!asking.has(handoffId)) return 'nothing asked';
      if (how === 'paused') throw new CredentialsRejected('expired', { service: 'salesforce' });
      throw new RateLimited('spent', { service: 'salesforce', outage: true, retryAt: after(new Date(), 900_000) });
    });
    let probes = 0;
    const probe = () => (how === 'paused' ? probePaused : probeAway)(db, after(new Date(), ++probes * 1_000_000));
    const state = async () => [
      (await connectionOf(db, workspaceId, { vendor: 'salesforce', role: 'crm' }))?.status,
      (await parkedJobs(db, workspaceId)).length,
    ];
    const waiting = async (jobs: number) => until('it waits', async () => (await state())[1] === jobs);
    await waiting(1);
    for (const [before, name] of ['asks', 'last'].entries()) {
      await enqueue(db, jobFor(workspaceId, name));
      await waiting(before + 2);
    }
    asking.delete('h');
    assert.equal(await probe(), 1);
    await until('the next is back', async () => recorded() === 5 && (await state())[1] === 2);
    assert.deepEqual(await state(), [how, 2]);
    isMended = true;
    assert.equal(await probe(), 1);
    await until('all to be done', async () => recorded() === 7);
    await until('it is in use', async () => (await state())[0] === 'active');
    assert.deepEqual(order.slice(3), ['h', 'asks', 'last', 'asks'], 'what asked nothing started none but the next');
  });
}

test('the last that waits asked nothing either: the connection is in use again, and nobody is told that it works', async t => {
  let isRefused = true;
  const { db, workspaceId, recorded } = await bench(t, async () => {
    if (isRefused) throw new CredentialsRejected('expired', { service: 'salesforce' });
    return 'nothing asked';
  });
  const status = async () =>
    (await connectionOf(db, workspaceId, { vendor: 'salesforce', role: 'crm' }))?.status ?? 'none';
  await until('it waits', async () => (await parkedJobs(db, workspaceId)).length === 1);
  isRefused = false;
  await probePaused(db, new Date());
  await until('it is in use', async () => recorded() === 2 && (await status()) === 'active');
  const [, notice] = await unsentNotices(db, workspaceId);
  assert.match(notice?.text ?? '', /uses its connection to Salesforce again.*shows with the next lead/);
  isRefused = true;
  await enqueue(db, jobFor(workspaceId, 'next'));
  await until('whoever uses it finds out', async () => (await status()) === 'paused');
});

test('while the chat is refused admins are not asked for: they hear of it when it is accepted again', async t => {
  let isRefused = true;
  const { db, workspaceId, ran, recorded } = await bench(t, async () => {
    const refusal = new CredentialsRejected('token_revoked', { service: 'slack' });
    if (isRefused) throw Object.assign(refusal, { role: 'chat' });
  });
  await until('it waits', async () => (await parkedJobs(db, workspaceId)).length === 1);
  await enqueue(db, { name: 'card.refresh', payload: { workspaceId, handoffId: 'h' } });
  await until('what comes after it', async () => ran('card.refresh'));
  assert.equal(ran('notify.admins'), false);
  isRefused = false;
  await probePaused(db, new Date());
  await until('they are told', async () => recorded() === 2 && ran('notify.admins'));
});

const away = (code: string) => new Unavailable(code, { service: 'salesforce', code, outage: true });

test('a service that is away: what comes meanwhile waits at once, one job at a time asks, and one with a fault of its own holds up nobody', async t => {
  let isDown = true;
  const { db, workspaceId, recorded } = await bench(t, async (_tries, handoffId) => {
    if (isDown || handoffId === 'h') throw away(`503 for ${handoffId}`);
  });
  for (const times of [1, 2, 3]) {
    await until('the job to wait', async () => recorded() === times && (await waiting(db)).length > 0);
    await hurry(db);
  }
  const parked = async () => (await parkedJobs(db, workspaceId)).length;
  await until('it waits for the service', async () => (await parked()) === 1);
  assert.deepEqual(await unsentNotices(db, workspaceId), [], 'a short outage is nobody’s business');
  const added = ['low', 'high'] as const;
  await enqueue(
    db,
    ...added.map(name => ({ ...jobFor(workspaceId, name), ...(name === 'high' && { priority: name }) })),
  );
  await enqueue(db, { name: 'crm.poll', payload: { workspaceId } });
  await until('they wait after one try', async () => (await parked()) === 3);
  assert.equal(recorded(), 6);
  assert.deepEqual(await waiting(db), [], 'no poll is kept');

  const now = new Date();
  assert.equal(await probeAway(db, now), 0, 'not yet');
  assert.equal(await probeAway(db, after(now, 6_000)), 1);
  await until('the probe is back', async () => recorded() === 7 && (await parked()) === 3);
  assert.equal(await probeAway(db, after(now, 7_000)), 0, 'not so soon again');
  isDown = false;
  // The next probe is another job: the first one fails for a reason of its own.
  assert.equal(await probeAway(db, after(now, 60_000)), 1);
  await until('the others are through', async () => recorded() >= 9);
  await until('all but one', async () => {
    await hurry(db);
    return (
      (await connectionOf(db, workspaceId, { vendor: 'salesforce', role: 'crm' }))?.status === 'away' &&
      (await parked()) === 1
    );
  });
  assert.match((await parkedJobs(db, workspaceId))[0]?.reason ?? '', /503 for h/);
});

test('what is put aside in the moment in which the connection comes back is not left behind', async t => {
  const { db, workspaceId, recorded } = await bench(t, async () => undefined);
  await until('the first', async () => recorded() === 1);
  const at = new Date();
  const job = { ...jobFor(workspaceId, 'late'), reason: 'HTTP 503', reference: 'r', at };
  const parked = { ...job, workspaceId, job: job.name, verdict: 'waiting_for_connection' as const };
  await parkJob(db, { ...parked, vendor: 'salesforce', role: 'crm' });
  await parkJob(db, { ...parked, vendor: 'hubspot', role: 'source' });
  assert.deepEqual([await probePaused(db, at), await probeAway(db, at)], [0, 0], 'nothing is away');
  assert.equal(await replayStranded(db, at), 1);
  assert.equal(await replayStranded(db, at), 0);
  await until('it ran', async () => recorded() === 2);
});

test('a service that stays away is told once, and so is its end', async t => {
  let isDown = true;
  const { db, workspaceId, recorded } = await bench(t, async () => {
    if (isDown)
      throw new RateLimited('the day is spent', {
        service: 'salesforce',
        outage: true,
        retryAt: after(new Date(), 900_000),
      });
  });
  await until('it waits', async () => (await parkedJobs(db, workspaceId)).length === 1);
  const later = after(new Date(), 901_000);
  assert.equal(await probeAway(db, after(new Date(), 890_000)), 0, 'not before the time that was named');
  assert.deepEqual(await noticeLongAway(db, later), [workspaceId]);
  assert.deepEqual(await noticeLongAway(db, later), []);
  assert.match(
    (await unsentNotices(db, workspaceId))[0]?.text ?? '',
    /Salesforce has taken nothing from Baton for 15 minutes \(the day is spent\)/,
  );
  isDown = false;
  assert.equal(await probeAway(db, later), 1);
  await until(
    'it is through',
    async () =>
      recorded() === 2 &&
      (await connectionOf(db, workspaceId, { vendor: 'salesforce', role: 'crm' }))?.status === 'active',
  );
});

const jobFor = (workspaceId: string, handoffId: string) => ({
  name: 'handoff.record' as const,
  payload: { workspaceId, handoffId },
});

test('a bug is tried three times, then parked where an admin sees it', async t => {
  const { db, workspaceId, recorded } = await bench(t, async () => {
    throw new TypeError('cannot read properties of undefined');
  });
  for (const times of [1, 2]) {
    await until('a try', async () => recorded() === times && (await waiting(db)).length > 0);
    await hurry(db);
  }
  const [parked] = await until('the job to be parked', async () =>
    (await parkedJobs(db, workspaceId)).length > 0 ? parkedJobs(db, workspaceId) : undefined,
  );
  assert.equal(parked?.verdict, 'bug');
  assert.equal(recorded(), 3);
});

test('jobs of a dead worker are freed; those of a living one are left alone', async t => {
  const { db, workspaceId } = await bench(t, async () => {});
  const lock = (name: string) =>
    db.raw(
      `update graphile_worker._private_jobs set locked_by = ?, locked_at = now() - interval '1 minute' where payload->>'handoffId' = ?`,
      [`pool-${name}`, name],
    );
  for (const name of ['dead', 'living']) {
    await enqueue(db, { name: 'card.refresh', payload: { workspaceId, handoffId: name }, delayMs: 3_600_000 });
    await lock(name);
  }
  await db.transaction(async living => {
    await living.raw('select pg_advisory_xact_lock(?, hashtext(?))', [WORKER_LOCKS, 'pool-living']);
    assert.equal(await freeJobsOfTheDead(db), 1);
  });
  const { rows } = await db.raw('select locked_by from graphile_worker._private_jobs where locked_by is not null');
  assert.deepEqual(rows, [{ locked_by: 'pool-living' }]);
});

/** A worker took the job and died at it. */
async function die(db: Db, handoffId: string): Promise<void> {
  await db.raw(
    `update graphile_worker._private_jobs
     set attempts = attempts + 1, locked_by = 'pool-dead', locked_at = now() - interval '1 minute' where payload->>'handoffId' = ?`,
    [handoffId],
  );
  assert.equal(await freeJobsOfTheDead(db), 1);
}

test('a job outlives the deaths of its workers; one at which every worker dies is put aside', async t => {
  const ran: string[] = [];
  const { db, workspaceId } = await bench(t, async (_tries, handoffId) => void ran.push(handoffId));
  for (const name of ['survivor', 'poison']) {
    await enqueue(db, { ...jobFor(workspaceId, name), delayMs: 3_600_000 });
    for (let deaths = 0; deaths < (name === 'poison' ? 9 : 3); deaths += 1) await die(db, name);
  }
  await hurry(db);
  await until('the one to run', async () => ran.includes('survivor') && ran.includes('h'));
  const [parked, ...more] = await until('the other to be put aside', async () =>
    (await parkedJobs(db, workspaceId)).length > 0 ? parkedJobs(db, workspaceId) : undefined,
  );
  assert.deepEqual([parked?.reason, parked?.verdict], ['the process ended 9 times before this was done', 'bug']);
  assert.deepEqual(more, []);
  assert.deepEqual(ran.sort(), ['h', 'survivor']);
});

test('put aside, or put off, by a process that died before the queue knew: the next one finds it done', async t => {
  const contexts: JobContext[] = [];
  const begun = new Map<string, Record<string, unknown>>();
  const { db, workspaceId } = await bench(t, async (_tries, handoffId, context) => {
    if (handoffId === 'h') return;
    const { rows } = await db.raw(`select * from graphile_worker._private_jobs where payload->>'handoffId' = ?`, [
      handoffId,
    ]);
    if (!begun.has(handoffId)) begun.set(handoffId, rows[0]);
    contexts.push(context);
    if (handoffId === 'refused') throw new Rejected('no', { service: 'salesforce' });
    throw new RateLimited('slow down', { service: 'salesforce', retryAt: after(new Date(), 3_600_000) });
  });
  const left = async () => (await db.raw('select payload from graphile_worker._private_jobs')).rows;
  for (const name of ['refused', 'late']) {
    await enqueue(db, jobFor(workspaceId, name));
    await until('its first try', async () => begun.has(name));
  }
  await until('both to be given up for now', async () => {
    const [waits, ...others] = await left();
    return waits?.payload.postponed === 1 && others.length === 0;
  });
  // The queue as it was before it heard of the end.
  for (const { id, task_id, payload, priority, run_at, attempts, max_attempts, revision } of begun.values()) {
    await db.raw(
      `insert into graphile_worker._private_jobs (id, task_id, payload, priority, run_at, attempts, max_attempts, revision)
       overriding system value values (?, ?, ?, ?, ?, ?, ?, ?)`,
      [id, task_id, JSON.stringify(payload), priority, run_at, attempts, max_attempts, revision] as string[],
    );
  }
  await until('both to be tried again', async () => contexts.length === 4 && (await left()).length === 1);
  assert.equal((await parkedJobs(db, workspaceId)).length, 1, 'put aside once');
  assert.deepEqual(
    (await left()).map((row: { payload: { handoffId: string; postponed: number } }) => row.payload.handoffId),
    ['late'],
    'put off once',
  );
  await hurry(db);
  await until('the work goes on', async () => contexts.length === 5);
  assert.equal(new Set(contexts.map(({ run }) => run)).size, 2, 'under its own name');
});

test('a queue that cannot write down what became of a job begins anew; a deadlock and a full disk it outlives', async t => {
  for (const [trouble, runs] of [
    ['data_corrupted', 3],
    ['disk_full', 2],
    ['deadlock_detected', 2],
  ] as const) {
    let done = 0;
    const { db, workspaceId } = await bench(t, async () => {
      done += 1;
    });
    await until('the first job to be done', async () => done === 1);
    await db.raw(`
      create sequence times;
      create function refuse_once() returns trigger language plpgsql as $$
        begin
          if nextval('times') = 1 then raise exception 'not now' using errcode = '${trouble}'; end if;
          return old;
        end $$;
      create trigger refuse_once before delete on graphile_worker._private_jobs
        for each row execute function refuse_once()`);
    await enqueue(db, { name: 'handoff.record', payload: { workspaceId, handoffId: 'other' } });
    await until('nothing to be left to do', async () => {
      await freeJobsOfTheDead(db);
      const { rows } = await db.raw('select 1 from graphile_worker._private_jobs');
      return done >= 2 && rows.length === 0;
    });
    assert.equal(done, runs, trouble);
  }
});

test('who holds a row and then replaces a job never waits for who is to change that row and adds that job', async t => {
  const { db, workspaceId } = await bench(t, async () => undefined);
  const held = () => db('workspaces').where({ id: workspaceId }).forUpdate().select('id');
  const job = { name: 'card.refresh' as const, payload: { workspaceId, handoffId: 'h' }, key: 'refresh:h' };
  let other: Promise<void> | undefined;
  await db.transaction(async trx => {
    await trx('workspaces').where({ id: workspaceId }).forUpdate().select('id');
    const changes = [db('workspaces').where({ id: workspaceId }).update({ name: 'Changed' })];
    other = changeAndEnqueue(db, { held: held(), changes, jobs: [{ ...job, delayMs: 60_000 }] });
    other.catch(() => undefined);
    await until('the other to wait', async () => {
      const { rows } = await db.raw(
        `select 1 from pg_locks where not granted and locktype in ('transactionid', 'tuple')`,
      );
      return rows.length > 0;
    });
    await enqueue(trx, { ...job, delayMs: 60_000 });
  });
  await other;
  assert.equal((await db('workspaces').where({ id: workspaceId }).first()).name, 'Changed');
  const { rows } = await db.raw(`select 1 from graphile_worker._private_jobs where key = 'refresh:h'`);
  assert.equal(rows.length, 1);
});

test('a job that was replaced while a worker had it, which died, is no backlog and is forgotten', async t => {
  const { db, workspaceId, recorded } = await bench(t, async () => undefined);
  await until('the first job to be done', async () => recorded() === 1);
  const job = { name: 'card.refresh' as const, payload: { workspaceId, handoffId: 'h' }, key: 'refresh:h' };
  await enqueue(db, { ...job, delayMs: 3_600_000 });
  const dead = `locked_by = 'pool-of-the-dead', locked_at = now() - interval '1 minute'`;
  await db.raw(`update graphile_worker._private_jobs set ${dead}, run_at = now() where key = 'refresh:h'`);
  await enqueue(db, { ...job, delayMs: 3_600_000 });
  await until('its lock to be taken off', async () => {
    await freeJobsOfTheDead(db);
    return (await db.raw('select 1 from graphile_worker._private_jobs where locked_at is not null')).rows.length === 0;
  });
  assert.equal((await backlogOf(db, new Date())).jobs, 0);
  assert.equal(await forgetReplaced(db), 0, 'not today');
  await db.raw(`update graphile_worker._private_jobs set updated_at = now() - interval '2 days'`);
  assert.equal(await forgetReplaced(db), 1);
  assert.equal((await waiting(db)).length, 1, 'what replaced it waits for its time');
});

test('asked for again with less hurry, a job that waits keeps its place', async t => {
  const { db, workspaceId, recorded } = await bench(t, async () => undefined);
  await until('the first job to be done', async () => recorded() === 1);
  const payload = { workspaceId, handoffId: 'h' };
  const job = (priority: 'high' | 'normal' | 'background') =>
    ({ name: 'card.refresh', payload, key: 'refresh:h', delayMs: 3_600_000, priority }) as const;
  const priority = async () => (await db.raw('select priority from graphile_worker._private_jobs')).rows;
  await enqueue(db, job('normal'));
  await enqueue(db, job('high'));
  assert.deepEqual(await priority(), [{ priority: -10 }]);
  await enqueue(db, job('background'));
  assert.deepEqual(await priority(), [{ priority: -10 }]);
  await db.raw('delete from graphile_worker._private_jobs');
  await enqueue(db, job('high'), job('normal'));
  assert.deepEqual(await priority(), [{ priority: -10 }], 'of two in one call, too');
});
