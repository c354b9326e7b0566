/** The worker is killed at any moment, and another goes on: nothing is lost, nothing is done twice. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { FaultRequest } from '../../sandbox/faults.ts';
import { MINUTE } from '../../src/lib/clock.ts';
import { actionsAs, CONNECTED } from '../helpers/actions.ts';
import { holdCrmEvents, holdInbox, holdTouches } from '../helpers/database-changes.ts';
import { leadsKept, waitingForLocks } from '../helpers/database-questions.ts';
import { assertOnce, type Boundary, killedAt, untilHeld, withWorker } from '../helpers/killed-worker.ts';
import { onlyMessageSaying } from '../helpers/messages.ts';
import { EMMA, MARCUS } from '../helpers/people.ts';
import { system } from '../helpers/system.ts';
import { assertRecordedOnce, recorded, untilRecorded } from '../helpers/timeline.ts';
import { until } from '../helpers/until.ts';
import { breakCalls, engagementsOf, mailsSent } from '../helpers/vendors.ts';
import { kill, startWeb } from '../helpers/worker.ts';

/** Before and after what can be done twice; the other boundaries are in test/long. */
const BOUNDARIES: Boundary[] = [
  { name: 'before the CRM record is written', fault: { service: 'salesforce', path: '/composite', skip: 1 } },
  {
    name: 'after the CRM record was written',
    fault: { service: 'salesforce', path: '/composite', skip: 1, after: 'after' },
  },
  { name: 'before the card is posted', fault: { service: 'slack', path: '/api/chat.postMessage' } },
  { name: 'after the card was posted', fault: { service: 'slack', path: '/api/chat.postMessage', after: 'after' } },
];

for (const boundary of BOUNDARIES) killedAt(boundary);

test('killed after the record was told of and before its job ended: one record, one card, one whole story', async t => {
  const { baton, cross, killWorker, startAnother } = await withWorker(t);
  // What the job does last is to look through the CRM's events.
  const release = await holdCrmEvents(baton);
  await cross();
  await until('the worker hangs after the record was told of', async () => {
    const [handoff] = await baton.handoffs();
    const written = handoff && (await recorded(baton, handoff.id, 'record_written')).length > 0;
    return written && (await waitingForLocks(baton, 'crm_events')) > 0;
  });
  await killWorker();
  await release();
  await startAnother();
  await assertOnce(baton);
  const writes = (await baton.calls('salesforce')).filter(({ body }) => JSON.stringify(body).includes('"PATCH"'));
  assert.equal(writes.length, 1, 'what is told of is not written again');
});

/** Emma is Marcus's, and a worker is there. */
async function handedOffByWorker(t: TestContext) {
  const given = await withWorker(t);
  await given.cross();
  const { id, contactId } = await given.baton.handoff(EMMA);
  return { ...given, id, contactId };
}

/** The vendor does its work once more and answers nobody. */
const silent = (service: string, path: string): FaultRequest => ({ service, path, after: 'after', timeout: true });

test('killed while it reminds: one reminder', async t => {
  const { baton, id, killWorker, startAnother, replaceWorker } = await handedOffByWorker(t);
  await killWorker();
  baton.clock.move(61 * MINUTE);
  await breakCalls(baton, silent('slack', '/api/chat.postMessage'));
  await startAnother();
  await untilHeld(baton, 1, 'slack');
  await replaceWorker();
  await baton.settled();
  await onlyMessageSaying(baton, { user: MARCUS }, /is waiting/);
  await assertRecordedOnce(baton, id, 'reminded');
});

test('killed while it logs a call, and while it writes down a mail: each is seen once, everywhere', async t => {
  const { baton, id, contactId, killWorker, startAnother, replaceWorker } = await handedOffByWorker(t);
  const marcus = actionsAs(baton, MARCUS, id);
  await breakCalls(baton, silent('salesforce', '/composite'), silent('hubspot', '/objects/2026-03/calls'));
  await marcus.logCall(CONNECTED);
  await untilHeld(baton, 2, 'salesforce', 'hubspot');
  await replaceWorker();
  await untilRecorded(baton, id, 'touch_logged', 1);
  await untilRecorded(baton, id, 'feedback_written', 1);

  // The mail has left; what is to be written down of it waits for a lock.
  const release = await holdTouches(baton);
  await marcus.sendEmail({ subject: 'Prices', body: 'Here.' });
  await until('the mail has left', async () => (await mailsSent(baton)).length === 1);
  await killWorker();
  await release();
  await startAnother();
  await untilRecorded(baton, id, 'touch_logged', 2);
  await untilRecorded(baton, id, 'feedback_written', 2);
  await baton.settled();
  assert.equal(new Set((await mailsSent(baton)).map(one => one.messageId)).size, 1, 'a mailbox shows one');
  const tasks = (await baton.records('Task')).map(task => task.Subject).sort();
  assert.deepEqual(tasks, ['Call: Connected', 'Contact Emma Thompson (Acme Corp): HIGH MQL', 'Email: Prices']);
  assert.deepEqual(await engagementsOf(baton, contactId), ['Call: Connected', 'Prices']);
  await assertRecordedOnce(baton, id, 'touched', 'email_sent');
});

/** Somebody fills in a form, whose tool delivers it to this address. */
const form = (url: string, key: string, number: number): Promise<number> =>
  fetch(`${url}/hooks/${key}/form`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: `lee${number}@acmecorp.com`, _id: `form-${number}` }),
  }).then(answer => answer.status);

test('the web is killed while deliveries share a commit: none of them was acknowledged, what was is kept, all are kept once', async t => {
  const baton = await system(t);
  const { url, child } = await startWeb(t, baton);
  const key = String(baton.env.HOOK_KEY);
  const numbers = Array.from({ length: 20 }, (_, number) => number);
  const acknowledged = numbers.slice(0, 3);
  for (const number of acknowledged) assert.equal(await form(url, key, number), 200);

  const release = await holdInbox(baton);
  const shared = Promise.allSettled(numbers.slice(3).map(number => form(url, key, number)));
  await until('they wait for the inbox', async () => (await waitingForLocks(baton, 'inbox')) > 0);
  await kill(child);
  assert.deepEqual(new Set((await shared).map(({ status }) => status)), new Set(['rejected']));
  await release();
  await baton.settled();
  assert.ok((await leadsKept(baton)) >= acknowledged.length, 'what was acknowledged is there');

  for (const number of numbers) assert.equal(await form(baton.app.url, key, number), 200, 'their senders try again');
  await baton.settled();
  assert.equal(await leadsKept(baton), numbers.length);
});
