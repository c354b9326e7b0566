/** Telling the app: webhooks of an app (arrays of events) and of a workflow (one contact), signed and retried. */
import { z } from 'zod';
import type { SandboxContext } from '../service.ts';
import type { Change, StoredRecord } from './crm/stored.ts';
import { APP_ID, type PublicApp } from './public-app.ts';
import { type ObjectType, typeIdOf } from './schema.ts';
import { signed } from './signing.ts';

export const webhookInput = z.strictObject({
  mode: z.enum(['app', 'workflow', 'both', 'off']).optional(),
  /** Where to deliver; null: back to the app's own hook address. */
  url: z.url().nullable().optional(),
  /** Score at or above which the workflow enrols a contact. */
  threshold: z.number().optional(),
  scoreProperty: z.string().optional(),
  /** Properties of contacts the app subscribed to besides score and stage. */
  properties: z.array(z.string()).optional(),
  /** What the workflow sends: the legacy contact, names chosen by its maker, or a custom action. */
  shape: z.enum(['legacy', 'flat', 'action']).optional(),
  /** The app subscribed to what a CRM is followed by as well: owners, stages, what people did. */
  crm: z.boolean().optional(),
  /** Events wait for `release`. */
  hold: z.boolean().optional(),
});

export const releaseInput = z.strictObject({
  twice: z.boolean().optional(),
  reversed: z.boolean().optional(),
  lose: z.boolean().optional(),
});

export interface WebhookOptions {
  mode: 'app' | 'workflow' | 'both' | 'off';
  url: string | null;
  threshold: number;
  scoreProperty: string;
  properties: readonly string[];
  shape: 'legacy' | 'flat' | 'action';
  crm: boolean;
  hold: boolean;
}

export const WEBHOOK_DEFAULTS: WebhookOptions = {
  mode: 'app',
  url: null,
  threshold: 50,
  scoreProperty: 'hubspotscore',
  properties: [],
  shape: 'legacy',
  crm: false,
  hold: false,
};

type Event = Record<string, unknown> & { attemptNumber: number };

interface Delivery {
  kind: 'app' | 'workflow';
  events: Event[];
  /** A workflow's body; events are serialised anew for each attempt. */
  body?: string;
  attempt: number;
  url: string;
}

export interface Outcome {
  kind: 'app' | 'workflow';
  url: string;
  attempt: number;
  events: number;
  /** What the app answered; null: nothing. */
  status: number | null;
}

/** Each kind of event is a subscription of its own. */
const SUBSCRIPTIONS: Record<string, number> = {
  'contact.creation': 12345,
  'contact.propertyChange': 12346,
  'contact.merge': 12347,
  'contact.deletion': 12348,
  'contact.privacyDeletion': 12349,
};
/** What changes are told of, of everything but contacts' scores and stages, where the app follows the account as a CRM. */
const FOLLOWED: Partial<Record<ObjectType, readonly string[]>> = {
  contacts: ['hubspot_owner_id', 'hs_lead_status'],
  deals: ['hubspot_owner_id', 'dealstage', 'pipeline'],
  leads: ['hubspot_owner_id', 'hs_pipeline_stage'],
  tasks: ['hs_task_status'],
  meetings: ['hs_meeting_outcome'],
  calls: ['hs_call_status'],
  emails: [],
};
const GENERIC_SUBSCRIPTION = 12_400;
const MOST_EVENTS = 100;
const MOST_REQUESTS = 10;
const MOST_RETRIES = 10;
const ANSWER_WITHIN_MS = 5_000;
/** HubSpot spreads its retries over a day; here they come after so many real milliseconds times the attempt. */
const RETRY_AFTER_MS = 50;
const KEPT = 5_000;

/** As far as its deliveries go. */
export interface InstalledApp extends Pick<PublicApp, 'target' | 'tells'> {
  secret: string;
}

export type Webhooks = ReturnType<typeof createWebhooks>;

