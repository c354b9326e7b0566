/** Add to Slack: the way to Slack's consent page, and back to a page that leads into Slack. */
import type { Express } from 'express';
import { type Clock, MINUTE, SECOND } from '../lib/clock.ts';
import { randomToken } from '../lib/crypto.ts';
import type { InstallJourney } from '../workspaces/tenants/install-journey.ts';
import { browserCookie, text } from './browser-cookie.ts';
import { limiter, visitorAt } from './forms/guard.ts';
import { installedPage, tooManyPage } from './install-pages.ts';
import { appBehind } from './server.ts';

/** A Slack team's id. */
const TEAM = /^T[A-Z0-9]{1,20}$/;
/** Journeys that one address may begin in a minute: an office shares one, and each leaves a row for ten minutes. */
const MOST_JOURNEYS = 20;

/**
 * GET /slack/install, which is the Direct Install URL as well: whoever comes from the Slack Marketplace brings no state of
 * ours and is given one here. GET /slack/oauth_redirect, where Slack sends the browser back to.
 * @param given `proxies`: addresses or networks of proxies outside the private ones, with commas between
 */
export function installPages(
  journey: InstallJourney,
  { publicUrl, clock, proxies = '' }: { publicUrl: string; clock: Clock; proxies?: string | undefined },
): Express {
  const app = appBehind(proxies);
  const cookie = browserCookie('baton_install', publicUrl);
  const perAddress = limiter({ most: MOST_JOURNEYS, within: MINUTE, clock });

  app.get('/slack/install', async (request, response) => {
    const address = `${request.ip}`;
    // A proxy that does not say for whom it asks would have all visitors share one limit.
    if (!isLoopback(address) && !perAddress.admits(visitorAt(address))) {
      const seconds = Math.max(
        1,
        Math.ceil((perAddress.freeAt(visitorAt(address)).getTime() - clock.now().getTime()) / SECOND),
      );
      const { status, html } = tooManyPage(seconds);
      return void response.status(status).set('retry-after', `${seconds}`).type('html').send(html);
    }
    // A browser with two journeys under way keeps one secret for both.
    const browser = cookie.read(request) || randomToken();
    const team = text(request.query, 'team');
    const to = await journey.begin(browser, TEAM.test(team) ? team : undefined);
    cookie.set(response, browser);
    response.set('cache-control', 'no-store').redirect(302, to);
  });

  app.get('/slack/oauth_redirect', async (request, response) => {
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
  return app;
}

const isLoopback = (address: string): boolean => /^(127\.|::1$|::ffff:127\.)/.test(address);
