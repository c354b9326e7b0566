/**
 * Every table of a workspace that may tell of a lead, read from the database itself: one that is added later is among
 * them without a word here.
 */
import type { Db } from '../connection.ts';
import type { KnownPerson } from './person.ts';

/**
 * Tables that are about the workspace's own people, its rules and its connections, and tell of no lead. Whoever adds a
 * table here leaves it out of what is given out and erased.
 */
const NOT_OF_LEADS = [
  'absences',
  'api_usage',
  'app_tokens',
  'call_rates',
  'company_facts',
  'connect_attempts',
  'connections',
  'credentials',
  'crm_inspections',
  'crm_setups',
  'deliveries_seen',
  'erasures',
  'greeted',
  'people',
  'personal_login_notices',
  'places',
  'playbook_drafts',
  'playbooks',
  'report_posts',
  'reports',
  'rotation',
  'setup_steps',
  'slack_installations',
  'tombstones',
  'web_sessions',
  'web_tickets',
];

export interface LeadTable {
  name: string;
  columns: string[];
  /** Those of text and JSON, with what PostgreSQL calls their type. */
  written: { name: string; type: string }[];
}

export async function tablesOfLeads(db: Db): Promise<LeadTable[]> {
  const { rows } = await db.raw(
    `select table_name as name, array_agg(column_name::text) as columns,
            json_agg(json_build_object('name', column_name, 'type', data_type))
              filter (where data_type in ('text', 'character varying', 'json', 'jsonb', 'ARRAY')) as written
     from information_schema.columns where table_schema = 'public' and table_name <> all(?)
     group by table_name having bool_or(column_name = 'workspace_id') order by table_name`,
    [NOT_OF_LEADS],
  );
  return rows.map((row: LeadTable) => ({ ...row, written: row.written ?? [] }));
}

/** What of a row shows that it is about this person: an id of theirs, or their address or number in any column. */
function signsOf(person: KnownPerson, { columns }: LeadTable) {
  const isTied = columns.includes('lead_id') || columns.includes('handoff_id');
  return [
    ...person.addresses,
    ...person.phones,
    ...person.records.filter(id => id.length >= 6),
    ...person.handoffIds,
    ...person.leadIds,
    ...person.touchIds,
    ...person.emailIds,
    ...person.manualIds,
    // Two people may have one name: it says whose a row is only where no id does.
    ...(isTied ? [] : person.names),
  ].map(one => one.toLowerCase());
}

export interface FoundRow {
  place: string;
  row: Record<string, unknown>;
}

/** Rows of a table that are about this person; of many tables a whole reading. `ctid` as `place`. */
export async function rowsAbout(
  db: Db,
  workspaceId: string,
  table: LeadTable,
  person: KnownPerson,
): Promise<FoundRow[]> {
  const signs = signsOf(person, table);
  const keys = [
    ...(table.columns.includes('lead_id') ? ['t.lead_id = any(:leadIds::uuid[])'] : []),
    ...(table.columns.includes('handoff_id') ? ['t.handoff_id = any(:handoffIds::uuid[])'] : []),
    ...(table.name === 'leads' ? ['t.id = any(:leadIds::uuid[])'] : []),
    ...(table.name === 'handoffs' ? ['t.id = any(:handoffIds::uuid[])'] : []),
    ...(table.name === 'inbox' ? ['t.id = any(:inboxIds::bigint[])'] : []),
    ...(['book_gaps', 'source_contacts'].includes(table.name)
      ? [`t.source || ':' || t.contact_id = any(:contacts)`]
      : []),
    ...(isSearched(table)
      ? ['exists (select from unnest(:signs::text[]) as sign where strpos(lower(t::text), sign) > 0)']
      : []),
  ];
  if (keys.length === 0) return [];
  const { rows } = await db.raw(
    `select t.ctid::text as place, to_jsonb(t) as row from :name: as t where t.workspace_id = :workspaceId and (${keys.join(' or ')})`,
    {
      name: table.name,
      workspaceId,
      ...person,
      contacts: person.contacts.map(one => `${one.source}:${one.contactId}`),
      signs,
    },
  );
  return rows;
}

/** Whose rows are found by their ids alone: large, and nothing in them is about a person that they do not name. */
const BY_ID = ['inbox', 'source_contacts', 'handoffs', 'leads', 'stints'];
const isSearched = ({ name }: LeadTable) => !BY_ID.includes(name);
