/** The fields that Baton needs in Zoho CRM: its own, and those of the playbook's crm.fields. Pure. */
import { HANDOFF_FIELD, type ZohoRules } from '../api/company.ts';
import type { Field } from '../api/schema.ts';
import { ON_DEAL } from '../records/person.ts';

export type FieldOwner = 'Leads' | 'Contacts' | 'Deals';
type Type = 'text' | 'textarea' | 'integer' | 'double' | 'currency' | 'date' | 'datetime' | 'boolean' | 'picklist';

export interface WantedField {
  of: FieldOwner;
  name: string;
  type: Type;
  options?: readonly string[];
  /** No two records may have the same. */
  unique?: true;
  /** What in the playbook wants it; absent: Baton itself. */
  because?: string;
}

/** How each is made, by the playbook's name. */
const TYPES: Readonly<Record<string, Pick<WantedField, 'type' | 'options'>>> = {
  lead_score: { type: 'double' },
  icp_fit_score: { type: 'double' },
  icp_priority: { type: 'picklist', options: ['HIGH', 'MEDIUM', 'LOW'] },
  mql_date: { type: 'date' },
  employees: { type: 'integer' },
  industry: { type: 'text' },
  revenue: { type: 'currency' },
  activity_summary: { type: 'textarea' },
  recent_intent: { type: 'text' },
  tech_stack: { type: 'textarea' },
  mql_score: { type: 'double' },
  sla_due: { type: 'datetime' },
  sla_breached: { type: 'boolean' },
  first_touch: { type: 'datetime' },
};

/** Types that hold the values of a wanted one. A list need not: people may have made a text of it. */
const HOLDS: Readonly<Record<Type, readonly string[]>> = {
  text: ['text', 'textarea'],
  textarea: ['textarea', 'text'],
  integer: ['integer', 'bigint', 'double', 'currency', 'text', 'textarea'],
  double: ['double', 'integer', 'bigint', 'currency', 'percent', 'text', 'textarea'],
  currency: ['currency', 'double', 'bigint', 'text', 'textarea'],
  date: ['date', 'text', 'textarea'],
  datetime: ['datetime', 'date', 'text', 'textarea'],
  boolean: ['boolean', 'text', 'textarea'],
  picklist: ['picklist', 'text', 'textarea'],
};

export const fits = ({ type }: WantedField, { data_type: is }: Pick<Field, 'data_type'>): boolean =>
  HOLDS[type].includes(is);

/** Two records of one value would be one to an upsert, or none. */
export const isUnique = ({ unique }: Pick<Field, 'unique'>): boolean => Object.keys(unique ?? {}).length > 0;

/** Values that a pick list lacks. */
export function missingOptions({ options = [] }: WantedField, field: Field): string[] {
  if (field.data_type !== 'picklist') return [];
  const known = (field.pick_list_values ?? []).map(one => one.display_value.toLowerCase());
  return options.filter(option => !known.includes(option.toLowerCase()));
}

export function wantedFields({ fields }: Pick<ZohoRules, 'fields'>): WantedField[] {
  const mapped = Object.entries(fields).flatMap(([name, field]): WantedField[] => {
    const type = TYPES[name];
    if (!field || !type) return [];
    const isOnDeal = (ON_DEAL as readonly string[]).includes(name);
    const owners: FieldOwner[] = isOnDeal ? ['Deals'] : ['Leads', 'Contacts'];
    return owners.map(of => ({ of, name: field, ...type, because: `crm.fields.${name}` }));
  });
  const own = (['Leads', 'Contacts', 'Deals'] as const).map(
    (of): WantedField => ({ of, name: HANDOFF_FIELD, type: 'text', unique: true }),
  );
  return [...own, ...mapped];
}

/** The modules of the playbook's mapping, by the names it has for their records. */
export const MODULE_OF = {
  Lead: 'Leads',
  Contact: 'Contacts',
  Account: 'Accounts',
  Deal: 'Deals',
  Task: 'Tasks',
} as const;
