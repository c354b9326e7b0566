/** Many leads at once: over several processes each is given once, and by the weights; and no company waits for another's. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { MINUTE, SECOND } from '../../src/lib/clock.ts';
import { handoffsIn } from '../helpers/cards.ts';
import { hurry } from '../helpers/database-changes.ts';
import { salesforceStatus, signalsWaiting } from '../helpers/database-questions.ts';
import { tryAwayVendors, untilIdle } from '../helpers/jobs.ts';
import { companyIsKnown, leadCrosses, numberedLeadsCross } from '../helpers/leads.ts';
import { MARCUS, PRIYA } from '../helpers/people.ts';
import { secondWorkspace } from '../helpers/second-workspace.ts';
import { IMPATIENT, system } from '../helpers/system.ts';
import { until } from '../helpers/until.ts';
import { breakCalls, mendCalls } from '../helpers/vendors.ts';
import { startWorker } from '../helpers/worker.ts';

const LEADS = 120;

/** The bench's playbook: Marcus has weight 2, Priya 1, and nothing but the weights decides. */
const playbook = await readFile(new URL('../../bench/playbook.yaml', import.meta.url), 'utf8');

test('120 leads at once over two worker processes: exactly fair, none lost, none doubled', async t => {
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

/** More than a process works on at once. */
const HUNG = 60;
/** A call to Salesforce that nobody answers. */
const GIVEN_UP_AFTER = 20 * SECOND;

test('one company’s CRM takes calls and never answers: another’s lead is carried meanwhile', async t => {
  const env = { ENCRYPTION_KEY: randomBytes(32).toString('base64') };
  const baton = await system(t, { patience: IMPATIENT, env });
  const other = await secondWorkspace(baton, { name: 'hooli' });
  await companyIsKnown(baton);
  // Every organization but the first has an address of its own.
  await breakCalls(other, { service: 'salesforce', path: '/~', timeout: true, times: 100_000 });
  await numberedLeadsCross(other, 0, HUNG);
  await until('all its leads are at its CRM', async () => (await other.handoffs()).length === HUNG);

  await leadCrosses(baton, { email: 'lone@acmecorp.com', lastname: 'Lone' });
  await until(
    'the other company’s lead is delivered and written, long before any of the calls is given up',
    async () => (await baton.handoffs()).some(one => one.deliveredAt && one.recordState === 'written'),
    GIVEN_UP_AFTER / 2,
  );
  assert.equal(await salesforceStatus(other), 'active', 'it still hangs');

  await mendCalls(other);
  await until('everything that hung is written, once', async () => {
    baton.clock.move(MINUTE);
    await hurry(other);
    await tryAwayVendors(other);
    await untilIdle(other);
    return (await other.handoffs()).every(one => one.recordState === 'written');
  });
  assert.equal((await other.records('Lead')).length, HUNG);
});

/** More than one step of priority apart from a lone one. */
const BACKLOG = 120;

test('a lone lead of one company passes the backlog of another', async t => {
  const env = { ENCRYPTION_KEY: randomBytes(32).toString('base64') };
  const baton = await system(t, { role: 'web', env });
  const other = await secondWorkspace(baton, { name: 'hooli' });
  await companyIsKnown(baton);
  await numberedLeadsCross(other, 0, BACKLOG);
  await until('all of them wait', async () => (await signalsWaiting(other)) === BACKLOG);
  await leadCrosses(baton, { email: 'lone@acmecorp.com', lastname: 'Lone' });
  await until('the last to come waits, too', async () => (await signalsWaiting(other)) === BACKLOG + 1);

  await startWorker(t, baton);
  await until('it is delivered', async () => (await baton.handoffs()).some(one => one.deliveredAt));
  const before = (await other.handoffs()).filter(one => one.deliveredAt).length;
  assert.ok(before < BACKLOG / 2, `${before} of ${BACKLOG} were before it`);
});
