import express, { type NextFunction, type Request, type Response, type Router } from 'express';
import type { ServiceFactory } from '../service.ts';
import { Api, splitVersion, versions } from './api.ts';
import { automate } from './automation.ts';
import type { ApiAnswer, ApiCall } from './call.ts';
import { composite } from './composite.ts';
import { control } from './control.ts';
import { notFound, Refusal } from './errors.ts';
import { metadataApi } from './metadata.ts';
import { CLIENT_ID, CLIENT_SECRET, Logins } from './oauth.ts';
import { Org } from './org.ts';
import { createOutbound, type Outbound } from './outbound.ts';
import { recordPage } from './page.ts';

/** Where HubSpot's hooks go too. */
const HOOK_KEY = 'sandbox-hook-key';

/** Salesforce as far as integrations meet it: logins, REST, composite, SOQL, and a page for each record. */
export const salesforce: ServiceFactory = context => {
  let org = automate(new Org(context));
  let api = new Api(org);
  const logins = new Logins(context, () => org);
  const outbound = createOutbound(context, () => org, process.env.HOOK_KEY ?? HOOK_KEY);
  outbound.watch();

  function answer(res: Response, given: ApiAnswer): void {
    const usage = `api-usage=${org.callsToday}/${org.settings.dailyLimit}`;
    res.setHeader(
      'Sforce-Limit-Info',
      `${usage}; api-bursts=1/750; per-app-api-usage=${org.callsToday}/250000(appName=Baton)`,
    );
    res.setHeader('Date', new Date(org.clock.now().getTime() + org.parts.clockAheadMs).toUTCString());
    for (const [name, value] of Object.entries(given.headers ?? {})) res.setHeader(name, value);
    res.status(given.status);
    if (given.body === undefined) return void res.end();
    res.json(given.body);
  }

  /** The REST API: session, then the day's limit, then the endpoint. */
  function rest(req: Request, res: Response, next: NextFunction): void {
    try {
      const url = new URL(req.url, 'http://org');
      const path = splitVersion(url.pathname);
      if (path === undefined) return void next();
      const userId = logins.userOf(req.get('authorization'));
      if (!userId) throw new Refusal(401, 'INVALID_SESSION_ID', 'Session expired or invalid');
      if (org.callsToday >= org.settings.dailyLimit) {
        throw new Refusal(403, 'REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.');
      }
      org.callsToday += 1;
      const call = toCall(req, path, url.searchParams, userId);
      const isComposite = /^(?:\/tooling)?\/composite$/.test(path) && req.method === 'POST';
      const given = isComposite ? composite(org, api, call) : api.call(call);
      if (!given) throw notFound();
      answer(res, given);
    } catch (error) {
      if (!(error instanceof Refusal)) return void next(error);
      answer(res, { status: error.status, body: error.body });
    }
  }

  return {
    name: 'salesforce',
    routes: routes(logins, rest, () => org, outbound),
    control: control(() => org, logins, outbound),
    reset() {
      org = automate(new Org(context));
      api = new Api(org);
      logins.clear();
      outbound.reset();
      outbound.watch();
    },
    async close() {
      outbound.reset();
    },
    env: base => ({
      SALESFORCE_LOGIN_URL: base,
      SALESFORCE_CLIENT_ID: CLIENT_ID,
      SALESFORCE_CLIENT_SECRET: CLIENT_SECRET,
    }),
  };
};

function routes(logins: Logins, rest: express.RequestHandler, org: () => Org, outbound: Outbound): Router {
  const router = express.Router();
  router.use((_req, res, next) => {
    if (!org().trouble.maintenance) return next();
    res.status(503).type('html').send('<html><body>We are down for maintenance.</body></html>');
  });
  router.use(logins.routes());
  router.get('/services/data', (_req, res) => {
    res.json(versions());
  });
  router.use(metadataApi(org, logins, outbound));
  router.use(rest);
  router.get('/lightning/r/:object/:id/view', (req, res) => {
    const object = org().object(req.params.object);
    const record = object && org().store.get(object.name, req.params.id);
    if (!object || !record) return void res.status(404).type('html').send('<h1>Page not found</h1>');
    const owner = org().store.get('User', record.OwnerId) ?? org().store.get('Group', record.OwnerId);
    res.type('html').send(recordPage(object, record, owner && String(owner.Name)));
  });
  return router;
}

function toCall(req: Request, path: string, query: URLSearchParams, userId: string): ApiCall {
  const body: unknown = req.body;
  // Text where JSON was promised is what the front leaves of a broken body.
  if (typeof body === 'string') throw new Refusal(400, 'JSON_PARSER_ERROR', 'Unexpected character in the body');
  const headers = Object.fromEntries(Object.entries(req.headers).map(([key, value]) => [key, String(value)]));
  return { method: req.method, path, query, body, headers, userId };
}
