import type { Activity, ActivityType } from '../../../domain/lead.ts';
import { after, type Clock, DAY, HOUR } from '../../../lib/clock.ts';
import { isObject, objectsIn, textFrom } from '../../../lib/json-values.ts';
import type { Api, Json } from './api.ts';
import type { Answer } from './errors.ts';
import { nextPage } from './values.ts';

/** How far back events are asked for. */
const LOOK_BACK = 90 * DAY;
const A_PAGE = 100;
/** A visitor (or robot) with more events than this shows nothing new in the rest. */
const MOST_PAGES = 20;
/** An account that has no events API now may get it: asked again after this long. */
const ASK_AGAIN_AFTER = HOUR;
const DETAIL_KEPT = 200;

/** What an event type is to us, by its name without the `e_`, `ae123_` or `pe123_` in front. First match wins. */
const TYPES: readonly [RegExp, ActivityType | 'delivery' | 'nothing'][] = [
  // Comes beside the submission itself.
  [/form_submission_metadata|form_view|form_interaction/, 'nothing'],
  [/visited_page|page_view|viewed_page/, 'page_view'],
  [/webinar/, 'webinar'],
  [/submitted_form|form_submission|form_submitted/, 'form'],
  [/email.*click|click.*email/, 'email_click'],
  [/email.*open|open.*email/, 'email_open'],
  [/deliver.*email|email.*deliver/, 'delivery'],
  [/download/, 'download'],
  [/meeting/, 'meeting'],
];

/** Reads what a contact did on the web and in mails; undefined when the account has no events API or we no right to it. */
export function eventReader(api: Api, clock: Clock): (contactId: string) => Promise<Activity[] | undefined> {
  let allowed = false;
  let refusedUntil = 0;
  /** While nothing is known the first read finds out for all: a burst is refused once, not many times. */
  let findingOut: Promise<unknown> | undefined;

  async function firstPage(contactId: string): Promise<Answer> {
    const answer = await page(api, clock, contactId);
    allowed = !refused(answer);
    if (!allowed) refusedUntil = after(clock.now(), ASK_AGAIN_AFTER).getTime();
    return answer;
  }

  return async contactId => {
    // Silence or an outage says nothing of rights: whoever waited asks for themselves.
    if (!allowed && findingOut) await findingOut.catch(() => undefined);
    if (clock.now().getTime() < refusedUntil) return undefined;
    const coming = firstPage(contactId);
    if (!allowed)
      findingOut ??= coming.finally(() => {
        findingOut = undefined;
      });
    findingOut?.catch(() => undefined);
    const answer = await coming;
    return refused(answer) ? undefined : activitiesFrom(await allPages(api, clock, contactId, answer));
  };
}

function page(api: Api, clock: Clock, contactId: string, from?: string): Promise<Answer> {
  return api.ask('GET', api.paths.events, {
    objectType: 'contact',
    objectId: contactId,
    occurredAfter: after(clock.now(), -LOOK_BACK).toISOString(),
    limit: String(A_PAGE),
    ...(from !== undefined && { after: from }),
  });
}

/** No such API in this account's products (404), or no right to it (403): an account does very well without. */
function refused(answer: Answer): boolean {
  return answer.status === 403 || answer.status === 404;
}

async function allPages(api: Api, clock: Clock, contactId: string, firstPage: Answer): Promise<Json[]> {
  const events: Json[] = [];
  let answer = firstPage;
  for (let pages = 1; ; pages += 1) {
    if (answer.status !== 200 || !isObject(answer.body)) throw api.failure(answer, `GET ${api.paths.events}`);
    events.push(...objectsIn(answer.body.results));
    const next = nextPage(answer.body);
    if (next === undefined || pages >= MOST_PAGES) return events;
    answer = await page(api, clock, contactId, next);
  }
}

/** Events as activities; one deed that HubSpot tells under two event types is one. */
export function activitiesFrom(events: readonly Json[]): Activity[] {
  const deliveries = new Map<string, string>();
  const seen = new Set<string>();
  const found: { activity: Activity; mail: string | undefined }[] = [];
  for (const event of events) {
    const at = new Date(textFrom(event.occurredAt) ?? Number.NaN);
    const kind = kindOf(textFrom(event.eventType) ?? '');
    if (kind === 'nothing' || Number.isNaN(at.getTime())) continue;
    const properties = isObject(event.properties) ? event.properties : {};
    const mail = textFrom(properties.hs_email_campaign_id) ?? textFrom(properties.hs_email_id);
    if (kind === 'delivery') {
      if (mail) deliveries.set(mail, at.toISOString());
      continue;
    }
    const activity = activityFrom(kind, at.toISOString(), properties);
    const key = `${kind} ${at.toISOString().slice(0, 19)} ${activity.url ?? ''} ${activity.detail}`;
    if (seen.has(key)) continue;
    seen.add(key);
    found.push({ activity, mail });
  }
  return found.map(({ activity, mail }) => {
    const deliveredAt = mail === undefined ? undefined : deliveries.get(mail);
    return deliveredAt === undefined || !activity.type.startsWith('email_') ? activity : { ...activity, deliveredAt };
  });
}

function kindOf(eventType: string): ActivityType | 'delivery' | 'nothing' {
  const label = eventType.replace(/^(e|[ap]e\d+)_/, '').toLowerCase();
  return TYPES.find(([pattern]) => pattern.test(label))?.[1] ?? 'nothing';
}

const DETAILS: Partial<Record<ActivityType, readonly string[]>> = {
  page_view: ['hs_title', 'hs_page_title', 'hs_url', 'hs_page_url'],
  form: ['hs_form_name', 'hs_form_title', 'hs_title', 'hs_page_title', 'hs_form_id'],
  email_open: ['hs_email_subject', 'hs_subject', 'hs_email_name'],
  email_click: ['hs_email_subject', 'hs_subject', 'hs_email_name', 'hs_click_url', 'hs_url'],
};
const ANY_DETAIL = ['hs_name', 'name', 'title', 'hs_title', 'detail'];
const URLS = ['hs_click_url', 'hs_url', 'hs_page_url'];

function activityFrom(type: ActivityType, at: string, properties: Json): Activity {
  const pick = (names: readonly string[]) => names.flatMap(name => textFrom(properties[name]) ?? [])[0];
  const url = pick(URLS);
  const detail = pick([...(DETAILS[type] ?? []), ...ANY_DETAIL]) ?? url ?? type.replace('_', ' ');
  return {
    type,
    at,
    detail: detail.slice(0, DETAIL_KEPT),
    ...(url !== undefined && { url }),
  };
}
