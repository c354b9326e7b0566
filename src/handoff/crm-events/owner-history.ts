/** Whoever saved a record last need not be whoever changed its owner: the CRM's own history knows. */
import type { Crm } from '../../contracts/crm.ts';
import type { ParsedEvent } from '../../contracts/crm-events.ts';
import type { CrmRecord } from '../../contracts/crm-records.ts';
import { knownOwners } from '../../db/handoffs/owner-changes.ts';
import type { Deps } from '../core/deps.ts';

/** The same with who gave it away and when, asked only when the record belongs to somebody else than Baton knew. */
export async function withGiver(
  { db }: Deps,
  workspaceId: string,
  crm: Crm,
  record: CrmRecord,
  parsed: ParsedEvent,
): Promise<ParsedEvent> {
  if (!crm.ownerGiven || (parsed.kind !== 'person' && parsed.kind !== 'deal') || !parsed.ownerId) return parsed;
  const known = (await knownOwners(db, workspaceId, [record.id])).get(record.id) ?? parsed.ownerId;
  const given = known === parsed.ownerId ? undefined : await crm.ownerGiven(record, parsed.ownerId);
  return given ? { ...parsed, ...given } : parsed;
}
