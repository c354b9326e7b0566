/** Salesforce is away, or over its limit, while leads come: they reach their reps, and heal in order. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse, stringify } from 'yaml';
import { MINUTE, SECOND } from '../../src/lib/clock.ts';
import { noteLongAway } from '../helpers/database-changes.ts';
import { leadsWaitingForCrm, noticesOfSalesforceAway, salesforceStatus } from '../helpers/database-questions.ts';
import { tryAwayVendors } from '../helpers/jobs.ts';
import { EVERY_TENTH, numberedLeadsCross } from '../helpers/leads.ts';
import { EXAMPLE } from '../helpers/playbooks.ts';
import { changeOrg } from '../helpers/salesforce.ts';
import { IMPATIENT, type System, system } from '../helpers/system.ts';
import { until } from '../helpers/until.ts';
import { breakCalls, mendCalls } from '../helpers/vendors.ts';

const LEADS = 120;

/** Nobody has to be reminded here, and nobody has enough leads. */
function quietPlaybook(): string {
  const { sla: _none, ...playbook } = parse(EXAMPLE);
  for (const team of Object.values<{ members: { open_limit?: number }[] }>(playbook.teams)) {
    for (const member of team.members) delete member.open_limit;
  }
  return stringify(playbook);
}

/** All the leads come within an hour in which Salesforce is away. */
async function leadsComeWhileAway(baton: System): Promise<void> {
  const body = '<html><body><h1>We are down for maintenance.</h1></body></html>';
  await breakCalls(baton, { service: 'salesforce', status: 503, body, times: 1_000_000 });
  for (let part = 0; part < 6; part += 1) {
    const soFar = Math.round(((part + 1) * LEADS) / 6);
    await numberedLeadsCross(baton, Math.round((part * LEADS) / 6), soFar);
    await until('everything waits for one probe', async () => (await leadsWaitingForCrm(baton)) >= soFar, 300_000);
    baton.clock.move(10 * MINUTE);
    await tryAwayVendors(baton);
  }
  await until('the last probe is back', async () => (await leadsWaitingForCrm(baton)) >= LEADS);
}

test('Salesforce is away for an hour while 120 leads come: all reach their reps, and heal in order at its pace', async t => {
  const baton = await system(t, { playbook: quietPlaybook(), patience: IMPATIENT });
  await leadsComeWhileAway(baton);
  const handoffs = await baton.handoffs();
  assert.equal(handoffs.length, LEADS);
  assert.ok(handoffs.every(one => one.repEmail && one.recordState === 'pending'));
  assert.deepEqual(await baton.records('Lead'), []);
  const asked = (await baton.calls('salesforce')).length;
  assert.ok(asked < LEADS, `${asked} calls to a service that was away`);
  // The process may have told it by itself meanwhile: once all the same.
  await noteLongAway(baton);
  assert.equal(await noticesOfSalesforceAway(baton), 1);

  await mendCalls(baton);
  await until(
    'every record',
    async () => {
      baton.clock.move(5 * SECOND);
      await tryAwayVendors(baton);
      return (await baton.records('Lead')).length >= LEADS;
    },
    300_000,
  );
  await baton.settled();
  await everyRecordOnce(baton);
  const healing = (await baton.calls('salesforce')).length - asked;
  assert.ok(healing < 1.5 * LEADS, `${healing} calls for ${LEADS} leads: look-ups and writes share calls`);
  assert.equal(await leadsWaitingForCrm(baton), 0);
  assert.equal(await salesforceStatus(baton), 'active');
});

test('the org is over its limit of the day: it is asked every quarter of an hour, not by every lead, and all is written when it may be', async t => {
  const baton = await system(t, { playbook: quietPlaybook(), patience: IMPATIENT });
  const some = 20;
  const allWait = async () => (await leadsWaitingForCrm(baton)) === some;
  const refused = async () => (await baton.calls('salesforce')).filter(call => call.status === 403).length;
  await changeOrg(baton, { dailyLimit: 0 });
  await numberedLeadsCross(baton, 0, some);
  await until('all wait', allWait);
  assert.ok((await baton.handoffs()).every(one => one.repEmail));
  const atFirst = await refused();
  assert.ok(atFirst <= 8, `${atFirst} refused calls`);

  baton.clock.move(13 * MINUTE);
  assert.equal(await tryAwayVendors(baton), 0, 'not before the quarter of an hour');
  baton.clock.move(3 * MINUTE);
  // By this process's own tick, or by this.
  await tryAwayVendors(baton);
  await until('the probe is back', async () => (await allWait()) && (await refused()) > atFirst);
  assert.equal(await refused(), atFirst + 1);

  await changeOrg(baton, { dailyLimit: 100_000 });
  baton.clock.move(16 * MINUTE);
  await tryAwayVendors(baton);
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
