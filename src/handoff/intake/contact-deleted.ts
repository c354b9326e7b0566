/** A contact was deleted at its source: told to whoever has the lead. One that asked to be forgotten waits for a person. */
import type { Db } from '../../db/connection.ts';
import { newestHandoffOf, openHandoffsOf } from '../../db/handoffs/handoffs-of-lead.ts';
import type { InboxEntry } from '../../db/handoffs/inbox.ts';
import { type KnownScore, markGone, settleSignal } from '../../db/handoffs/source-contacts.ts';
import { type NewEntry, recordEntries } from '../../db/handoffs/timeline.ts';
import { serviceName } from '../../domain/service-name.ts';
import { changeAndEnqueue } from '../../jobs/queue.ts';
import { Rejected } from '../../lib/errors.ts';
import type { Deps } from '../core/deps.ts';
import { recordForThreads } from '../core/post-to-threads.ts';

/**
 * The lead stays with whoever has it; no later signal of the contact counts.
 * @throws Rejected for a deletion that a person asked for their privacy: nothing here erases them, so it is put aside,
 * and the admins are told, until somebody has
 */
export async function followDeletion(
  deps: Deps,
  workspaceId: string,
  { entry, before }: { entry: InboxEntry; before: KnownScore | undefined },
): Promise<void> {
  const { signal, source } = entry;
  const privacy = signal.event?.kind === 'deleted' && signal.event.privacy;
  const name = serviceName(source);
  const now = deps.clock.now();
  const text = privacy
    ? `The person asked ${name} to be forgotten; their contact was deleted there. Do not contact them.`
    : `Their contact was deleted in ${name}. The lead stays with whoever has it.`;
  const told: NewEntry = {
    kind: 'source_changed',
    at: now,
    actor: source,
    text,
    detail: { contactId: signal.contactId, privacy },
  };
  // Said once: a plain deletion comes with one for privacy, in any order, and what is put aside is tried again.
  const isTold = before?.goneAt && !(privacy && entry.status === 'new');
  await deps.db.transaction(async trx => {
    await markGone(trx, workspaceId, { source, contactId: signal.contactId, at: new Date(signal.occurredAt) });
    if (before?.leadId && !isTold) await recordEverywhere(trx, workspaceId, before.leadId, told);
    if (privacy) return;
    const settled = settleSignal(trx, workspaceId, { inboxId: entry.id, outcome: 'contact_deleted', at: now });
    await changeAndEnqueue(trx, { changes: settled });
  });
  if (!privacy) return;
  throw new Rejected(
    `contact ${signal.contactId} asked ${name} to be forgotten. Baton keeps what it knows of them until an admin erases it here, in Slack and in the CRM`,
    { service: source, code: 'privacy_deletion' },
  );
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
