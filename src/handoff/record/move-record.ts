/** The CRM keeps the person elsewhere by now: merged, converted, or made anew. */
import type { CrmPerson } from '../../contracts/crm-records.ts';
import type { Db } from '../../db/connection.ts';
import { linkRecords, rereadEvents } from '../../db/handoffs/crm-events.ts';
import { type Handoff, updateHandoff } from '../../db/handoffs/handoffs.ts';
import { enqueue } from '../../jobs/queue.ts';
import { readEvents, redrawCards } from '../../jobs/requests.ts';

/** The handoff follows: later touches go there at once, and its link opens it. Events of the old record still find it. */
export async function moveRecord(trx: Db, handoff: Handoff, to: CrmPerson): Promise<void> {
  const { workspaceId, id: handoffId, recordId: from, deliveredAt } = handoff;
  await updateHandoff(trx, workspaceId, handoffId, { recordKind: to.kind, recordId: to.id });
  await linkRecords(trx, workspaceId, handoffId, from ? [from, to.id] : [to.id], readEvents);
  await rereadEvents(trx, workspaceId, [to.id], readEvents);
  if (deliveredAt) await enqueue(trx, redrawCards(handoff));
}
