/** Whose a record is, and who gave it to them. */
import type { CrmOwnership } from '../../../contracts/crm-events.ts';
import type { CrmRecord } from '../../../contracts/crm-records.ts';
import { Rejected } from '../../../lib/errors.ts';
import { SERVICE } from '../api/errors.ts';
import { numberIn, type ObjectType, typeIn } from '../portal/ids.ts';
import { OWNER } from '../portal/names.ts';
import type { Portal } from '../portal/portal.ts';
import { refusedWords } from '../portal/records.ts';
import type { Version } from '../portal/rows.ts';

/** Type and number of a record. @throws Rejected for an id that is none of HubSpot's */
export function placeOf({ id }: CrmRecord): { type: ObjectType; number: string } {
  const type = typeIn(id);
  if (!type) throw new Rejected(`${id} names no record of HubSpot`, { service: SERVICE, code: 'NO_SUCH_ID' });
  return { type, number: numberIn(type, id) ?? '' };
}

/** One call. @throws Rejected when the record is gone, or HubSpot will not have that owner */
export async function setOwner({ records }: Portal, record: CrmRecord, ownerId: string): Promise<{ ownerId: string }> {
  const { type, number } = placeOf(record);
  const changed = await records.change(type, number, { [OWNER]: ownerId });
  if (!changed) throw new Rejected('HubSpot has no such record any more', { service: SERVICE, code: 'GONE' });
  const [why] = refusedWords(changed.refused, record.kind).warnings;
  if (why) throw new Rejected(why, { service: SERVICE, code: 'OWNER_REFUSED' });
  return { ownerId: changed.row.properties[OWNER] ?? ownerId };
}

/** From the history of the owner, which HubSpot keeps of every property. One call. */
export async function ownerGiven(
  portal: Portal,
  record: CrmRecord,
  ownerId: string,
): Promise<Pick<CrmOwnership, 'changedBy' | 'changedAt'> | undefined> {
  const { type, number } = placeOf(record);
  const row = await portal.records.read(type, number, { properties: [OWNER], history: [OWNER] });
  const newest = row?.history[OWNER]?.[0];
  if (!newest || newest.value !== ownerId) return undefined;
  return changeBy(portal, newest, true);
}

/**
 * A user by the owner that they are, as people are known by; whatever no user did is an automation's: workflows and
 * other apps, and Baton's own writes, which are told from those by whom they give it to.
 */
export async function changeBy(
  { schema }: Portal,
  { userId, sourceType, timestamp }: Version,
  certain: boolean,
): Promise<Pick<CrmOwnership, 'changedBy' | 'changedAt'>> {
  const owner = userId ? (await schema.owners()).find(one => one.userId === userId) : undefined;
  const changedBy = userId
    ? { id: owner?.id ?? `user/${userId}`, kind: 'user' as const, certain, ...(owner && { name: owner.name }) }
    : { id: `source/${sourceType || 'unknown'}`, name: sourceWords(sourceType), kind: 'automation' as const, certain };
  return { changedBy, ...(timestamp && { changedAt: new Date(timestamp).toISOString() }) };
}

function sourceWords(source: string): string {
  if (/WORKFLOW|AUTOMATION/i.test(source)) return 'a workflow in HubSpot';
  return /INTEGRATION|API/i.test(source) ? 'an app at HubSpot' : 'HubSpot itself';
}
