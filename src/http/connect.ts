import express, { type Request, type Response, type Router } from 'express';
import { randomToken } from '../lib/crypto.ts';
import type { ConnectService } from '../workspaces/connect.ts';
import { browserCookie, text } from './browser-cookie.ts';
import { endPage, lookedPage, type Page } from './connect-pages.ts';

const LARGEST_FORM = '8kb';

/**
 * Where people connect a vendor by logging in there. The link from Slack carries a ticket for one journey; the cookie
 * binds it to the browser that began it, the state to this journey, PKCE the code to this process (RFC 9700, 2.1).
 * Services that nobody logs in to are not ours to answer: the next router's.
 */
export function connectPages(connect: ConnectService, publicUrl: string): Router {
  const router = express.Router();
  const cookie = browserCookie('baton_connect', publicUrl);
  const form = express.urlencoded({ extended: false, limit: LARGEST_FORM });
  const json = express.json({ limit: LARGEST_FORM });

  router.get('/connect/:vendor', async (request, response, next) => {
    const { vendor } = request.params;
    if (!connect.serves(vendor)) return next();
    const ticket = text(request.query, 'ticket');
    send(response, lookedPage(await connect.look(vendor, ticket), ticket));
  });

  router.post('/connect/:vendor', form, async (request, response, next) => {
    const vendor = String(request.params.vendor);
    if (!connect.serves(vendor)) return next();
    // A browser with two journeys under way keeps one secret for both.
    const browser = cookie.read(request) || randomToken();
    const left = await connect.leave(vendor, text(request.body, 'ticket'), browser);
    if (left.kind !== 'leave') return send(response, endPage(left));
    cookie.set(response, browser);
    response.set('cache-control', 'no-store').redirect(303, left.to);
  });

  router.get('/connect/:vendor/callback', async (request, response, next) => {
    const { vendor } = request.params;
    if (!connect.serves(vendor)) return next();
    const given = (name: string) => text(request.query, name);
    const end = await connect.back(vendor, {
      state: given('state'),
      browser: cookie.read(request),
      code: given('code'),
      error: given('error'),
      description: given('error_description'),
      query: texts(request.query),
    });
    send(response, endPage(end));
  });

  router.delete('/connect/:vendor/callback', json, async (request, response, next) => {
    const ended = await connect.uninstalled(String(request.params.vendor), {
      authorization: request.get('authorization') ?? '',
      body: request.body,
    });
    if (ended === 'unknown') return next();
    response.status(ended === 'done' ? 200 : 401).json({ ok: ended === 'done' });
  });

  router.post('/connect/:vendor/confirm', form, async (request, response, next) => {
    const vendor = String(request.params.vendor);
    if (!connect.serves(vendor)) return next();
    const end = await connect.confirm(vendor, {
      token: text(request.body, 'token'),
      browser: cookie.read(request),
      yes: text(request.body, 'answer') === 'yes',
    });
    send(response, endPage(end));
  });
  return router;
}

function texts(from: Request['query']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(from).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

/** A page that is kept nowhere; the rest is in the headers of every answer. */
function send(response: Response, { status, html }: Page): void {
  response.status(status).set('cache-control', 'no-store').type('html').send(html);
}
