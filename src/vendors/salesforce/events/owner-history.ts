/** Who changed the owner of a record, where the org keeps a history of that. */
import type { CrmOwnership } from '../../../contracts/crm-events.ts';
import { after, HOUR } from '../../../lib/clock.ts';
import { Rejected } from '../../../lib/errors.ts';
import { readErrors, toFailure } from '../api/errors.ts';
import { to18 } from '../api/ids.ts';
import type { OrgRecord } from '../api/objects.ts';
import type { Org } from '../api/org.ts';
import { quote } from '../api/soql.ts';
import { changerOf, isoOf } from './parse.ts';

/** Objects that keep the history of others, and their column for the record. */
const KEEPERS: Record<string, { keeper: string; of: string }> = {
  Lead: { keeper: 'LeadHistory', of: 'LeadId' },
  Contact: { keeper: 'ContactHistory', of: 'ContactId' },
  Opportunity: { keeper: 'OpportunityFieldHistory', of: 'OpportunityId' },
};

/** An admin may have Owner tracked by then. */
const REMEMBERED = HOUR;
/** Changes of other tracked columns lie between those of the owner. */
const MOST = 200;

interface HistoryRow {
  Field?: string;
  NewValue?: unknown;
  CreatedById?: string;
  CreatedBy?: { Name?: string; UserType?: string } | null;
  CreatedDate?: string;
}

/**
 * Makes the one that asks an org's field history. A change of owner has two rows, one of names and one of ids, and neither
 * value can be filtered by (LeadHistory, ContactHistory and OpportunityFieldHistory in the Object Reference; EntityHistory
 * tells of the two rows). An org that does not keep it, or hides it, is not asked again for an hour.
 */
export function ownerHistory(
  org: Org,
): (record: OrgRecord, ownerId: string) => Promise<Pick<CrmOwnership, 'changedBy' | 'changedAt'> | undefined> {
  const silent = new Map<string, { until: Date; age: number }>();
  const isSilent = (object: string): boolean => {
    const known = silent.get(object);
    return known !== undefined && known.age === org.schema.age() && known.until > org.clock.now();
  };
  return async ({ object, id }, ownerId) => {
    const kept = KEEPERS[object];
    if (!kept || isSilent(object)) return undefined;
    const soql =
      `SELECT Field, NewValue, CreatedById, CreatedBy.Name, CreatedBy.UserType, CreatedDate FROM ${kept.keeper} ` +
      `WHERE ${kept.of} = ${quote(id)} ORDER BY CreatedDate DESC, Id DESC LIMIT ${MOST}`;
    const answer = await org.session.call({ method: 'GET', url: `${org.base}/query?q=${encodeURIComponent(soql)}` });
    if (answer.status === 200) {
      const self = await org.session.userId();
      return giverIn((answer.body as { records?: HistoryRow[] } | null)?.records ?? [], ownerId, self);
    }
    const { status, headers, body } = answer;
    const failure = toFailure(status, readErrors(status, body), { clock: org.clock, headers });
    if (!(failure instanceof Rejected)) throw failure;
    silent.set(object, { until: after(org.clock.now(), REMEMBERED), age: org.schema.age() });
    return undefined;
  };
}

/** An owner may also have come by an assignment rule or out of a queue: `ownerAssignment`, `ownerAccepted`. */
const OF_OWNER = /^owner/i;
/** Of a user or a queue; a name may have as many letters. */
const OWNER_ID = /^00[5G][0-9A-Za-z]{12}(?:[0-9A-Za-z]{3})?$/;

/** The newest change must be the one to this owner: a history that has not come that far tells nothing. */
function giverIn(rows: readonly HistoryRow[], ownerId: string, self: string | undefined) {
  const newest = rows.find(({ Field, NewValue }) => OF_OWNER.test(Field ?? '') && OWNER_ID.test(String(NewValue)));
  const { CreatedById: by, CreatedBy: user, CreatedDate } = newest ?? {};
  const changedAt = isoOf(CreatedDate);
  if (!newest || !by || !changedAt || to18(String(newest.NewValue)) !== to18(ownerId)) return undefined;
  const isSelf = self !== undefined && to18(by) === to18(self);
  return {
    changedBy: { ...changerOf({ id: by, name: user?.Name, type: user?.UserType, isSelf }), certain: true },
    changedAt,
  };
}
