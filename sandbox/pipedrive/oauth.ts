/** Log-in to the app that all companies install, and API tokens. */
import type { Request } from 'express';
import { SECOND } from '../../src/lib/clock.ts';
import type { Handlers, SandboxContext } from '../service.ts';
import type { Company, User } from './company.ts';

export const API_TOKEN = 'sandbox-pipedrive-token';
export const CLIENT_ID = 'sandbox-pipedrive-client';
export const CLIENT_SECRET = 'sandbox-pipedrive-secret';
const EXPIRES_IN = 3_599;

interface Grant {
  company: Company;
  user: User;
}

/** @param companies by their domain; the first is whose an installer is who does not say */
export function createOauth({ clock, random, baseUrl }: SandboxContext, companies: ReadonlyMap<string, Company>) {
  const access = new Map<string, Grant & { until: number }>();
  const refresh = new Map<string, Grant>();
  const codes = new Map<string, Grant & { redirectUri: string }>();
  const secret = (kind: string) =>
    `${kind}-${Array.from({ length: 6 }, () => Math.floor(random() * 36 ** 4).toString(36)).join('')}`;
  const isApp = (req: Request) =>
    req.headers.authorization === `Basic ${Buffer.from(`${CLIENT_ID}:${CLIENT_SECRET}`).toString('base64')}`;

  /** Whose token comes with the call, while it is good. */
  function grantOf(req: Request): Grant | undefined {
    const token = req.get('x-api-token');
    if (token !== undefined) {
      const company = [...companies.values()].find(one => one.apiToken === token);
      return company && { company, user: company.owner };
    }
    const granted = access.get(/^Bearer (.+)$/.exec(req.headers.authorization ?? '')?.[1] ?? '');
    return granted && granted.until > clock.now().getTime() && granted.user.active ? granted : undefined;
  }

  function redeem(form: Record<string, string>): Grant | undefined {
    if (form.grant_type === 'refresh_token') return refresh.get(form.refresh_token ?? '');
    const found = codes.get(form.code ?? '');
    codes.delete(form.code ?? '');
    return found?.redirectUri === form.redirect_uri ? found : undefined;
  }

  const handlers: Handlers = {
    'GET /oauth/authorize': (req, res) => {
      const { client_id: client, redirect_uri: redirectUri, state, company: domain, user: email } = req.query;
      const company = domain === undefined ? [...companies.values()][0] : companies.get(String(domain));
      const user = email === undefined ? company?.owner : company?.users.find(one => one.email === email);
      const back = URL.parse(String(redirectUri));
      if (client !== CLIENT_ID || !company || !user || !back) {
        return res.status(400).type('html').send('<h1>No such app, company or address</h1>');
      }
      const code = secret('code');
      codes.set(code, { company, user, redirectUri: String(redirectUri) });
      back.searchParams.set('code', code);
      if (state !== undefined) back.searchParams.set('state', String(state));
      res.redirect(302, back.href);
    },
    'POST /oauth/token': (req, res) => {
      const form = (req.body ?? {}) as Record<string, string>;
      if (!isApp(req))
        return res
          .status(401)
          .json({ success: false, error: 'invalid_client', message: 'Client authentication failed' });
      const grant = redeem(form);
      if (!grant)
        return res
          .status(400)
          .json({ success: false, error: 'invalid_grant', message: 'Invalid grant: the code or token is not valid' });
      const { company, user } = grant;
      const [token, renewal] = [secret('access'), form.refresh_token ?? secret('refresh')];
      access.set(token, { company, user, until: clock.now().getTime() + EXPIRES_IN * SECOND });
      refresh.set(renewal, { company, user });
      res.json({
        access_token: token,
        token_type: 'Bearer',
        refresh_token: renewal,
        scope: 'deals:full activities:full contacts:full leads:full users:read admin webhooks:full search:read',
        expires_in: EXPIRES_IN,
        api_domain: baseUrl(company.domain),
      });
    },
    'POST /oauth/revoke': (req, res) => {
      if (!isApp(req)) return res.status(401).json({ success: false, error: 'invalid_client' });
      const grant = refresh.get(String((req.body as Record<string, string> | undefined)?.token ?? ''));
      if (grant) drop(grant);
      res.json({ success: true });
    },
  };

  /** That user's tokens are worth nothing any more. */
  function drop({ company, user }: Grant): void {
    for (const given of [access, refresh]) {
      for (const [token, one] of given) if (one.company === company && one.user === user) given.delete(token);
    }
  }

  return {
    grantOf,
    drop,
    handlers,
    /** Access tokens run out at once; refresh tokens stay. */
    expire: () => access.clear(),
    clear() {
      for (const given of [access, refresh, codes]) given.clear();
    },
  };
}
