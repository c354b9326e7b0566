/** Many leads at once over several processes: each is given once, and by the weights. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { handoffsIn } from '../helpers/cards.ts';
import { companyIsKnown, leadCrosses } from '../helpers/leads.ts';
import { MARCUS, PRIYA } from '../helpers/people.ts';
import { system } from '../helpers/system.ts';
import { until } from '../helpers/until.ts';
import { startWorker } from '../helpers/worker.ts';

const LEADS = 240;

/** The bench's playbook: Marcus has weight 2, Priya 1, and nothing but the weights decides. */
const playbook = await readFile(new URL('../../bench/playbook.yaml', import.meta.url), 'utf8');

test('240 leads at once over two worker processes: exactly fair, none lost, none doubled', async t => {
  const baton = await system(t, { role: 'web', playbook });
  await Promise.all([startWorker(t, baton), startWorker(t, baton)]);
  await companyIsKnown(baton);
  await Promise.all(
    Array.from({ length: LEADS }, (_, index) =>
      leadCrosses(baton, { email: `lead${index}@acmecorp.com`, lastname: `Number ${index}` }),
    ),
  );
  await until(
    'every lead has its card',
    async () => (await baton.handoffs()).filter(one => one.deliveredAt).length === LEADS,
    300_000,
  );
  await baton.settled();

  const handoffs = await baton.handoffs();
  const given = (email: string) => handoffs.filter(one => one.repEmail === email).length;
  const ideal = (LEADS * 2) / 3;
  assert.equal(given(MARCUS) + given(PRIYA), LEADS);
  assert.ok(Math.abs(given(MARCUS) - ideal) <= 1, `Marcus has ${given(MARCUS)}, ideal ${ideal}`);
  assert.equal(new Set(handoffs.map(handoff => handoff.email)).size, LEADS, 'one handoff a lead');

  const leads = await baton.records('Lead');
  assert.equal(leads.length, LEADS, 'one record a lead');
  assert.equal(new Set(leads.map(lead => lead.Baton_Handoff_Id__c)).size, LEADS);
  const cards = (await Promise.all([MARCUS, PRIYA].map(user => baton.messages({ user })))).flat();
  // So many at once come as digests; each lead is in one message.
  assert.deepEqual(handoffsIn(cards).flat().sort(), handoffs.map(one => one.id).sort());
});
