/** What a module of Zoho CRM keeps of a record, and which values fit. */
import { type Told, told } from './errors.ts';

export interface FieldRow {
  id: string;
  api_name: string;
  field_label: string;
  data_type: string;
  length: number;
  custom_field: boolean;
  system_mandatory: boolean;
  read_only: boolean;
  unique: { casesensitive?: boolean };
  pick_list_values: { display_value: string; actual_value: string }[];
  /** Module that a lookup leads to. */
  lookup: { module?: { api_name: string } };
}

type Made = Partial<FieldRow> & { to?: string; options?: readonly string[] };

const LENGTHS: Readonly<Record<string, number>> = {
  text: 255,
  textarea: 32_000,
  email: 100,
  phone: 30,
  website: 255,
  picklist: 120,
  integer: 9,
  double: 16,
  currency: 16,
};

export function fieldRow(id: string, field_label: string, data_type: string, made: Made = {}): FieldRow {
  const { to, options, ...more } = made;
  return {
    id,
    field_label,
    data_type,
    api_name: field_label.replaceAll(/[^A-Za-z0-9]+/g, '_').replaceAll(/^_+|_+$/g, ''),
    length: LENGTHS[data_type] ?? 20,
    custom_field: false,
    system_mandatory: false,
    read_only: false,
    unique: {},
    pick_list_values: (options ?? []).map(one => ({ display_value: one, actual_value: one })),
    lookup: to ? { module: { api_name: to } } : {},
    ...more,
  };
}

export const LEAD_STATUSES = [
  'Attempted to Contact',
  'Contact in Future',
  'Contacted',
  'Junk Lead',
  'Lost Lead',
  'Not Contacted',
  'Pre-Qualified',
  'Not Qualified',
];
const SOURCES = ['Advertisement', 'Cold Call', 'Partner', 'Trade Show', 'Web', 'Web Research', 'Webinar'];
export const STAGES: readonly [name: string, type: string][] = [
  ['Qualification', 'Open'],
  ['Needs Analysis', 'Open'],
  ['Proposal/Price Quote', 'Open'],
  ['Negotiation/Review', 'Open'],
  ['Closed Won', 'Closed Won'],
  ['Closed Lost', 'Closed Lost'],
  ['Closed Lost to Competition', 'Closed Lost'],
];

export const MODULES = ['Leads', 'Contacts', 'Accounts', 'Deals', 'Tasks', 'Calls', 'Events', 'Campaigns'] as const;
export type ModuleName = (typeof MODULES)[number];
export const isModule = (name: string): name is ModuleName => (MODULES as readonly string[]).includes(name);

type Given = [label: string, type: string, made?: Made];
const PERSON: readonly Given[] = [
  ['First Name', 'text', { length: 40 }],
  ['Last Name', 'text', { length: 80, system_mandatory: true }],
  ['Email', 'email'],
  ['Phone', 'phone'],
  ['Lead Source', 'picklist', { options: SOURCES }],
];
const WORK: readonly Given[] = [
  ['Subject', 'text', { length: 255, system_mandatory: true }],
  ['Contact Name', 'lookup', { api_name: 'Who_Id', to: 'Contacts' }],
  ['Related To', 'lookup', { api_name: 'What_Id' }],
];

