/** A crossing is found however HubSpot tells of it, and counts once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DAY, MINUTE } from '../../src/lib/clock.ts';
import { outcomesOfSignals } from '../helpers/database-questions.ts';
import { pollHubSpot } from '../helpers/jobs.ts';
import { type System, system } from '../helpers/system.ts';

const ANNA = {
  email: 'anna@northwind-labs.com',
  firstname: 'Anna',
  lastname: 'Berg',
  jobtitle: 'Head of Growth',
  company: 'Northwind Labs',
};

/** Anna's score becomes this in HubSpot. */
async function scores(baton: System, score: number): Promise<void> {
  await baton.post('/_sandbox/hubspot/contacts', { ...ANNA, hubspotscore: String(score) });
  await baton.settled();
}

/** Which messages HubSpot sends: of a workflow, of the app, of both or none. */
const setWebhooks = (baton: System, mode: 'app' | 'both' | 'off') => baton.post('/_sandbox/hubspot/webhooks', { mode });

test('workflow webhook, app webhook and poll of the same crossing: one handoff', async t => {
  const baton = await system(t);
  await setWebhooks(baton, 'both');
  await scores(baton, 63);
  await baton.handoff(ANNA.email);
  baton.clock.move(5 * MINUTE);
  await pollHubSpot(baton);
  assert.equal((await baton.handoffs()).length, 1);
  assert.ok((await outcomesOfSignals(baton)).includes('handed_off'));
});

test('polling alone finds the crossing', async t => {
  const baton = await system(t);
  await setWebhooks(baton, 'off');
  await scores(baton, 63);
  baton.clock.move(5 * MINUTE);
  await pollHubSpot(baton);
  assert.equal((await baton.handoff(ANNA.email)).score, 63);
});

test('a score above the threshold from before the connection is history, whatever is edited later', async t => {
  const baton = await system(t);
  await setWebhooks(baton, 'off');
  // HubSpot was connected when this system began.
  baton.clock.move(-DAY);
  await scores(baton, 80);
  baton.clock.move(2 * DAY);
  await setWebhooks(baton, 'app');
  await scores(baton, 85);
  assert.deepEqual(await baton.handoffs(), []);
  assert.deepEqual(await outcomesOfSignals(baton), ['history']);
});

test('below, then above, then above again: one handoff; after requalify_after a new climb counts again', async t => {
  const baton = await system(t);
  for (const score of [20, 47, 63, 70]) {
    await scores(baton, score);
    baton.clock.move(MINUTE);
  }
  assert.equal((await baton.handoffs()).length, 1);
  await scores(baton, 30);
  await scores(baton, 60);
  assert.equal((await baton.handoffs()).length, 1, 'too soon');
  await scores(baton, 30);
  baton.clock.move(91 * DAY);
  await scores(baton, 66);
  assert.equal((await baton.handoffs()).length, 2, 'a returning lead is a lead');
});

test('a delivery with a wrong signature, an unreadable one and one for an unknown address are refused, and leave nothing', async t => {
  const baton = await system(t);
  const hook = `${baton.app.url}/hooks/${baton.env.HOOK_KEY}/hubspot`;
  const send = async (url: string, headers: Record<string, string>, body: string) =>
    (await fetch(url, { method: 'POST', headers, body })).status;
  const forged = { 'x-hubspot-signature-version': 'v1', 'x-hubspot-signature': 'a'.repeat(64) };
  assert.equal(await send(hook, {}, '[]'), 401);
  assert.equal(await send(hook, forged, '[]'), 401);
  assert.equal(await send(`${baton.app.url}/hooks/somebody-elses-key/hubspot`, {}, '[]'), 401);
  assert.equal(await send(hook, {}, 'x'.repeat(3_000_000)), 413);
  assert.deepEqual(await outcomesOfSignals(baton), []);
});
