/** Records as HubSpot's answers show them. */
import type { Account } from './account.ts';
import type { Snapshot, StoredRecord, Version } from './crm/stored.ts';
import { invalid } from './errors.ts';
import { needType } from './http.ts';
import { modifiedProperty, type ObjectType, type Property, singular, typeNamed } from './schema.ts';

const DEFAULT_PROPERTIES: Record<ObjectType, string[]> = {
  contacts: ['email', 'firstname', 'lastname', 'createdate', 'lastmodifieddate'],
  companies: ['name', 'domain', 'createdate', 'hs_lastmodifieddate'],
  leads: ['hs_lead_name', 'hs_createdate', 'hs_lastmodifieddate'],
  deals: ['dealname', 'amount', 'closedate', 'dealstage', 'pipeline', 'createdate', 'hs_lastmodifieddate'],
  calls: ['hs_createdate', 'hs_lastmodifieddate'],
  emails: ['hs_createdate', 'hs_lastmodifieddate'],
  meetings: ['hs_createdate', 'hs_lastmodifieddate'],
  notes: ['hs_createdate', 'hs_lastmodifieddate'],
  tasks: ['hs_createdate', 'hs_lastmodifieddate'],
};

export interface Shown {
  id: string;
  properties: Record<string, string | null>;
  propertiesWithHistory?: Record<string, Version[]>;
  createdAt: string;
  updatedAt: string;
  archived: false;
}

/** Only requested properties come back (and the id); the unknown are silently missing, the empty are null. */
export function show(
  record: StoredRecord,
  schema: ReadonlyMap<string, Property>,
  wanted: readonly string[] = [],
  withHistory: readonly string[] = [],
  state: Snapshot = record,
): Shown {
  const properties: Record<string, string | null> = {};
  const modified = modifiedProperty(record.type);
  for (const name of wanted.length > 0 ? wanted : DEFAULT_PROPERTIES[record.type]) {
    if (schema.has(name)) properties[name] = state.properties[name] ?? null;
  }
  properties.hs_object_id = record.id;
  properties[modified] = state.properties[modified] ?? null;
  for (const name of withHistory) if (schema.has(name)) properties[name] = state.properties[name] ?? null;
  return {
    id: record.id,
    properties,
    ...(withHistory.length > 0 && {
      propertiesWithHistory: Object.fromEntries(
        withHistory.filter(name => schema.has(name)).map(name => [name, record.history.get(name) ?? []]),
      ),
    }),
    createdAt: record.createdAt,
    updatedAt: new Date(state.changedAt).toISOString(),
    archived: false,
  };
}

const INLINE = 100;

/** The `associations` that came with a record when it was asked for them: a first page of each kind that has any. */
export function inlineAssociations(
  account: Account,
  record: StoredRecord,
  names: readonly string[],
): object | undefined {
  const { portal } = account;
  const most = Math.min(INLINE, account.settings.associationsPerPage);
  const shown: Record<string, unknown> = {};
  for (const name of names) {
    const to = typeNamed(name);
    if (!to) throw invalid(`Unable to infer object type from: ${name}`);
    needType(account, to);
    const all = portal.associated(record.type, record.id, to);
    if (all.length === 0) continue;
    const after = all[most - 1]?.toObjectId;
    shown[to] = {
      results: all
        .slice(0, most)
        .map(one => ({ id: one.toObjectId, type: `${singular(record.type)}_to_${singular(to)}` })),
      ...(all.length > most && { paging: { next: { after, link: '' } } }),
    };
  }
  return Object.keys(shown).length === 0 ? undefined : shown;
}
