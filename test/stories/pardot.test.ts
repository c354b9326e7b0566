/** Account Engagement (Pardot) as the source: the flow on the synced score or the poll tells of a crossing. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { HOUR, MINUTE } from '../../src/lib/clock.ts';
import { actionsAs, CONNECTED, NO_NEED } from '../helpers/actions.ts';
import { outcomesOfSignals } from '../helpers/database-questions.ts';
import { connectOnPage } from '../helpers/hubspot-connect.ts';
import { pollSourceOf } from '../helpers/jobs.ts';
import { companyIsKnown } from '../helpers/leads.ts';
import { EMMA_IN_PARDOT, inPardot, prospectThere } from '../helpers/pardot.ts';
import { EMMA, MARCUS } from '../helpers/people.ts';
import { exampleWith } from '../helpers/playbooks.ts';
import { type System, system } from '../helpers/system.ts';
import { untilRecorded } from '../helpers/timeline.ts';

/** Emma comes to 47, sees the prices, and her score goes to 63. */
async function crosses(baton: System): Promise<string> {
  await companyIsKnown(baton);
  // It knows whole seconds: what happens in the second of the connection may lie before it.
  baton.clock.move(MINUTE);
  const at = new Date(baton.clock.now().getTime() - MINUTE).toISOString();
  const id = await inPardot(baton, { ...EMMA_IN_PARDOT, score: 47 });
  const activities = [{ type: 20, typeName: 'Visit', details: 'Pricing', at }];
  baton.clock.move(MINUTE);
  await inPardot(baton, { id, score: 63, activities });
  return id;
}

/** Those with a grade of A are Priya’s; what Account Engagement is told. */
const PLAYBOOK = exampleWith([
  /^feedback:.*\n(?: .*\n|\n)*/m,
  `feedback: { log_calls: true, lost: { lifecycle: other } }
sources:
  pardot:
    owner_property: Sales_Rep
    feedback: { mirror_owner: true, lost: { lifecycle: Recycled, reason_property: Region } }
`,
]);

test('the flow on the synced score tells of a crossing, once: card, record, and what sales does is written back', async t => {
  const baton = await system(t, { playbook: PLAYBOOK });
  await baton.post('/_sandbox/pardot/fields', { name: 'Sales rep', fieldId: 'Sales_Rep' });
  // Reading lags behind what the flow tells: then that knows better.
  await baton.post('/_sandbox/pardot/settings', { lagSeconds: 30 });
  const contactId = await crosses(baton);
  const { id, priority, score, source, facts } = await baton.handoff(EMMA);
  assert.deepEqual([priority, score, source, facts.contact.properties.grade], ['HIGH', 63, 'pardot', 'A-']);
  assert.match(JSON.stringify(await baton.card({ user: MARCUS }, 'Emma Thompson')), /Pricing/);
  assert.equal((await baton.records('Lead')).length, 1);
  const { outcomes } = await baton.get<{ outcomes: { acknowledged: boolean }[] }>('/_sandbox/pardot/deliveries');
  assert.deepEqual(
    outcomes.map(one => one.acknowledged),
    [true, true],
  );
  // It is written and the answer is lost: the retry must find it.
  const lost = { method: 'POST', path: '/api/v5/external-activities', reset: true, after: 'after' };
  await baton.post('/_sandbox/fault', { service: 'pardot', ...lost });
  await actionsAs(baton, MARCUS, id).logCall(CONNECTED);
  await untilRecorded(baton, id, 'feedback_written');
  await actionsAs(baton, MARCUS, id).reject(NO_NEED);
  await baton.settled();
  const { external, tags, Sales_Rep__c, Region__c } = await prospectThere(baton, contactId);
  assert.equal(external.length, 1);
  assert.deepEqual([Sales_Rep__c, tags], [MARCUS, ['Recycled']]);
  assert.match(String(Region__c), /no need/i);
  baton.clock.move(MINUTE);
  await pollSourceOf(baton, 'pardot');
  assert.equal((await baton.handoffs()).length, 1, 'neither the poll nor what was written back is news');
});

test('messages of another org, as a sandbox sends that was made of this one, are refused; the poll finds who crosses, and who was above before is history', async t => {
  const baton = await system(t);
  await baton.post('/_sandbox/pardot/connector', { org: '00D000000000999AAA' });
  const old = await inPardot(baton, { email: 'old@acmecorp.com', lastName: 'Old', score: 80 });
  baton.clock.move(MINUTE);
  await pollSourceOf(baton, 'pardot');
  assert.deepEqual(await outcomesOfSignals(baton), ['above_before']);
  await inPardot(baton, { id: old, score: 85 });
  await crosses(baton);
  await pollSourceOf(baton, 'pardot');
  assert.equal((await baton.handoff(EMMA)).score, 63);
  assert.equal((await baton.handoffs()).length, 1);
  const { outcomes } = await baton.get<{ outcomes: { status: number }[] }>('/_sandbox/pardot/deliveries');
  assert.ok(outcomes.length > 0 && outcomes.every(({ status }) => status === 401), JSON.stringify(outcomes));
});

test('whoever was merged is followed: what sales does goes to who stayed', async t => {
  const baton = await system(t, {
    playbook: exampleWith([/^feedback:.*\n(?: .*\n|\n)*/m, 'feedback: { log_calls: true }\n']),
  });
  await pollSourceOf(baton, 'pardot');
  const loser = await crosses(baton);
  const { id } = await baton.handoff(EMMA);
  const winner = await inPardot(baton, { email: 'e.thompson@acmecorp.com', lastName: 'Thompson', score: 10 });
  baton.clock.move(HOUR);
  await baton.post('/_sandbox/pardot/merge', { winner, loser });
  await pollSourceOf(baton, 'pardot');
  assert.match(await untilRecorded(baton, id, 'joined'), /merged in Account Engagement/);
  await actionsAs(baton, MARCUS, id).logCall(CONNECTED);
  await untilRecorded(baton, id, 'feedback_written');
  assert.equal((await prospectThere(baton, winner)).external.length, 1);
});

test('logged in to from Home the business unit is found, and a lead comes from there', async t => {
  const env = { PARDOT_BUSINESS_UNIT_ID: '', ENCRYPTION_KEY: randomBytes(32).toString('base64') };
  const baton = await system(t, { env });
  assert.match(await connectOnPage(baton, 'pardot', /href="([^"]+)">Deny/), /not pressed|did not|denied|stays/i);
  const end = await connectOnPage(baton, 'pardot', /href="([^"]+)">Allow/);
  assert.match(end, /Account Engagement \(Pardot\) is connected[\s\S]*Unit 1/);
  await crosses(baton);
  assert.equal((await baton.handoff(EMMA)).source, 'pardot');
});
