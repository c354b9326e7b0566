import { type NextFunction, type Request, type Response, Router } from 'express';
import type { Service, ServiceFactory } from '../service.ts';
import { controlRoutes } from './control.ts';
import { Refusal, send } from './errors.ts';
import type { Portals } from './http.ts';
import { createLimits } from './limits.ts';
import { ACCESS_TOKEN, CLIENT_ID, CLIENT_SECRET, createOauth } from './oauth.ts';
import { objectRoutes } from './objects.ts';
import { createPortal } from './portal.ts';
import { accountRoutes, associationRoutes, eventRoutes } from './relations.ts';
import { searchRoutes } from './search.ts';
import { DEFAULTS } from './settings.ts';
import { createWebhooks } from './webhooks.ts';

const API_VERSION = '2026-03';
const VERSIONS = new Set(['2026-03', '2026-09']);
/** Where dated paths carry their version. */
const VERSIONED = /^\/(?:crm\/(?:objects|associations|properties|owners|lists)|events\/event-occurrences)\/([^/]+)/;
const HOOK_KEY = 'sandbox-hook-key';

/** HubSpot for one account: CRM, events, lists, OAuth, and its webhooks. */
export const hubspot: ServiceFactory = context => {
  const { clock } = context;
  const webhooks = createWebhooks(context, process.env.HOOK_KEY ?? HOOK_KEY, CLIENT_SECRET);
  const fresh = () => createPortal(clock, webhooks);
  let portal = fresh();
  let settings = { ...DEFAULTS };
  let oauth = createOauth(clock, context.random);
  const limits = createLimits(clock, () => settings);
  const on: Portals = {
    get portal() {
      return portal;
    },
    get settings() {
      return settings;
    },
    clock,
    limits,
  };

  const routes = Router();
  routes.use((req, res, next) => oauth.routes(req, res, next));
  routes.use((req, _res, next) => {
    if (oauth.bearer(req)) return next();
    throw new Refusal(
      401,
      'INVALID_AUTHENTICATION',
      'Authentication credentials not found. This API supports OAuth 2.0 authentication and you can find more details at https://developers.hubspot.com/docs/methods/auth/oauth-overview',
    );
  });
  routes.use(limits.calls);
  routes.use((req, _res, next) => {
    const version = VERSIONED.exec(req.path)?.[1];
    if (version !== undefined && !VERSIONS.has(version))
      throw new Refusal(404, 'NOT_FOUND', `There is no API version ${version}`);
    next();
  });
  routes.use(associationRoutes(on), searchRoutes(on), objectRoutes(on), eventRoutes(on), accountRoutes(on));
  routes.use(
    (_req, res) => void res.status(404).type('html').send('<html><body><h1>404: resource not found</h1></body></html>'),
  );
  // Four parameters are how Express knows an error handler.
  routes.use((error: unknown, _req: Request, res: Response, next: NextFunction) => {
    if (error instanceof Refusal) send(res, error);
    else next(error);
  });

  const service: Service = {
    name: 'hubspot',
    routes,
    control: controlRoutes(on, webhooks, change => {
      settings = { ...settings, ...change };
    }),
    reset() {
      webhooks.reset();
      portal = fresh();
      settings = { ...DEFAULTS };
      limits.reset();
      oauth = createOauth(clock, context.random);
    },
    env: base => ({
      HUBSPOT_API_URL: base,
      HUBSPOT_ACCESS_TOKEN: ACCESS_TOKEN,
      HUBSPOT_CLIENT_ID: CLIENT_ID,
      HUBSPOT_CLIENT_SECRET: CLIENT_SECRET,
      HUBSPOT_API_VERSION: API_VERSION,
      HOOK_KEY: process.env.HOOK_KEY ?? HOOK_KEY,
    }),
    close: () => webhooks.close(),
  };
  return service;
};
