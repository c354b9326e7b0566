import { domainToUnicode } from 'node:url';
import { hostOf } from '../api/soql.ts';
import { registrable } from './websites.ts';

/** Indexed because it is an External ID; a flow of Baton's fills it whenever an account is saved. */
export const HOST_FIELD = 'Baton_Website_Host__c';

/** The first host that a website names, exactly as the flow in `salesforce/` reckons it; null when it names none. */
export function websiteHost(website: string | null | undefined): string | null {
  const text = (website ?? '').trim().toLowerCase();
  const at = text.indexOf('://');
  const [host = ''] = (at < 0 ? text : text.slice(at + 3)).split(/[/:?#,;| ]/, 1);
  return (host.startsWith('www.') ? host.slice(4) : host) || null;
}

/** Values of the field that an account of this domain may have. An empty list: the domain is nobody's own. */
export function hostsToFind(domain: string | undefined): string[] {
  const host = hostOf(domain);
  const own = host === undefined ? undefined : registrable(host);
  if (host === undefined || own === undefined) return [];
  return [...new Set([host, own].flatMap(one => [one, domainToUnicode(one)]).filter(Boolean))];
}
