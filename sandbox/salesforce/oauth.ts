import { createHash, createPublicKey, generateKeyPairSync, timingSafeEqual, verify } from 'node:crypto';
import type { Request, Response, Router } from 'express';
import express from 'express';
import type { SandboxContext } from '../service.ts';
import { loginPage, type Wish } from './login-page.ts';
import { freshLoginSettings, type LoginSettings } from './login-settings.ts';
import type { Org } from './org.ts';

export const CLIENT_ID = '3MVG9sandboxBatonConsumerKey';
export const CLIENT_SECRET = 'sandbox-baton-consumer-secret';
const CODE_LIFE_MS = 15 * 60_000;
const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

interface Code extends Wish {
  userId: string;
  until: number;
}

interface SessionFacts {
  userId: string;
  usedAt: number;
  /** The login on the page it came from; sessions of the server flows have none. */
  family?: string;
}

interface RefreshToken {
  userId: string;
  family: string;
  /** Traded for the next one already. */
  isSpent: boolean;
}

interface Pair {
  publicKey: string;
  privateKey: string;
}

/** What an OAuth endpoint refuses with. */
class OAuthError extends Error {
  readonly code: string;
  constructor(code: string, description: string) {
    super(description);
    this.code = code;
  }
}

/** Logins of the org: sessions, refresh tokens, codes, the registered key of the JWT bearer flow. */
export class Logins {
  readonly #context: SandboxContext;
  readonly #org: () => Org;
  readonly #sessions = new Map<string, SessionFacts>();
  readonly #refreshTokens = new Map<string, RefreshToken>();
  readonly #codes = new Map<string, Code>();
  #pair: Pair | undefined;
  #sequence = 0;
  /** The app's access was taken away: every login is refused. */
  revoked = false;
  settings: LoginSettings = freshLoginSettings();

  constructor(context: SandboxContext, org: () => Org) {
    this.#context = context;
    this.#org = org;
  }

