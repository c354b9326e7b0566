/** Marketo as the source: a campaign or the poll tells of a crossing, and what sales does is seen there. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DAY, MINUTE } from '../../src/lib/clock.ts';
import { actionsAs, CONNECTED, NO_NEED } from '../helpers/actions.ts';
import { outcomesOfSignals } from '../helpers/database-questions.ts';
import { pollSourceOf } from '../helpers/jobs.ts';
import { companyIsKnown } from '../helpers/leads.ts';
import {
  answersToMarketo,
  EMMA_IN_MARKETO,
  inMarketo,
  marketoSettled,
  personOf,
  setCampaign,
  touchesIn,
} from '../helpers/marketo.ts';
import { untilSaid, wordsOf } from '../helpers/messages.ts';
import { DANA, EMMA, MARCUS } from '../helpers/people.ts';
import { exampleWith } from '../helpers/playbooks.ts';
import { type System, system } from '../helpers/system.ts';
import { untilRecorded } from '../helpers/timeline.ts';

const LOGS_CALLS = exampleWith([/^feedback:.*\n(?: .*\n|\n)*/m, 'feedback: { log_calls: true }\n']);

/** Emma comes to 47, attends a webinar, sees the prices, and a campaign makes her 63. */
async function crosses(baton: System): Promise<string> {
  await companyIsKnown(baton);
  // Marketo knows whole seconds: what happens in the second of the connection may lie before it.
  baton.clock.move(MINUTE);
  const ago = (minutes: number) => new Date(baton.clock.now().getTime() - minutes * MINUTE).toISOString();
  const id = await inMarketo(baton, { ...EMMA_IN_MARKETO, leadScore: 47 });
  await inMarketo(baton, {
    id,
    leadScore: 63,
    activities: [
      { type: 'webinar', at: ago(60), detail: 'Product webinar' },
      { type: 'page_view', at: ago(1), detail: 'acmecorp.com/pricing', url: '/pricing' },
    ],
  });
  return id;
}

test('a crossing becomes a card and a Salesforce record, and the call is told back to Marketo, once', async t => {
  const baton = await system(t, { playbook: LOGS_CALLS });
  const contactId = await crosses(baton);
  const { id, priority, contactId: known } = await baton.handoff(EMMA);
  assert.deepEqual([priority, known], ['HIGH', contactId]);
  const card = JSON.stringify(await baton.card({ user: MARCUS }, 'Emma Thompson'));
  assert.match(card, /Product webinar/);
  assert.match(card, /Pricing page/);
  assert.deepEqual(
    (await baton.records('Lead')).map(one => [one.Email, one.LeadSource]),
    [[EMMA, 'Webinar']],
  );
  // Marketo writes it and the answer is lost: the retry must find it.
  const path = '/rest/v1/activities/external.json';
  await baton.post('/_sandbox/fault', { service: 'marketo', method: 'POST', path, reset: true, after: 'after' });
  await actionsAs(baton, MARCUS, id).logCall({ ...CONNECTED, notes: 'Asked for prices' });
  assert.equal(await untilRecorded(baton, id, 'feedback_written'), 'The call was logged in Marketo.');
  const [touch, ...more] = await touchesIn(baton, contactId);
  assert.deepEqual(more, []);
  assert.deepEqual(
    [touch?.summary, touch?.Kind, touch?.Outcome, touch?.Minutes],
    ['Call: Connected', 'call', 'connected', '4'],
  );
});

test('campaign and poll tell of the same crossing: one handoff, three calls for the lead, and never an empty answer', async t => {
  const baton = await system(t);
  await crosses(baton);
  await baton.handoff(EMMA);
  const isForLead = ({ path, query }: { path: string; query: string }) =>
    /leads\.json|pagingtoken|activities\.json/.test(path) &&
    !query.includes('22%2C32') &&
    !query.includes('sinceDatetime=2026-11-24');
  assert.ok((await baton.calls('marketo')).filter(isForLead).length <= 3);
  baton.clock.move(5 * MINUTE);
  await pollSourceOf(baton, 'marketo');
  await marketoSettled(baton);
  assert.equal((await baton.handoffs()).length, 1);
  const answers = await answersToMarketo(baton);
  assert.deepEqual(
    answers.map(one => [one.status, one.body !== '']),
    [[200, true]],
  );
});