/** @param of the account, and the secret its deliveries are signed with */
export function createWebhooks(
  context: SandboxContext,
  of: { id: number; clientSecret: string },
  nextEvent: () => number,
) {
  let options = { ...WEBHOOK_DEFAULTS };
  let waiting: Event[] = [];
  let held: Event[] = [];
  let requests = 0;
  let leaving = false;
  const retries = new Map<Delivery, NodeJS.Timeout>();
  const underWay = new Set<Promise<void>>();
  let outcomes: Outcome[] = [];
  const stop = new AbortController();
  /** The app that all accounts may install, while it is installed in this one. */
  let installed: InstalledApp | undefined;

  const ownTarget = () => options.url ?? `${context.appUrl()}/hooks/${context.hookKey}/hubspot`;
  const target = () => (installed === undefined ? ownTarget() : (installed.target() ?? ''));
  /** Undefined: by the settings of the account. */
  const isTold = (kind: string, property?: string) => installed?.tells(kind, property);
  const sendsApp = () => options.mode === 'app' || options.mode === 'both';
  const sendsWorkflow = () => options.mode === 'workflow' || options.mode === 'both';

  function queue(
    record: StoredRecord,
    subscriptionType: string,
    at: Date,
    { source, userId }: { source: string; userId?: number | undefined },
    more: { propertyName?: string } & Record<string, unknown>,
  ): void {
    if (isTold(subscriptionType, more.propertyName) === false || target() === '') return;
    const event = {
      eventId: nextEvent(),
      subscriptionId: SUBSCRIPTIONS[subscriptionType] ?? GENERIC_SUBSCRIPTION,
      portalId: of.id,
      appId: APP_ID,
      occurredAt: at.getTime(),
      subscriptionType,
      attemptNumber: 0,
      objectId: Number(record.id),
      // What an app writes is an integration's to whoever is told.
      changeSource: source === 'API' ? 'INTEGRATION' : source,
      ...(source === 'API' && { sourceId: String(APP_ID) }),
      ...(userId !== undefined && { sourceId: `userId:${userId}` }),
      ...more,
    };
    if (options.hold) return void held.push(event);
    waiting.push(event);
    goes();
  }

  function goes(): void {
    if (leaving) return;
    // What changed in the same turn travels together.
    leaving = true;
    setImmediate(() => {
      leaving = false;
      leave();
    });
  }

  function leave(): void {
    while (waiting.length > 0 && requests < MOST_REQUESTS) {
      start({ kind: 'app', events: waiting.splice(0, MOST_EVENTS), attempt: 0, url: target() });
    }
  }

  function start(delivery: Delivery): void {
    if (stop.signal.aborted) return;
    requests += 1;
    const work = deliver(delivery).finally(() => {
      requests -= 1;
      underWay.delete(work);
      leave();
    });
    underWay.add(work);
  }

  async function deliver(delivery: Delivery): Promise<void> {
    const body =
      delivery.body ?? JSON.stringify(delivery.events.map(one => ({ ...one, attemptNumber: delivery.attempt })));
    const { kind, url } = delivery;
    const cancelled = stop.signal;
    const status = await postSigned(url, body, kind);
    if (cancelled.aborted) return;
    if (outcomes.length >= 2 * KEPT) outcomes = outcomes.slice(-KEPT);
    outcomes.push({ kind, url, attempt: delivery.attempt, events: delivery.events.length || 1, status });
    if (status !== null && status >= 200 && status < 300) return;
    // A workflow takes a 4xx for a final word, but for 429.
    if (kind === 'workflow' && status !== null && status < 500 && status !== 429) return;
    if (delivery.attempt >= MOST_RETRIES) return;
    const again = { ...delivery, attempt: delivery.attempt + 1 };
    const timer = setTimeout(() => {
      retries.delete(again);
      start(again);
    }, RETRY_AFTER_MS * again.attempt);
    retries.set(again, timer);
  }

  function postSigned(url: string, body: string, kind: Delivery['kind']): Promise<number | null> {
    return post(url, body, {
      'content-type': 'application/json',
      'user-agent': 'HubSpot Connect 2.0',
      ...signed({ method: 'POST', url, body, kind }, installed?.secret ?? of.clientSecret, context.clock.now()),
    });
  }

  async function post(url: string, body: string, headers: Record<string, string>): Promise<number | null> {
    try {
      const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]);
      const response = await fetch(url, { method: 'POST', body, headers, signal, redirect: 'manual' });
      await response.arrayBuffer();
      return response.status;
    } catch {
      // Nobody there, hung up or too slow: to HubSpot these are all the same, and so is what follows.
      return null;
    }
  }

  /** Everything but contacts is told of under one name for all types. */
  function generic(
    record: StoredRecord,
    what: string,
    at: Date,
    by: { source: string; userId?: number | undefined },
    more: object,
  ): void {
    if (!options.crm || !FOLLOWED[record.type]) return;
    queue(record, `object.${what}`, at, by, { objectTypeId: typeIdOf(record.type), ...more });
  }

  function enrol({ record, value }: Change): void {
    const versions = record.history.get(options.scoreProperty) ?? [];
    const before = Number(versions[1]?.value || Number.NEGATIVE_INFINITY);
    if (value === '' || Number(value) < options.threshold || before >= options.threshold) return;
    const body = JSON.stringify(workflowBody(of.id, record, options.shape));
    // The app's own step has an address of its own; a step that sends a webhook names any.
    const url = installed !== undefined && options.shape === 'action' ? `${target()}/action` : target();
    start({ kind: 'workflow', events: [], body, attempt: 0, url });
  }

  return {
    options: () => options,
    configure(change: z.infer<typeof webhookInput>): WebhookOptions {
      options = { ...options, ...change };
      return options;
    },
    created(record: StoredRecord, source: string, userId?: number): void {
      if (!sendsApp()) return;
      const at = new Date(record.createdAt);
      if (record.type === 'contacts') queue(record, 'contact.creation', at, { source, userId }, { changeFlag: 'NEW' });
      else generic(record, 'creation', at, { source, userId }, { changeFlag: 'CREATED' });
    },
    changed(change: Change): void {
      const { record, name, value, at } = change;
      const told = { propertyName: name, propertyValue: value };
      const followed = options.crm && FOLLOWED[record.type]?.includes(name);
      if (record.type !== 'contacts') {
        if (followed && sendsApp()) generic(record, 'propertyChange', at, change, told);
        return;
      }
      const watched = [options.scoreProperty, 'lifecyclestage', ...options.properties];
      if (!watched.includes(name) && !followed && !isTold('contact.propertyChange', name)) return;
      if (sendsApp()) queue(record, 'contact.propertyChange', at, change, told);
      if (sendsWorkflow() && name === options.scoreProperty) enrol(change);
    },
    merged(record: StoredRecord, into: StoredRecord): void {
      if (!sendsApp()) return;
      const more = { primaryObjectId: Number(into.id), mergedObjectIds: [Number(record.id)], newObjectId: null };
      queue(into, 'contact.merge', context.clock.now(), { source: 'CRM_UI' }, { changeFlag: 'MERGED', ...more });
    },
    /** A deletion for privacy is told twice: as itself and as a plain one. */
    deleted(record: StoredRecord, forPrivacy: boolean): void {
      if (!sendsApp()) return;
      const more = { changeFlag: 'DELETED' };
      const [at, by] = [context.clock.now(), { source: 'CRM_UI' }];
      if (record.type !== 'contacts') {
        generic(record, 'deletion', at, by, more);
        return;
      }
      const kinds = forPrivacy ? ['contact.privacyDeletion', 'contact.deletion'] : ['contact.deletion'];
      for (const kind of kinds) queue(record, kind, at, by, more);
    },
    /** What was held, as it is asked for. Answers how much that was. */
    release({ twice, reversed, lose }: z.infer<typeof releaseInput>): number {
      const events = reversed ? held.toReversed() : held;
      held = [];
      options = { ...options, hold: false };
      if (!lose) waiting.push(...events, ...(twice ? events : []));
      if (waiting.length > 0) goes();
      return events.length;
    },
    /** The app of all accounts tells of this one from now on; undefined: no more. */
    install(app: InstalledApp | undefined): void {
      installed = app;
    },
    /** This body, once. Answers what the app said. */
    send: (body: string) => postSigned(target(), body, 'app'),
    /** Sends everything that waits for its retry now. Answers how much that was. */
    retryNow(): number {
      const due = [...retries];
      retries.clear();
      for (const [delivery, timer] of due) {
        clearTimeout(timer);
        start(delivery);
      }
      return due.length;
    },
    state: () => ({
      waiting: waiting.length,
      underWay: underWay.size,
      retrying: retries.size,
      outcomes: outcomes.slice(-KEPT),
    }),
    async close(): Promise<void> {
      stop.abort();
      waiting = [];
      held = [];
      for (const timer of retries.values()) clearTimeout(timer);
      retries.clear();
      await Promise.all(underWay);
    },
  };
}

