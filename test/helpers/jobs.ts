/** Work that waits, for stories. */
import { enqueue } from '../../src/jobs/queue.ts';
import { pollCrmEvents } from '../../src/jobs/requests.ts';
import type { System } from './system.ts';

/** What waits for its time is tried now. */
export async function hurry(baton: System): Promise<void> {
  await baton.app.deps.db.raw('update graphile_worker._private_jobs set run_at = now() where locked_at is null');
}

/** Salesforce sends the messages that wait, and Baton reads them. */
export async function deliver(baton: System, how: object = {}): Promise<Record<string, unknown>> {
  const answer = await baton.post('/_sandbox/salesforce/deliver', how);
  await baton.settled();
  return answer;
}

/** Baton asks Salesforce what is new. */
export async function pollCrm(baton: System): Promise<void> {
  await enqueue(baton.app.deps.db, pollCrmEvents(baton.app.workspaceId));
  await baton.settled();
}
