/** Marketo as the source: a campaign or the poll tells of a crossing, and what sales does is seen there. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DAY, MINUTE } from '../../src/lib/clock.ts';
import { actionsAs, CONNECTED } from '../helpers/actions.ts';
import { outcomesOfSignals } from '../helpers/database-questions.ts';
import { pollSourceOf } from '../helpers/jobs.ts';
import { companyIsKnown } from '../helpers/leads.ts';
import {
  answersToMarketo,
  EMMA_IN_MARKETO,
  inMarketo,
  marketoSettled,
  setCampaign,
  touchesIn,
} from '../helpers/marketo.ts';
import { EMMA, MARCUS } from '../helpers/people.ts';
import { exampleWith } from '../helpers/playbooks.ts';
import { type System, system } from '../helpers/system.ts';
import { untilRecorded } from '../helpers/timeline.ts';

const LOGS_CALLS = exampleWith([/^feedback:.*\n(?: .*\n|\n)*/m, 'feedback: { log_calls: true }\n']);

/** Emma comes to 47, attends a webinar, sees the prices, and a campaign makes her 63. */
async function crosses(baton: System): Promise<string> {
  await companyIsKnown(baton);
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
  assert.match(card, /acmecorp\.com\/pricing/);
  assert.deepEqual(
    (await baton.records('Lead')).map(one => [one.Email, one.LeadSource]),
    [[EMMA, 'Webinar']],
  );
  // Marketo writes it and the answer is lost: the retry must find it.
  const path = '/rest/v1/activities/external.json';
  await baton.post('/_sandbox/fault', { service: 'marketo', method: 'POST', path, reset: true, after: 'after' });
  await actionsAs(baton, MARCUS, id).logCall({ ...CONNECTED, notes: 'Asked for prices' });
  assert.equal(await untilRecorded(baton, id, 'fed_back'), 'The call was logged in Marketo.');
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
  assert.deepEqual((await outcomesOfSignals(baton)).toSorted(), ['handed_off', 'history']);
});
