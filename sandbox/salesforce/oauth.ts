import { createHash, createPublicKey, generateKeyPairSync, timingSafeEqual, verify } from 'node:crypto';
import type { Request, Response, Router } from 'express';
import express from 'express';
import type { SandboxContext } from '../service.ts';
import type { Org } from './org.ts';

export const CLIENT_ID = '3MVG9sandboxBatonConsumerKey';
export const CLIENT_SECRET = 'sandbox-baton-consumer-secret';
const CODE_LIFE_MS = 15 * 60_000;
const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

interface Code {
  userId: string;
  redirectUri: string;
  challenge?: string;
  until: number;
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
  readonly #sessions = new Map<string, string>();
  readonly #refreshTokens = new Map<string, string>();
  readonly #codes = new Map<string, Code>();
  #pair: Pair | undefined;
  #sequence = 0;
  /** The app's access was taken away: every login is refused. */
  revoked = false;

  constructor(context: SandboxContext, org: () => Org) {
    this.#context = context;
    this.#org = org;
  }

  /** The user behind a bearer token. */
  userOf(authorization: string | undefined): string | undefined {
    const token = /^(?:Bearer|OAuth) (.+)$/.exec(authorization ?? '')?.[1];
    return token === undefined ? undefined : this.#sessions.get(token);
  }

  expireSessions(): void {
    this.#sessions.clear();
  }

  clear(): void {
    this.#sessions.clear();
    this.#refreshTokens.clear();
    this.#codes.clear();
    this.revoked = false;
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
      const known = this.#sessions.delete(token) || this.#refreshTokens.delete(token);
      if (known) return void res.status(200).end();
      res.status(400).json({ error: 'invalid_token', error_description: 'invalid token' });
    });
    router.get('/services/oauth2/authorize', (req, res) => this.#authorize(req, res));
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
      case 'refresh_token': {
        this.#checkClient(given, false);
        const userId = this.#refreshTokens.get(given.refresh_token ?? '');
        if (!userId) throw new OAuthError('invalid_grant', 'expired access/refresh token');
        return this.#session(userId);
      }
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
    const refreshToken = `5Aep861.${this.#secret()}`;
    this.#refreshTokens.set(refreshToken, code.userId);
    return { ...this.#session(code.userId), refresh_token: refreshToken };
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

  #session(userId: string): object {
    const base = this.#context.baseUrl();
    const token = `${this.#org().id.slice(0, 15)}!${this.#secret()}`;
    this.#sessions.set(token, userId);
    const id = `${base}/id/${this.#org().id}/${userId}`;
    const issuedAt = String(this.#now());
    return {
      access_token: token,
      signature: createHash('sha256').update(`${id}${issuedAt}`).digest('base64'),
      scope: 'api refresh_token',
      instance_url: base,
      id,
      token_type: 'Bearer',
      issued_at: issuedAt,
    };
  }

  /** The consent page says yes at once: nobody is there to press it. */
  #authorize(req: Request, res: Response): void {
    const query = new URL(req.url, 'http://sandbox').searchParams;
    const redirectUri = query.get('redirect_uri') ?? '';
    const challenge = query.get('code_challenge');
    if (query.get('client_id') !== CLIENT_ID || query.get('response_type') !== 'code' || !URL.canParse(redirectUri)) {
      return void res.status(400).type('html').send('<h1>OAuth error</h1><p>error=invalid_client_id</p>');
    }
    const code = `aPrx.${this.#secret()}`;
    this.#codes.set(code, {
      userId: this.#org().integrationUserId,
      redirectUri,
      until: this.#now() + CODE_LIFE_MS,
      ...(challenge ? { challenge } : {}),
    });
    const target = new URL(redirectUri);
    target.searchParams.set('code', code);
    const state = query.get('state');
    if (state !== null) target.searchParams.set('state', state);
    res.redirect(302, target.href);
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
