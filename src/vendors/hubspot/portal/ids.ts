/**
 * HubSpot numbers each type of record by itself: contact 7 and deal 7 are two things. Baton's ids name the type, as many
 * addresses of HubSpot's pages do.
 */
import type { CrmRecord, CrmRecordKind } from '../../../contracts/crm-records.ts';

/** What an id begins with, by the type's name in the API. */
const PREFIX = {
  contacts: 'contact',
  companies: 'company',
  deals: 'deal',
  leads: 'lead',
  calls: 'call',
  emails: 'email',
  meetings: 'meeting',
  tasks: 'task',
} as const;

export type ObjectType = keyof typeof PREFIX;
export type ActivityType = 'calls' | 'emails' | 'meetings' | 'tasks';

export const ACTIVITIES: readonly ActivityType[] = ['calls', 'emails', 'meetings', 'tasks'];
export const TYPES = Object.keys(PREFIX) as ObjectType[];

/** As the generic webhooks and the addresses of pages name types (page "Understanding the CRM"). */
const TYPE_IDS: Record<ObjectType, string> = {
  contacts: '0-1',
  companies: '0-2',
  deals: '0-3',
  leads: '0-136',
  tasks: '0-27',
  meetings: '0-47',
  calls: '0-48',
  emails: '0-49',
};

const KINDS: Record<ObjectType, CrmRecordKind> = {
  contacts: 'contact',
  companies: 'company',
  deals: 'deal',
  leads: 'lead',
  calls: 'activity',
  emails: 'activity',
  meetings: 'activity',
  tasks: 'activity',
};

/** `contact/7`. */
export const idOf = (type: ObjectType, number: string): string => `${PREFIX[type]}/${number}`;

export const recordOf = (type: ObjectType, number: string): CrmRecord => ({
  kind: KINDS[type],
  id: idOf(type, number),
});

/** 7 of `contact/7`; undefined when it is no id of this type. */
export function numberIn(type: ObjectType, id: string): string | undefined {
  const [prefix, number = ''] = id.split('/');
  return prefix === PREFIX[type] && /^\d{1,20}$/.test(number) ? number : undefined;
}

/** Which type an id is of. */
export const typeIn = (id: string): ObjectType | undefined => TYPES.find(type => numberIn(type, id) !== undefined);

/** By `0-136` or `contact`. */
export const typeNamed = (name: string): ObjectType | undefined =>
  TYPES.find(type => TYPE_IDS[type] === name || PREFIX[type] === name);

/** Where a person opens it, below the host of HubSpot's pages. */
export function pathOf(portalId: string, { id }: CrmRecord): string {
  const type = typeIn(id) ?? 'contacts';
  return `/contacts/${portalId}/record/${TYPE_IDS[type]}/${numberIn(type, id) ?? 0}`;
}

const IN_TEXT = /\brecord\/(0-\d{1,4})\/(\d{1,20})\b|\b(contact|company|deal|lead)\/(\d{1,20})\b/gi;

/** Ids that a text names, as an address of HubSpot or by themselves. */
export function idsIn(text: string): string[] {
  const found = [...text.matchAll(IN_TEXT)].flatMap(([, typeId, number, prefix, plain]) => {
    const type = typeNamed((typeId ?? prefix ?? '').toLowerCase());
    return type && !ACTIVITIES.includes(type as ActivityType) ? [idOf(type, number ?? plain ?? '')] : [];
  });
  return [...new Set(found)];
}
