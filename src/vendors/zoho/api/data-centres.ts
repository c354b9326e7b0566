/**
 * Zoho keeps each organization in one data centre, with hosts of its own (host table of Zoho's SDK for v8). Which one
 * it is, the log-in says: `accounts-server` on the way back, `api_domain` with the tokens.
 */

/** Where people log in, and tokens are traded. */
const ACCOUNTS_HOSTS: readonly string[] = [
  'accounts.zoho.com',
  'accounts.zoho.eu',
  'accounts.zoho.in',
  'accounts.zoho.com.au',
  'accounts.zoho.jp',
  'accounts.zoho.com.cn',
  'accounts.zoho.sa',
  'accounts.zohocloud.ca',
];

const bare = (address: string): string => address.replace(/\/+$/, '');

/**
 * The accounts server that a browser came back from, if it is one: the address stands in the browser's own words, and
 * the client secret goes there. Undefined: it is none of Zoho's, nor where the configured one is.
 */
export function accountsServer(configured: string, returned: string | undefined): string | undefined {
  if (!returned) return bare(configured);
  const url = URL.parse(returned);
  if (!url || url.username || url.password) return undefined;
  const isZohos = url.protocol === 'https:' && url.port === '' && ACCOUNTS_HOSTS.includes(url.hostname);
  return isZohos || url.origin === URL.parse(configured)?.origin ? bare(`${url.origin}${url.pathname}`) : undefined;
}

/** Where people open Zoho CRM, by where its API is; Canada's host has another name. */
export function webAddress(apiDomain: string): string {
  const [, centre = 'com'] = /\.zohoapis\.([a-z.]+)$/.exec(URL.parse(apiDomain)?.hostname ?? '') ?? [];
  return centre === 'ca' ? 'https://crm.zohocloud.ca' : `https://crm.zoho.${centre}`;
}
