/** The contact of a lead: made once, or brought up to date. */
import type { CrmFields, CrmWrite } from '../../../contracts/crm.ts';
import { Rejected } from '../../../lib/errors.ts';
import { idOf } from '../portal/ids.ts';
import { HANDOFF, KEY, LEAD_SOURCE, OWNER } from '../portal/names.ts';
import type { Portal } from '../portal/portal.ts';
import { type Link, type Made, refusedWords } from '../portal/records.ts';
import { contactIdBy } from './contacts.ts';
import { type Fitted, fit, short, type Value } from './values.ts';

/** What is written of Baton's own, by the playbook's names of the fields, with the deal; the others are the contact's. */
export const ON_DEAL = ['mql_score'] as const;

/** Values of `crm.fields` that stand with the contact (or with the deal), by the property's name. */
export function ownValues(
  { rules }: Pick<Portal, 'rules'>,
  fields: CrmFields,
  of: 'contact' | 'deal',
): Record<string, Value | undefined> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => {
      const property = rules.fields[name];
      const isOnDeal = (ON_DEAL as readonly string[]).includes(name);
      return property && isOnDeal === (of === 'deal') ? [[property, value] as const] : [];
    }),
  );
}

/** Baton's own values and the playbook's mapping, which goes before them; defaults fill what nothing else does. */
async function contactFields(portal: Portal, write: CrmWrite, isNew: boolean): Promise<Fitted> {
  const given = {
    ...(isNew && write.defaults?.Contact),
    [HANDOFF]: write.handoffId,
    ...(write.leadSource && { [LEAD_SOURCE]: write.leadSource }),
    ...ownValues(portal, write.fields, 'contact'),
    ...write.custom?.Contact,
  };
  return fit(await portal.schema.properties('contacts'), 'contact', given);
}

export interface WrittenContact {
  number: string;
  created: boolean;
  warnings: string[];
  ownerRefused?: true;
}

export interface ContactChange {
  /** Beside what every write says. */
  properties?: Record<string, string>;
  links?: readonly Link[];
}

/**
 * A new contact, or whoever has the address by now. One call; where HubSpot knows the address already (a further one of
 * somebody, say), one to find and one to change them.
 */
export async function makeContact(portal: Portal, write: CrmWrite, more: ContactChange = {}): Promise<WrittenContact> {
  const { values, warnings } = await contactFields(portal, write, true);
  const email = short(write.person.email).toLowerCase();
  const properties = {
    ...builtIn(write),
    ...(email && { email }),
    ...(write.ownerId && { [OWNER]: write.ownerId }),
    ...more.properties,
    ...values,
  };
  try {
    const made = await portal.records.make({
      type: 'contacts',
      key: { name: KEY, value: write.handoffId },
      properties,
      links: more.links ?? [],
    });
    return writtenFrom(made, warnings);
  } catch (error) {
    const known = error instanceof Rejected ? await contactIdBy(portal.api, email) : undefined;
    if (!known) throw error;
    const changed = await updateContact(portal, known, write, {});
    if (!changed) throw error;
    return changed;
  }
}

function writtenFrom({ id, created, refused }: Made, warnings: readonly string[]): WrittenContact {
  const said = refusedWords(refused, 'contact');
  return { number: id, created, ...said, warnings: [...warnings, ...said.warnings] };
}

/**
 * Writes what Baton knows of somebody who is there; name and address stay as people have them. One call, shared.
 * Undefined: the contact was deleted.
 */
export async function updateContact(
  portal: Portal,
  number: string,
  write: CrmWrite,
  properties: Record<string, string>,
): Promise<WrittenContact | undefined> {
  const { values, warnings } = await contactFields(portal, write, false);
  const changed = await portal.records.change('contacts', number, { ...values, ...properties });
  if (!changed) return undefined;
  const said = refusedWords(changed.refused, 'contact');
  const merged =
    changed.row.id === number ? [] : ['The contact was merged in HubSpot meanwhile: the one that stayed was updated.'];
  return { number: changed.row.id, created: false, ...said, warnings: [...merged, ...warnings, ...said.warnings] };
}

/** HubSpot's own properties of somebody new. */
function builtIn({ person }: CrmWrite): Record<string, string> {
  const { firstName, lastName, title, phone, company, website, city, state, country } = person;
  const given = {
    firstname: firstName,
    lastname: lastName,
    jobtitle: title,
    phone,
    company,
    website,
    city,
    state,
    country,
  };
  return Object.fromEntries(
    Object.entries(given).flatMap(([name, value]) => (value?.trim() ? [[name, short(value)]] : [])),
  );
}

/** Who it is, where a name is needed. */
export function nameOf({ person }: Pick<CrmWrite, 'person'>): string {
  const name = short([person.firstName, person.lastName].filter(Boolean).join(' '));
  return name || short(person.email.split('@')[0] ?? '') || 'Unknown';
}

export const contactId = (number: string): string => idOf('contacts', number);
