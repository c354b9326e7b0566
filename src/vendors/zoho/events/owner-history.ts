/** Who gave a record to its present owner: its timeline knows, where Baton's user may see it. */
import { z } from 'zod';
import type { CrmOwnership } from '../../../contracts/crm-events.ts';
import type { CrmRecord } from '../../../contracts/crm-records.ts';
import { after, HOUR } from '../../../lib/clock.ts';
import { Rejected } from '../../../lib/errors.ts';
import type { Company } from '../api/company.ts';
import { placeOf } from '../api/ids.ts';

const change = z.looseObject({ api_name: z.string().nullish(), _value: z.looseObject({ new: z.unknown() }).nullish() });
const entry = z.looseObject({
  audited_time: z.string().nullish(),
  source: z.string().nullish(),
  done_by: z.looseObject({ id: z.string(), name: z.string().nullish() }).nullish(),
  automation_details: z
    .looseObject({ rule: z.looseObject({ id: z.string(), name: z.string().nullish() }).nullish() })
    .nullish(),
  field_history: z.array(change).nullish(),
});

/** A right may be given by then. */
const SILENT_FOR = HOUR;

/** One call. An organization that hides it is not asked again for an hour. */
export function ownerHistory(
  company: Company,
): (record: CrmRecord, ownerId: string) => Promise<Pick<CrmOwnership, 'changedBy' | 'changedAt'> | undefined> {
  let silentUntil = new Date(0);
  return async (record, ownerId) => {
    if (company.clock.now() < silentUntil) return undefined;
    const { module, number } = placeOf(record);
    const path = `/${module}/${encodeURIComponent(number)}/__timeline`;
    try {
      const { rows } = await company.client.page({ path }, '__timeline', entry);
      return giverIn(rows, await namesOf(company, ownerId), (await company.account()).userId);
    } catch (error) {
      if (!(error instanceof Rejected)) throw error;
      silentUntil = after(company.clock.now(), SILENT_FOR);
      return undefined;
    }
  };
}

/** A timeline names people; an id is as good. */
async function namesOf({ schema }: Company, ownerId: string): Promise<unknown[]> {
  const user = (await schema.users()).find(({ id }) => id === ownerId);
  return [ownerId, user?.full_name, user?.email];
}

/** The newest change of the owner must be the one to this owner. */
function giverIn(rows: readonly z.output<typeof entry>[], names: readonly unknown[], self: string) {
  const toOwner = (row: z.output<typeof entry>) => row.field_history?.find(one => one.api_name === 'Owner');
  const newest = rows.find(row => toOwner(row) !== undefined);
  const given = newest && toOwner(newest)?._value?.new;
  const moment = new Date(newest?.audited_time ?? '');
  if (!newest?.done_by || Number.isNaN(moment.getTime())) return undefined;
  const id = (given as { id?: unknown } | null)?.id;
  if (!names.some(name => name != null && (name === given || name === id))) return undefined;
  return {
    changedBy: { ...changerOf(newest, newest.done_by, self), certain: true },
    changedAt: moment.toISOString(),
  };
}

/** A rule runs in the name of whoever set it off: it is the rule that did it, and not they. */
function changerOf(
  { automation_details: automation, source }: z.output<typeof entry>,
  { id, name }: { id: string; name?: string | null | undefined },
  self: string,
) {
  if (automation || source === 'workflow') {
    const rule = automation?.rule;
    return { id: `rule/${rule?.id ?? ''}`, kind: 'automation' as const, ...(rule?.name && { name: rule.name }) };
  }
  const kind = id === self && source !== 'crm_ui' ? ('self' as const) : ('user' as const);
  return { id, kind, ...(name && { name }) };
}
