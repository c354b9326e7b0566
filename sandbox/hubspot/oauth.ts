/** Who may call: the token of each account's own app, and those that the app of all accounts was given. */
import type { Request, Response } from 'express';
import { SECOND } from '../../src/lib/clock.ts';
import type { Handlers, SandboxContext } from '../service.ts';
import { escapeHtml, standInPage } from '../stand-in-page.ts';
import type { Account } from './account.ts';
import { APP_ID, type PublicApp } from './public-app.ts';

export const ACCESS_TOKEN = 'pat-na1-5a6d0c1e-5a6d-4b0c-9a6d-ba70ba70ba70';
export const CLIENT_ID = '11111111-2222-4333-8444-555555555555';
export const CLIENT_SECRET = 'yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy';

const EXPIRES_IN = 1_800;
const USER_ID = 9001;

export interface Oauth {
  /** The account that the token of a call belongs to, while it is good. */
  accountOf(req: Request): Account | undefined;
  handlers: Handlers;
  /** Access tokens run out at once; refresh tokens stay. */
  expire(): void;
  /** Somebody removed the app in this account: what it was given there is worth nothing any more. */
  remove(account: Account): void;
  /** Nobody was given anything. */
  clear(): void;
}

interface Code {
  account: Account;
  redirectUri: string;
  scopes: string[];
}

interface Grant {
  account: Account;
  scopes: string[];
}

/** @param accounts by id; the first one is whose an installer is who does not say */
export function createOauth(
  { clock, random }: SandboxContext,
  accounts: ReadonlyMap<number, Account>,
  app: PublicApp,
): Oauth {
  const access = new Map<string, Grant & { until: number }>();
  const refresh = new Map<string, Grant>();
  const codes = new Map<string, Code>();
  const secret = (kind: string) =>
    `${kind}-${Array.from({ length: 8 }, () => Math.floor(random() * 36 ** 4).toString(36)).join('')}`;
  const isApp = (form: Record<string, string>) => form.client_id === CLIENT_ID && form.client_secret === CLIENT_SECRET;

  function accountOf(req: Request): Account | undefined {
    const token = /^Bearer (.+)$/.exec(req.headers.authorization ?? '')?.[1];
    const granted = access.get(token ?? '');
    if (granted) return granted.until > clock.now().getTime() ? granted.account : undefined;
    return [...accounts.values()].find(one => one.accessToken === token);
  }

  /** Whose a code or a refresh token is, and the refresh token that stays; or what is wrong with it. */
  function redeem(form: Record<string, string>): (Grant & { renewal: string }) | { status: string } {
    if (form.grant_type === 'authorization_code') {
      const code = codes.get(form.code ?? '');
      codes.delete(form.code ?? '');
      if (!code) return { status: 'BAD_AUTH_CODE' };
      if (code.redirectUri !== form.redirect_uri) return { status: 'REDIRECT_URI_MISMATCH' };
      // From now on the app's own webhooks tell of this account.
      code.account.webhooks.install({ ...app, secret: CLIENT_SECRET });
      return { ...code, renewal: secret('na1') };
    }
    const renewal = form.grant_type === 'refresh_token' ? (form.refresh_token ?? '') : '';
    const grant = refresh.get(renewal);
    return grant ? { ...grant, renewal } : { status: 'BAD_REFRESH_TOKEN' };
  }

  function remove(account: Account): void {
    for (const given of [access, refresh]) {
      for (const [token, one] of given) if (one.account === account) given.delete(token);
    }
    account.webhooks.install(undefined);
  }

  const refusing = (res: Response, error: string, status: string) =>
    void res.status(400).json({ error, error_description: SAID[status], status, message: SAID[status] });
  const formOf = (req: Request) => (req.body ?? {}) as Record<string, string>;

  const handlers: Handlers = {
    'GET /oauth/authorize': (req, res) =>
      authorize(req, res, accounts, code => {
        const name = secret('code');
        codes.set(name, code);
        return name;
      }),
    'POST /oauth/:version/token': (req, res) => {
      const form = formOf(req);
      if (!isApp(form)) return refusing(res, 'invalid_client', 'BAD_CLIENT_ID');
      const redeemed = redeem(form);
      if ('status' in redeemed) return refusing(res, 'invalid_grant', redeemed.status);
      const { account, scopes, renewal } = redeemed;
      const token = secret('access');
      access.set(token, { account, scopes, until: clock.now().getTime() + EXPIRES_IN * SECOND });
      refresh.set(renewal, { account, scopes });
      res.json({
        token_type: 'bearer',
        token_use: 'access_token',
        access_token: token,
        refresh_token: renewal,
        expires_in: EXPIRES_IN,
        hub_id: account.id,
        user_id: USER_ID,
        scopes,
      });
    },
    'POST /oauth/:version/token/introspect': (req, res) => {
      const form = formOf(req);
      if (!isApp(form)) return refusing(res, 'invalid_client', 'BAD_CLIENT_ID');
      const grant = refresh.get(form.token ?? '');
      if (!grant) return void res.json({ active: false, token_use: 'refresh_token', token: form.token });
      const { account, scopes } = grant;
      const whose = { hub_id: account.id, hub_domain: `portal-${account.id}.example.com`, user_id: USER_ID };
      res.json({
        active: true,
        token_use: 'refresh_token',
        token_type: 'bearer',
        token: form.token,
        client_id: CLIENT_ID,
        app_id: APP_ID,
        ...whose,
        user: 'ops@example.com',
        scopes,
      });
    },
    'POST /oauth/:version/token/revoke': (req, res) => {
      const form = formOf(req);
      if (!isApp(form)) return refusing(res, 'invalid_client', 'BAD_CLIENT_ID');
      const grant = refresh.get(form.token ?? '');
      if (!grant) return refusing(res, 'invalid_grant', 'BAD_REFRESH_TOKEN');
      remove(grant.account);
      res.status(204).end();
    },
  };
  return {
    accountOf,
    handlers,
    remove,
    expire: () => access.clear(),
    clear() {
      for (const given of [access, refresh, codes]) given.clear();
    },
  };
}

