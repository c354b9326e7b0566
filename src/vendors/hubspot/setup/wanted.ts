/** The properties that Baton needs in HubSpot: its own, and those of the playbook's crm.fields. Pure. */
import type { ObjectType } from '../portal/ids.ts';
import { DOMAIN_KEY, HANDOFF, KEY, LEAD_SOURCE } from '../portal/names.ts';
import type { HubspotRules } from '../portal/portal.ts';
import type { Property } from '../portal/schema.ts';
import { ON_DEAL } from '../records/contact.ts';

export interface WantedProperty {
  of: ObjectType;
  name: string;
  label: string;
  type: 'string' | 'number' | 'date' | 'datetime' | 'enumeration' | 'bool';
  fieldType: string;
  options?: readonly string[];
  /** No two records may have the same value: decided when it is made, and never changed (page "Properties"). */
  unique?: boolean;
  /** What in the playbook wants it; absent: Baton itself. */
  because?: string;
}

type Made = Pick<WantedProperty, 'label' | 'type' | 'fieldType' | 'options'>;

const text = (label: string): Made => ({ label, type: 'string', fieldType: 'text' });
const number = (label: string): Made => ({ label, type: 'number', fieldType: 'number' });
const moment = (label: string): Made => ({ label, type: 'datetime', fieldType: 'date' });

/** How each is made, by the playbook's name. */
const FIELDS: Readonly<Record<string, Made>> = {
  lead_score: number('Lead score'),
  icp_fit_score: number('ICP fit score'),
  icp_priority: { label: 'ICP priority', type: 'enumeration', fieldType: 'select', options: ['HIGH', 'MEDIUM', 'LOW'] },
  mql_date: moment('MQL date'),
  employees: number('Employees'),
  industry: text('Company industry'),
  revenue: number('Company revenue'),
  activity_summary: { label: 'Activity summary', type: 'string', fieldType: 'textarea' },
  recent_intent: text('Recent intent'),
  tech_stack: { label: 'Tech stack', type: 'string', fieldType: 'textarea' },
  mql_score: number('MQL score'),
  sla_due: moment('SLA due'),
  sla_breached: {
    label: 'SLA breached',
    type: 'enumeration',
    fieldType: 'booleancheckbox',
    options: ['true', 'false'],
  },
  first_touch: moment('First contact'),
};

/** Types that hold the values of a wanted one: people may have made a text of it. */
const HOLDS: Readonly<Record<WantedProperty['type'], readonly string[]>> = {
  string: ['string'],
  number: ['number', 'string'],
  date: ['date', 'datetime', 'string'],
  datetime: ['datetime', 'date', 'string'],
  enumeration: ['enumeration', 'bool', 'string'],
  bool: ['bool', 'enumeration', 'string'],
};

export const fits = ({ type, unique = false }: WantedProperty, known: Property): boolean =>
  HOLDS[type].includes(known.type) && (!unique || known.unique) && !known.readOnly;

/** Options that a list lacks. */
export function missingOptions({ options = [] }: WantedProperty, known: Property): string[] {
  if (known.type !== 'enumeration') return [];
  return options.filter(option => !known.options.some(({ value }) => value.toLowerCase() === option.toLowerCase()));
}

/** Of leads only where the account has them. */
export function wantedProperties({ fields }: Pick<HubspotRules, 'fields'>, hasLeads: boolean): WantedProperty[] {
  const keyed: readonly ObjectType[] = [
    'contacts',
    'companies',
    'deals',
    ...(hasLeads ? ['leads' as const] : []),
    'calls',
    'emails',
    'tasks',
  ];
  const mapped = Object.entries(fields).flatMap(([name, property]): WantedProperty[] => {
    const made = FIELDS[name];
    if (!property || !made) return [];
    const of = (ON_DEAL as readonly string[]).includes(name) ? 'deals' : 'contacts';
    return [{ of, name: property, ...made, because: `crm.fields.${name}` }];
  });
  return [
    ...keyed.map(of => ({ of, name: KEY, unique: true, ...text('Baton key') })),
    { of: 'companies', name: DOMAIN_KEY, unique: true, ...text('Baton domain') },
    { of: 'contacts', name: HANDOFF, ...text('Baton handoff') },
    { of: 'contacts', name: LEAD_SOURCE, ...text('Lead source (Baton)') },
    ...mapped,
  ];
}

/** As people call what has the property. */
export const TYPE_WORDS: Readonly<Record<ObjectType, string>> = {
  contacts: 'contact',
  companies: 'company',
  deals: 'deal',
  leads: 'lead',
  calls: 'call',
  emails: 'e-mail',
  meetings: 'meeting',
  tasks: 'task',
};

/** The objects of the playbook's mapping by whose properties they have. */
export const TYPE_OF: Readonly<Record<string, ObjectType>> = {
  Contact: 'contacts',
  Company: 'companies',
  Deal: 'deals',
  Lead: 'leads',
  Task: 'tasks',
};
