/** REST over HTTP: session, then the day's limit, then the endpoint. */
import type { Request, Response } from 'express';
import { keyBelow } from '../coverage.ts';
import { type Handler, type Handlers, hostOf } from '../service.ts';
import { resources, splitVersion, versions } from './api.ts';
import type { ApiAnswer, ApiCall } from './call.ts';
import { composite } from './composite.ts';
import { notFound, Refusal } from './errors.ts';
import type { Logins } from './logins.ts';
import type { Org } from './org.ts';
import type { Site, Sites } from './site.ts';

/** What a call is answered with, once it is known whose it is; undefined: there is no such endpoint. */
type Work = (site: Site, call: ApiCall) => ApiAnswer | undefined;

export function restHandlers(sites: Sites, logins: Logins): Handlers {
  const below = (key: string) => keyBelow('/services/data/:version', key);
  const composed = rest(sites, logins, ({ api }, call) => composite(api, call));
  return {
    'GET /services/data': (_req, res) => res.json(versions()),
    [below('POST /composite')]: composed,
    [below('POST /tooling/composite')]: composed,
    ...Object.fromEntries(
      Object.keys(resources).map(key => [below(key), rest(sites, logins, ({ api }, call) => api.call(call))]),
    ),
  };
}

/** What is no endpoint: as everywhere for whoever is logged in, and no page of the org's either. */
export function unknownEndpoint(sites: Sites, logins: Logins): Handler {
  const answered = rest(sites, logins, ({ api }, { method, path }) => {
    if (!api.has(path)) throw notFound();
    const message = `HTTP Method '${method}' not allowed. Allowed are HEAD,GET,PATCH,DELETE`;
    throw new Refusal(405, 'METHOD_NOT_ALLOWED', message);
  });
  return (req, res) => {
    if (req.path.startsWith('/services/data/v')) return answered(req, res);
    res.status(404).type('html').send('<h1>URL No Longer Exists</h1>');
  };
}

function rest(sites: Sites, logins: Logins, work: Work): Handler {
  return (req, res) => {
    const at = sites.at(hostOf(req)) ?? sites.home;
    try {
      const url = new URL(req.url, 'http://org');
      const path = splitVersion(url.pathname);
      if (path === undefined) throw notFound();
      const login = logins.of(req.get('authorization'), hostOf(req));
      const site = login && sites.byId(login.org.id);
      if (!site) throw new Refusal(401, 'INVALID_SESSION_ID', 'Session expired or invalid');
      countCall(site.org);
      const given = work(site, toCall(req, path, url.searchParams, login.userId));
      if (!given) throw notFound();
      answer(site.org, res, given);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      answer(at.org, res, { status: error.status, body: error.body });
    }
  };
}

/** Of the calls the org has in a day. @throws Refusal when there is none left */
function countCall(org: Org): void {
  if (org.callsToday >= org.settings.dailyLimit) {
    throw new Refusal(403, 'REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.');
  }
  org.callsToday += 1;
}

function answer(org: Org, res: Response, given: ApiAnswer): void {
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

function toCall(req: Request, path: string, query: URLSearchParams, userId: string): ApiCall {
  const body: unknown = req.body;
  // Text where JSON was promised is what the front leaves of a broken body.
  if (typeof body === 'string') throw new Refusal(400, 'JSON_PARSER_ERROR', 'Unexpected character in the body');
  const headers = Object.fromEntries(Object.entries(req.headers).map(([key, value]) => [key, String(value)]));
  return { method: req.method, path, query, body, headers, userId };
}
