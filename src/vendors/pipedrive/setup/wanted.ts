/** The fields that Baton needs in Pipedrive: its own two, and those of the playbook's crm.fields. Pure. */
import { DOMAIN_FIELD, HANDOFF_FIELD, type PipedriveRules } from '../api/company.ts';
import type { Field, FieldOwner } from '../api/schema.ts';
import { ON_DEAL } from '../records/person.ts';

export interface WantedField {
  of: FieldOwner;
  name: string;
  type: 'varchar' | 'text' | 'double' | 'date' | 'enum';
  options?: readonly string[];
  /** What in the playbook wants it; absent: Baton itself. */
  because?: string;
}

/** How each is made, by the playbook's name; a moment has no type of its own in Pipedrive, and is text. */
const TYPES: Readonly<Record<string, Pick<WantedField, 'type' | 'options'>>> = {
  lead_score: { type: 'double' },
  icp_fit_score: { type: 'double' },
  icp_priority: { type: 'enum', options: ['HIGH', 'MEDIUM', 'LOW'] },
  mql_date: { type: 'date' },
  employees: { type: 'double' },
  industry: { type: 'varchar' },
  revenue: { type: 'double' },
  activity_summary: { type: 'text' },
  recent_intent: { type: 'varchar' },
  tech_stack: { type: 'text' },
  mql_score: { type: 'double' },
  sla_due: { type: 'varchar' },
  sla_breached: { type: 'enum', options: ['Yes', 'No'] },
  first_touch: { type: 'varchar' },
};

/** Types that hold the values of a wanted one. A list need not: people may have made a text of it. */
const HOLDS: Readonly<Record<WantedField['type'], readonly string[]>> = {
  varchar: ['varchar', 'varchar_auto', 'text'],
  text: ['text', 'varchar', 'varchar_auto'],
  double: ['double', 'int', 'monetary', 'varchar', 'text'],
  date: ['date', 'varchar', 'text'],
  enum: ['enum', 'varchar', 'text'],
};

export const fits = ({ type }: WantedField, { field_type: is }: Pick<Field, 'field_type'>): boolean =>
  HOLDS[type].includes(is);

/** Options that a list lacks. */
export function missingOptions({ options = [] }: WantedField, field: Field): string[] {
  if (field.field_type !== 'enum') return [];
  const known = (field.options ?? []).map(({ label }) => label.toLowerCase());
  return options.filter(option => !known.includes(option.toLowerCase()));
}

export function wantedFields({ fields }: Pick<PipedriveRules, 'fields'>): WantedField[] {
  const mapped = Object.entries(fields).flatMap(([name, field]): WantedField[] => {
    const type = TYPES[name];
    if (!field || !type) return [];
    const of = (ON_DEAL as readonly string[]).includes(name) ? 'deal' : 'person';
    return [{ of, name: field, ...type, because: `crm.fields.${name}` }];
  });
  return [
    { of: 'person', name: HANDOFF_FIELD, type: 'varchar' },
    { of: 'deal', name: HANDOFF_FIELD, type: 'varchar' },
    { of: 'organization', name: DOMAIN_FIELD, type: 'varchar' },
    ...mapped,
  ];
}

/** As Pipedrive's people call what has the field. */
export const OWNER_WORDS: Readonly<Record<FieldOwner, string>> = {
  person: 'Person',
  organization: 'Organization',
  deal: 'Deal and Lead',
};

/** The objects of the playbook's mapping by whose fields they have. */
export const FIELDS_OF: Readonly<Record<string, FieldOwner>> = {
  Person: 'person',
  Organization: 'organization',
  Deal: 'deal',
  Lead: 'deal',
};

/** What webhooks are set up for. */
export const HOOKED = ['person', 'lead', 'deal', 'activity'] as const;
