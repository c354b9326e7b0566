/** Contacts were merged at their source, or turned out to be one person: their leads are one, and it is told. */
import type { Db } from '../../db/connection.ts';
import { moveContact } from '../../db/handoffs/handoffs-of-lead.ts';
import type { InboxEntry } from '../../db/handoffs/inbox.ts';
import type { Lead } from '../../db/handoffs/leads.ts';
import { bestKnown } from '../../db/handoffs/source-contacts.ts';
import { serviceName } from '../../domain/service-name.ts';
import { listed } from '../../lib/english.ts';
import { recordEverywhere } from './contact-deleted.ts';
import type { Before } from './crossing.ts';

/**
 * Under the lead's lock. Handoffs of a contact that was merged away go on with the one that stayed; whoever has one of
 * the lead hears of it. Nothing to do for everybody else.
 */
export async function followMerge(
  trx: Db,
  workspaceId: string,
  { entry, lead, at }: { entry: InboxEntry; lead: Lead; at: Date },
): Promise<void> {
  const { signal, source } = entry;
  const from = mergedInto(entry);
  const moved = await moveContact(trx, workspaceId, { leadId: lead.id, source, from, to: signal.contactId });
  if (moved === 0 && lead.joined.length === 0) return;
  const what =
    lead.joined.length > 0
      ? `${lead.name} and ${listed(lead.joined)} are one person: Baton has one lead of them from now on.`
      : 'Baton goes on with the contact that stayed.';
  const why = from.length > 0 ? `Contacts were merged in ${serviceName(source)}. ` : '';
  const detail = { contactId: signal.contactId, merged: from, joined: lead.joined };
  await recordEverywhere(trx, workspaceId, lead.id, {
    kind: 'joined',
    at,
    actor: source,
    text: `${why}${what}`,
    detail,
  });
}

/** A contact that took in others was at the highest score that any of them was known to have. */
export async function beforeMerge(
  trx: Db,
  workspaceId: string,
  entry: InboxEntry,
  before: Before | undefined,
): Promise<Before | undefined> {
  const contactIds = mergedInto(entry);
  const best =
    contactIds.length > 0 ? await bestKnown(trx, workspaceId, { source: entry.source, contactIds }) : undefined;
  if (!best || (before?.score != null && before.score >= best.value)) return before;
  return { ...before, score: best.value, at: before?.at ?? best.at };
}

function mergedInto({ signal }: InboxEntry): string[] {
  return signal.event?.kind === 'merged' ? signal.event.from : [];
}
