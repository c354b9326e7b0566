/** The app that all accounts may install: its webhooks, as somebody entered them or as the webhooks API sets them. */
import type { Request, Response } from 'express';
import { z } from 'zod';
import type { Handler, Handlers, SandboxContext } from '../service.ts';
import { invalid, missingScopes, notFound, Refusal, rateLimited, send } from './errors.ts';

export const APP_ID = 54321;
export const DEVELOPER_KEY = 'eu1-0d0d-ba70ba70-0000-4000-8000-ba70ba70ba70';

const MOST_SUBSCRIPTIONS = 1_000;
const PROPERTY_EVENT = /\.propertyChange$/;
/** The app has the scopes of contacts alone. */
const EVENT = /^contact\.(creation|deletion|privacyDeletion|merge|restore|propertyChange|associationChange)$/;
const OTHER_EVENT = /^(company|deal|ticket|product|line_item|conversation|object)\.\w+$/;
/** HubSpot’s own pages: changes of these are not told. */
const NOT_TOLD = new Set(['num_unique_conversion_events', 'hs_lastmodifieddate']);

const settingsInput = z.strictObject({
  targetUrl: z.string(),
  throttling: z.strictObject({ maxConcurrentRequests: z.int().min(1), period: z.string().optional() }),
});
const subscriptionInput = z.strictObject({
  eventType: z.string(),
  propertyName: z.string().min(1).optional(),
  objectTypeId: z.string().optional(),
  active: z.boolean().default(false),
});
const patchInput = z.strictObject({ active: z.boolean() });

function input<T>(schema: z.ZodType<T>, req: Request): T {
  const read = schema.safeParse(req.body);
  if (!read.success) throw invalid(`Invalid input JSON: ${z.prettifyError(read.error)}`);
  return read.data;
}

export const publicAppInput = z.strictObject({
  /** True: nobody entered anything yet, and only what the API sets is told. */
  fresh: z.boolean().optional(),
  /** Calls of the webhooks API that are left before it answers 429; null: any number. */
  calls: z.int().min(0).nullable().optional(),
});

interface Subscription {
  id: string;
  eventType: string;
  propertyName?: string;
  active: boolean;
  createdAt: string;
}

export interface PublicApp {
  handlers: Handlers;
  /** Where its webhooks go; undefined: nowhere. */
  target(): string | undefined;
  /** Whether it is told of this; undefined: somebody subscribed it by hand to whatever the account’s settings say. */
  tells(eventType: string, propertyName?: string): boolean | undefined;
  configure(change: z.infer<typeof publicAppInput>): void;
  /** What it is subscribed to by the API, and where its webhooks go. */
  show(): { target: string | null; subscriptions: string[] };
  clear(): void;
}

type Set = z.infer<typeof settingsInput> & { createdAt: string; updatedAt: string };

export function createPublicApp(context: SandboxContext): PublicApp {
  let settings: Set | undefined;
  let isByHand = true;
  let callsLeft: number | null = null;
  let nextId = 876_500;
  const subscriptions = new Map<string, Subscription>();
  const now = () => context.clock.now().toISOString();

  const admitted =
    (work: (req: Request, res: Response) => void): Handler =>
    (req, res) => {
      try {
        admit(req);
        work(req, res);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        send(res, error);
      }
    };

  function admit(req: Request): void {
    if (req.query.hapikey !== DEVELOPER_KEY) {
      throw new Refusal(401, 'INVALID_AUTHENTICATION', 'This hapikey is not valid for a developer account.');
    }
    if (callsLeft !== null && callsLeft-- <= 0) {
      callsLeft = 0;
      throw rateLimited('TEN_SECONDLY_ROLLING');
    }
    if (req.params.app !== String(APP_ID)) throw notFound(`App ${String(req.params.app)} is not one of this account.`);
  }

  function add(given: z.infer<typeof subscriptionInput>): Subscription {
    const { eventType, propertyName } = given;
    if (!settings && !isByHand) throw invalid('The app has no target URL: set its webhook settings first.');
    if (OTHER_EVENT.test(eventType)) throw missingScopes([`crm.objects.${eventType.split('.')[0]}.read`]);
    if (!EVENT.test(eventType)) throw invalid(`${eventType} is no subscription type`);
    if (PROPERTY_EVENT.test(eventType) !== (propertyName !== undefined)) {
      throw invalid('propertyName belongs to propertyChange subscriptions, and to no others');
    }
    if (propertyName && NOT_TOLD.has(propertyName)) throw invalid(`${propertyName} cannot be subscribed to`);
    if ([...subscriptions.values()].some(one => one.eventType === eventType && one.propertyName === propertyName)) {
      throw invalid('Couldn’t create another subscription: one with these values exists already.');
    }
    if (subscriptions.size >= MOST_SUBSCRIPTIONS)
      throw invalid(`An app has at most ${MOST_SUBSCRIPTIONS} subscriptions.`);
    const id = String(nextId++);
    const made = { id, eventType, ...(propertyName && { propertyName }), active: given.active, createdAt: now() };
    subscriptions.set(id, made);
    return made;
  }

  const handlers: Handlers = {
    'GET /webhooks/:version/:app/settings': admitted((_req, res) => {
      if (!settings) throw notFound('No webhook settings exist for this app.');
      res.json(settings);
    }),
    'PUT /webhooks/:version/:app/settings': admitted((req, res) => {
      const given = input(settingsInput, req);
      const url = URL.parse(given.targetUrl);
      const isHere = url?.hostname === '127.0.0.1' || url?.hostname === 'localhost';
      if (!url || (url.protocol !== 'https:' && !isHere))
        throw invalid('targetUrl must be a publicly available https URL');
      settings = { ...given, createdAt: settings?.createdAt ?? now(), updatedAt: now() };
      res.json(settings);
    }),
    'GET /webhooks/:version/:app/subscriptions': admitted((_req, res) => {
      res.json({ results: [...subscriptions.values()] });
    }),
    'POST /webhooks/:version/:app/subscriptions': admitted((req, res) => {
      res.status(201).json(add(input(subscriptionInput, req)));
    }),
    'PATCH /webhooks/:version/:app/subscriptions/:id': admitted((req, res) => {
      const known = subscriptions.get(String(req.params.id));
      if (!known) throw notFound('No such subscription.');
      known.active = input(patchInput, req).active;
      res.json(known);
    }),
  };
  return {
    handlers,
    target: () => settings?.targetUrl ?? (isByHand ? `${context.appUrl()}/hooks/hubspot` : undefined),
    tells(eventType, propertyName) {
      if (isByHand) return undefined;
      return [...subscriptions.values()].some(
        one => one.active && one.eventType === eventType && one.propertyName === propertyName,
      );
    },
    configure({ fresh, calls }) {
      if (fresh !== undefined) isByHand = !fresh;
      if (calls !== undefined) callsLeft = calls;
    },
    show: () => ({
      target: settings?.targetUrl ?? null,
      subscriptions: [...subscriptions.values()].map(one => [one.eventType, one.propertyName ?? []].flat().join(' ')),
    }),
    clear() {
      settings = undefined;
      isByHand = true;
      callsLeft = null;
      subscriptions.clear();
    },
  };
}
