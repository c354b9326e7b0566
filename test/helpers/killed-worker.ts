/** A worker that is killed while Emma's lead is on its way, and another that goes on. */
import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { type TestContext, test } from 'node:test';
import type { FaultRequest } from '../../sandbox/faults.ts';
import { seeded } from './leads.ts';
import { messagesSaying } from './messages.ts';
import { EMMA, MARCUS } from './people.ts';
import { onlyRecord } from './salesforce.ts';
import { type System, system } from './system.ts';
import { assertRecordedOnce } from './timeline.ts';
import { until } from './until.ts';
import { breakCalls } from './vendors.ts';
import { kill, startWorker } from './worker.ts';

/**
 * Where a worker is killed. `before`: the call is held and never reaches the vendor; `after`: the vendor did its work
 * and the answer never arrives. Together they stand on both sides of every step that leaves the process; the
 * transactions in between either are committed, and the next call is reached, or are not, and the step runs again.
 */
export interface Boundary {
  name: string;
  fault: FaultRequest;
}

/** Emma is about to cross; a worker is there, and can be killed and replaced. */
export async function withWorker(t: TestContext) {
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
export const untilHeld = (baton: System, calls: number, ...services: string[]): Promise<boolean> =>
  until(`${calls} calls to ${services.join(' and ')} are held`, async () => {
    const all = (await Promise.all(services.map(baton.calls))).flat();
    return all.filter(call => call.status === 'held').length === calls;
  });

export function killedAt(boundary: Boundary): void {
  test(`killed ${boundary.name}: one record, one card, one whole story`, async t => {
    const { baton, cross, replaceWorker } = await withWorker(t);
    await breakCalls(baton, { ...boundary.fault, timeout: true });
    await cross();
    await untilHeld(baton, 1, boundary.fault.service);
    await replaceWorker();
    await assertOnce(baton);
  });
}

export async function assertOnce(baton: System): Promise<void> {
  await baton.card({ user: MARCUS }, 'Emma Thompson');
  const { id, recordState } = await baton.handoff(EMMA);
  assert.equal(recordState, 'written');
  assert.equal((await messagesSaying(baton, { user: MARCUS }, /Emma Thompson/)).length, 1, 'one card');
  await onlyRecord(baton, 'Lead');
  await onlyRecord(baton, 'Task');
  assert.equal((await baton.handoffs()).length, 1, 'one handoff');
  await assertRecordedOnce(baton, id, 'crossed', 'judged', 'routed', 'assigned', 'record_written', 'card_posted');
}
