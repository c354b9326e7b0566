/** Whose the records of a handoff are as Baton wrote or found them. */
import type { CrmWrite, CrmWritten } from '../../contracts/crm.ts';
import type { CrmMatch } from '../../contracts/crm-records.ts';
import type { Db } from '../../db/connection.ts';
import type { Handoff } from '../../db/handoffs/handoffs.ts';
import { type RecordOwner, recordOwner, rememberOwner } from '../../db/handoffs/owner-changes.ts';
import { personByEmail } from '../../db/people/people.ts';
import type { HandoffEvent } from '../core/crm-event.ts';

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
  // A lead that was made for a contact is the rep's, whoever owns the contact.
  const given = asked.ownerId ?? (isMadeAround(asked, written) ? asked.newOwnerId : undefined);
  const kept = keptOwner(match, written);
  const rep = asked.followUp?.ownerId;
  const deals = (written.also ?? []).filter(({ kind, created }) => kind === 'deal' && created);
  return [
    {
      ...base,
      recordId: written.id,
      recordKind: written.kind,
      ownerId: given ?? kept ?? null,
      // An owner who stays because routing followed them was given the lead as well.
      ours: given ?? (kept === rep ? (kept ?? null) : null),
    },
    ...deals.map(({ id, kind }) => ({
      ...base,
      recordId: id,
      recordKind: kind,
      ownerId: asked.newOwnerId ?? asked.ownerId ?? null,
      ours: asked.newOwnerId ?? asked.ownerId ?? null,
    })),
  ];
}

const isMadeAround = ({ existing }: CrmWrite, { kind }: CrmWritten): boolean =>
  existing?.kind === 'contact' && kind === 'lead';

function keptOwner({ lead, contact }: CrmMatch, { id }: CrmWritten): string | undefined {
  const records = [lead, contact].flatMap(one => (one.kind === 'none' ? [] : [one.record]));
  const owner = records.find(record => record.id === id)?.owner;
  return owner?.kind === 'nobody' ? undefined : owner?.id;
}

/** What Baton knows of this record's owner; undefined when it is known only from now on, or Baton's own word is on its way. */
export async function ownerNow(
  event: HandoffEvent,
  ownerId: string,
  changedAt: Date,
): Promise<RecordOwner | undefined> {
  const { trx, handoff, recordId } = event;
  const { workspaceId, id: handoffId } = handoff;
  const known = await recordOwner(trx, workspaceId, handoffId, recordId);
  if (known) return known.repEmail === handoff.repEmail ? known : newestGift(event, known, changedAt);
  const isOwn = recordId === handoff.recordId;
  const ours = isOwn ? await crmUserOfRep(event) : null;
  const givenAt = handoff.recordedAt ?? handoff.assignedAt ?? event.askedAt;
  const owner = {
    handoffId,
    recordId,
    recordKind: event.recordKind,
    ownerId: ours ?? ownerId,
    ours,
    repEmail: handoff.repEmail,
    givenAt,
    writtenAt: givenAt,
  };
  await rememberOwner(trx, workspaceId, owner);
  return owner;
}

/** Baton gave the lead to somebody and has not written that yet: what is older is overtaken. */
async function newestGift(event: HandoffEvent, known: RecordOwner, changedAt: Date): Promise<RecordOwner | undefined> {
  const { assignedAt, claimedAt } = event.handoff;
  const givenAt = new Date(Math.max(assignedAt?.getTime() ?? 0, claimedAt?.getTime() ?? 0));
  if (changedAt <= givenAt) return undefined;
  // A pool, or somebody without a user in the CRM: the record is nobody's to be given back.
  return { ...known, ours: await crmUserOfRep(event), givenAt };
}

/** The CRM user of whoever has the lead. */
export async function crmUserOfRep({ trx, handoff }: HandoffEvent): Promise<string | null> {
  const { workspaceId, repEmail } = handoff;
  const rep = repEmail === null ? undefined : await personByEmail(trx, workspaceId, repEmail);
  return rep?.crmUserId ?? null;
}
