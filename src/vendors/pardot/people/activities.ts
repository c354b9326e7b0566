/**
 * What a prospect did, by the number of its kind; the words are the vendor's own (`typeName`) and what it was about
 * (`details`). Kinds: https://developer.salesforce.com/docs/marketing/pardot/guide/visitor-activity-v5.html. Pure.
 */
import type { Activity, ActivityType } from '../../../domain/lead.ts';
import { type Json, numberFrom, textFrom } from '../../../lib/json-values.ts';
import { timeFrom } from '../api/values.ts';

const DETAIL_KEPT = 200;
const MOST = 200;

/** What is not here is nothing that a person did: mails that were sent, errors, opportunities that sales made. */
const KINDS: Readonly<Record<number, ActivityType>> = {
  1: 'email_click',
  2: 'page_view',
  4: 'form',
  7: 'moment',
  11: 'email_open',
  17: 'email_click',
  20: 'page_view',
  21: 'moment',
  22: 'moment',
  24: 'webinar',
  25: 'moment',
  26: 'moment',
  27: 'moment',
  28: 'moment',
  29: 'moment',
  30: 'form',
  34: 'moment',
};

/** Does it show that a person is interested? */
export const isTheirs = (entry: Json): boolean => Object.hasOwn(KINDS, numberFrom(entry.type) ?? -1);

/** Newest first; one that was noted twice, once. */
export function activitiesOf(log: readonly Json[]): Activity[] {
  const byId = new Map(log.map((entry, at) => [textFrom(entry.id) ?? `at ${at}`, entry]));
  return [...byId.values()]
    .flatMap(entry => activityOf(entry) ?? [])
    .toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at))
    .slice(0, MOST);
}

function activityOf(entry: Json): Activity | undefined {
  const at = timeFrom(entry.createdAt);
  const kind = KINDS[numberFrom(entry.type) ?? -1];
  if (at === undefined || kind === undefined) return undefined;
  const [name, about] = [textFrom(entry.typeName) ?? '', textFrom(entry.details)];
  const isPlace = about !== undefined && /^(https?:\/\/|\/)\S*$/i.test(about);
  const type = isPlace && isFile(about) ? 'download' : kind;
  // A moment is told in the vendor's words, as Baton has none for it.
  const detail = (kind === 'moment' ? [name, about] : [about ?? name]).filter(Boolean).join(': ');
  return { type, at, detail: detail.slice(0, DETAIL_KEPT), ...(isPlace && { url: about }) };
}

const isFile = (place: string): boolean =>
  /\.(pdf|docx?|pptx?|xlsx?|zip)$/i.test(place.slice(0, 2_000).split(/[?#]/, 1)[0] ?? '');
