/**
 * Addresses below these hosts belong to whoever wrote through a platform, never to the platform's own staff. Names that
 * platforms publish in their help pages; a host counts with everything below it.
 */
const RELAYS = new Set(
  `
  users.noreply.github.com noreply.github.com reply.github.com users.noreply.gitlab.com incoming.gitlab.com
  guest.booking.com property.booking.com partner.booking.com guest.airbnb.com host.airbnb.com reply.airbnb.com
  m.expediapartnercentral.com expediapartnercentral.com guest.agoda.com agoda-messaging.com guest.trip.com
  messages.homeaway.com messages.vrbo.com
  reply.linkedin.com inmail-hit-reply.linkedin.com hit-reply.linkedin.com
  reply.facebook.com facebookmail.com groups.facebook.com reply.meetup.com
  reply.craigslist.org sale.craigslist.org hous.craigslist.org job.craigslist.org serv.craigslist.org
  members.ebay.com members.ebay.co.uk members.ebay.de members.ebay.fr members.ebay.it members.ebay.es members.ebay.ca
  convo.etsy.com messages.etsy.com messages.indeed.com indeedemail.com reply.upwork.com
  relay.firefox.com privaterelay.appleid.com
  gserviceaccount.com
  `
    .trim()
    .split(/\s+/),
);

/** A tenant's first name, given by the provider of its mail: it says nothing of the domain its company uses. */
const TENANTS = new Set([
  'onmicrosoft.com',
  'onmicrosoft.us',
  'onmicrosoft.de',
  'partner.onmschina.cn',
  'onmschina.cn',
]);

/** A marketplace has one relay in each country: `marketplace.amazon.com`, `marketplace.amazon.co.uk`. */
const MARKETPLACE = /(?:^|\.)(?:marketplace|m\.marketplace)\.amazon(?:\.[a-z]{2,3}){1,2}$/;

/** No host is longer (RFC 1035, 2.3.4); of a hundred thousand dots every part would be held. */
const LONGEST_HOST = 253;

/**
 * What kind of relay a host is, as it follows "is"; undefined for any other host.
 * @param host in ASCII and lower case
 */
export function relayName(host: string): string | undefined {
  if (host.length > LONGEST_HOST) return undefined;
  const names = host.split('.').map((_, index, labels) => labels.slice(index).join('.'));
  if (names.some(name => TENANTS.has(name))) return 'the first name of a mail tenant, not a company’s domain';
  const isRelay = names.some(name => RELAYS.has(name)) || MARKETPLACE.test(host);
  return isRelay ? 'a relay that hides the sender’s own address' : undefined;
}
