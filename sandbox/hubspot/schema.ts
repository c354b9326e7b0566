/** What HubSpot has out of the box, as far as leads need it: object types, their properties, association types. */

import { type Pipeline, pipelineOptions, stageOptions } from './crm/pipelines.ts';

export type PropertyType = 'string' | 'number' | 'datetime' | 'date' | 'enumeration' | 'bool';

export interface Property {
  name: string;
  label: string;
  type: PropertyType;
  readOnly: boolean;
  options?: string[];
  /** What people read, by value; an option without is read as its value. */
  optionLabels?: Readonly<Record<string, string>>;
  /** No two records may have the same value. */
  unique?: boolean;
  fieldType?: string;
  groupName?: string;
}

export const TYPES = [
  'contacts',
  'companies',
  'deals',
  'leads',
  'calls',
  'emails',
  'meetings',
  'notes',
  'tasks',
] as const;
export type ObjectType = (typeof TYPES)[number];

const TYPE_IDS: Record<string, ObjectType> = {
  '0-1': 'contacts',
  '0-2': 'companies',
  '0-3': 'deals',
  '0-136': 'leads',
  '0-27': 'tasks',
  '0-46': 'notes',
  '0-47': 'meetings',
  '0-48': 'calls',
  '0-49': 'emails',
};

/** How the generic webhooks name it: `0-136`. */
export const typeIdOf = (type: ObjectType): string => Object.keys(TYPE_IDS).find(id => TYPE_IDS[id] === type) ?? '';

/** HubSpot takes the plural, the singular and the type id. */
export function typeNamed(name: string): ObjectType | undefined {
  const lower = name.toLowerCase();
  return TYPE_IDS[lower] ?? TYPES.find(type => type === lower || singular(type) === lower);
}

export function singular(type: ObjectType): string {
  return type === 'companies' ? 'company' : type.slice(0, -1);
}

/** Default association types, `from → to`. */
const ASSOCIATIONS: Record<string, number> = {
  'contacts→companies': 279,
  'companies→contacts': 280,
  'contacts→deals': 4,
  'deals→contacts': 3,
  'deals→companies': 341,
  'companies→deals': 342,
  'calls→contacts': 194,
  'contacts→calls': 193,
  'emails→contacts': 198,
  'contacts→emails': 197,
  'meetings→contacts': 200,
  'contacts→meetings': 199,
  'notes→contacts': 202,
  'contacts→notes': 201,
  'tasks→contacts': 204,
  'contacts→tasks': 203,
  'calls→companies': 182,
  'companies→calls': 181,
  'emails→companies': 186,
  'companies→emails': 185,
  'meetings→companies': 188,
  'companies→meetings': 187,
  'notes→companies': 190,
  'companies→notes': 189,
  'tasks→companies': 192,
  'companies→tasks': 191,
  'calls→deals': 206,
  'deals→calls': 205,
  'emails→deals': 210,
  'deals→emails': 209,
  'meetings→deals': 212,
  'deals→meetings': 211,
  'notes→deals': 214,
  'deals→notes': 213,
  'tasks→deals': 216,
  'deals→tasks': 215,
  'leads→contacts': 608,
  'contacts→leads': 607,
  'leads→companies': 610,
  'companies→leads': 609,
  'leads→deals': 1037,
  'deals→leads': 1038,
  'leads→calls': 596,
  'calls→leads': 595,
  'leads→emails': 598,
  'emails→leads': 597,
  'leads→meetings': 600,
  'meetings→leads': 599,
  'leads→notes': 854,
  'notes→leads': 853,
  'leads→tasks': 646,
  'tasks→leads': 645,
};

/** Those that say which of several is the first. */
const PRIMARY: Record<string, number> = {
  'contacts→companies': 1,
  'companies→contacts': 2,
  'deals→companies': 5,
  'leads→contacts': 578,
  'leads→companies': 580,
  'leads→deals': 582,
};

/** What a default association type of this kind of record leads to. */
export function associationTarget(from: ObjectType, typeId: number): ObjectType | undefined {
  return TYPES.find(to => [ASSOCIATIONS, PRIMARY].some(one => one[`${from}→${to}`] === typeId));
}

export const primaryTypeId = (from: ObjectType, to: ObjectType): number | undefined => PRIMARY[`${from}→${to}`];

export function associationTypeId(from: ObjectType, to: ObjectType): number | undefined {
  return ASSOCIATIONS[`${from}→${to}`];
}

export const STAGES = [
  'subscriber',
  'lead',
  'marketingqualifiedlead',
  'salesqualifiedlead',
  'opportunity',
  'customer',
  'evangelist',
  'other',
];
const LEAD_STATUSES = [
  'NEW',
  'OPEN',
  'IN_PROGRESS',
  'OPEN_DEAL',
  'UNQUALIFIED',
  'ATTEMPTED_TO_CONTACT',
  'CONNECTED',
  'BAD_TIMING',
];
const SOURCES = [
  'ORGANIC_SEARCH',
  'PAID_SEARCH',
  'EMAIL_MARKETING',
  'SOCIAL_MEDIA',
  'REFERRALS',
  'OTHER_CAMPAIGNS',
  'DIRECT_TRAFFIC',
  'OFFLINE',
  'PAID_SOCIAL',
];

