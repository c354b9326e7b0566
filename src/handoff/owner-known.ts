/** Whose the records of a handoff are as Baton wrote or found them. */
import type { CrmMatch, CrmWrite, CrmWritten } from '../crm/crm.ts';
import type { Db } from '../db/connection.ts';
import type { Handoff } from '../db/handoffs.ts';
import { type RecordOwner, recordOwner } from '../db/owner-changes.ts';

/**
 * Was the owner settled for whoever has the lead? Then a later write leaves it alone: somebody may have changed it in
 * the CRM since, and only Baton's own change of the rep gives Baton the word again.
 */
export async function isOwnerSettled(db: Db, { workspaceId, id, recordId, repEmail }: Handoff): Promise<boolean> {
  if (!recordId) return false;
  const known = await recordOwner(db, workspaceId, id, recordId);
  return known !== undefined && known.repEmail === repEmail;
}

/** What is known of the owners once this was written. Pure. */
export function ownersOf(
  { id: handoffId, repEmail }: Pick<Handoff, 'id' | 'repEmail'>,
  asked: CrmWrite,
  written: CrmWritten,
  match: CrmMatch,
  now: Date,
): RecordOwner[] {
  const base = { handoffId, repEmail, givenAt: now, writtenAt: now };
  const kept = keptOwner(match, written);
  const rep = asked.followUp?.ownerId;
  const deals = (written.also ?? []).filter(({ object, created }) => object === 'Opportunity' && created);
  return [
    {
      ...base,
      recordId: written.id,
      object: written.object,
      ownerId: asked.ownerId ?? kept ?? null,
      // An owner who stays because routing followed them was given the lead as well.
      ours: asked.ownerId ?? (kept === rep ? (kept ?? null) : null),
    },
    ...deals.map(({ id, object }) => ({
      ...base,
      recordId: id,
      object,
      ownerId: asked.newOwnerId ?? asked.ownerId ?? null,
      ours: asked.newOwnerId ?? asked.ownerId ?? null,
    })),
  ];
}

function keptOwner({ lead, contact }: CrmMatch, { id }: CrmWritten): string | undefined {
  return [lead, contact].flatMap(one => (one.kind !== 'none' && one.record.id === id ? [one.record.owner.id] : []))[0];
}
