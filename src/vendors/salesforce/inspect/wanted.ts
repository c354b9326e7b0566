/** What the playbook wants of an org, in the org's words. Pure. */
import type { SetupWanted } from '../../../contracts/crm-setup.ts';
import type { OrgRules } from '../api/org.ts';

/** Everything an inspection compares the org with. */
export interface Wanted extends SetupWanted {
  /** `64.0`. */
  apiVersion: string;
  externalIdField: string;
  /** Baton's field names → API names; null: do not write. */
  fields: Readonly<Record<string, string | null>>;
  rules: OrgRules;
}

export interface WantedField {
  object: string;
  name: string;
  /** Who asks for it, as the playbook writes it. */
  because: string;
  /** Types that take the value as it is; others only as text, or not at all. */
  types?: readonly string[];
  /** Shorter ones cut what Baton writes. */
  length?: number;
  /** Writes go without it, but only on records of this kind. */
  optional?: boolean;
}

const NUMBER = ['double', 'currency', 'percent', 'int'];
const MOMENT = ['datetime', 'date'];
const DATE = ['date', 'datetime'];
export const TEXT = ['string', 'textarea', 'picklist', 'multipicklist', 'combobox', 'url', 'email', 'phone'];

/** What Baton writes under each name of crm.fields, and how long it usually is. */
const KINDS: Record<string, { types: readonly string[]; length?: number }> = {
  lead_score: { types: NUMBER },
  icp_fit_score: { types: NUMBER },
  icp_priority: { types: TEXT, length: 6 },
  mql_date: { types: DATE },
  employees: { types: NUMBER },
  industry: { types: TEXT, length: 80 },
  revenue: { types: NUMBER },
  activity_summary: { types: TEXT, length: 2_000 },
  recent_intent: { types: TEXT, length: 255 },
  tech_stack: { types: TEXT, length: 1_000 },
  mql_score: { types: NUMBER },
  sla_due: { types: MOMENT },
  sla_breached: { types: ['boolean'] },
  first_touch: { types: MOMENT },
};

/** Columns that live on the Opportunity. */
const ON_OPPORTUNITY = new Set(['mql_score']);

/** Longest key of an effect. */
export const KEY_LENGTH = 64;

const makes = (wanted: Wanted, mode: Wanted['modes'][number]): boolean => wanted.modes.includes(mode);

/** Objects that Baton makes records of, by the modes in use. */
export function madeObjects(wanted: Wanted): string[] {
  return [
    ...(makes(wanted, 'lead') ? ['Lead'] : []),
    ...(makes(wanted, 'account_based') ? ['Account', 'Contact', 'Opportunity', 'OpportunityContactRole'] : []),
    'Task',
    ...(wanted.rules.campaign ? ['CampaignMember'] : []),
  ];
}

/** Objects whose rules, triggers and layouts are looked at. */
export function watchedObjects(wanted: Wanted): string[] {
  return [...new Set(['Lead', 'Contact', ...madeObjects(wanted)])];
}

/** Objects whose shape is asked for: those, what may be there already, and what the playbook names. */
export function askedObjects(wanted: Wanted): string[] {
  const { custom, defaults, record_types: types } = wanted.rules;
  const named = [custom, defaults, types].flatMap(one => Object.keys(one)).map(typedObject);
  return [...new Set(['Lead', 'Contact', 'Account', ...madeObjects(wanted), ...named])].slice(0, MOST_OBJECTS);
}

/** A person's account is an account, of a record type of persons. */
export const typedObject = (object: string): string => (object === 'PersonAccount' ? 'Account' : object);

/** One composite takes 25 requests, five of which are queries. */
const MOST_OBJECTS = 20;

/** Objects that need Baton's key, so that a retry never makes a second record. */
export function keyedObjects(wanted: Wanted): { object: string; optional: boolean }[] {
  const made = madeObjects(wanted).filter(object => KEYED.has(object));
  const contact = made.includes('Contact') ? [] : [{ object: 'Contact', optional: true }];
  return [...made.map(object => ({ object, optional: false })), ...contact];
}

const KEYED = new Set(['Lead', 'Account', 'Contact', 'Opportunity', 'Task']);

/** Fields of crm.fields, crm.custom, crm.defaults and crm.currency, each where it is written. */
export function wantedFields(wanted: Wanted): WantedField[] {
  const made = new Set(madeObjects(wanted));
  const own = Object.entries(wanted.fields).flatMap(([key, name]): WantedField[] => {
    if (!name) return [];
    const because = `crm.fields.${key}`;
    const field = { name, because, ...KINDS[key] };
    if (ON_OPPORTUNITY.has(key)) return made.has('Opportunity') ? [{ ...field, object: 'Opportunity' }] : [];
    return [
      ...(made.has('Lead') ? [{ ...field, object: 'Lead' }] : []),
      // Somebody who is a contact already gets the same facts there.
      { ...field, object: 'Contact', optional: !made.has('Contact') },
    ];
  });
  const mapped = (['custom', 'defaults'] as const).flatMap(group =>
    Object.entries(wanted.rules[group]).flatMap(([object, fields]) =>
      Object.keys(fields).map(name => ({ object, name, because: `crm.${group}.${object}.${name}` })),
    ),
  );
  return [...own, ...mapped];
}

/** Columns Baton or the platform fills on every new record. */
const FILLED: Record<string, readonly string[]> = {
  Lead: ['LastName', 'Company', 'Status', 'OwnerId'],
  Contact: ['LastName', 'AccountId', 'OwnerId'],
  Account: ['Name', 'OwnerId'],
  Opportunity: ['Name', 'StageName', 'CloseDate', 'AccountId', 'OwnerId'],
  OpportunityContactRole: ['OpportunityId', 'ContactId', 'Role'],
  Task: ['Subject', 'Status', 'Priority', 'OwnerId', 'WhoId'],
  CampaignMember: ['CampaignId', 'LeadId', 'ContactId', 'LeadOrContactId', 'Status'],
};

/** Is this column of a new record filled, by Baton or by the playbook's mapping? In lower case. */
export function filledColumns(wanted: Wanted, object: string): Set<string> {
  const { custom, defaults, currency } = wanted.rules;
  return new Set(
    [
      ...(FILLED[object] ?? []),
      ...Object.keys(custom[object] ?? {}),
      ...Object.keys(defaults[object] ?? {}),
      ...(currency ? ['CurrencyIsoCode'] : []),
      wanted.externalIdField,
    ].map(name => name.toLowerCase()),
  );
}
