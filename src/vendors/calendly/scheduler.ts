/** Calendly as the place where leads book meetings. */
import { createHash, createHmac } from 'node:crypto';
import { z } from 'zod';
import type { Invitee, Scheduler } from '../../contracts/scheduler.ts';
import { after, MINUTE } from '../../lib/clock.ts';
import { type Api, type CalendlyOptions, calendlyApi, SERVICE } from './api.ts';
import { readCalendly, verifyCalendly } from './webhook.ts';

const me = z.object({ resource: z.object({ current_organization: z.string() }) });
const eventTypes = z.object({
  collection: z.array(z.object({ uri: z.string(), scheduling_url: z.string() })),
  pagination: z.object({ next_page_token: z.string().nullish() }),
});
const schedulingLink = z.object({ resource: z.object({ booking_url: z.url() }) });
const subscriptions = z.object({
  collection: z.array(
    z.object({ uri: z.string(), callback_url: z.string(), state: z.string(), events: z.array(z.string()) }),
  ),
});

const EVENTS = ['invitee.created', 'invitee.canceled'];
/** Pages of a hundred: nobody offers more kinds of meetings. */
const MOST_PAGES = 20;
/** A new kind of meeting counts within this. */
const KEPT = 10 * MINUTE;

/** @param options `signingKey`: of webhooks that somebody made by hand; left out, Baton makes one of the token */
export function calendly(options: CalendlyOptions & { signingKey?: string }): Scheduler {
  const { token, clock } = options;
  const signingKey = options.signingKey ?? createHmac('sha256', token).update('baton webhook').digest('hex');
  const api = calendlyApi(options);
  let known: { until: Date; types: Promise<ReadonlyMap<string, string>> } | undefined;
  const types = () => {
    if (!known || known.until <= clock.now()) known = { until: after(clock.now(), KEPT), types: typesByPage(api) };
    return known.types.catch(error => {
      known = undefined;
      throw error;
    });
  };
  return {
    name: SERVICE,
    verify: (request, now) => verifyCalendly(request, signingKey, now),
    read: readCalendly,
    prove: async () => void (await organization(api)),
    async link(page, invitee) {
      const key = pageKey(page);
      const type = key && (await types()).get(key);
      if (!type) return undefined;
      const json = { max_event_count: 1, owner: type, owner_type: 'EventType' };
      const { resource } = await api({ method: 'POST', path: '/scheduling_links', json }, schedulingLink);
      return filledIn(resource.booking_url, invitee);
    },
    watch: address => watch(api, address, signingKey),
    async unwatch(address) {
      for (const one of await webhooksAt(api, await organization(api), address)) await remove(api, one);
    },
  };
}

const organization = async (api: Api) => (await api({ path: '/users/me' }, me)).resource.current_organization;

/** The address of a page without what may differ; undefined: it is none of Calendly's. */
function pageKey(page: string): string | undefined {
  if (!URL.canParse(page)) return undefined;
  const { hostname, pathname } = new URL(page);
  return /(^|\.)calendly\.com$/i.test(hostname) ? pathname.toLowerCase().replace(/\/+$/, '') : undefined;
}

async function typesByPage(api: Api): Promise<ReadonlyMap<string, string>> {
  const of = await organization(api);
  const found = new Map<string, string>();
  let token: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const query = { organization: of, active: 'true', count: '100', ...(token && { page_token: token }) };
    const { collection, pagination } = await api({ path: '/event_types', query }, eventTypes);
    for (const { uri, scheduling_url } of collection) found.set(pageKey(scheduling_url) ?? scheduling_url, uri);
    token = pagination.next_page_token ?? undefined;
    if (!token) break;
  }
  return found;
}

/** Calendly's own names for what its pages fill in; utm_content comes back with the booking. */
function filledIn(link: string, { name, email, handoffId }: Invitee): string {
  const url = new URL(link);
  const values = { name, email, utm_source: 'baton', utm_content: handoffId };
  for (const [key, value] of Object.entries(values)) if (value) url.searchParams.set(key, value);
  return url.href;
}

const WEBHOOKS = '/webhook_subscriptions';
type Subscription = z.output<typeof subscriptions>['collection'][number];

/** Whatever key they are signed with. */
async function webhooksAt(api: Api, of: string, address: string): Promise<Subscription[]> {
  const query = { organization: of, scope: 'organization', count: '100' };
  const { collection } = await api({ path: WEBHOOKS, query }, subscriptions);
  return collection.filter(one => one.callback_url.split('?')[0] === address);
}

const remove = (api: Api, { uri }: Subscription) =>
  api({ method: 'DELETE', path: `${WEBHOOKS}/${encodeURIComponent(uri.split('/').at(-1) ?? '')}` }, z.unknown());

/** One that Calendly gave up, or that is signed with another key, is made anew. */
async function watch(api: Api, address: string, signingKey: string): Promise<void> {
  const of = await organization(api);
  // The address says which key it is signed with, as nothing that Calendly answers does.
  const url = `${address}?key=${createHash('sha256').update(signingKey).digest('hex').slice(0, 8)}`;
  const ours = await webhooksAt(api, of, address);
  const isGood = (one: Subscription) =>
    one.callback_url === url && one.state === 'active' && EVENTS.every(event => one.events.includes(event));
  for (const one of ours.filter(found => !isGood(found))) await remove(api, one);
  if (ours.some(isGood)) return;
  const json = { url, events: EVENTS, organization: of, scope: 'organization', signing_key: signingKey };
  await api({ method: 'POST', path: WEBHOOKS, json }, z.unknown());
}
