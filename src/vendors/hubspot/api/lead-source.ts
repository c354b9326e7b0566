/** Where a contact came from, in words. */
import { textFrom } from '../../../lib/json-values.ts';

/** A property of the account's own that says it goes first: HubSpot has none, and these are the names people give it. */
export const OWN_PROPERTIES = ['lead_source', 'leadsource'] as const;
/** HubSpot's traffic sources, the latest before the first. */
export const TRAFFIC_PROPERTIES = ['hs_latest_source', 'hs_analytics_source'] as const;

export function leadSourceIn(p: Record<string, string>): string | undefined {
  for (const name of [...OWN_PROPERTIES, ...TRAFFIC_PROPERTIES]) {
    const value = textFrom(p[name]);
    if (value !== undefined) return inWords(value);
  }
  return undefined;
}

/** "ORGANIC_SEARCH" or "partner_referral" as people write it: "Organic search". What has blanks is in words already. */
export function inWords(value: string): string {
  if (!/^[a-z0-9]+(_[a-z0-9]+)*$/i.test(value) || !(value.includes('_') || /^[A-Z]{4,}$/.test(value))) return value;
  const words = value.toLowerCase().replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
