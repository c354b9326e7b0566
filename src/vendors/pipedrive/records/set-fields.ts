/** A few of Baton's own fields of somebody who is there. */
import type { CrmFields } from '../../../contracts/crm.ts';
import type { CrmPerson } from '../../../contracts/crm-records.ts';
import type { Company } from '../api/company.ts';
import { numberIn } from '../api/ids.ts';
import { builtIn, ownValues, updatePerson } from './person.ts';
import { convertedFrom, leadNow } from './successor.ts';
import { fit } from './values.ts';

/** They stand with the person, also of a lead. One call, one more for a lead that was not met lately. */
export function fieldSetter(company: Company) {
  return async (
    record: CrmPerson,
    fields: CrmFields,
  ): Promise<{ record?: CrmPerson; warnings: string[] } | undefined> => {
    const person = await personBehind(company, record);
    if (!person) return undefined;
    const given = ownValues(company, fields, 'person');
    const { values, warnings } = fit(await company.schema.fields('person'), 'Person', given);
    if (!(await updatePerson(company, person.number, builtIn(values)))) return undefined;
    return { warnings, ...(person.record && { record: person.record }) };
  };
}

/** The person a lead hangs on, or a contact is; undefined: nobody any more. */
export async function personBehind(
  company: Company,
  { kind, id }: CrmPerson,
): Promise<{ number: number; record?: CrmPerson } | undefined> {
  if (kind === 'contact') {
    const number = numberIn('contact', id);
    return number === undefined ? undefined : { number };
  }
  const number = company.personOfLead.get(id) ?? (await leadNow(company, id))?.person_id;
  if (number != null) return { number };
  const converted = await convertedFrom(company, id);
  return converted && { number: converted.personNumber, record: converted.person };
}
