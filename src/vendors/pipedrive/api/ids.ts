/**
 * Pipedrive numbers each kind of record by itself: person 7 and deal 7 are two things. Baton's ids name the kind, as the
 * addresses of Pipedrive's pages do; a lead's is a UUID and needs none.
 */
import type { CrmRecord, CrmRecordKind } from '../../../contracts/crm-records.ts';

/** Kind → what its ids begin with. */
const PREFIX = { contact: 'person', company: 'organization', deal: 'deal', activity: 'activity' } as const;

export type NumberedKind = keyof typeof PREFIX;

export const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** `person/7`. */
export const idOf = (kind: NumberedKind, number: number): string => `${PREFIX[kind]}/${number}`;

/** 7 of `person/7`; undefined when it is no id of this kind. */
export function numberIn(kind: NumberedKind, id: string): number | undefined {
  const [prefix, number = ''] = id.split('/');
  return prefix === PREFIX[kind] && /^\d{1,15}$/.test(number) ? Number(number) : undefined;
}

/** Where a person opens it, below the company's own address. */
export function pathOf({ kind, id }: CrmRecord): string {
  if (kind === 'lead') return `/leads/inbox/${encodeURIComponent(id)}`;
  const number = numberIn(kind, id) ?? 0;
  return kind === 'activity' ? `/activities/list/${number}` : `/${PREFIX[kind]}/${number}`;
}

const IN_TEXT =
  /\b(person|organization|deal)\/(\d{1,15})\b|\bleads\/(?:inbox\/)?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\b/gi;

/** Ids that a text names, as an address of Pipedrive or by themselves. */
export function idsIn(text: string): string[] {
  const found = [...text.slice(0, LONGEST).matchAll(IN_TEXT)].map(([, kind, number, lead]) =>
    (lead ?? `${kind}/${number}`).toLowerCase(),
  );
  const alone = UUID.test(text.trim()) ? [text.trim().toLowerCase()] : [];
  return [...new Set([...found, ...alone])];
}

/** A text that names records is a line, not a book. */
const LONGEST = 2_000;

/** The kind of a Pipedrive entity, as webhooks name it; undefined: of no concern here. */
export function kindOfEntity(entity: string): Exclude<CrmRecordKind, 'company'> | undefined {
  const kinds = { lead: 'lead', person: 'contact', deal: 'deal', activity: 'activity' } as const;
  return Object.entries(kinds).find(([name]) => name === entity)?.[1];
}