function workflowBody(portalId: number, record: StoredRecord, shape: WebhookOptions['shape']): object {
  const { properties } = record;
  if (shape === 'flat') return { hs_object_id: record.id, ...properties };
  if (shape === 'action') {
    return {
      callbackId: `ap-${portalId}-${record.id}-${record.changedAt}-1-0`,
      origin: { portalId, actionDefinitionId: 2, actionDefinitionVersion: 1 },
      context: { source: 'WORKFLOWS', workflowId: 192814114 },
      object: { objectId: Number(record.id), properties: { email: properties.email }, objectType: 'CONTACT' },
      inputFields: { ...properties, hs_object_id: record.id },
    };
  }
  return {
    vid: Number(record.id),
    'canonical-vid': Number(record.id),
    'merged-vids': [],
    'portal-id': portalId,
    'is-contact': true,
    properties: Object.fromEntries(
      Object.entries(properties).map(([name, value]) => [
        name,
        {
          value,
          versions: (record.history.get(name) ?? []).map(one => ({
            value: one.value,
            'source-type': one.sourceType,
            timestamp: Date.parse(one.timestamp),
            selected: false,
          })),
        },
      ]),
    ),
    'form-submissions': [],
    'list-memberships': [],
    'identity-profiles': [{ vid: Number(record.id), identities: [{ type: 'EMAIL', value: properties.email ?? '' }] }],
    'merge-audits': [],
  };
}
