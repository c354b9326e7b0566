/** What of a person is written: as a lead, or as a contact. */
import type { CrmFields, CrmWrite } from '../../../contracts/crm.ts';
import { Rejected } from '../../../lib/errors.ts';
import { type Company, HANDOFF_FIELD } from '../api/company.ts';
import { SERVICE } from '../api/errors.ts';
import { type Field, fieldNamed } from '../api/schema.ts';
import { type Fitted, fit, fitOwn, long, type Value } from './values.ts';

/**
 * API name of the field that an upsert finds a handoff's record by.
 * @throws Rejected when the set-up has not made it: without it a retry would write everything twice
 */
export function handoffField(fields: readonly Field[], what: string): string {
  const known = fieldNamed(fields, HANDOFF_FIELD);
  if (known) return known.api_name;
  const message = `Zoho CRM has no field “${HANDOFF_FIELD}” of a ${what}. Set up Zoho CRM from Baton’s Home, then retry`;
  throw new Rejected(message, { service: SERVICE, code: 'NOT_SET_UP' });
}

/** What is written of Baton's own, by the playbook's names of the fields; a deal's goes elsewhere. */
export const ON_DEAL = ['mql_score'] as const;

/** Values of `crm.fields` that stand with the person (or with the deal), by the field's name in Zoho. */
export function ownValues(
  { rules }: Pick<Company, 'rules'>,
  fields: CrmFields,
  of: 'person' | 'deal',
): Record<string, Value | undefined> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => {
      const field = rules.fields[name];
      const isOnDeal = (ON_DEAL as readonly string[]).includes(name);
      return field && isOnDeal === (of === 'deal') ? [[field, value] as const] : [];
    }),
  );
}

/** Zoho's own names for what is known of a person, in each of the two modules. */
const OWN = {
  lead: { title: 'Designation', city: 'City', state: 'State', country: 'Country' },
  contact: { title: 'Title', city: 'Mailing_City', state: 'Mailing_State', country: 'Mailing_Country' },
} as const;

const MODULE = { lead: 'Leads', contact: 'Contacts' } as const;
const WHAT = { lead: 'Lead', contact: 'Contact' } as const;

/** A new one, under its handoff. @throws Rejected when Baton's own field is not there */
export async function newPerson(company: Company, write: CrmWrite, kind: 'lead' | 'contact'): Promise<Fitted> {
  const fields = await company.schema.fields(MODULE[kind]);
  const key = handoffField(fields, WHAT[kind]);
  const { person, domain, status } = write;
  const own = OWN[kind];
  const zohos = fitOwn(fields, WHAT[kind], {
    Last_Name: lastNameOf(person),
    First_Name: person.firstName,
    Email: person.email,
    Phone: person.phone,
    [own.title]: person.title,
    [own.city]: person.city,
    [own.state]: person.state,
    [own.country]: person.country,
    ...(kind === 'lead' && { Company: person.company ?? domain, Website: person.website, Lead_Status: status }),
  });
  const defaults = fit(fields, WHAT[kind], write.defaults?.[WHAT[kind]] ?? {});
  const mapped = fit(fields, WHAT[kind], {
    ...ownValues(company, write.fields, 'person'),
    ...write.custom?.[WHAT[kind]],
  });
  return {
    values: {
      ...defaults.values,
      ...zohos.values,
      ...sourceAndText(fields, write),
      ...mapped.values,
      [key]: write.handoffId,
    },
    warnings: [...defaults.warnings, ...zohos.warnings, ...mapped.warnings],
  };
}

/**
 * The lead's source has a field of listed values, which are the company's own. One that is not among them stands above the
 * description: left out with a warning it would be one on every lead.
 */
export function sourceAndText(
  fields: readonly Field[],
  { leadSource, description }: Pick<CrmWrite, 'leadSource' | 'description'>,
): Record<string, unknown> {
  const { values } = fitOwn(fields, '', { Lead_Source: leadSource });
  const isListed = values.Lead_Source !== undefined || !leadSource?.trim();
  return { ...values, Description: long(isListed ? description : `Lead source: ${leadSource}\n${description}`) };
}

/** Whoever is there: Baton's own facts and the playbook's mapping; name and address stay as people have them. */
export async function knownPerson(company: Company, write: CrmWrite, kind: 'lead' | 'contact'): Promise<Fitted> {
  const given = { ...ownValues(company, write.fields, 'person'), ...write.custom?.[WHAT[kind]] };
  const isEmpty = Object.values(given).every(value => value === undefined);
  return isEmpty ? { values: {}, warnings: [] } : fit(await company.schema.fields(MODULE[kind]), WHAT[kind], given);
}

/** Nobody is without a last name in Zoho. */
function lastNameOf({ lastName, firstName, email }: CrmWrite['person']): string {
  return lastName?.trim() || firstName?.trim() || email.split('@')[0]?.trim() || 'Unknown';
}

export function nameOf({ person }: Pick<CrmWrite, 'person'>): string {
  return [person.firstName, person.lastName].filter(Boolean).join(' ').trim() || lastNameOf(person);
}
