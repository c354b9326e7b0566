import type { Activity, ActivityType, Contact } from '../../../domain/lead.ts';
import { numberFrom, textFrom } from '../../../lib/json-values.ts';
import { campaignIn } from './campaign.ts';
import type { RawContact } from './contacts.ts';
import { inWords, leadSourceIn } from './lead-source.ts';
import { timeOf } from './values.ts';

const MOST_ACTIVITIES = 200;

export interface Names {
  scoreProperty: string;
  stageProperty: string;
}

/** HubSpot's contact in Baton's words. `events` undefined: the account has none, so its properties say what they can. */
export function contactOf(
  raw: RawContact,
  { scoreProperty, stageProperty }: Names,
  events: readonly Activity[] | undefined,
  engagements: readonly Activity[],
): Contact {
  const p = raw.properties;
  const score = numberFrom(p[scoreProperty]);
  const employees = numberFrom(p.numberofemployees);
  const activities = [...(events ?? []), ...engagements];
  return {
    source: 'hubspot',
    id: raw.id,
    ...texts({
      email: p.email,
      firstName: p.firstname,
      lastName: p.lastname,
      title: p.jobtitle,
      phone: p.phone ?? p.mobilephone,
      company: p.company,
      website: p.website,
      industry: inWords(p.industry ?? '') || undefined,
      city: p.city,
      state: p.state,
      country: p.country,
      lifecycleStage: p[stageProperty],
      leadSource: leadSourceIn(p),
      originalSource: p.hs_analytics_source,
      campaign: campaignIn(p),
      productInterest: p.product_interest,
    }),
    ...(employees !== undefined && { employees }),
    ...(score !== undefined && { score }),
    ...(p.hs_email_optout !== undefined && { unsubscribed: p.hs_email_optout === 'true' }),
    ...(hasConsented(p.hs_legal_basis) && { consented: true as const }),
    ...lists({ otherEmails: p.hs_additional_emails, mergedIds: p.hs_merged_object_ids }),
    properties: p,
    scoreHistory: historyOf(raw),
    activities: [...activities, ...lastKnown(p, activities)]
      .toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at))
      .slice(0, MOST_ACTIVITIES),
  };
}

/**
 * "Legal basis for processing contact's data" (HubSpot, default contact properties): several, parted by semicolons. Only consent that
 * was freely given is one to be mailed; interest or a contract is not.
 */
const hasConsented = (basis = ''): boolean =>
  basis.split(';').some(one => one.trim().toLowerCase() === 'freely given consent from contact');

function texts<T extends Record<string, string | undefined>>(values: T): { [K in keyof T]?: string } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => textFrom(value) !== undefined)) as {
    [K in keyof T]?: string;
  };
}

/** Lists as HubSpot keeps them: values parted by semicolons. */
function lists<T extends Record<string, string | undefined>>(values: T): { [K in keyof T]?: string[] } {
  const parts = (text: string | undefined) => (text ?? '').split(';').flatMap(one => textFrom(one) ?? []);
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (parts(value).length > 0 ? [[name, parts(value)]] : [])),
  ) as { [K in keyof T]?: string[] };
}

function historyOf(raw: RawContact): Contact['scoreHistory'] {
  return raw.history
    .flatMap(({ value, timestamp }) => {
      // Empty: it was cleared.
      const score = value === '' || value === null ? null : numberFrom(value);
      const at = timeOf(timestamp);
      return score === undefined || at === undefined ? [] : [{ score, at }];
    })
    .toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

/** The last deed of each kind that HubSpot keeps on the contact itself. */
const LAST_KNOWN: readonly { type: ActivityType; at: string; detail: string; otherwise: string }[] = [
  { type: 'form', at: 'recent_conversion_date', detail: 'recent_conversion_event_name', otherwise: 'a form' },
  { type: 'page_view', at: 'hs_analytics_last_timestamp', detail: 'hs_analytics_last_url', otherwise: 'the website' },
  {
    type: 'email_open',
    at: 'hs_email_last_open_date',
    detail: 'hs_email_last_email_name',
    otherwise: 'a marketing mail',
  },
  {
    type: 'email_click',
    at: 'hs_email_last_click_date',
    detail: 'hs_email_last_email_name',
    otherwise: 'a marketing mail',
  },
];

/** Stands in for the kinds no event told of: the events API has no marketing mails, and many accounts have no events. */
function lastKnown(properties: Record<string, string>, activities: readonly Activity[]): Activity[] {
  return LAST_KNOWN.flatMap(({ type, at, detail, otherwise }) => {
    const time = timeOf(properties[at]);
    if (time === undefined || activities.some(one => one.type === type)) return [];
    const url = type === 'page_view' ? properties.hs_analytics_last_url : undefined;
    return [{ type, at: time, detail: properties[detail] ?? otherwise, ...(url && { url }) }];
  });
}
