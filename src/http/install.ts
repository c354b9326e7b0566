/** Add to Slack: the way to Slack's consent page, and back to a page that leads into Slack. */
import express, { type Router } from 'express';
import { randomToken } from '../lib/crypto.ts';
import type { InstallJourney } from '../workspaces/tenants/install-journey.ts';
import { browserCookie, text } from './browser-cookie.ts';
import { installedPage } from './install-pages.ts';

/** A Slack team's id. */
const TEAM = /^T[A-Z0-9]{1,20}$/;

/**
 * GET /slack/install, which is the Direct Install URL as well: whoever comes from the Slack Marketplace brings no state of
 * ours and is given one here. GET /slack/oauth_redirect, where Slack sends the browser back to.
 */
export function installPages(journey: InstallJourney, publicUrl: string): Router {
  const router = express.Router();
  const cookie = browserCookie('baton_install', publicUrl);

  router.get('/slack/install', async (request, response) => {
    // A browser with two journeys under way keeps one secret for both.
    const browser = cookie.read(request) || randomToken();
    const team = text(request.query, 'team');
    const to = await journey.begin(browser, TEAM.test(team) ? team : undefined);
    cookie.set(response, browser);
    response.set('cache-control', 'no-store').redirect(302, to);
  });

  router.get('/slack/oauth_redirect', async (request, response) => {
    const given = (name: string) => text(request.query, name);
    const end = await journey.comeBack({
      state: given('state'),
      browser: cookie.read(request),
      code: given('code'),
      error: given('error'),
    });
    const { status, html } = installedPage(end);
    response.status(status).set('cache-control', 'no-store').type('html').send(html);
  });
  return router;
}
