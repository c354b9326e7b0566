/** PostgreSQL goes away under everything, as in a failover: Baton goes on when it is back, and nothing is lost or doubled. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import pg from 'pg';
import { freeJobsOfTheDead } from '../../src/jobs/worker-lock.ts';
import { companyIsKnown, leadCrosses } from '../helpers/leads.ts';
import { kinds, type System, system } from '../helpers/system.ts';
import { until } from '../helpers/until.ts';

/** Ends every connection of the system's database and lets nobody in, or lets them in again. */
async function letIn(baton: System, allowed: boolean): Promise<void> {
  const url = new URL(baton.env.DATABASE_URL ?? '');
  const name = url.pathname.slice(1);
  url.pathname = '/postgres';
  const admin = new pg.Client({ connectionString: url.href });
  await admin.connect();
  await admin.query(`alter database ${name} allow_connections ${allowed}`);
  if (!allowed) {
    await admin.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name]);
  }
  await admin.end();
}

test('the database fails over twice while leads come: each is carried once, and the process goes on working', async t => {
  const baton = await system(t);
  await companyIsKnown(baton);
  const names = ['ann', 'ben', 'cleo', 'dora'];
  for (const name of names.slice(0, 2)) await leadCrosses(baton, { email: `${name}@acmecorp.com`, firstname: name });
  await until('work is under way', async () => (await baton.calls('salesforce')).length > 0);
  await letIn(baton, false);
  for (const name of names.slice(2)) await leadCrosses(baton, { email: `${name}@acmecorp.com`, firstname: name });
  await until('HubSpot is told to come again', async () => {
    const { retrying } = await baton.get<{ retrying: number }>('/_sandbox/hubspot/deliveries');
    return retrying > 0;
  });
  await letIn(baton, true);
  await letIn(baton, false);
  await letIn(baton, true);

  await until('every lead has its card', async () => {
    await baton.post('/_sandbox/hubspot/retry', {});
    await freeJobsOfTheDead(baton.app.deps.db);
    await baton.app.deps.db.raw('update graphile_worker._private_jobs set run_at = now() where locked_at is null');
    const shown = JSON.stringify([
      await baton.messages({ user: 'marcus@example.com' }),
      await baton.messages({ user: 'priya@example.com' }),
    ]);
    return names.every(name => shown.includes(`${name} Thompson`));
  });
  for (const name of names) {
    const { id, recordState } = await baton.handoff(`${name}@acmecorp.com`);
    assert.equal(recordState, 'written');
    const story = kinds(await baton.story(id));
    for (const kind of ['crossed', 'assigned', 'record_written', 'card_posted'] as const) {
      assert.equal(story.filter(one => one === kind).length, 1, `${name}: ${story.join(', ')}`);
    }
  }
  assert.equal((await baton.records('Lead')).length, names.length);
});
