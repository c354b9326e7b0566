/** A signal of somebody who was erased: forgotten, unless they came again by a form of their own. */
import type { Signal, Source } from '../../contracts/source.ts';
import { forgetSignal, type InboxEntry } from '../../db/handoffs/inbox.ts';
import { forgetManual } from '../../db/handoffs/manual-leads.ts';
import { liftTombstones, type Tombstone } from '../../db/privacy/tombstones.ts';
import type { Contact } from '../../domain/lead.ts';
import { enqueue } from '../../jobs/queue.ts';
import { notifyManual } from '../../jobs/requests.ts';
import type { Deps } from '../core/deps.ts';

/**
 * Did they come again by themselves since? A form that they sent, here or at the source, which has to be asked for it:
 * one call, and only for contacts that were erased here and go on at the source. True: they are a person like any other
 * from now on.
 */
export async function isBackByForm(
  deps: Deps,
  workspaceId: string,
  { signal, tombstone, source }: { signal: Signal; tombstone: Tombstone; source: Source | undefined },
): Promise<boolean> {
  if (!(await hasOwnForm(signal, tombstone, source))) return false;
  await liftTombstones(deps.db, workspaceId, tombstone.erasureId);
  return true;
}

async function hasOwnForm(signal: Signal, { erasedAt }: Tombstone, source?: Source): Promise<boolean> {
  if (signal.via === 'form') return new Date(signal.occurredAt) > erasedAt;
  if (signal.via === 'manual' || signal.event?.kind === 'deleted') return false;
  const contact = await source?.contact(signal.contactId);
  return !!contact && isFormSince(signal, contact, erasedAt);
}

/** Is it a form that they sent since then, or is one among what they did? */
export function isFormSince({ via, occurredAt }: Signal, { activities }: Contact, since: Date): boolean {
  if (via === 'form') return new Date(occurredAt) > since;
  return via !== 'manual' && activities.some(({ type, at }) => type === 'form' && new Date(at) > since);
}

/** Nothing is kept of it. Whoever handed them off by hand hears why nothing came of it. */
export async function forgetErased(deps: Deps, workspaceId: string, { id, source, signal }: InboxEntry): Promise<void> {
  await deps.db.transaction(async trx => {
    await forgetSignal(trx, workspaceId, id);
    if (source !== 'manual') return;
    await forgetManual(trx, workspaceId, signal.contactId);
    await enqueue(trx, notifyManual(workspaceId, signal.contactId));
  });
}
