/** A record as it is now, and where a person is kept whose record is gone. */
import { z } from 'zod';
import type { CrmEvent } from '../../../contracts/crm-events.ts';
import type { CrmPerson, CrmRecord } from '../../../contracts/crm-records.ts';
import type { Company } from '../api/company.ts';
import { activityRow, type DealRow, dealRow, type LeadRow, leadRow } from '../api/rows.ts';
import { pathTo } from '../records/owner.ts';
import { convertedFrom, leadNow } from '../records/successor.ts';
import { ownerOf } from '../records/users.ts';
import { ARCHIVED, aboutOf } from './parse.ts';

/** One call, one more for a lead that is gone. Undefined: the record was deleted. */
export async function look(company: Company, record: CrmRecord): Promise<CrmEvent | undefined> {
  if (record.kind === 'lead') return lookAtLead(company, record);
  const row = await rowOf(company, record);
  if (!row) return undefined;
  const deal = record.kind === 'deal' ? dealRow.safeParse(row).data : undefined;
  const activity = record.kind === 'activity' ? activityRow.safeParse(row).data : undefined;
  return {
    key: `${record.id}:${row.update_time ?? ''}`,
    record,
    ...(activity && { about: aboutOf(activity) }),
    fields: {
      row: JSON.stringify(row),
      ...(await ownerName(company, row.owner_id)),
      ...(deal && (await stageName(company, deal))),
    },
  };
}

const anyRow = z.looseObject({
  id: z.int(),
  owner_id: z.int().nullish(),
  update_time: z.string().nullish(),
  is_deleted: z.boolean().nullish(),
});

async function rowOf({ client }: Company, record: CrmRecord) {
  const row = await client.record({ path: pathTo(record), cost: 1 }, anyRow);
  return row?.is_deleted ? undefined : row;
}

async function lookAtLead(company: Company, record: CrmRecord): Promise<CrmEvent | undefined> {
  const lead = await leadNow(company, record.id);
  if (!lead) {
    const converted = await convertedFrom(company, record.id);
    if (!converted) return undefined;
    const fields = { row: '{}', converted: converted.deal, person: converted.person.id };
    return { key: `${record.id}:converted`, record, fields };
  }
  return {
    key: `${record.id}:${lead.update_time ?? ''}`,
    record,
    fields: {
      row: JSON.stringify(leadRow.parse(lead)),
      ...(await ownerName(company, lead.owner_id)),
      ...(await statusOf(company, lead)),
    },
  };
}

async function ownerName(company: Company, id: number | null | undefined): Promise<{ ownerName?: string }> {
  const { name } = await ownerOf(company, id);
  return name ? { ownerName: name } : {};
}

async function stageName({ schema }: Company, { stage_id: id }: DealRow): Promise<{ stage?: string }> {
  const stage = (await schema.pipelines()).stages.find(one => one.id === id);
  return stage ? { stage: stage.name } : {};
}

/** A lead has no status of its own: its labels are what teams keep one in. */
async function statusOf({ schema }: Company, lead: LeadRow): Promise<{ status?: string }> {
  if (lead.is_archived) return { status: ARCHIVED };
  const ids = lead.label_ids ?? [];
  if (ids.length === 0) return {};
  const names = (await schema.leadLabels()).filter(({ id }) => ids.includes(id)).map(({ name }) => name);
  return names.length > 0 ? { status: names.join(', ') } : {};
}

/** A merge is told once, by the message of the deletion; asked afterwards, Pipedrive knows nothing of it. */
export async function findRelocated(
  company: Company,
  record: CrmPerson,
  heard: CrmEvent | undefined,
): Promise<CrmPerson | undefined> {
  if (record.kind === 'lead') {
    if (await leadNow(company, record.id)) return record;
    return (await convertedFrom(company, record.id))?.person;
  }
  if (await rowOf(company, record)) return record;
  const mergedTo = heard?.fields.mergedTo;
  const stayed = mergedTo ? { kind: 'contact' as const, id: mergedTo } : undefined;
  return stayed && (await rowOf(company, stayed)) ? stayed : undefined;
}
