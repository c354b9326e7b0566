import assert from 'node:assert/strict';
import { test } from 'node:test';
import { enqueue } from '../../src/jobs/queue.ts';
import { pollSource } from '../../src/jobs/requests.ts';
import { DAY, MINUTE } from '../../src/lib/clock.ts';
import { type System, system } from '../helpers/system.ts';

const ANNA = {
  email: 'anna@northwind-labs.com',
  firstname: 'Anna',
  lastname: 'Berg',
  jobtitle: 'Head of Growth',
  company: 'Northwind Labs',
};

async function poll(baton: System): Promise<void> {
  await enqueue(baton.app.deps.db, pollSource(baton.app.workspaceId, 'hubspot'));
  await baton.settled();
}

/** How signals of one source ended, oldest first. */
async function outcomes(baton: System): Promise<string[]> {
  const rows = await baton.app.deps.db('inbox').orderBy('id').select('outcome');
  return rows.map(row => row.outcome);
}

test('workflow webhook, app webhook and poll of the same crossing: one handoff', async t => {
  const baton = await system(t);
  await baton.post('/_sandbox/hubspot/webhooks', { mode: 'both' });
  await baton.post('/_sandbox/hubspot/contacts', { ...ANNA, hubspotscore: '63' });
  await baton.handoff(ANNA.email);
  baton.clock.move(5 * MINUTE);
  await poll(baton);
  assert.equal((await baton.handoffs()).length, 1);
  assert.ok((await outcomes(baton)).includes('handed_off'));
});

test('polling alone finds the crossing', async t => {
  const baton = await system(t);
  await baton.post('/_sandbox/hubspot/webhooks', { mode: 'off' });
  await baton.post('/_sandbox/hubspot/contacts', { ...ANNA, hubspotscore: '63' });
  baton.clock.move(5 * MINUTE);
  await poll(baton);
  const handoff = await baton.handoff(ANNA.email);
  assert.equal(handoff.score, 63);
});

test('a score above the threshold from before the connection is history, whatever is edited later', async t => {
  const baton = await system(t);
  await baton.post('/_sandbox/hubspot/webhooks', { mode: 'off' });
  const { db } = baton.app.deps;
  await baton.post('/_sandbox/hubspot/contacts', { ...ANNA, hubspotscore: '80' });
  await db('connections')
    .where({ vendor: 'hubspot' })
    .update({ connected_at: new Date(baton.clock.now().getTime() + DAY) });
  baton.clock.move(2 * DAY);
  await baton.post('/_sandbox/hubspot/webhooks', { mode: 'app' });
  await baton.post('/_sandbox/hubspot/contacts', { email: ANNA.email, hubspotscore: '85' });
  await baton.settled();
  assert.deepEqual(await baton.handoffs(), []);
  assert.deepEqual(await outcomes(baton), ['history']);
});

test('below, then above, then above again: one handoff; after requalify_after a new climb counts again', async t => {
  const baton = await system(t);
  for (const score of ['20', '47', '63', '70']) {
    await baton.post('/_sandbox/hubspot/contacts', { ...ANNA, hubspotscore: score });
    await baton.settled();
    baton.clock.move(MINUTE);
  }
  assert.equal((await baton.handoffs()).length, 1);
  await baton.post('/_sandbox/hubspot/contacts', { ...ANNA, hubspotscore: '30' });
  await baton.settled();
  await baton.post('/_sandbox/hubspot/contacts', { ...ANNA, hubspotscore: '60' });
  await baton.settled();
  assert.equal((await baton.handoffs()).length, 1, 'too soon');
  await baton.post('/_sandbox/hubspot/contacts', { ...ANNA, hubspotscore: '30' });
  await baton.settled();
  baton.clock.move(91 * DAY);
  await baton.post('/_sandbox/hubspot/contacts', { ...ANNA, hubspotscore: '66' });
  await baton.settled();
  assert.equal((await baton.handoffs()).length, 2, 'a returning lead is a lead');
});

test('a delivery with a wrong signature, an unreadable one and one for an unknown address are refused, and leave nothing', async t => {
  const baton = await system(t);
  const hook = `${baton.app.url}/hooks/${baton.env.HOOK_KEY}/hubspot`;
  const send = (url: string, headers: Record<string, string>, body: string) =>
    fetch(url, { method: 'POST', headers, body });
  assert.equal((await send(hook, {}, '[]')).status, 401);
  assert.equal(
    (await send(hook, { 'x-hubspot-signature-version': 'v1', 'x-hubspot-signature': 'a'.repeat(64) }, '[]')).status,
    401,
  );
  assert.equal((await send(`${baton.app.url}/hooks/somebody-elses-key/hubspot`, {}, '[]')).status, 401);
  assert.equal((await send(hook, {}, 'x'.repeat(3_000_000))).status, 413);
  assert.deepEqual(await outcomes(baton), []);
});
