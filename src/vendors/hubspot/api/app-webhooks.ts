/**
 * Webhooks of the app that every portal installs, set by HubSpot's webhooks API with the developer account's key (its
 * page "Webhooks API", `/webhooks/2026-03/{appId}/settings` and `…/subscriptions`, parameter `hapikey`). HubSpot offers it
 * for legacy public apps alone; an app that is a project declares the same in its `webhooks-hsmeta.json`.
 */
import { z } from 'zod';
import type { AppWebhooks, RegisteredWebhook, WantedWebhooks } from '../../../contracts/app-webhooks.ts';
import type { Clock } from '../../../lib/clock.ts';
import { Rejected, Unavailable } from '../../../lib/errors.ts';
import { type HttpAnswer, httpClient } from '../../../lib/http.ts';
import { failureOf, SERVICE } from './errors.ts';

export interface WebhooksOfApp {
  /** `https://api.hubapi.com`. */
  apiUrl: string;
  /** Before the id: `/webhooks/2026-03`. */
  path: string;
  appId: string;
  developerKey: string;
  clock: Clock;
}

/** One kind of event, of one property where it is a change. */
interface Subscription {
  eventType: string;
  propertyName?: string;
}

const EVENTS = ['contact.creation', 'contact.merge', 'contact.deletion', 'contact.privacyDeletion', 'contact.restore'];
const CHANGE = 'contact.propertyChange';
/** Deliveries at once, where nobody chose a number: HubSpot's own default. */
const AT_ONCE = 10;

const settings = z.object({
  targetUrl: z.string().nullish(),
  throttling: z.looseObject({ maxConcurrentRequests: z.number() }).nullish(),
});
const subscription = z.object({
  id: z.union([z.string(), z.number()]).transform(String),
  eventType: z.string(),
  propertyName: z.string().nullish(),
  active: z.boolean(),
});
const subscriptions = z.object({ results: z.array(subscription) });
type Known = z.output<typeof subscription>;

/** Every kind of event that Baton reads of contacts. Pure. */
function wantedSubscriptions(properties: readonly string[]): Subscription[] {
  const changes = [...new Set(properties)].sort().map(propertyName => ({ eventType: CHANGE, propertyName }));
  return [...EVENTS.map(eventType => ({ eventType })), ...changes];
}

const nameOf = ({ eventType, propertyName }: { eventType: string; propertyName?: string | null | undefined }) =>
  propertyName ? `${eventType} of ${propertyName}` : eventType;

/** What an app that is a project has in `src/app/webhooks/webhooks-hsmeta.json` for the same. Pure. */
function projectWebhooks({ address, properties }: WantedWebhooks): object {
  const entries = wantedSubscriptions(properties).map(({ eventType, propertyName }) => ({
    subscriptionType: eventType,
    ...(propertyName && { propertyName }),
    active: true,
  }));
  const isHubEvent = ({ subscriptionType }: { subscriptionType: string }) =>
    subscriptionType.endsWith('privacyDeletion');
  return {
    uid: 'webhooks',
    type: 'webhooks',
    config: {
      settings: { targetUrl: address, maxConcurrentRequests: AT_ONCE },
      subscriptions: {
        legacyCrmObjects: entries.filter(one => !isHubEvent(one)),
        hubEvents: entries.filter(isHubEvent),
      },
    },
  };
}

/** @param app absent: id or key of the app are not set, so somebody copies what it needs */
export function hubspotAppWebhooks(app: WebhooksOfApp | undefined, missing: readonly string[]): AppWebhooks {
  return { missing, byHand, ...(app && { register: registrar(client(app)) }) };
}

function byHand(wanted: WantedWebhooks): string[] {
  const names = wantedSubscriptions(wanted.properties).map(nameOf);
  return [
    `In HubSpot, open your developer account, your app, Webhooks: target URL ${wanted.address}, subscriptions ${names.join(', ')}.`,
    'An app that is a project has the same in src/app/webhooks/webhooks-hsmeta.json:',
    JSON.stringify(projectWebhooks(wanted), null, 2),
  ];
}

