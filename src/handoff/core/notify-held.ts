/** A lead that waits for a person's word. */
import type { Db } from '../../db/connection.ts';
import type { Handoff } from '../../db/handoffs/handoffs.ts';
import { enqueue } from '../../jobs/queue.ts';
import { deliverCard } from '../../jobs/requests.ts';

/** Its card goes to the admins, who release it or leave it to nurture. */
export async function notifyHeld(trx: Db, handoff: Pick<Handoff, 'id' | 'workspaceId' | 'priority'>): Promise<void> {
  await enqueue(trx, deliverCard(handoff));
}
