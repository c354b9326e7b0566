import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cast } from '../../sandbox/leads.ts';
import { kinds, type System, system } from '../helpers/system.ts';
import { until } from '../helpers/until.ts';
import { kill, startWorker } from '../helpers/worker.ts';

/**
 * Where the worker is killed. `before`: the call is held and never reaches the vendor; `after`: the vendor did its work
 * and the answer never arrives. Between them they stand on both sides of every step that leaves the process; the
 * transactions in between either are committed, and the next call is reached, or are not, and the step runs again.
 */
const BOUNDARIES = [
  { name: 'while the contact is read', service: 'hubspot', path: '/contacts', after: 'before' },
  { name: 'while the company is looked up', service: 'clearbit', path: '/v2/companies', after: 'before' },
  { name: 'after the company was looked up', service: 'clearbit', path: '/v2/companies', after: 'after' },
  { name: 'before the CRM is asked', service: 'salesforce', path: '/composite', after: 'before' },
  { name: 'before the CRM record is written', service: 'salesforce', path: '/composite', after: 'before', skip: 1 },
  { name: 'after the CRM record was written', service: 'salesforce', path: '/composite', after: 'after', skip: 1 },
  { name: 'before the card is posted', service: 'slack', path: '/api/chat.postMessage', after: 'before' },
  { name: 'after the card was posted', service: 'slack', path: '/api/chat.postMessage', after: 'after' },
] as const;

for (const boundary of BOUNDARIES) {
  test(`killed ${boundary.name}: one record, one card, one whole story`, async t => {
    const baton = await system(t, { role: 'web' });
    const emma = cast(baton.clock.now()).find(one => one.key === 'emma');
    assert.ok(emma);
    const first = await startWorker(t, baton);
    await emma.seed(baton.post);
    await baton.settled();
    const struck = await arm(baton, boundary);
    await emma.cross(baton.post);
    await until(`the worker hangs ${boundary.name}`, struck);
    await kill(first);
    await baton.sandbox.fault;
    await startWorker(t, baton);
    await assertOnce(baton);
  });
}

type Boundary = (typeof BOUNDARIES)[number];

/** Holds the call of the boundary; the answer tells whether it was reached. */
async function arm(baton: System, boundary: Boundary): Promise<() => Promise<boolean>> {
  const { service, path, after } = boundary;
  const reached = async () => (await baton.calls(service)).filter(call => call.path.includes(path)).length;
  const already = await reached();
  const skip = 'skip' in boundary ? boundary.skip : 0;
  if (skip > 0) {
    // The call before the one that is meant passes untouched, only slower by nothing.
    await baton.post('/_sandbox/fault', { service, path, timeout: true, times: 1, after, skip });
  } else {
    await baton.post('/_sandbox/fault', { service, path, timeout: true, times: 1, after });
  }
  return async () => (await reached()) > already + skip;
}

async function assertOnce(baton: System): Promise<void> {
  const card = await baton.card({ user: 'marcus@example.com' }, 'Emma Thompson');
  assert.ok(card);
  const handoff = await baton.handoff('emma.thompson@acmecorp.com');
  assert.equal(handoff.recordState, 'written');
  const cards = (await baton.messages({ user: 'marcus@example.com' })).filter(one =>
    JSON.stringify(one).includes('Emma Thompson'),
  );
  assert.equal(cards.length, 1, 'one card');
  assert.equal((await baton.records('Lead')).length, 1, 'one record');
  assert.equal((await baton.records('Task')).length, 1, 'one follow-up');
  assert.equal((await baton.handoffs()).length, 1, 'one handoff');
  const told = kinds(await baton.story(handoff.id));
  for (const kind of ['crossed', 'judged', 'routed', 'assigned', 'record_written', 'card_posted'] as const) {
    assert.equal(told.filter(one => one === kind).length, 1, `the story says "${kind}" once, not ${told.join(', ')}`);
  }
}