test('without a campaign the poll finds it; what was there before the connection is history', async t => {
  const baton = await system(t);
  await setCampaign(baton, { mode: 'off' });
  // Marketo was connected when this system began.
  baton.clock.move(-DAY);
  const old = await inMarketo(baton, { ...EMMA_IN_MARKETO, email: 'old@acmecorp.com', leadScore: 80 });
  baton.clock.move(2 * DAY);
  await inMarketo(baton, { id: old, leadScore: 85 });
  await crosses(baton);
  await pollSourceOf(baton, 'marketo');
  assert.equal((await baton.handoff(EMMA)).score, 63);
  assert.ok((await outcomesOfSignals(baton)).includes('history'));
  assert.equal((await baton.handoffs()).length, 1);
});

test('quotes of one’s own in the template: Marketo hears what to change, and the admins do', async t => {
  const baton = await system(t, { mayShow: { json: 'how the template has to read' } });
  await setCampaign(baton, { template: '{"leadId": "{{lead.Id}}", "email": "{{lead.Email Address}}"}' });
  await crosses(baton);
  await marketoSettled(baton);
  const [answer] = await answersToMarketo(baton);
  assert.equal(answer?.status, 400);
  assert.match(String(answer?.body), /puts the double quotes around a text itself/);
  const notice = wordsOf(await untilSaid(baton, { user: DANA }, /could not read what Marketo sent/));
  assert.match(notice, /take those around/);
  assert.deepEqual(await baton.handoffs(), []);
});

test('merged and deleted people are followed: the lead goes on with whoever stayed', async t => {
  const baton = await system(t, { playbook: LOGS_CALLS });
  const first = await crosses(baton);
  const { id } = await baton.handoff(EMMA);
  const other = await inMarketo(baton, { email: 'e.thompson@acmecorp.com', lastName: 'Thompson', leadScore: 10 });
  await baton.post('/_sandbox/marketo/merge', { winner: other, losers: [first] });
  await pollSourceOf(baton, 'marketo');
  assert.match(await untilRecorded(baton, id, 'joined'), /merged in Marketo/);
  await actionsAs(baton, MARCUS, id).logCall(CONNECTED);
  await untilRecorded(baton, id, 'feedback_written');
  assert.equal((await touchesIn(baton, other)).length, 1);
  await baton.post('/_sandbox/marketo/delete', { id: other });
  await pollSourceOf(baton, 'marketo');
  assert.match(await untilRecorded(baton, id, 'source_changed'), /deleted in Marketo/);
  assert.equal((await baton.handoffs()).length, 1);
});

/** What Marketo is told of Emma by this playbook. */
const FEEDBACK = exampleWith([
  /^feedback:.*\n(?: .*\n|\n)*/m,
  `feedback: { lost: { lifecycle: other } }
sources:
  marketo:
    owner_property: salesRep
    feedback: { mirror_owner: true, won: { lifecycle: Customer, suppression_list: "1001" }, lost: { lifecycle: Recycled, reason_property: recycleReason } }
`,
]);

test('owner, stage and reason are written as Marketo has them, and none of it is news', async t => {
  const baton = await system(t, { playbook: FEEDBACK });
  for (const name of ['salesRep', 'recycleReason']) await baton.post('/_sandbox/marketo/fields', { name, label: name });
  const contactId = await crosses(baton);
  const { id } = await baton.handoff(EMMA);
  assert.equal((await personOf(baton, contactId)).salesRep, MARCUS);
  await actionsAs(baton, MARCUS, id).reject(NO_NEED);
  await baton.settled();
  const { leadStatus, recycleReason } = await personOf(baton, contactId);
  assert.equal(leadStatus, 'Recycled');
  assert.match(String(recycleReason), /no need/i);
  await pollSourceOf(baton, 'marketo');
  assert.equal((await baton.handoffs()).length, 1);
});
