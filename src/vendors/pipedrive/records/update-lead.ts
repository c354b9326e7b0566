import type { CrmWrite } from '../../../contracts/crm.ts';
import type { Company } from '../api/company.ts';
import { leadRow } from '../api/rows.ts';
import { withOwner } from './owner.ts';
import { ownValues } from './person.ts';
import { fit } from './values.ts';

/** Owner and mapped fields of a lead that is there. One call, none when nothing of it changes. */
export async function updateLead(
  { client, schema, rules }: Company,
  write: CrmWrite,
  id: string,
): Promise<{ warnings: string[] } | 'gone'> {
  const given = { ...ownValues({ rules }, write.fields, 'deal'), ...write.custom?.Lead };
  const hasFields = Object.values(given).some(value => value !== undefined);
  const { values, warnings } = hasFields
    ? fit(await schema.fields('deal'), 'Lead', given)
    : { values: {}, warnings: [] };
  if (!write.ownerId && Object.keys(values).length === 0) return { warnings };
  const path = `/v1/leads/${encodeURIComponent(id)}`;
  const done = await withOwner(write.ownerId, owned =>
    client.record({ method: 'PATCH', path, json: { ...values, ...owned }, cost: 10 }, leadRow),
  );
  return done.answer ? { warnings: [...warnings, ...done.warnings] } : 'gone';
}