/** People see what the app wants and say yes or no; programs (and `portal=`, a press on the page) say yes at once. */
function authorize(
  req: Request,
  res: Response,
  accounts: ReadonlyMap<number, Account>,
  codeFor: (code: Code) => string,
): unknown {
  const page = (status: number, html: string) => res.status(status).type('html').send(html);
  const { client_id: client, redirect_uri: redirectUri, state, portal, scope, denied } = req.query;
  const back = URL.parse(String(redirectUri));
  const account = accounts.get(portal === undefined ? (accounts.keys().next().value ?? 0) : Number(portal));
  if (client !== CLIENT_ID || !back) return page(400, '<h1>This app or its redirect URL is not known</h1>');
  const scopes = [scope, req.query.optional_scope]
    .flatMap(one => String(one ?? '').split(' '))
    .filter(one => one !== '');
  if (!scopes.includes('oauth')) return page(400, '<h1>The app asks for no scopes that HubSpot knows</h1>');
  if (state !== undefined) back.searchParams.set('state', String(state));
  if (denied !== undefined) {
    back.searchParams.set('error', 'access_denied');
    back.searchParams.set('error_description', 'The user denied the request');
    return res.redirect(302, back.href);
  }
  if (!account) return page(400, '<h1>No such account</h1>');
  if (portal === undefined && req.accepts(['json', 'html']) === 'html') {
    return page(200, consentPage(req.originalUrl, [...accounts.keys()], scopes));
  }
  back.searchParams.set('code', codeFor({ account, redirectUri: String(redirectUri), scopes }));
  return res.redirect(302, back.href);
}

function consentPage(address: string, portals: readonly number[], scopes: readonly string[]): string {
  const to = (more: string) => escapeHtml(`${address}&${more}`);
  const accounts = portals.map(
    id => `<p><a class="press yes" href="${to(`portal=${id}`)}">Connect app in account ${id}</a></p>`,
  );
  const wanted = scopes.map(one => `<li>${escapeHtml(one)}</li>`);
  const body = `<p>This app wants to:</p><ul>${wanted.join('')}</ul>${accounts.join('')}<p><a class="press" href="${to('denied=1')}">Cancel</a></p>`;
  return standInPage({ vendor: 'HubSpot', color: '#b8402a', title: 'Connect Baton to HubSpot', body });
}

const SAID: Record<string, string> = {
  BAD_CLIENT_ID: 'missing or invalid client id or secret',
  BAD_AUTH_CODE: 'missing or unknown auth code',
  BAD_REFRESH_TOKEN: 'missing or invalid refresh token',
  REDIRECT_URI_MISMATCH: 'redirect_uri does not match the one of the authorization request',
};