const CONTACT: [PropertyType, string][] = [
  [
    'string',
    `email firstname lastname company jobtitle phone mobilephone website address city state zip country industry
     hubspot_owner_id recent_conversion_event_name product_interest hs_analytics_last_url hs_analytics_first_url
     hs_email_last_email_name hs_language twitterhandle hs_linkedin_url message annualrevenue hs_legal_basis`,
  ],
  ['number', 'hubspotscore numberofemployees num_conversion_events num_associated_deals'],
  [
    'datetime',
    `recent_conversion_date hs_analytics_last_timestamp hs_email_last_open_date hs_email_last_click_date
     hs_lifecyclestage_marketingqualifiedlead_date notes_last_contacted hs_last_sales_activity_timestamp hs_sales_email_last_replied`,
  ],
  ['bool', 'hs_email_optout'],
];

const OTHERS: Record<Exclude<ObjectType, 'contacts'>, [PropertyType, string][]> = {
  companies: [
    ['string', 'name domain phone city state country industry website hubspot_owner_id description lifecyclestage'],
    ['number', 'numberofemployees annualrevenue'],
  ],
  deals: [
    ['string', 'dealname hubspot_owner_id description deal_currency_code'],
    ['number', 'amount'],
    ['datetime', 'closedate'],
  ],
  leads: [['string', 'hs_lead_name hubspot_owner_id']],
  calls: [
    [
      'string',
      `hs_call_title hs_call_body hs_call_direction hs_call_status hs_call_from_number hs_call_to_number
       hs_call_recording_url hs_call_disposition hubspot_owner_id`,
    ],
    ['number', 'hs_call_duration'],
  ],
  emails: [
    [
      'string',
      'hs_email_subject hs_email_text hs_email_html hs_email_direction hs_email_status hs_email_headers hubspot_owner_id',
    ],
  ],
  meetings: [
    ['string', 'hs_meeting_title hs_meeting_body hs_meeting_outcome hs_meeting_location hubspot_owner_id'],
    ['datetime', 'hs_meeting_start_time hs_meeting_end_time'],
  ],
  notes: [['string', 'hs_note_body hubspot_owner_id']],
  tasks: [
    [
      'string',
      'hs_task_subject hs_task_body hs_task_status hs_task_priority hs_task_type hs_queue_membership_ids hubspot_owner_id',
    ],
    ['number', 'hs_task_reminders'],
    ['datetime', 'hs_task_completion_date'],
  ],
};

/** Contacts keep their change under another name than everything else. */
export function modifiedProperty(type: ObjectType): string {
  return type === 'contacts' ? 'lastmodifieddate' : 'hs_lastmodifieddate';
}

/** What people did or are to do, which always has a time. */
export const isActivity = (type: ObjectType): boolean =>
  type === 'calls' || type === 'emails' || type === 'meetings' || type === 'notes' || type === 'tasks';

/** Where in its pipelines something is. */
function placeOf(pipeline: string, stage: string, pipelines: readonly Pipeline[]): Property[] {
  return [
    { ...property(pipeline, 'enumeration'), ...pipelineOptions(pipelines) },
    { ...property(stage, 'enumeration'), ...stageOptions(pipelines) },
  ];
}

export function standardProperties(
  type: ObjectType,
  pipelines: { deals: readonly Pipeline[]; leads: readonly Pipeline[] },
): Map<string, Property> {
  const groups = type === 'contacts' ? CONTACT : OTHERS[type];
  const all: Property[] = groups.flatMap(([kind, names]) => names.split(/\s+/).map(name => property(name, kind)));
  if (type === 'contacts') {
    all.push(
      { ...property('lifecyclestage', 'enumeration'), options: STAGES },
      {
        ...property('hs_lead_status', 'enumeration'),
        options: LEAD_STATUSES,
        optionLabels: Object.fromEntries(LEAD_STATUSES.map(one => [one, inWords(one)])),
      },
      { ...property('hs_latest_source', 'enumeration'), options: SOURCES },
      { ...property('hs_analytics_source', 'enumeration'), options: SOURCES },
      property('hs_latest_source_data_1', 'string'),
      property('hs_latest_source_data_2', 'string'),
      property('hs_analytics_source_data_1', 'string'),
      property('hs_analytics_source_data_2', 'string'),
      { ...property('hs_marketable_status', 'string'), readOnly: true },
      { ...property('hs_merged_object_ids', 'string'), readOnly: true },
      { ...property('hs_additional_emails', 'string'), readOnly: true },
      { ...property('associatedcompanyid', 'number'), readOnly: true },
    );
  }
  if (type === 'deals') all.push(...placeOf('pipeline', 'dealstage', pipelines.deals));
  if (type === 'leads') {
    all.push(
      ...placeOf('hs_pipeline', 'hs_pipeline_stage', pipelines.leads),
      { ...property('hs_lead_type', 'enumeration'), options: ['NEW_BUSINESS', 'UPSELL', 'RE_ATTEMPTING'] },
      { ...property('hs_lead_label', 'enumeration'), options: ['HOT', 'WARM', 'COLD'] },
    );
  }
  if (isActivity(type)) all.push(property('hs_timestamp', 'datetime'));
  const created = isActivity(type) || type === 'leads' ? 'hs_createdate' : 'createdate';
  all.push(
    { ...property('hs_object_id', 'number'), readOnly: true },
    { ...property(created, 'datetime'), readOnly: true },
    { ...property(modifiedProperty(type), 'datetime'), readOnly: true },
  );
  return new Map(all.map(one => [one.name, one]));
}

/** `IN_PROGRESS` as people read it. */
function inWords(value: string): string {
  const words = value.toLowerCase().replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export function property(name: string, type: PropertyType): Property {
  return { name, label: name.replaceAll('_', ' '), type, readOnly: false };
}
