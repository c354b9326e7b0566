/** What became of a lead that is not in the inbox any more. */
import type { CrmPerson } from '../../../contracts/crm-records.ts';
import { type Company, rememberPerson } from '../api/company.ts';
import { idOf } from '../api/ids.ts';
import { dealRow, type LeadRow, leadRow } from '../api/rows.ts';

/** A lead as it is; undefined: it was converted or deleted. One call. */
export async function leadNow(company: Company, id: string): Promise<LeadRow | undefined> {
  const row = await company.client.record({ path: `/v1/leads/${encodeURIComponent(id)}`, cost: 2 }, leadRow);
  if (row?.person_id) rememberPerson(company, id, row.person_id);
  else company.personOfLead.delete(id);
  return row;
}

export interface Converted {
  deal: string;
  person: CrmPerson;
  personNumber: number;
}

/**
 * The deal that a lead became: its conversion deletes the lead, and the deal names it (`source_lead_id`). One call; among
 * the newest deals alone, since there is no filter for it.
 */
export async function convertedFrom({ client }: Company, lead: string): Promise<Converted | undefined> {
  const query = { include_fields: 'source_lead_id', sort_by: 'add_time', sort_direction: 'desc', limit: '500' };
  const { rows } = await client.page({ path: '/api/v2/deals', query, cost: 10 }, dealRow);
  const deal = rows.find(({ source_lead_id: source }) => source === lead);
  if (!deal?.person_id) return undefined;
  const person = { kind: 'contact' as const, id: idOf('contact', deal.person_id) };
  return { deal: idOf('deal', deal.id), person, personNumber: deal.person_id };
}
