/** The worker is killed at any moment, and another goes on: nothing is lost, nothing is done twice. */
import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { type TestContext, test } from 'node:test';
import type { FaultRequest } from '../../sandbox/faults.ts';
import { MINUTE } from '../../src/lib/clock.ts';
import { actionsAs, CONNECTED } from '../helpers/actions.ts';
import { holdCrmEvents, holdTouches } from '../helpers/database-changes.ts';
import { waitingForLocks } from '../helpers/database-questions.ts';
import { seeded } from '../helpers/leads.ts';
import { messagesSaying, onlyMessageSaying } from '../helpers/messages.ts';
import { EMMA, MARCUS } from '../helpers/people.ts';
import { onlyRecord } from '../helpers/salesforce.ts';
import { type System, system } from '../helpers/system.ts';
import { assertRecordedOnce, recorded, untilRecorded } from '../helpers/timeline.ts';
import { until } from '../helpers/until.ts';
import { breakCalls, engagementsOf, mailsSent } from '../helpers/vendors.ts';
import { kill, startWorker } from '../helpers/worker.ts';

/**
 * Where the worker is killed. `before`: the call is held and never reaches the vendor; `after`: the vendor did its work
 * and the answer never arrives. Between them they stand on both sides of every step that leaves the process; the
 * transactions in between either are committed, and the next call is reached, or are not, and the step runs again.
 */
const BOUNDARIES: { name: string; fault: FaultRequest }[] = [
  { name: 'while the contact is read', fault: { service: 'hubspot', path: '/contacts' } },
  { name: 'while the company is looked up', fault: { service: 'clearbit', path: '/v2/companies' } },
  { name: 'after the company was looked up', fault: { service: 'clearbit', path: '/v2/companies', after: 'after' } },
  { name: 'before the CRM is asked', fault: { service: 'salesforce', path: '/composite' } },
  { name: 'before the CRM record is written', fault: { service: 'salesforce', path: '/composite', skip: 1 } },
  {
    name: 'after the CRM record was written',
    fault: { service: 'salesforce', path: '/composite', skip: 1, after: 'after' },
  },
  { name: 'before the card is posted', fault: { service: 'slack', path: '/api/chat.postMessage' } },
  { name: 'after the card was posted', fault: { service: 'slack', path: '/api/chat.postMessage', after: 'after' } },
];

/** Emma is about to cross; a worker is there, and can be killed and replaced. */
async function withWorker(t: TestContext) {
  const baton = await system(t, { role: 'web' });
  let worker: ChildProcess = await startWorker(t, baton);
  const emma = await seeded(baton);
  const killWorker = () => kill(worker);
  const startAnother = async () => {
    worker = await startWorker(t, baton);
  };
  return {
    baton,
    cross: () => emma.cross(baton.post),
    killWorker,
    startAnother,
    async replaceWorker() {
      await killWorker();
      await startAnother();
    },
  };
}

/** Waits until so many calls are held: the vendor got them, and nobody will ever know. */
const untilHeld = (baton: System, calls: number, ...services: string[]): Promise<boolean> =>
  until(`${calls} calls to ${services.join(' and ')} are held`, async () => {
    const all = (await Promise.all(services.map(baton.calls))).flat();
    return all.filter(call => call.status === 'held').length === calls;
  });

for (const boundary of BOUNDARIES) {
  test(`killed ${boundary.name}: one record, one card, one whole story`, async t => {
    const { baton, cross, replaceWorker } = await withWorker(t);
    await breakCalls(baton, { ...boundary.fault, timeout: true });
    await cross();
    await untilHeld(baton, 1, boundary.fault.service);
    await replaceWorker();
    await assertOnce(baton);
  });
}

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

async function assertOnce(baton: System): Promise<void> {
  await baton.card({ user: MARCUS }, 'Emma Thompson');
  const { id, recordState } = await baton.handoff(EMMA);
  assert.equal(recordState, 'written');
  assert.equal((await messagesSaying(baton, { user: MARCUS }, /Emma Thompson/)).length, 1, 'one card');
  await onlyRecord(baton, 'Lead');
  await onlyRecord(baton, 'Task');
  assert.equal((await baton.handoffs()).length, 1, 'one handoff');
  await assertRecordedOnce(baton, id, 'crossed', 'judged', 'routed', 'assigned', 'record_written', 'card_posted');
}
