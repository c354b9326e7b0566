/** A contact was deleted at its source: told to whoever has the lead. One that asked to be forgotten is erased here, too. */
import type { Db } from '../../db/connection.ts';
import { newestHandoffOf, openHandoffsOf } from '../../db/handoffs/handoffs-of-lead.ts';
import type { InboxEntry } from '../../db/handoffs/inbox.ts';
import { type KnownScore, markGone, settleSignal } from '../../db/handoffs/source-contacts.ts';
import { type NewEntry, recordEntries } from '../../db/handoffs/timeline.ts';
import { serviceName } from '../../domain/service-name.ts';
import { changeAndEnqueue, enqueue } from '../../jobs/queue.ts';
import { erasePersonAsked } from '../../jobs/requests.ts';
import type { Deps } from '../core/deps.ts';
import { recordForThreads } from '../core/post-to-threads.ts';
import { askedByVendor } from '../privacy/erase.ts';

/**
 * The lead stays with whoever has it; no later signal of the contact counts. Where the person asked to be forgotten, they
 * are erased here, too, and the admins are told.
 */
export async function followDeletion(
  deps: Deps,
  workspaceId: string,
  { entry, before }: { entry: InboxEntry; before: KnownScore | undefined },
): Promise<void> {
  const { signal, source } = entry;
  const now = deps.clock.now();
  if (signal.event?.kind === 'deleted' && signal.event.privacy) {
    await deps.db.transaction(async trx => {
      // The signal itself is theirs, and goes with everything else.
      const erasureId = await askedByVendor(trx, workspaceId, source, { source, contactId: signal.contactId }, now);
      await enqueue(trx, erasePersonAsked(workspaceId, erasureId));
    });
    return;
  }
  const told: NewEntry = {
    kind: 'source_changed',
    at: now,
    actor: source,
    text: `Their contact was deleted in ${serviceName(source)}. The lead stays with whoever has it.`,
    detail: { contactId: signal.contactId },
  };
  await deps.db.transaction(async trx => {
    await markGone(trx, workspaceId, { source, contactId: signal.contactId, at: new Date(signal.occurredAt) });
    if (before?.leadId && !before.goneAt) await recordEverywhere(trx, workspaceId, before.leadId, told);
    const settled = settleSignal(trx, workspaceId, { inboxId: entry.id, outcome: 'contact_deleted', at: now });
    await changeAndEnqueue(trx, { changes: settled });
  });
}

/** In the story and thread of every open handoff of the lead; where none is open in its newest story, or in its own. */
export async function recordEverywhere(trx: Db, workspaceId: string, leadId: string, entry: NewEntry): Promise<void> {
  const open = await openHandoffsOf(trx, workspaceId, leadId);
  if (open.length === 0) {
    const handoffId = await newestHandoffOf(trx, workspaceId, leadId);
    await recordEntries(trx, { workspaceId, leadId, ...(handoffId && { handoffId }) }, entry);
  }
  for (const { id: handoffId } of open) await recordForThreads(trx, { workspaceId, leadId, handoffId }, entry);
}
