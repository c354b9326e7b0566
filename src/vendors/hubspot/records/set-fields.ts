/** A few of Baton's own properties of somebody who is there. */
import type { CrmFields } from '../../../contracts/crm.ts';
import type { CrmPerson } from '../../../contracts/crm-records.ts';
import { numberIn } from '../portal/ids.ts';
import type { Portal } from '../portal/portal.ts';
import { refusedWords } from '../portal/records.ts';
import { contactId, ownValues } from './contact.ts';
import { contactOfLead } from './lead.ts';
import { fit } from './values.ts';

/** They stand with the contact, also of a lead. One call, shared; one more for a lead that was not met lately. */
export function fieldSetter(portal: Portal) {
  return async (
    record: CrmPerson,
    fields: CrmFields,
  ): Promise<{ record?: CrmPerson; warnings: string[] } | undefined> => {
    const number = record.kind === 'lead' ? await contactOfLead(portal, record.id) : numberIn('contacts', record.id);
    if (!number) return undefined;
    const given = ownValues(portal, fields, 'contact');
    const { values, warnings } = fit(await portal.schema.properties('contacts'), 'contact', given);
    if (Object.keys(values).length === 0) return { warnings };
    const changed = await portal.records.change('contacts', number, values);
    if (!changed) return undefined;
    const now = changed.row.id;
    const said = refusedWords(changed.refused, 'contact').warnings;
    const moved = record.kind === 'contact' && now !== number;
    return { warnings: [...warnings, ...said], ...(moved && { record: { kind: 'contact', id: contactId(now) } }) };
  };
}
