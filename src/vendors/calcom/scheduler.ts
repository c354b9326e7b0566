/** Cal.com (API v2) as the place where leads book meetings. */
import { createHash, createHmac } from 'node:crypto';
import { z } from 'zod';
import type { Invitee, Scheduler } from '../../contracts/scheduler.ts';
import { type Api, type CalcomOptions, calcomApi, SERVICE } from './api.ts';
import { readCalcom, TRIGGERS, verifyCalcom } from './webhook.ts';

const eventTypes = z.object({ data: z.array(z.object({ id: z.number(), slug: z.string() })) });
const privateLink = z.object({ data: z.object({ bookingUrl: z.url() }) });
const webhooks = z.object({
  data: z.array(
    z.object({
      id: z.union([z.string(), z.number()]),
      subscriberUrl: z.string(),
      active: z.boolean(),
      triggers: z.array(z.string()),
    }),
  ),
});

/** By its changelog, the version under which event types are asked for by user name and slug. */
const EVENT_TYPES = { 'cal-api-version': '2024-06-14' };
const MOST_PAGES = 1_000;

/**
 * @param options `webUrl`: where the booking pages are; `secret`: of webhooks that somebody made by hand, else Baton makes one of
 * the key
 */
export function calcom(options: CalcomOptions & { webUrl: string; secret?: string }): Scheduler {
  const { key, webUrl } = options;
  const secret = options.secret ?? createHmac('sha256', key).update('baton webhook').digest('hex');
  const api = calcomApi(options);
  /** Ids by page: they never change, and a page that has none may get one. */
  const ids = new Map<string, number>();
  return {
    name: SERVICE,
    verify: request => verifyCalcom(request, secret),
    read: readCalcom,
    prove: async () => void (await api({ path: '/me' }, z.object({ data: z.unknown() }))),
    async link(page, invitee) {
      const of = pageOf(page, webUrl);
      const id = of && (await typeId(api, ids, of));
      if (id === undefined) return undefined;
      // An empty body is a link that can be booked once.
      const { data } = await api({ method: 'POST', path: `/event-types/${id}/private-links`, json: {} }, privateLink);
      return filledIn(data.bookingUrl, invitee);
    },
    watch: address => watch(api, address, secret),
    async unwatch(address) {
      for (const one of await webhooksAt(api, address)) await remove(api, one);
    },
  };
}

interface Page {
  username: string;
  eventSlug: string;
}

/** `https://cal.com/marcus/intro`; undefined: it is a page of somebody else, or of a person and no kind of meeting. */
function pageOf(page: string, webUrl: string): Page | undefined {
  if (!URL.canParse(page) || new URL(page).host !== new URL(webUrl).host) return undefined;
  const [username, eventSlug, ...more] = new URL(page).pathname.split('/').filter(Boolean);
  return username && eventSlug && more.length === 0 ? { username, eventSlug } : undefined;
}

async function typeId(api: Api, ids: Map<string, number>, page: Page): Promise<number | undefined> {
  const key = `${page.username}/${page.eventSlug}`;
  const known = ids.get(key);
  if (known !== undefined) return known;
  const { data } = await api({ path: '/event-types', query: { ...page }, headers: EVENT_TYPES }, eventTypes);
  const id = data.find(({ slug }) => slug === page.eventSlug)?.id;
  if (id !== undefined && ids.size < MOST_PAGES) ids.set(key, id);
  return id;
}

/** Booking pages fill in what stands in their address under the fields' names; metadata comes back with the booking. */
function filledIn(link: string, { name, email, handoffId }: Invitee): string {
  const url = new URL(link);
  const values = { name, email, 'metadata[handoff]': handoffId };
  for (const [key, value] of Object.entries(values)) if (value) url.searchParams.set(key, value);
  return url.href;
}

type Webhook = z.output<typeof webhooks>['data'][number];

/** Whatever secret they are signed with. */
async function webhooksAt(api: Api, address: string): Promise<Webhook[]> {
  const { data } = await api({ path: '/webhooks', query: { take: '250' } }, webhooks);
  return data.filter(one => one.subscriberUrl.split('?')[0] === address);
}

const remove = (api: Api, { id }: Webhook) =>
  api({ method: 'DELETE', path: `/webhooks/${encodeURIComponent(id)}` }, z.unknown());

/** One that is switched off, or signed with another secret, is made anew. */
async function watch(api: Api, address: string, secret: string): Promise<void> {
  // The address says which secret it is signed with, as nothing that Cal.com answers does.
  const subscriberUrl = `${address}?key=${createHash('sha256').update(secret).digest('hex').slice(0, 8)}`;
  const ours = await webhooksAt(api, address);
  const isGood = (one: Webhook) =>
    one.subscriberUrl === subscriberUrl && one.active && TRIGGERS.every(trigger => one.triggers.includes(trigger));
  for (const one of ours.filter(found => !isGood(found))) await remove(api, one);
  if (ours.some(isGood)) return;
  const json = { active: true, subscriberUrl, triggers: TRIGGERS, secret };
  await api({ method: 'POST', path: '/webhooks', json }, z.unknown());
}
