/** Who may call: the token of each account's own app, and those that the app of all accounts was given. */
import type { Request } from 'express';
import { SECOND } from '../../src/lib/clock.ts';
import type { Handlers, SandboxContext } from '../service.ts';
import type { Account } from './account.ts';

export const ACCESS_TOKEN = 'pat-na1-5a6d0c1e-5a6d-4b0c-9a6d-ba70ba70ba70';
export const CLIENT_ID = '11111111-2222-4333-8444-555555555555';
export const CLIENT_SECRET = 'yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy';

const EXPIRES_IN = 1_800;

export interface Oauth {
  /** The account that the token of a call belongs to, while it is good. */
  accountOf(req: Request): Account | undefined;
  handlers: Handlers;
  /** Nobody was given anything. */
  clear(): void;
}

/** @param accounts by id; the first one is whose an installer is who does not say */
export function createOauth({ clock, random }: SandboxContext, accounts: ReadonlyMap<number, Account>): Oauth {
  const access = new Map<string, { account: Account; until: number }>();
  const refresh = new Map<string, Account>();
  const codes = new Map<string, Account>();
  const secret = (kind: string) =>
    `${kind}-${Array.from({ length: 8 }, () => Math.floor(random() * 36 ** 4).toString(36)).join('')}`;

  function accountOf(req: Request): Account | undefined {
    const token = /^Bearer (.+)$/.exec(req.headers.authorization ?? '')?.[1];
    const granted = access.get(token ?? '');
    if (granted) return granted.until > clock.now().getTime() ? granted.account : undefined;
    return [...accounts.values()].find(one => one.accessToken === token);
  }

  /** Whose a code or a refresh token is, and the refresh token that stays; or what is wrong with it. */
  function redeem(form: Record<string, string>): { account: Account; renewal: string } | { status: string } {
    if (form.grant_type === 'authorization_code') {
      const account = codes.get(form.code ?? '');
      codes.delete(form.code ?? '');
      return account ? { account, renewal: secret('refresh') } : { status: 'BAD_AUTH_CODE' };
    }
    const renewal = form.grant_type === 'refresh_token' ? (form.refresh_token ?? '') : '';
    const account = refresh.get(renewal);
    return account ? { account, renewal } : { status: 'BAD_REFRESH_TOKEN' };
  }

  const handlers: Handlers = {
    'GET /oauth/authorize': (req, res) => {
      const portal = req.query.portal === undefined ? accounts.keys().next().value : Number(req.query.portal);
      const account = accounts.get(portal ?? 0);
      const back = URL.parse(String(req.query.redirect_uri));
      if (!account || !back)
        return res.status(400).type('html').send('<h1>No such account, or nowhere to go back to</h1>');
      const code = secret('code');
      codes.set(code, account);
      back.searchParams.set('code', code);
      if (req.query.state !== undefined) back.searchParams.set('state', String(req.query.state));
      res.redirect(302, back.href);
    },
    'POST /oauth/:version/token': (req, res) => {
      const form = (req.body ?? {}) as Record<string, string>;
      const refuse = (error: string, status: string) =>
        res.status(400).json({ error, error_description: SAID[status], status, message: SAID[status] });
      if (form.client_id !== CLIENT_ID || form.client_secret !== CLIENT_SECRET) {
        return refuse('invalid_client', 'BAD_CLIENT_ID');
      }
      const redeemed = redeem(form);
      if ('status' in redeemed) return refuse('invalid_grant', redeemed.status);
      const { account, renewal } = redeemed;
      const token = secret('access');
      access.set(token, { account, until: clock.now().getTime() + EXPIRES_IN * SECOND });
      refresh.set(renewal, account);
      res.json({
        token_type: 'bearer',
        access_token: token,
        refresh_token: renewal,
        expires_in: EXPIRES_IN,
        hub_id: account.id,
      });
    },
  };
  return {
    accountOf,
    handlers,
    clear() {
      for (const given of [access, refresh, codes]) given.clear();
    },
  };
}

const SAID: Record<string, string> = {
  BAD_CLIENT_ID: 'missing or invalid client id or secret',
  BAD_AUTH_CODE: 'missing or unknown auth code',
  BAD_REFRESH_TOKEN: 'missing or invalid refresh token',
};
