import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { parse, stringify } from 'yaml';
import { noticeLongAway } from '../../src/db/connections.ts';
import { probeAway } from '../../src/jobs/parked.ts';
import { MINUTE, SECOND } from '../../src/lib/clock.ts';
import { EVERY_TENTH, numberedLeadCrosses } from '../helpers/leads.ts';
import { type System, system } from '../helpers/system.ts';
import { until } from '../helpers/until.ts';

const LEADS = 1_000;
/** Of the CRM alone: a lead without its company's facts would be another lead. */
const IMPATIENT = { enrichment: 20_000, match: 300, record: 200 };

/** Nobody has to be reminded here, and nobody has enough leads. */
async function quietPlaybook(): Promise<string> {
  const { sla: _none, ...playbook } = parse(await readFile(new URL('../../playbook.yaml', import.meta.url), 'utf8'));
  for (const team of Object.values<{ members: { open_limit?: number }[] }>(playbook.teams)) {
    for (const member of team.members) delete member.open_limit;
  }
  return stringify(playbook);
}

test('Salesforce is away for an hour while 1,000 leads come: all reach their reps, and heal in order at its pace', async t => {
  const baton = await system(t, { playbook: await quietPlaybook(), patience: IMPATIENT });
  const { db } = baton.app.deps;
  const maintenance = '<html><body><h1>We are down for maintenance.</h1></body></html>';
  await baton.post('/_sandbox/fault', { service: 'salesforce', status: 503, body: maintenance, times: 1_000_000 });
  for (let part = 0; part < 6; part += 1) {
    const soFar = Math.round(((part + 1) * LEADS) / 6);
    await arrive(baton, Math.round((part * LEADS) / 6), soFar);
    await until('everything waits for one probe', async () => (await waiting(baton)).length >= soFar, 300_000);
    baton.clock.move(10 * MINUTE);
    await probeAway(db, baton.clock.now());
  }
  await until('the last probe is back', async () => (await waiting(baton)).length >= LEADS);
  const handoffs = await baton.handoffs();
  assert.equal(handoffs.length, LEADS);
  assert.ok(handoffs.every(one => one.repEmail && one.recordState === 'pending'));
  assert.deepEqual(await baton.records('Lead'), []);
  const asked = (await baton.calls('salesforce')).length;
  assert.ok(asked < 300, `${asked} calls to a service that was away`);

  // The process may have told it by itself meanwhile: once all the same.
  await db.transaction(trx => noticeLongAway(trx, baton.clock.now()));
  const notices = await db('notices').where('key', 'like', 'away:salesforce:%');
  assert.equal(notices.length, 1);

  await fetch(`${baton.sandbox.url}/_sandbox/fault`, { method: 'DELETE' });
  await until(
    'every record',
    async () => {
      baton.clock.move(5 * SECOND);
      await probeAway(db, baton.clock.now());
      return (await baton.records('Lead')).length >= LEADS;
    },
    300_000,
  );
  await baton.settled();
  await everyRecordOnce(baton);
  const healing = (await baton.calls('salesforce')).length - asked;
  assert.ok(healing < 1.5 * LEADS, `${healing} calls for ${LEADS} leads: look-ups and writes share calls`);
  assert.deepEqual(await waiting(baton), []);
  const { rows } = await db.raw(`select status from connections where vendor = 'salesforce'`);
  assert.deepEqual(rows, [{ status: 'active' }]);
});

test('the org is over its limit of the day: it is asked every quarter of an hour, not by every lead, and all is written when it may be', async t => {
  const baton = await system(t, { playbook: await quietPlaybook(), patience: IMPATIENT });
  const { db } = baton.app.deps;
  const some = 20;
  await baton.post('/_sandbox/salesforce/_org', { dailyLimit: 0 });
  await arrive(baton, 0, some);
  await until('all wait', async () => (await waiting(baton)).length === some);
  assert.ok((await baton.handoffs()).every(one => one.repEmail));
  const refused = async () => (await baton.calls('salesforce')).filter(call => call.status === 403).length;
  const atFirst = await refused();
  assert.ok(atFirst <= 8, `${atFirst} refused calls`);
  baton.clock.move(13 * MINUTE);
  assert.equal(await probeAway(db, baton.clock.now()), 0, 'not before the quarter of an hour');
  baton.clock.move(3 * MINUTE);
  // By this process's own tick, or by this.
  await probeAway(db, baton.clock.now());
  await until('the probe is back', async () => (await waiting(baton)).length === some && (await refused()) > atFirst);
  assert.equal(await refused(), atFirst + 1);
  await baton.post('/_sandbox/salesforce/_org', { dailyLimit: 100_000 });
  baton.clock.move(16 * MINUTE);
  await probeAway(db, baton.clock.now());
  await until('every record', async () => (await baton.records('Lead')).length === some);
});

/** Right owner, right fields, and the HIGH leads before the others, as far as a few go at a time. */
async function everyRecordOnce(baton: System): Promise<void> {
  const records = await baton.records('Lead');
  const users = new Map((await baton.records('User')).map(user => [user.Id, user.Email]));
  const byKey = new Map(records.map(record => [record.Baton_Handoff_Id__c, record]));
  assert.equal(records.length, LEADS);
  assert.equal(byKey.size, LEADS);
  for (const handoff of await baton.handoffs()) {
    const record = byKey.get(handoff.id);
    assert.equal(handoff.recordState, 'written');
    assert.equal(record?.Email, handoff.email);
    assert.equal(record?.ICP_Priority__c, handoff.priority);
    assert.equal(record?.Lead_Score__c, 63);
    assert.equal(users.get(record?.OwnerId), handoff.repEmail);
  }
  const tasks = await baton.records('Task');
  assert.equal(new Set(tasks.map(task => task.WhoId)).size, LEADS, 'a follow-up each');
  assert.equal(tasks.length, LEADS);
  const order = records
    .toSorted((one, other) => String(one.Id).localeCompare(String(other.Id)))
    .map(record => record.ICP_Priority__c === 'HIGH');
  const abreast = 48;
  assert.ok(
    order.lastIndexOf(true) < LEADS / EVERY_TENTH + abreast,
    `the last HIGH is number ${order.lastIndexOf(true)}`,
  );
}

async function waiting(baton: System): Promise<unknown[]> {
  const { rows } = await baton.app.deps.db.raw(
    `select distinct payload->>'handoffId' as handoff from parked_jobs
     where replayed_at is null and verdict = 'waiting_for_connection' and job = 'handoff.record'`,
  );
  return rows;
}

async function arrive(baton: System, from: number, to: number): Promise<void> {
  const some = Array.from({ length: to - from }, (_, at) => from + at);
  await Promise.all(some.map(index => numberedLeadCrosses(baton, index)));
}
