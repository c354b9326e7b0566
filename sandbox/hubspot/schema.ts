/** What HubSpot has out of the box, as far as leads need it: object types, their properties, association types. */

export type PropertyType = 'string' | 'number' | 'datetime' | 'enumeration' | 'bool';

export interface Property {
  name: string;
  label: string;
  type: PropertyType;
  readOnly: boolean;
  options?: string[];
  /** What people read, by value; an option without is read as its value. */
  optionLabels?: Readonly<Record<string, string>>;
}

export const TYPES = ['contacts', 'companies', 'deals', 'calls', 'emails', 'meetings', 'notes', 'tasks'] as const;
export type ObjectType = (typeof TYPES)[number];

const TYPE_IDS: Record<string, ObjectType> = {
  '0-1': 'contacts',
  '0-2': 'companies',
  '0-3': 'deals',
  '0-27': 'tasks',
  '0-46': 'notes',
  '0-47': 'meetings',
  '0-48': 'calls',
  '0-49': 'emails',
};

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
};

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
     hs_email_last_email_name hs_language twitterhandle hs_linkedin_url message annualrevenue`,
  ],
  ['number', 'hubspotscore numberofemployees num_conversion_events num_associated_deals'],
  [
    'datetime',
    `recent_conversion_date hs_analytics_last_timestamp hs_email_last_open_date hs_email_last_click_date
     hs_lifecyclestage_marketingqualifiedlead_date notes_last_contacted hs_last_sales_activity_timestamp`,
  ],
  ['bool', 'hs_email_optout'],
];

const OTHERS: Record<Exclude<ObjectType, 'contacts'>, [PropertyType, string][]> = {
  companies: [
    ['string', 'name domain phone city state country industry website hubspot_owner_id description'],
    ['number', 'numberofemployees annualrevenue'],
  ],
  deals: [
    ['string', 'dealname pipeline dealstage hubspot_owner_id description'],
    ['number', 'amount'],
    ['datetime', 'closedate'],
  ],
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
    ['string', 'hs_task_subject hs_task_body hs_task_status hs_task_priority hs_task_type hubspot_owner_id'],
    ['number', 'hs_task_reminders'],
  ],
};

/** Contacts keep their change under another name than everything else. */
export function modifiedProperty(type: ObjectType): string {
  return type === 'contacts' ? 'lastmodifieddate' : 'hs_lastmodifieddate';
}

export function standardProperties(type: ObjectType): Map<string, Property> {
  const groups = type === 'contacts' ? CONTACT : OTHERS[type];
  const all: Property[] = groups.flatMap(([kind, names]) => names.split(/\s+/).map(name => property(name, kind)));
  if (type === 'contacts') {
    all.push(
      { ...property('lifecyclestage', 'enumeration'), options: STAGES },
      { ...property('hs_lead_status', 'enumeration'), options: LEAD_STATUSES },
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
  const created = type === 'contacts' || type === 'companies' || type === 'deals' ? 'createdate' : 'hs_createdate';
  if (created === 'hs_createdate') all.push(property('hs_timestamp', 'datetime'));
  all.push(
    { ...property('hs_object_id', 'number'), readOnly: true },
    { ...property(created, 'datetime'), readOnly: true },
    { ...property(modifiedProperty(type), 'datetime'), readOnly: true },
  );
  return new Map(all.map(one => [one.name, one]));
}

export function property(name: string, type: PropertyType): Property {
  return { name, label: name.replaceAll('_', ' '), type, readOnly: false };
}
