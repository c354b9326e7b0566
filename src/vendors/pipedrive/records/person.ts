/** The person of a lead: made once, or brought up to date. */
import type { CrmFields, CrmWrite } from '../../../contracts/crm.ts';
import { type Company, HANDOFF_FIELD } from '../api/company.ts';
import { idOf, numberIn } from '../api/ids.ts';
import { made, personRow } from '../api/rows.ts';
import { peopleWith } from './match.ts';
import { withOwner } from './owner.ts';
import { type Fitted, fit, short, type Value } from './values.ts';

/** What is written of Baton's own, by the playbook's names of the fields; a deal's and a lead's go elsewhere. */
export const ON_DEAL = ['mql_score'] as const;

/** Values of `crm.fields` that stand with the person (or with the deal), by the field's name in Pipedrive. */
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

/** Baton's own values and the playbook's mapping, which goes before them; defaults fill what nothing else does. */
export async function personFields(company: Company, write: CrmWrite, isNew: boolean): Promise<Fitted> {
  const given = {
    ...(isNew && { ...write.defaults?.Person, [HANDOFF_FIELD]: write.handoffId }),
    ...ownValues(company, write.fields, 'person'),
    ...write.custom?.Person,
  };
  return fit(await company.schema.fields('person'), 'Person', given);
}

export interface WrittenPerson {
  number: number;
  created: boolean;
  warnings: string[];
}

/** The person there is of this address by now, or a new one. One call. */
export async function makePerson(
  company: Company,
  write: CrmWrite,
  organization: number | undefined,
): Promise<WrittenPerson> {
  const email = write.person.email.trim().toLowerCase();
  const { values, warnings } = await personFields(company, write, true);
  const json = {
    ...builtIn(values),
    name: nameOf(write),
    ...(email && { emails: [{ value: short(write.person.email), primary: true, label: 'work' }] }),
    ...(write.person.phone && { phones: [{ value: short(write.person.phone), primary: true, label: 'work' }] }),
    ...(organization !== undefined && { org_id: organization }),
  };
  const { id, created } = await company.effects.once(email ? `person:${email}` : `person of:${write.handoffId}`, {
    rememberedFor: RECENT,
    find: async () => {
      const [newest] = email ? await peopleWith(company, email) : [];
      return newest && idOf('contact', newest.id);
    },
    make: async () => {
      const path = '/api/v2/persons';
      const send = (owned: object) =>
        company.client.ask({ method: 'POST', path, json: { ...json, ...owned }, cost: 5 }, made);
      const done = await withOwner(write.ownerId, send);
      warnings.push(...done.warnings);
      return idOf('contact', Number(done.answer.id));
    },
  });
  return { number: numberIn('contact', id) ?? 0, created, warnings };
}

/** What was made shortly before may not be found by a search yet, and was hardly deleted since. */
export const RECENT = 10 * 60_000;

/** Custom fields have a place of their own in v2; a field of Pipedrive's own stands beside. */
export function builtIn(values: Record<string, unknown>): Record<string, unknown> {
  const isHash = (code: string) => /^[0-9a-f]{40}$/.test(code);
  const entries = Object.entries(values);
  const custom = entries.filter(([code]) => isHash(code));
  return {
    ...Object.fromEntries(entries.filter(([code]) => !isHash(code))),
    ...(custom.length > 0 && { custom_fields: Object.fromEntries(custom) }),
  };
}

/**
 * Writes what Baton knows of somebody who is there; name and addresses stay as people have them. One call, none when
 * there is nothing to say. Undefined: the person was merged away or deleted.
 */
export async function updatePerson(
  { client }: Company,
  number: number,
  json: Record<string, unknown>,
): Promise<boolean> {
  if (Object.keys(json).length === 0) return true;
  const path = `/api/v2/persons/${number}`;
  const row = await client.record({ method: 'PATCH', path, json, cost: 5 }, personRow);
  return row !== undefined && row.is_deleted !== true;
}

/** Nobody is nameless in Pipedrive. */
export function nameOf({ person }: Pick<CrmWrite, 'person'>): string {
  const name = short([person.firstName, person.lastName].filter(Boolean).join(' '));
  return name || short(person.email.split('@')[0] ?? '') || 'Unknown';
}
