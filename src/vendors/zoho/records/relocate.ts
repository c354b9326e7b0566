/** Where a person is kept whose record may have been converted, merged or deleted. */
import { z } from 'zod';
import type { CrmPerson } from '../../../contracts/crm-records.ts';
import { Rejected } from '../../../lib/errors.ts';
import type { Company } from '../api/company.ts';
import { type KnownModule, MODULES } from '../api/ids.ts';
import { anyRow } from '../api/rows.ts';
import type { Finder } from './match.ts';

export interface Converted {
  contact: CrmPerson;
  deal?: string;
}

/** A record as it is; undefined: there is none, or it is a converted lead. One call. */
export async function rowNow({ client }: Company, module: KnownModule, id: string, query: Record<string, string> = {}) {
  try {
    const { rows } = await client.page({ path: `/${module}/${encodeURIComponent(id)}`, query }, 'data', anyRow);
    return rows[0];
  } catch (error) {
    // A number that never was one of a record here.
    if (error instanceof Rejected && error.code === 'INVALID_DATA') return undefined;
    throw error;
  }
}

/** An id, or what is linked with its name. */
const target = z.union([z.string(), z.looseObject({ id: z.string() }).transform(({ id }) => id)]).nullish();
const detail = z.looseObject({ contact: target, deal: target });

/** What became of a lead: a converted one is shown to whoever asks for it. One call. */
export async function convertedFrom(company: Company, lead: string): Promise<Converted | undefined> {
  const row = await rowNow(company, 'Leads', lead, { converted: 'true' });
  const { contact, deal } = detail.safeParse(row?.$converted_detail).data ?? {};
  if (!contact) return undefined;
  return { contact: { kind: 'contact', id: contact }, ...(deal && { deal }) };
}

/**
 * The record that stayed: nothing in Zoho says into which one another was merged, so it is whoever has the address. One
 * call for who is there, two more for who is not, two with the address.
 */
export async function relocated(
  company: Company,
  find: Finder,
  record: CrmPerson,
  email: string | undefined,
): Promise<{ record: CrmPerson; deal?: string } | undefined> {
  if (await rowNow(company, MODULES[record.kind], record.id)) return { record };
  const converted = record.kind === 'lead' ? await convertedFrom(company, record.id) : undefined;
  if (converted) return { record: converted.contact, ...(converted.deal && { deal: converted.deal }) };
  if (!email) return undefined;
  const [leads, contacts] = await Promise.all([find.leads(email), find.contacts(email)]);
  const lists = { lead: leads, contact: contacts };
  for (const kind of record.kind === 'lead' ? (['lead', 'contact'] as const) : (['contact', 'lead'] as const)) {
    const other = lists[kind].find(({ id }) => id !== record.id);
    if (other) return { record: { kind, id: other.id } };
  }
  return undefined;
}