/** As an account has them before anybody changed anything. */
export const FIELDS: Readonly<Record<ModuleName, readonly Given[]>> = {
  Leads: [
    ...PERSON,
    ['Company', 'text', { length: 200 }],
    ['Title', 'text', { length: 100, api_name: 'Designation' }],
    ['Website', 'website'],
    ['Lead Status', 'picklist', { options: LEAD_STATUSES }],
    ['No. of Employees', 'integer', { api_name: 'No_of_Employees' }],
    ['Annual Revenue', 'currency'],
    ['City', 'text', { length: 100 }],
    ['State', 'text', { length: 100 }],
    ['Country', 'text', { length: 100 }],
  ],
  Contacts: [
    ...PERSON,
    ['Account Name', 'lookup', { to: 'Accounts' }],
    ['Title', 'text', { length: 100 }],
    ['Mailing City', 'text', { length: 100 }],
    ['Mailing State', 'text', { length: 100 }],
    ['Mailing Country', 'text', { length: 100 }],
  ],
  Accounts: [
    ['Account Name', 'text', { length: 200, system_mandatory: true }],
    ['Website', 'website'],
    ['Employees', 'integer'],
  ],
  Deals: [
    ['Deal Name', 'text', { length: 120, system_mandatory: true }],
    ['Stage', 'picklist', { options: STAGES.map(([name]) => name), system_mandatory: true }],
    ['Pipeline', 'picklist', { options: ['Standard (Standard)'] }],
    ['Account Name', 'lookup', { to: 'Accounts' }],
    ['Contact Name', 'lookup', { to: 'Contacts' }],
    ['Closing Date', 'date'],
    ['Amount', 'currency'],
    ['Lead Source', 'picklist', { options: SOURCES }],
  ],
  Tasks: [
    ...WORK,
    ['Due Date', 'date'],
    ['Status', 'picklist', { options: ['Not Started', 'In Progress', 'Completed', 'Deferred', 'Waiting for input'] }],
    ['Priority', 'picklist', { options: ['High', 'Highest', 'Low', 'Lowest', 'Normal'] }],
    ['Closed Time', 'datetime', { read_only: true }],
  ],
  Calls: [
    ...WORK,
    ['Call Type', 'picklist', { options: ['Inbound', 'Outbound', 'Missed'] }],
    ['Call Start Time', 'datetime', { system_mandatory: true }],
    ['Call Duration', 'text', { length: 20 }],
    ['Outgoing Call Status', 'picklist', { options: ['Scheduled', 'Completed', 'Overdue', 'Cancelled'] }],
  ],
  Campaigns: [
    ['Campaign Name', 'text', { length: 200, system_mandatory: true }],
    ['Status', 'picklist', { options: ['Planning', 'Active', 'Inactive', 'Complete'] }],
  ],
  Events: [
    ['Title', 'text', { length: 255, api_name: 'Event_Title', system_mandatory: true }],
    ['Contact Name', 'lookup', { api_name: 'Who_Id', to: 'Contacts' }],
    ['Related To', 'lookup', { api_name: 'What_Id' }],
    ['From', 'datetime', { api_name: 'Start_DateTime', system_mandatory: true }],
    ['To', 'datetime', { api_name: 'End_DateTime' }],
  ],
};

/** Every module has these. */
export const COMMON: readonly Given[] = [
  ['Owner', 'ownerlookup'],
  ['Description', 'textarea'],
  ['Created Time', 'datetime', { read_only: true }],
  ['Modified Time', 'datetime', { read_only: true }],
  ['Created By', 'ownerlookup', { read_only: true }],
  ['Modified By', 'ownerlookup', { read_only: true }],
];

/** What only a row's own kind of value decides; lookups and owners are the records' to check. Undefined: it fits. */
export function misfit(field: FieldRow, value: unknown, path: string): Told | undefined {
  const at = { api_name: field.api_name, json_path: path };
  const wrong = (expected: string) => told('INVALID_DATA', 'invalid data', { expected_data_type: expected, ...at });
  switch (field.data_type) {
    case 'integer':
      return Number.isInteger(value) ? undefined : wrong('integer');
    case 'double':
    case 'currency':
      return typeof value === 'number' && Number.isFinite(value) ? undefined : wrong(field.data_type);
    case 'boolean':
      return typeof value === 'boolean' ? undefined : wrong('boolean');
    case 'date':
      return typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) ? undefined : wrong('date');
    case 'datetime':
      return typeof value === 'string' && /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}[+-]\d{2}:\d{2}$/.test(value)
        ? undefined
        : wrong('datetime');
    case 'picklist':
      return field.pick_list_values.some(one => one.actual_value === value) ? undefined : wrong('picklist');
    default:
      return textMisfit(field, value, at, wrong);
  }
}

function textMisfit(
  { data_type: type, length }: FieldRow,
  value: unknown,
  at: { api_name: string; json_path: string },
  wrong: (expected: string) => Told,
): Told | undefined {
  if (typeof value !== 'string' || value.includes('\0') || !value.isWellFormed()) return wrong(type);
  if (value.length > length) return told('INVALID_DATA', 'invalid data', { maximum_length: length, ...at });
  if (type === 'email' && !/^[^\s@\\,()<>]+@[^\s@\\,()<>]+\.[^\s@\\,()<>]+$/u.test(value)) return wrong('email');
  return undefined;
}
