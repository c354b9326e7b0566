/**
 * What site and event tracking noted of a contact: `type` is the event's name and `value` what it was about
 * (https://developers.activecampaign.com/reference/retrieve-a-contacts-tracking-logs). Opens and clicks are not among it. Pure.
 */
import type { Activity, ActivityType } from '../../../domain/lead.ts';
import { type Json, textFrom } from '../../../lib/json-values.ts';
import { timeFrom } from '../api/values.ts';

const DETAIL_KEPT = 200;
const MOST = 200;

/** By words in the name that marketing gave to an event; the first that fits. */
const BY_NAME: readonly (readonly [RegExp, ActivityType])[] = [
  [/webinar|attend/i, 'webinar'],
  [/download|white ?paper|e-?book/i, 'download'],
  [/form|submit|sign ?up|request|regist|enquir|inquir/i, 'form'],
  [/click/i, 'email_click'],
  [/page|visit|view|site/i, 'page_view'],
];

/** Newest first; one that was noted twice, once. */
export function activitiesOf(logs: readonly Json[]): Activity[] {
  const byHash = new Map(logs.map((one, at) => [textFrom(one.hash) ?? textFrom(one.id) ?? String(at), one]));
  return [...byHash.values()]
    .flatMap(one => activityOf(one) ?? [])
    .toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at))
    .slice(0, MOST);
}

function activityOf(log: Json): Activity | undefined {
  const at = timeFrom(log.tstamp) ?? timeFrom(log.cdate);
  const [name, about] = [textFrom(log.type) ?? '', textFrom(log.value)];
  if (at === undefined || (name === '' && about === undefined)) return undefined;
  const isPlace = about !== undefined && /^(https?:\/\/|\/)\S*$/i.test(about);
  const [, named = isPlace ? 'page_view' : 'moment'] = BY_NAME.find(([words]) => words.test(name)) ?? [];
  const type: ActivityType = isPlace && isFile(about) ? 'download' : named;
  const detail = isPlace ? about : [name, about].filter(Boolean).join(': ');
  return { type, at, detail: detail.slice(0, DETAIL_KEPT), ...(isPlace && { url: about }) };
}

const isFile = (place: string): boolean =>
  /\.(pdf|docx?|pptx?|xlsx?|zip)$/i.test(place.slice(0, 2_000).split(/[?#]/, 1)[0] ?? '');
