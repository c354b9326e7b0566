/** Whose domain is it? A website field is typed by people; a domain decides by its host, never by its spelling. */
import { domainToUnicode } from 'node:url';
import { parse } from 'tldts';
import { hostOf, likeText } from '../api/soql.ts';

/** Where many companies have a page of their own: a page there says nothing of the host. */
const PROFILE_HOSTS = new Set(
  'facebook.com github.com instagram.com linkedin.com medium.com pinterest.com sites.google.com t.me tiktok.com twitter.com x.com xing.com youtube.com'.split(
    ' ',
  ),
);

/** What may stand before a host in a website field, besides its start. */
const BEFORE = ['', '%.', '%/', '% ', '%,', '%;', '%|', '%@'];

/** How near a host is to a company's domain: the same host, or another of the same registered name. */
export type Kinship = 'same' | 'kin';

/** The hosts a website field names, without `www.`: there may be several, with paths, or words that are none. */
export function hostsOf(website: string | null | undefined): string[] {
  const hosts = (website ?? '')
    .split(/[\s,;|]+/)
    .filter(Boolean)
    .flatMap(address => {
      const host = hostOf(address);
      return host?.includes('.') && !isProfile(host, address) ? [host] : [];
    });
  return [...new Set(hosts)];
}

function isProfile(host: string, address: string): boolean {
  const isPage = /^(?:[a-z][a-z0-9+.-]*:\/\/)?[^/?#]+\/[^?#\s/]/i.test(address);
  const home = host.split('.').slice(-2).join('.');
  return isPage && (PROFILE_HOSTS.has(host) || PROFILE_HOSTS.has(home));
}

/**
 * The name somebody registered. What a host sells or gives out below its own name (`github.io`, `myshopify.com`) is
 * everybody's own: two of them are two companies. Undefined for a public suffix itself, and for an IP address.
 */
export function registrable(host: string): string | undefined {
  const { domain, isIp } = parse(host, { allowPrivateDomains: true });
  return isIp === true || domain === null ? undefined : domain;
}

/** Sub-domains are the same company when somebody registered the one name above them both. */
export function kinship(host: string, domain: string): Kinship | undefined {
  const own = registrable(domain);
  if (own === undefined || registrable(host) !== own) return undefined;
  return host === domain ? 'same' : 'kin';
}

/** LIKE patterns that find every account whose website may name the domain; which does is decided by `hostsOf`. */
export function websitePatterns(domain: string): string[] {
  const own = registrable(domain);
  if (own === undefined) return [];
  const spellings = new Set([own, domainToUnicode(own)].filter(Boolean));
  return [...spellings].flatMap(name => BEFORE.map(before => `'${before}${likeText(name)}%'`));
}
