/** Logging in to Zoho: a data centre for each organization, tokens that last an hour, and no for whom nobody knows. */
import type { Request } from 'express';
import { MINUTE, SECOND } from '../../src/lib/clock.ts';
import { type Handlers, hostOf, type SandboxContext } from '../service.ts';
import type { Org } from './org.ts';
import type { User } from './rows.ts';

export const CLIENT_ID = '1000.SANDBOXZOHOCLIENT';
export const CLIENT_SECRET = 'sandbox-zoho-secret';
/** Of the integration user of the first organization, as a self client has one. */
export const REFRESH_TOKEN = '1000.sandbox-zoho-refresh';
export const SCOPES = [
  'ZohoCRM.modules.ALL',
  'ZohoCRM.settings.fields.ALL',
  'ZohoCRM.settings.layouts.READ',
  'ZohoCRM.settings.pipeline.READ',
  'ZohoCRM.users.READ',
  'ZohoCRM.org.READ',
  'ZohoCRM.coql.READ',
  'ZohoCRM.notifications.ALL',
  'ZohoSearch.securesearch.READ',
];
const EXPIRES_IN = 3_600;
/** Access tokens of one refresh token in ten minutes. */
const [MOST_TOKENS, WITHIN_MS] = [10, 10 * MINUTE];

export interface Grant {
  org: Org;
  user: User;
  scopes: readonly string[];
}

export const accountsHost = (dc: string): string => `accounts-${dc}`;
const apiHost = (dc: string): string => `api-${dc}`;

/** @param orgs the first is whose an installer is who does not say */
export function createOauth({ clock, random, baseUrl }: SandboxContext, orgs: ReadonlyMap<string, Org>) {
  const access = new Map<string, Grant & { until: number }>();
  const refresh = new Map<string, Grant>();
  const codes = new Map<string, Grant & { redirectUri: string }>();
  const issued = new Map<string, number[]>();
  let logins = 0;
  const secret = (kind: string) =>
    `1000.${kind}${Array.from({ length: 6 }, () => Math.floor(random() * 36 ** 4).toString(36)).join('')}`;
  const first = () => [...orgs.values()][0] as Org;
  const firstGrant = (): Grant => ({ org: first(), user: first().owner, scopes: SCOPES });

  /** Whose token comes with the call, while it is good. */
  function grantOf(req: Request): Grant | undefined {
    const token = /^Zoho-oauthtoken (.+)$/.exec(req.headers.authorization ?? '')?.[1] ?? '';
    const granted = access.get(token);
    if (!granted || granted.until <= clock.now().getTime() || granted.user.status !== 'active') return undefined;
    return [undefined, apiHost(granted.org.dc)].includes(hostOf(req)) ? granted : undefined;
  }

  /** Codes and refresh tokens are known in their own data centre alone. */
  const isAtHome = (req: Request, { org }: Grant) => {
    const host = hostOf(req);
    return host === accountsHost(org.dc) || (host === undefined && org.dc === 'com');
  };

  function redeem(form: Record<string, string>): (Grant & { renewal: string }) | undefined {
    if (form.grant_type === 'refresh_token') {
      const renewal = form.refresh_token ?? '';
      const grant = refresh.get(renewal) ?? (renewal === REFRESH_TOKEN && !isRevoked ? firstGrant() : undefined);
      return grant && { ...grant, renewal };
    }
    const found = codes.get(form.code ?? '');
    codes.delete(form.code ?? '');
    if (found?.redirectUri !== form.redirect_uri || !found) return undefined;
    const renewal = secret('r');
    refresh.set(renewal, found);
    return { ...found, renewal };
  }
  let isRevoked = false;

  function isTooMany(renewal: string): boolean {
    const now = clock.now().getTime();
    const lately = (issued.get(renewal) ?? []).filter(at => now - at < WITHIN_MS);
    issued.set(renewal, [...lately, now]);
    return lately.length >= MOST_TOKENS;
  }

  const handlers: Handlers = {
    'GET /oauth/v2/auth': (req, res) => {
      const {
        client_id: client,
        redirect_uri: redirectUri,
        state,
        org: zgid,
        user: email,
        scope,
        access_type: type,
      } = req.query;
      const org = zgid === undefined ? first() : orgs.get(String(zgid));
      const user = email === undefined ? org?.owner : org?.users.find(one => one.email === email);
      const back = URL.parse(String(redirectUri));
      if (client !== CLIENT_ID || !org || !user || !back || type !== 'offline') {
        return res.status(400).type('html').send('<h1>ERROR_invalid_client</h1>');
      }
      const code = secret('c');
      codes.set(code, { org, user, redirectUri: String(redirectUri), scopes: String(scope ?? '').split(/[ ,]+/) });
      back.searchParams.set('code', code);
      back.searchParams.set('location', org.dc === 'com' ? 'us' : org.dc);
      back.searchParams.set('accounts-server', baseUrl(accountsHost(org.dc)));
      if (state !== undefined) back.searchParams.set('state', String(state));
      res.redirect(302, back.href);
    },
    // What is wrong is said with status 200.
    'POST /oauth/v2/token': (req, res) => {
      const form = (req.body ?? {}) as Record<string, string>;
      logins += 1;
      if (form.client_id !== CLIENT_ID) return res.json({ error: 'invalid_client' });
      if (form.client_secret !== CLIENT_SECRET) return res.json({ error: 'invalid_client_secret' });
      const grant = redeem(form);
      if (!grant || !isAtHome(req, grant)) return res.json({ error: 'invalid_code' });
      if (isTooMany(grant.renewal)) {
        return res.status(400).json({
          error: 'Access Denied',
          error_description: 'You have made too many requests continuously. Please try again after some time.',
          status: 'failure',
        });
      }
      const { org, user, scopes, renewal } = grant;
      const token = secret('a');
      access.set(token, { org, user, scopes, until: clock.now().getTime() + EXPIRES_IN * SECOND });
      res.json({
        access_token: token,
        ...(form.grant_type === 'authorization_code' && { refresh_token: renewal }),
        scope: scopes.join(' '),
        api_domain: baseUrl(apiHost(org.dc)),
        token_type: 'Bearer',
        expires_in: EXPIRES_IN,
      });
    },
    'POST /oauth/v2/token/revoke': (req, res) => {
      const token = String(req.query.token ?? (req.body as Record<string, string> | undefined)?.token ?? '');
      const grant = refresh.get(token);
      if (!grant) return res.status(400).json({ status: 'failure', error: 'invalid_code' });
      drop(grant);
      res.json({ status: 'success' });
    },
  };

  /** That user's tokens are worth nothing any more. */
  function drop({ org, user }: Pick<Grant, 'org' | 'user'>): void {
    for (const given of [access, refresh]) {
      for (const [token, one] of given) if (one.org === org && one.user === user) given.delete(token);
    }
    if (org === first() && user === org.owner) isRevoked = true;
  }

  return {
    grantOf,
    drop,
    handlers,
    /** An access token of the first organization's integration user, without a log-in. */
    issue(): string {
      const token = secret('a');
      access.set(token, { ...firstGrant(), until: clock.now().getTime() + EXPIRES_IN * SECOND });
      return token;
    },
    /** Access tokens run out at once; refresh tokens stay. */
    expire: () => access.clear(),
    logins: () => logins,
    clear() {
      for (const given of [access, refresh, codes, issued]) given.clear();
      isRevoked = false;
      logins = 0;
    },
  };
}
