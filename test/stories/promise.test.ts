/** Salesforce shows the promise to a lead: when it is due, that it was broken, when the lead was first reached. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MINUTE } from '../../src/lib/clock.ts';
import { sweep } from '../../src/sla/sweep.ts';
import { actionsAs, CONNECTED } from '../helpers/actions.ts';
import { handedOff } from '../helpers/leads.ts';
import { EMMA, MARCUS } from '../helpers/people.ts';
import { exampleWith } from '../helpers/playbooks.ts';
import { changeRecord, onlyRecord } from '../helpers/salesforce.ts';
import { type System, system } from '../helpers/system.ts';
import { assertRecordedOnce, recorded } from '../helpers/timeline.ts';
import { until } from '../helpers/until.ts';

const UNMAPPED = exampleWith([/^ +(sla_due|sla_breached|first_touch): .*\n/gm, '']);

/** Baton looks at its leads, and does all of what follows. */
async function look(baton: System): Promise<void> {
  await sweep(baton.app.deps);
  await baton.settled();
}

/** Marcus has called her just now. */
async function calls(baton: System, handoffId: string): Promise<void> {
  await actionsAs(baton, MARCUS, handoffId).logCall(CONNECTED);
  await baton.settled();
  await look(baton);
}

/** Calls that wrote to the lead itself. */
async function writes(baton: System): Promise<number> {
  const sent = await baton.calls('salesforce');
  return sent.filter(({ body }) => JSON.stringify(body)?.includes('/sobjects/Lead/')).length;
}

/** Due, broken, reached: as the lead's record says. */
async function promiseOf(baton: System): Promise<unknown[]> {
  const lead = await onlyRecord(baton, 'Lead');
  return [lead.Baton_SLA_Due__c, lead.Baton_SLA_Breached__c, lead.Baton_First_Touch__c];
}

const stored = (at: Date | null) => at?.toISOString().replace('Z', '+0000') ?? assert.fail('no time');

test('due from the first write on, broken when it is, reached when she was; what people made of the lead stays', async t => {
  const baton = await system(t);
  const { id, recordId, dueAt } = await handedOff(baton);
  assert.deepEqual(await promiseOf(baton), [stored(dueAt), false, null]);
  await look(baton);
  assert.equal(await writes(baton), 1, 'the first write says it all');

  await changeRecord(baton, 'Lead', recordId, { Status: 'Working - Contacted', Title: 'CTO' });
  baton.clock.move(61 * MINUTE);
  await look(baton);
  assert.deepEqual([await promiseOf(baton), await writes(baton)], [[stored(dueAt), true, null], 2]);

  baton.clock.move(5 * MINUTE);
  await calls(baton, id);
  await until('the touch is on the lead', async () => (await promiseOf(baton))[2] !== null);
  const { contactedAt } = await baton.handoff(EMMA);
  assert.deepEqual([await promiseOf(baton), await writes(baton)], [[stored(dueAt), true, stored(contactedAt)], 3]);
  await look(baton);
  assert.equal(await writes(baton), 3, 'nothing is said twice');
  const lead = await onlyRecord(baton, 'Lead');
  assert.deepEqual([lead.Status, lead.Title], ['Working - Contacted', 'CTO']);
  await assertRecordedOnce(baton, id, 'record_written');
  assert.deepEqual(await recorded(baton, id, 'record_warning'), []);
});

test('a playbook that wants none of it costs no call', async t => {
  const baton = await system(t, { playbook: UNMAPPED });
  const { id } = await handedOff(baton);
  baton.clock.move(61 * MINUTE);
  await look(baton);
  await calls(baton, id);
  assert.deepEqual([await promiseOf(baton), await writes(baton)], [[null, false, null], 1]);
});
