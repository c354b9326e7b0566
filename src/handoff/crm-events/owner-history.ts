/** Whoever saved a record last need not be whoever changed its owner: the CRM's own history knows. */
import type { Crm, CrmMeaning } from '../../contracts/crm.ts';
import { knownOwners } from '../../db/owner-changes.ts';
import type { Deps } from '../core/deps.ts';

/** The same with who gave it away and when, asked only when the record belongs to somebody else than Baton knew. */
export async function withGiver(
  { db }: Deps,
  workspaceId: string,
  crm: Crm,
  record: { object: string; id: string },
  meaning: CrmMeaning,
): Promise<CrmMeaning> {
  if (!crm.ownerGiven || (meaning.kind !== 'lead' && meaning.kind !== 'deal') || !meaning.ownerId) return meaning;
  const known = (await knownOwners(db, workspaceId, [record.id])).get(record.id) ?? meaning.ownerId;
  const given = known === meaning.ownerId ? undefined : await crm.ownerGiven(record, meaning.ownerId);
  return given ? { ...meaning, ...given } : meaning;
}
