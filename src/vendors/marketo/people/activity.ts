/**
 * An entry of the log as an activity. Its primary attribute is what it is about, by name (page, form, mail, program); empty
 * attributes are left out (https://experienceleague.adobe.com/en/docs/marketo-developer/marketo/rest/activities). Pure.
 */
import type { Activity, ActivityType } from '../../../domain/lead.ts';
import { type Json, objectsIn, textFrom } from '../../../lib/json-values.ts';
import { timeFrom } from '../api/values.ts';

const DETAIL_KEPT = 200;
const PROGRAM_STATUS = '104';

type Attributes = ReadonlyMap<string, string>;
type Read = { type: ActivityType; detail: string; url?: string };

/** By the type's number. */
const READERS: Readonly<Record<string, (about: string, more: Attributes) => Read>> = {
  1: (page, more) => ({
    type: 'page_view',
    detail: page || more.get('Webpage URL') || 'the website',
    ...urlIn(more, 'Webpage URL'),
  }),
  2: form => ({ type: 'form', detail: form || 'a form' }),
  3: link => ({
    type: isFile(link) ? 'download' : 'page_view',
    detail: link || 'a link',
    ...(/^https?:/i.test(link) && { url: link }),
  }),
  9: mail => ({ type: 'note', detail: `Unsubscribed from marketing mails${mail && ` (${mail})`}` }),
  10: mail => ({ type: 'email_open', detail: mail || 'a marketing mail' }),
  11: (mail, more) => ({ type: 'email_click', detail: mail || 'a marketing mail', ...urlIn(more, 'Link') }),
  46: (kind, more) => ({ type: momentType(kind), detail: more.get('Description') || kind || 'an interesting moment' }),
  [PROGRAM_STATUS]: (program, more) => programStatus(program || 'a program', more.get('New Status') ?? ''),
};

/** Undefined: nothing the person did, or nothing that was understood. */
export function activityOf(entry: Json): Activity | undefined {
  const more: Attributes = new Map(
    objectsIn(entry.attributes).flatMap(({ name, value }) => {
      const text = textFrom(value);
      return text === undefined ? [] : [[textFrom(name) ?? '', text]];
    }),
  );
  const at = timeFrom(entry.activityDate);
  const read = READERS[textFrom(entry.activityTypeId) ?? ''];
  // Instances that look for robots say so of opens and clicks: a mail scanner is nobody's interest.
  if (!read || at === undefined || more.get('Is Bot Activity') === 'true') return undefined;
  const { detail, ...rest } = read(textFrom(entry.primaryAttributeValue) ?? '', more);
  return { ...rest, at, detail: detail.slice(0, DETAIL_KEPT) };
}

const urlIn = (more: Attributes, name: string): { url?: string } => {
  const url = more.get(name);
  return url === undefined ? {} : { url };
};

const isFile = (link: string): boolean =>
  /\.(pdf|docx?|pptx?|xlsx?|zip)$/i.test(link.slice(0, 2_000).split(/[?#]/, 1)[0] ?? '');

/** Moments are marketing's own words; the types that Marketo offers are Email, Milestone and Web. */
function momentType(kind: string): ActivityType {
  if (/^web$/i.test(kind)) return 'page_view';
  return /^e-?mail$/i.test(kind) ? 'email_click' : 'moment';
}

/** Webinars and events are programs: whoever was there has the status that their channel calls so. */
function programStatus(program: string, status: string): Read {
  const missed = /\b(no[ -]?show|did not|didn't|not attend|cancel)/i.test(status);
  if (/attend|visited|on[ -]?demand|viewed/i.test(status) && !missed) return { type: 'webinar', detail: program };
  const detail = status ? `${program}: ${status}` : program;
  if (missed) return { type: 'note', detail };
  if (/download/i.test(status)) return { type: 'download', detail: program };
  return { type: /regist|fill|request|submit/i.test(status) ? 'form' : 'moment', detail };
}

/** The program in which somebody last got somewhere. */
export function campaignOf(log: readonly Json[]): string | undefined {
  const programs = log.filter(one => textFrom(one.activityTypeId) === PROGRAM_STATUS);
  const [newest] = programs.toSorted((a, b) =>
    (textFrom(a.activityDate) ?? '') < (textFrom(b.activityDate) ?? '') ? 1 : -1,
  );
  return newest && textFrom(newest.primaryAttributeValue);
}