  /** The user behind a bearer token. */
  userOf(authorization: string | undefined): string | undefined {
    const token = /^(?:Bearer|OAuth) (.+)$/.exec(authorization ?? '')?.[1];
    const session = this.#sessions.get(token ?? '');
    if (!session) return undefined;
    const { sessionMinutes } = this.settings;
    if (sessionMinutes > 0 && this.#now() - session.usedAt > sessionMinutes * 60_000) return undefined;
    session.usedAt = this.#now();
    return session.userId;
  }

  /** Revoke All in Connected Apps OAuth Usage. */
  revokeTokens(): void {
    for (const { family } of [...this.#refreshTokens.values()]) this.#endFamily(family);
  }

  expireSessions(): void {
    this.#sessions.clear();
  }

  clear(): void {
    this.#sessions.clear();
    this.#refreshTokens.clear();
    this.#codes.clear();
    this.revoked = false;
    this.settings = freshLoginSettings();
  }

  /** Key pair of the External Client App; its private half is for the test that signs with it. */
  keys(): Pair {
    this.#pair ??= generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    });
    return this.#pair;
  }

  routes(): Router {
    const router = express.Router();
    router.post('/services/oauth2/token', (req, res) => this.#answer(res, () => this.#token(form(req))));
    router.post('/services/oauth2/revoke', (req, res) => {
      const token = form(req).token ?? '';
      const family = this.#refreshTokens.get(token)?.family ?? this.#sessions.get(token)?.family;
      if (family !== undefined) this.#endFamily(family);
      if (this.#sessions.delete(token) || family !== undefined) return void res.status(200).end();
      res.status(400).json({ error: 'invalid_token', error_description: 'invalid token' });
    });
    router.get('/id/:org/:user', (req, res) => this.#identity(req, res));
    loginPage(router, {
      settings: () => this.settings,
      appClientId: CLIENT_ID,
      callback: () => `${this.#context.appUrl()}/connect/salesforce/callback`,
      users: () => [...this.#org().store.all('User')],
      code: (userId, wish) => {
        const code = `aPrx.${this.#secret()}`;
        this.#codes.set(code, { ...wish, userId, until: this.#now() + CODE_LIFE_MS });
        return code;
      },
    });
    return router;
  }

  #answer(res: Response, work: () => object): void {
    res.setHeader('cache-control', 'no-cache, no-store');
    try {
      res.json(work());
    } catch (error) {
      if (!(error instanceof OAuthError)) throw error;
      res.status(error.code === 'invalid_client' ? 401 : 400);
      res.json({ error: error.code, error_description: error.message });
    }
  }

  #token(given: Record<string, string>): object {
    if (this.revoked) throw new OAuthError('invalid_grant', 'expired access/refresh token');
    switch (given.grant_type) {
      case 'client_credentials':
        this.#checkClient(given, true);
        return this.#session(this.#org().integrationUserId);
      case JWT_BEARER:
        return this.#session(this.#jwtUser(given.assertion ?? ''));
      case 'refresh_token':
        this.#checkClient(given, false);
        return this.#refresh(given.refresh_token ?? '');
      case 'authorization_code':
        this.#checkClient(given, !given.code_verifier);
        return this.#fromCode(given);
      default:
        throw new OAuthError('unsupported_grant_type', 'grant type not supported');
    }
  }

  #checkClient(given: Record<string, string>, secretNeeded: boolean): void {
    if (given.client_id !== CLIENT_ID) throw new OAuthError('invalid_client_id', 'client identifier invalid');
    if (!secretNeeded && given.client_secret === undefined) return;
    if (!same(given.client_secret ?? '', CLIENT_SECRET))
      throw new OAuthError('invalid_client', 'invalid client credentials');
  }

  #refresh(refreshToken: string): object {
    const known = this.#refreshTokens.get(refreshToken);
    if (!known) throw new OAuthError('invalid_grant', 'expired access/refresh token');
    if (known.isSpent) {
      // Somebody has a copy: whoever it is, nobody goes on with it.
      this.#endFamily(known.family);
      throw new OAuthError('invalid_grant', 'token reuse detected: expired access/refresh token');
    }
    this.#checkUser(known.userId);
    const { userId, family } = known;
    if (!this.settings.rotateRefreshTokens) return this.#session(userId, family);
    known.isSpent = true;
    return { ...this.#session(userId, family), refresh_token: this.#refreshToken(userId, family) };
  }

  #refreshToken(userId: string, family: string): string {
    const token = `5Aep861.${this.#secret()}`;
    this.#refreshTokens.set(token, { userId, family, isSpent: false });
    return token;
  }

  #endFamily(family: string): void {
    for (const tokens of [this.#sessions, this.#refreshTokens]) {
      for (const [token, facts] of tokens) if (facts.family === family) tokens.delete(token);
    }
  }

  /** May this user come in just now? */
  #checkUser(userId: string): void {
    const user = this.#org().store.get('User', userId);
    const { orgInactive, appBlocked, ipRestricted, passwordExpired } = this.settings;
    if (orgInactive) throw new OAuthError('inactive_org', 'org is locked, closed, or suspended');
    if (user?.IsActive !== true) throw new OAuthError('inactive_user', 'user is inactive');
    if (appBlocked) throw new OAuthError('OAUTH_APP_BLOCKED', 'this app is blocked by admin');
    if (ipRestricted) throw new OAuthError('invalid_grant', 'ip restricted');
    if (passwordExpired.includes(String(user.Email))) {
      throw new OAuthError('invalid_grant', 'user password has expired');
    }
  }

  /** The identity address: whose login a token is. */
  #identity(req: Request, res: Response): void {
    const userId = this.userOf(req.get('authorization'));
    const user = this.#org().store.get('User', String(req.params.user));
    if (!userId || !user) return void res.status(403).type('text').send('Bad_OAuth_Token');
    if (userId !== user.Id) return void res.status(403).type('text').send('Wrong_User');
    if (req.params.org !== this.#organizationId()) return void res.status(403).type('text').send('Wrong_Org');
    res.json({
      id: `${this.#context.baseUrl()}${req.path}`,
      asserted_user: true,
      user_id: user.Id,
      organization_id: this.#organizationId(),
      username: user.Username,
      display_name: user.Name,
      email: user.Email,
      active: user.IsActive,
      user_type: 'STANDARD',
    });
  }

  #organizationId(): string {
    return this.settings.organizationId ?? this.#org().id;
  }

  #fromCode(given: Record<string, string>): object {
    const code = this.#codes.get(given.code ?? '');
    this.#codes.delete(given.code ?? '');
    if (!code || code.until < this.#now()) throw new OAuthError('invalid_grant', 'expired authorization code');
    if (code.redirectUri !== given.redirect_uri)
      throw new OAuthError('redirect_uri_mismatch', 'redirect_uri must match configuration');
    const challenge = createHash('sha256')
      .update(given.code_verifier ?? '')
      .digest('base64url');
    if (code.challenge && code.challenge !== challenge) throw new OAuthError('invalid_grant', 'invalid code verifier');
    if (this.settings.pkceRequired && !code.challenge) throw new OAuthError('invalid_grant', 'invalid code verifier');
    this.#checkUser(code.userId);
    const family = this.#secret();
    return { ...this.#session(code.userId, family), refresh_token: this.#refreshToken(code.userId, family) };
  }

  /** RS256 by the registered key, for us, not older than its three minutes, for a user who may. */
  #jwtUser(assertion: string): string {
    const [head = '', claims = '', signature = ''] = assertion.split('.');
    const header = decode(head);
    const claim = decode(claims);
    if (header?.alg !== 'RS256' || !claim) throw new OAuthError('invalid_grant', 'invalid assertion');
    if (claim.iss !== CLIENT_ID) throw new OAuthError('invalid_client_id', 'client identifier invalid');
    const key = createPublicKey(this.keys().publicKey);
    if (!verify('sha256', Buffer.from(`${head}.${claims}`), key, Buffer.from(signature, 'base64url'))) {
      throw new OAuthError('invalid_grant', 'invalid assertion');
    }
    if (claim.aud !== this.#context.baseUrl()) throw new OAuthError('invalid_grant', 'audience is invalid');
    const expiry = Number(claim.exp) * 1000;
    if (!(expiry > this.#now()) || expiry > this.#now() + 180_000)
      throw new OAuthError('invalid_grant', 'expired authorization code');
    const user = this.#org().store.lookup('User', 'Username', [String(claim.sub)])?.[0];
    if (user?.IsActive !== true) throw new OAuthError('invalid_grant', "user hasn't approved this consumer");
    return String(user.Id);
  }

  #session(userId: string, family?: string): object {
    const base = this.#context.baseUrl();
    const organizationId = this.#organizationId();
    const token = `${organizationId.slice(0, 15)}!${this.#secret()}`;
    this.#sessions.set(token, { userId, usedAt: this.#now(), ...(family !== undefined && { family }) });
    const id = `${base}/id/${organizationId}/${userId}`;
    const issuedAt = String(this.#now());
    return {
      access_token: token,
      signature: createHash('sha256').update(`${id}${issuedAt}`).digest('base64'),
      scope: 'id api refresh_token',
      instance_url: base,
      id,
      token_type: 'Bearer',
      issued_at: issuedAt,
    };
  }

  #now(): number {
    return this.#context.clock.now().getTime();
  }

  #secret(): string {
    this.#sequence += 1;
    return createHash('sha256').update(`${this.#context.random()}:${this.#sequence}`).digest('base64url');
  }
}

function form(req: Request): Record<string, string> {
  const body: unknown = req.body;
  if (typeof body !== 'object' || body === null) return {};
  return Object.fromEntries(Object.entries(body).map(([key, value]) => [key, String(value)]));
}

function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function decode(part: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
