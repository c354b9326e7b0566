/** A record as it is now, and where a person is kept whose record is gone. */
import type { CrmEvent } from '../../../contracts/crm-events.ts';
import type { CrmPerson, CrmRecord } from '../../../contracts/crm-records.ts';
import { ACTIVITIES, type ActivityType, idOf, numberIn, type ObjectType, typeIn } from '../portal/ids.ts';
import type { Portal } from '../portal/portal.ts';
import { associatedIds, type Row } from '../portal/rows.ts';
import { contactId } from '../records/contact.ts';
import { changedAt, eventFrom, propertiesOf, STATUS } from './read-row.ts';

/** What an activity may be about that a handoff is known by. */
export const ABOUT = ['contacts', 'leads', 'deals'] as const;

/** One call. Undefined: the record was deleted, or merged into another. */
export async function look(portal: Portal, record: CrmRecord): Promise<CrmEvent | undefined> {
  const type = typeIn(record.id);
  if (!type || type === 'companies') return undefined;
  const number = numberIn(type, record.id) ?? '';
  const status = STATUS[type];
  const row = await portal.records.read(type, number, {
    properties: propertiesOf(type),
    associations: await associationsOf(portal, type),
    ...(status && { history: [status] }),
  });
  // A contact that was merged away answers as the one that stayed.
  if (!row || row.id !== number) return undefined;
  const about = isActivity(type) ? await aboutOf(portal, type, row) : undefined;
  return eventFrom(portal, type, row, { key: `${record.id}:${changedAt(type, row)}`, ...(about && { about }) });
}

const isActivity = (type: ObjectType): type is ActivityType => ACTIVITIES.includes(type as ActivityType);

async function associationsOf({ schema }: Portal, type: ObjectType): Promise<ObjectType[]> {
  if (type === 'leads') return ['deals', 'contacts'];
  if (!isActivity(type)) return [];
  const hasLeads = await schema.hasLeads();
  return ABOUT.filter(to => to !== 'leads' || hasLeads);
}

async function aboutOf({ api }: Portal, type: ActivityType, row: Row): Promise<string[]> {
  const about = [];
  for (const to of ABOUT) about.push(...(await associatedIds(api, type, row, to)).map(id => idOf(to, id)));
  return about;
}

/** One call, none for a merge that the message tells of. A lead is nowhere else. */
export async function findRelocated(
  portal: Portal,
  { kind, id }: CrmPerson,
  heard?: CrmEvent,
): Promise<CrmPerson | undefined> {
  const type = kind === 'lead' ? 'leads' : 'contacts';
  const row = await portal.records.read(type, numberIn(type, id) ?? '', { properties: [] });
  if (row) return { kind, id: idOf(type, row.id) };
  const stayed = numberIn('contacts', heard?.fields.mergedTo ?? '');
  const now = stayed && (await portal.records.read('contacts', stayed, { properties: [] }));
  return now ? { kind: 'contact', id: contactId(now.id) } : undefined;
}
