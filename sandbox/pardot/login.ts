/** Salesforce, as far as this vendor's log-in goes: the page, tokens, whose they are, and which business units the org has. */
import { createHash } from 'node:crypto';
import type { Request, Response } from 'express';
import type { Handlers, SandboxContext } from '../service.ts';
import { Refusal } from './errors.ts';
import type { Unit } from './unit.ts';

export const CLIENT = { id: 'sandbox-pardot-consumer-key', secret: 'sandbox-pardot-consumer-secret' };
const USER = '005000000000001AAA';
const CODE_LIVES_MS = 15 * 60_000;

interface Code {
  redirectUri: string;
  challenge: string;
  until: number;
}

export interface Login {
  handlers: Handlers;
  /** A token of nobody's log-in, for whoever calls without one. */
  token(): string;
  /** @throws Refusal where the token of a call is not good */
  check(req: Request): void;
  /** Access tokens run out; refresh tokens stay, unless everything is revoked. */
  expire(everything: boolean): void;
  clear(): void;
}

/** @param units of the org */
export function createLogin({ clock, random, appUrl, baseUrl }: SandboxContext, units: () => readonly Unit[]): Login {
  const access = new Set<string>();
  const refresh = new Set<string>();
  const codes = new Map<string, Code>();
  const org = () => units()[0]?.org ?? '';
  let sequence = 0;
  const secret = (kind: string) => {
    sequence += 1;
    return `${kind}.${createHash('sha256').update(`${random()}:${sequence}`).digest('base64url')}`;
  };
  const callback = () => `${appUrl()}/connect/pardot/callback`;

  function opened(): Record<string, string> {
    const token = secret('00D');
    access.add(token);
    return {
      access_token: token,
      instance_url: baseUrl(),
      id: `${baseUrl()}/id/${org()}/${USER}`,
      token_type: 'Bearer',
      scope: 'pardot_api api refresh_token id',
      issued_at: String(clock.now().getTime()),
    };
  }

  const refusing = (res: Response, error: string, error_description: string) =>
    res.status(error === 'invalid_client' ? 401 : 400).json({ error, error_description });

  function token(req: Request, res: Response): unknown {
    const given = (typeof req.body === 'object' ? (req.body ?? {}) : {}) as Record<string, string>;
    if (given.client_id !== CLIENT.id) return refusing(res, 'invalid_client_id', 'client identifier invalid');
    if (given.client_secret !== CLIENT.secret) return refusing(res, 'invalid_client', 'invalid client credentials');
    if (given.grant_type === 'client_credentials') return res.json(opened());
    if (given.grant_type === 'refresh_token') {
      if (refresh.has(given.refresh_token ?? '')) return res.json(opened());
      return refusing(res, 'invalid_grant', 'expired access/refresh token');
    }
    if (given.grant_type !== 'authorization_code') {
      return refusing(res, 'unsupported_grant_type', 'grant type not supported');
    }
    const code = codes.get(given.code ?? '');
    codes.delete(given.code ?? '');
    if (!code || code.until < clock.now().getTime()) {
      return refusing(res, 'invalid_grant', 'expired authorization code');
    }
    const proof = createHash('sha256')
      .update(given.code_verifier ?? '')
      .digest('base64url');
    if (code.redirectUri !== given.redirect_uri) {
      return refusing(res, 'redirect_uri_mismatch', 'redirect_uri must match configuration');
    }
    if (code.challenge !== proof) return refusing(res, 'invalid_grant', 'invalid code verifier');
    const renewal = secret('5Aep');
    refresh.add(renewal);
    return res.json({ ...opened(), refresh_token: renewal });
  }

  function authorize(req: Request, res: Response): unknown {
    const given = Object.fromEntries(new URL(req.originalUrl, 'http://localhost').searchParams);
    const refused = (why: string) => res.status(400).type('html').send(`<h1>OAuth Error</h1><p>${why}</p>`);
    if (given.client_id !== CLIENT.id) return refused('client identifier invalid');
    if (given.redirect_uri !== callback()) return refused('redirect_uri must match configuration');
    const back = new URL(given.redirect_uri);
    if (given.state !== undefined) back.searchParams.set('state', given.state);
    const scopes = (given.scope ?? '').split(' ');
    if (!scopes.includes('pardot_api') || given.code_challenge_method !== 'S256' || given.allow === 'no') {
      const isDenied = given.allow === 'no';
      back.searchParams.set('error', isDenied ? 'access_denied' : 'invalid_scope');
      back.searchParams.set('error_description', isDenied ? 'end-user denied authorization' : 'the scope is invalid');
      return res.redirect(302, back.href);
    }
    if (given.as === undefined && req.accepts(['json', 'html']) === 'html') {
      const to = (more: string) => `${req.originalUrl}&${more}`.replaceAll('&', '&#38;').replaceAll('"', '&#34;');
      const links = `<p><a href="${to('as=yes')}">Allow</a></p><p><a href="${to('allow=no')}">Deny</a></p>`;
      return res.type('html').send(`<!doctype html><title>Allow access</title><h1>Allow access?</h1>${links}`);
    }
    const code = secret('aPrx');
    const challenge = given.code_challenge ?? '';
    codes.set(code, { redirectUri: given.redirect_uri, challenge, until: clock.now().getTime() + CODE_LIVES_MS });
    back.searchParams.set('code', code);
    return res.redirect(302, back.href);
  }

  const bearer = (req: Request) => /^Bearer (.+)$/.exec(req.headers.authorization ?? '')?.[1] ?? '';
  const signedIn =
    (work: (req: Request, res: Response) => void) =>
    (req: Request, res: Response): void => {
      if (access.has(bearer(req))) work(req, res);
      else res.status(403).type('text').send('Bad_OAuth_Token');
    };

  return {
    handlers: {
      'GET|POST /services/oauth2/authorize': authorize,
      'POST /services/oauth2/token': token,
      'POST /services/oauth2/revoke': (req, res) => {
        const given = String((req.body as Record<string, unknown> | undefined)?.token ?? '');
        if (refresh.delete(given) || access.delete(given)) return void res.status(200).end();
        refusing(res, 'invalid_token', 'invalid token');
      },
      'GET /id/:org/:user': signedIn((_req, res) => {
        const whose = { user_id: USER, organization_id: org(), username: 'marketing@example.com' };
        res.json({ ...whose, display_name: 'Marketing Integration', email: 'marketing@example.com' });
      }),
      'GET /services/data/:version/query': signedIn((req, res) => {
        const soql = new URL(req.originalUrl, 'http://localhost').searchParams.get('q') ?? '';
        if (!/^SELECT Id, PardotTenantName FROM PardotTenant$/i.test(soql)) {
          return void res.status(400).json([{ errorCode: 'INVALID_TYPE', message: 'sObject type is not supported' }]);
        }
        const records = units().map(({ id }, at) => ({ Id: id, PardotTenantName: `Unit ${at + 1}` }));
        res.json({ totalSize: records.length, done: true, records });
      }),
    },
    token: () => opened().access_token ?? '',
    check(req) {
      if (!access.has(bearer(req))) throw new Refusal(401, 184, 'access_token is invalid, unknown, or malformed');
    },
    expire(everything) {
      access.clear();
      if (everything) refresh.clear();
    },
    clear() {
      for (const kept of [access, refresh]) kept.clear();
      codes.clear();
    },
  };
}
