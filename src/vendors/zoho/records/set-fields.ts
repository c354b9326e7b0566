/** A few of Baton's own fields of somebody who is there. */
import type { CrmFields } from '../../../contracts/crm.ts';
import type { CrmPerson } from '../../../contracts/crm-records.ts';
import type { Company } from '../api/company.ts';
import { MODULES } from '../api/ids.ts';
import { ownValues } from './person.ts';
import { put } from './put.ts';
import { convertedFrom } from './relocate.ts';
import { fit } from './values.ts';

type Set = { record?: CrmPerson; warnings: string[] } | undefined;

/** One call, which those of one moment share; two more for a lead that was converted. */
export function fieldSetter(company: Company) {
  const set = async ({ kind, id }: CrmPerson, fields: CrmFields): Promise<Set> => {
    const what = kind === 'lead' ? 'Lead' : 'Contact';
    const { values, warnings } = fit(
      await company.schema.fields(MODULES[kind]),
      what,
      ownValues(company, fields, 'person'),
    );
    if (Object.keys(values).length === 0) return { warnings };
    const how = { kind: 'update', id } as const;
    const done = await put(company, MODULES[kind], { how, values, what, needed: [] });
    if (done !== 'gone') return { warnings: [...warnings, ...done.warnings] };
    const converted = kind === 'lead' ? await convertedFrom(company, id) : undefined;
    const again = converted && (await set(converted.contact, fields));
    return again && { ...again, record: converted.contact };
  };
  return set;
}
