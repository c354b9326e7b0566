/** Fields of a person and types of activities, as far as the stand-in has them; names and ids are Marketo's. */

export interface Field {
  id: number;
  /** In the REST API. */
  name: string;
  /** In Marketo itself, and in activities. */
  label: string;
  type:
    | 'string'
    | 'email'
    | 'phone'
    | 'integer'
    | 'score'
    | 'boolean'
    | 'datetime'
    | 'date'
    | 'url'
    | 'text'
    | 'currency';
  readOnly: boolean;
}

const STANDARD: readonly (readonly [name: string, label: string, type: Field['type'], readOnly?: true])[] = [
  ['id', 'Id', 'integer', true],
  ['email', 'Email Address', 'email'],
  ['firstName', 'First Name', 'string'],
  ['lastName', 'Last Name', 'string'],
  ['title', 'Job Title', 'string'],
  ['company', 'Company Name', 'string'],
  ['website', 'Website', 'url'],
  ['industry', 'Industry', 'string'],
  ['numberOfEmployees', 'Num Employees', 'integer'],
  ['annualRevenue', 'Annual Revenue', 'currency'],
  ['phone', 'Phone Number', 'phone'],
  ['mobilePhone', 'Mobile Phone Number', 'phone'],
  ['address', 'Address', 'text'],
  ['city', 'City', 'string'],
  ['state', 'State', 'string'],
  ['country', 'Country', 'string'],
  ['postalCode', 'Postal Code', 'string'],
  ['leadScore', 'Lead Score', 'score'],
  ['leadSource', 'Lead Source', 'string'],
  ['leadStatus', 'Lead Status', 'string'],
  ['rating', 'Lead Rating', 'string'],
  ['unsubscribed', 'Unsubscribed', 'boolean'],
  ['unsubscribedReason', 'Unsubscribed Reason', 'string'],
  ['marketingSuspended', 'Marketing Suspended', 'boolean'],
  ['originalSourceType', 'Original Source Type', 'string', true],
  ['createdAt', 'Created At', 'datetime', true],
  ['updatedAt', 'Updated At', 'datetime', true],
];

/** What a read answers that asks for no fields by name. */
export const DEFAULT_FIELDS = ['id', 'email', 'firstName', 'lastName', 'createdAt', 'updatedAt'];

const FIRST_FIELD = 5_000;

export function standardFields(): Map<string, Field> {
  return new Map(
    STANDARD.map(([name, label, type, readOnly], at) => [
      name,
      { id: FIRST_FIELD + at, name, label, type, readOnly: readOnly ?? false },
    ]),
  );
}

export interface ActivityType {
  id: number;
  name: string;
  primary: string | null;
  attributes: readonly string[];
}

const VISIT = ['Client IP Address', 'Query Parameters', 'Referrer URL', 'User Agent'];
const CLICKED = ['Campaign Run ID', 'Device', 'Is Mobile Device', 'Platform', 'User Agent'];

/** Standard activity types, by id. */
export const ACTIVITY_TYPES: readonly ActivityType[] = [
  { id: 1, name: 'Visit Webpage', primary: 'Webpage ID', attributes: [...VISIT, 'Webpage URL'] },
  { id: 2, name: 'Fill Out Form', primary: 'Webform ID', attributes: [...VISIT, 'Form Fields', 'Webpage ID'] },
  { id: 3, name: 'Click Link', primary: 'Link ID', attributes: [...VISIT, 'Webpage ID'] },
  { id: 6, name: 'Send Email', primary: 'Mailing ID', attributes: ['Campaign Run ID', 'Step ID'] },
  { id: 7, name: 'Email Delivered', primary: 'Mailing ID', attributes: ['Campaign Run ID', 'Choice Number'] },
  { id: 9, name: 'Unsubscribe Email', primary: 'Mailing ID', attributes: [...VISIT, 'Campaign Run ID'] },
  { id: 10, name: 'Open Email', primary: 'Mailing ID', attributes: CLICKED },
  { id: 11, name: 'Click Email', primary: 'Mailing ID', attributes: [...CLICKED, 'Link', 'Is Bot Activity'] },
  { id: 12, name: 'New Lead', primary: null, attributes: ['Created Date', 'Source Type'] },
  {
    id: 13,
    name: 'Change Data Value',
    primary: 'Attribute Name',
    attributes: ['New Value', 'Old Value', 'Reason', 'Source'],
  },
  {
    id: 22,
    name: 'Change Score',
    primary: 'Score Name',
    attributes: ['Change Value', 'New Value', 'Old Value', 'Reason'],
  },
  { id: 24, name: 'Add to List', primary: 'List ID', attributes: ['Source'] },
  { id: 32, name: 'Merge Leads', primary: 'Lead ID', attributes: ['Master Updated', 'Merge IDs', 'Merge Source'] },
  { id: 37, name: 'Delete Lead', primary: 'Lead ID', attributes: ['Campaign', 'Removed from CRM'] },
  { id: 46, name: 'Interesting Moment', primary: 'Type', attributes: ['Date', 'Description', 'Source'] },
  {
    id: 104,
    name: 'Change Status in Progression',
    primary: 'Program ID',
    attributes: ['Acquired By', 'New Status', 'New Status ID', 'Old Status', 'Old Status ID', 'Success'],
  },
  { id: 110, name: 'Call Webhook', primary: 'Webhook', attributes: ['Error Type', 'Response'] },
];

/** Field types of which a value is a number. */
export const NUMBERS: readonly Field['type'][] = ['integer', 'score', 'currency'];
