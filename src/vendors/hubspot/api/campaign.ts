import { textFrom } from '../../../lib/json-values.ts';

/** The drill-down of each traffic source that names a campaign. Others name keywords, addresses, or how a record came in. */
const CAMPAIGN_AT: Record<string, '1' | '2'> = {
  PAID_SEARCH: '1',
  EMAIL_MARKETING: '1',
  OTHER_CAMPAIGNS: '1',
  PAID_SOCIAL: '2',
  SOCIAL_MEDIA: '2',
};

/**
 * The campaign that brought a contact last: what the account itself keeps of the address they came by, else what
 * HubSpot's traffic sources say, the latest before the first. From memory of HubSpot's "original and latest traffic
 * source" drill-downs: an account that means another property maps `{{ property.… }}` instead.
 */
export function campaignIn(p: Record<string, string>): string | undefined {
  return textFrom(p.utm_campaign) ?? drillDown(p, 'hs_latest_source') ?? drillDown(p, 'hs_analytics_source');
}

function drillDown(p: Record<string, string>, source: 'hs_latest_source' | 'hs_analytics_source'): string | undefined {
  const kind = p[source] ?? '';
  const place = Object.hasOwn(CAMPAIGN_AT, kind) ? CAMPAIGN_AT[kind] : undefined;
  return place && textFrom(p[`${source}_data_${place}`]);
}