function registrar(ask: Ask): NonNullable<AppWebhooks['register']> {
  return async (wanted, { dryRun = false } = {}) => {
    const parts = [await settleAddress(ask, wanted.address, dryRun)];
    const known = await list(ask);
    for (const one of wantedSubscriptions(wanted.properties)) parts.push(await settle(ask, known, one, dryRun));
    return parts;
  };
}

type Ask = (method: 'GET' | 'POST' | 'PUT' | 'PATCH', path: string, json?: object) => Promise<Answered>;
interface Answered extends HttpAnswer {
  failure(): Error;
}

/** The key goes in the address, as HubSpot wants it; messages carry the path alone. */
function client({ apiUrl, path, appId, developerKey, clock }: WebhooksOfApp): Ask {
  const http = httpClient({ service: SERVICE, baseUrl: apiUrl });
  return async (method, what, json) => {
    const full = `${path.replace(/\/+$/, '')}/${encodeURIComponent(appId)}${what}`;
    const answer = await http({ method, path: full, query: { hapikey: developerKey }, ...(json && { json }) });
    return { ...answer, failure: () => failureOf(answer, `${method} ${full}`, clock.now()) };
  };
}

async function settleAddress(ask: Ask, address: string, dryRun: boolean): Promise<RegisteredWebhook> {
  const answer = await ask('GET', '/settings');
  // An app that never had webhooks has no settings; one that is unknown is refused below.
  const none = answer.status === 404;
  if (!none && answer.status >= 300) throw answer.failure();
  const given = none ? {} : read(settings, answer.body, 'settings');
  const name = `target URL ${address}`;
  if (given.targetUrl === address) return { name, outcome: 'unchanged' };
  if (!dryRun) {
    const throttling = given.throttling ?? { maxConcurrentRequests: AT_ONCE };
    const put = await ask('PUT', '/settings', { targetUrl: address, throttling });
    if (put.status === 404) throw noSuchApp();
    if (put.status >= 300) throw put.failure();
  }
  return { name, outcome: given.targetUrl ? 'changed' : 'made' };
}

function noSuchApp(): Rejected {
  return new Rejected(
    'HubSpot knows no app with this id that takes webhooks by its API: look at HUBSPOT_APP_ID (Apps, your app, Auth); an app that is a project declares them in its own webhooks-hsmeta.json',
    { service: SERVICE, code: 'NO_APP' },
  );
}

async function list(ask: Ask): Promise<Known[]> {
  const answer = await ask('GET', '/subscriptions');
  if (answer.status === 404) return [];
  if (answer.status >= 300) throw answer.failure();
  return read(subscriptions, answer.body, 'subscriptions').results;
}

const same = (one: Subscription) => (other: Known) =>
  other.eventType === one.eventType && (other.propertyName || undefined) === one.propertyName;

async function settle(
  ask: Ask,
  known: readonly Known[],
  one: Subscription,
  dryRun: boolean,
): Promise<RegisteredWebhook> {
  const name = nameOf(one);
  const there = known.find(same(one));
  if (there?.active) return { name, outcome: 'unchanged' };
  const outcome = there ? 'changed' : 'made';
  if (dryRun) return { name, outcome };
  const answer = there
    ? await ask('PATCH', `/subscriptions/${encodeURIComponent(there.id)}`, { active: true })
    : await ask('POST', '/subscriptions', { ...one, active: true });
  if (answer.status < 300) return { name, outcome };
  // Of an app without the scope of one kind the others are made all the same.
  const isAboutThis = answer.status === 400 || answer.status === 403 || answer.status === 409;
  if (!isAboutThis) throw answer.failure();
  // Another process may have made it since the list was read.
  if ((await list(ask)).some(other => same(one)(other) && other.active)) return { name, outcome: 'unchanged' };
  return { name, outcome: 'refused', why: answer.failure().message };
}

function read<T>(schema: z.ZodType<T>, body: unknown, what: string): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new Unavailable(`HubSpot’s ${what} of webhooks cannot be read`, { service: SERVICE, code: 'UNREADABLE' });
}
