/** The OAuth endpoints: tokens by four flows, revocation, whose login a token is. */
import { createHash, createPublicKey, generateKeyPairSync, timingSafeEqual, verify } from 'node:crypto';
import type { Request, Response } from 'express';
import { type Handlers, hostOf, type SandboxContext } from '../service.ts';
import { loginPage } from './login-page.ts';
import { type Login, type Logins, organizationIdOf } from './logins.ts';
import type { Org } from './org.ts';

const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

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

/** The orgs that one may log in to at a host. */
type OrgsAt = (host: string | undefined) => Org[];

export class OAuth {
  readonly #context: SandboxContext;
  readonly #orgsAt: OrgsAt;
  readonly #logins: Logins;
  #pair: Pair | undefined;

  constructor(context: SandboxContext, logins: Logins, orgsAt: OrgsAt) {
    this.#context = context;
    this.#logins = logins;
    this.#orgsAt = orgsAt;
  }

  /** Key pair of the External Client Apps; its private half is for the test that signs with it. */
  keys(): Pair {
    this.#pair ??= generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    });
    return this.#pair;
  }

  handlers(): Handlers {
    return {
      'POST /services/oauth2/token': (req, res) => answer(res, () => this.#token(form(req), hostOf(req))),
      'POST /services/oauth2/revoke': (req, res) => {
        if (this.#logins.revoke(form(req).token ?? '')) return res.status(200).end();
        res.status(400).json({ error: 'invalid_token', error_description: 'invalid token' });
      },
      'GET /id/:org/:user': (req, res) => this.#identity(req, res),
      ...loginPage({
        orgs: this.#orgsAt,
        callback: () => `${this.#context.appUrl()}/connect/salesforce/callback`,
        code: (login, wish) => this.#logins.addCode(login, wish),
      }),
    };
  }

  #token(given: Record<string, string>, host: string | undefined): object {
    switch (given.grant_type) {
      case 'client_credentials': {
        const org = admitted(this.#client(given, host, true));
        return this.#logins.open({ org, userId: org.integrationUserId });
      }
      case JWT_BEARER:
        return this.#logins.open(this.#jwtUser(given.assertion ?? '', host));
      case 'refresh_token':
        this.#client(given, host, false);
        return this.#refresh(given.refresh_token ?? '');
      case 'authorization_code':
        this.#client(given, host, !given.code_verifier);
        return this.#fromCode(given);
      default:
        throw new OAuthError('unsupported_grant_type', 'grant type not supported');
    }
  }

  /** The org whose app this is; an app that was packaged acts in other orgs too. */
  #client(given: Record<string, string>, host: string | undefined, secretNeeded: boolean): Org {
    const org = this.#orgOf(given.client_id, host);
    if (!secretNeeded && given.client_secret === undefined) return org;
    if (!same(given.client_secret ?? '', org.identity.client.secret))
      throw new OAuthError('invalid_client', 'invalid client credentials');
    return org;
  }

  #orgOf(clientId: unknown, host: string | undefined): Org {
    const org = this.#orgsAt(host).find(one => one.identity.client.id === clientId);
    if (!org) throw new OAuthError('invalid_client_id', 'client identifier invalid');
    return org;
  }

  #refresh(refreshToken: string): object {
    const known = this.#logins.refreshToken(refreshToken);
    if (!known) throw new OAuthError('invalid_grant', 'expired access/refresh token');
    admitted(known.org);
    if (known.isSpent) {
      // Somebody has a copy: whoever it is, nobody goes on with it.
      this.#logins.endFamily(known.family);
      throw new OAuthError('invalid_grant', 'token reuse detected: expired access/refresh token');
    }
    checkUser(known);
    const session = this.#logins.open(known, known.family);
    if (!known.org.login.rotateRefreshTokens) return session;
    known.isSpent = true;
    return { ...session, refresh_token: this.#logins.addRefreshToken(known, known.family) };
  }

  #fromCode(given: Record<string, string>): object {
    const code = this.#logins.takeCode(given.code ?? '');
    if (!code) throw new OAuthError('invalid_grant', 'expired authorization code');
    admitted(code.org);
    if (code.redirectUri !== given.redirect_uri)
      throw new OAuthError('redirect_uri_mismatch', 'redirect_uri must match configuration');
    const challenge = createHash('sha256')
      .update(given.code_verifier ?? '')
      .digest('base64url');
    const unproven = code.challenge ? code.challenge !== challenge : code.org.login.pkceRequired;
    if (unproven) throw new OAuthError('invalid_grant', 'invalid code verifier');
    checkUser(code);
    const family = this.#logins.secret();
    return { ...this.#logins.open(code, family), refresh_token: this.#logins.addRefreshToken(code, family) };
  }

  /** RS256 by the registered key, for us, not older than its three minutes, for a user who may. */
  #jwtUser(assertion: string, host: string | undefined): Login {
    const [head = '', claims = '', signature = ''] = assertion.split('.');
    const header = decode(head);
    const claim = decode(claims);
    if (header?.alg !== 'RS256' || !claim) throw new OAuthError('invalid_grant', 'invalid assertion');
    admitted(this.#orgOf(claim.iss, host));
    const key = createPublicKey(this.keys().publicKey);
    if (!verify('sha256', Buffer.from(`${head}.${claims}`), key, Buffer.from(signature, 'base64url'))) {
      throw new OAuthError('invalid_grant', 'invalid assertion');
    }
    if (claim.aud !== this.#context.baseUrl(host)) throw new OAuthError('invalid_grant', 'audience is invalid');
    const [expiry, now] = [Number(claim.exp) * 1000, this.#logins.now()];
    if (!(expiry > now) || expiry > now + 180_000) throw new OAuthError('invalid_grant', 'expired authorization code');
    // User names are unique among all orgs: they say which one is meant.
    for (const org of this.#orgsAt(host)) {
      const user = org.store.lookup('User', 'Username', [String(claim.sub)])?.[0];
      if (user?.IsActive === true) return { org: admitted(org), userId: String(user.Id) };
    }
    throw new OAuthError('invalid_grant', "user hasn't approved this consumer");
  }

  /** The identity address: whose login a token is. */
  #identity(req: Request, res: Response): void {
    const login = this.#logins.of(req.get('authorization'), hostOf(req));
    const user = login?.org.store.get('User', String(req.params.user));
    if (!login || !user) return void res.status(403).type('text').send('Bad_OAuth_Token');
    if (login.userId !== user.Id) return void res.status(403).type('text').send('Wrong_User');
    const organizationId = organizationIdOf(login.org);
    if (req.params.org !== organizationId) return void res.status(403).type('text').send('Wrong_Org');
    res.json({
      id: `${this.#context.baseUrl(hostOf(req))}${req.path}`,
      asserted_user: true,
      user_id: user.Id,
      organization_id: organizationId,
      username: user.Username,
      display_name: user.Name,
      email: user.Email,
      active: user.IsActive,
      user_type: 'STANDARD',
    });
  }
}

function answer(res: Response, work: () => object): void {
  res.setHeader('cache-control', 'no-cache, no-store');
  try {
    res.json(work());
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    res.status(error.code === 'invalid_client' ? 401 : 400);
    res.json({ error: error.code, error_description: error.message });
  }
}

/** The org, unless the app's access was taken away there. */
function admitted(org: Org): Org {
  if (org.revoked) throw new OAuthError('invalid_grant', 'expired access/refresh token');
  return org;
}

/** May this user come in just now? */
function checkUser({ org, userId }: Login): void {
  const user = org.store.get('User', userId);
  const { orgInactive, appBlocked, ipRestricted, passwordExpired } = org.login;
  if (orgInactive) throw new OAuthError('inactive_org', 'org is locked, closed, or suspended');
  if (user?.IsActive !== true) throw new OAuthError('inactive_user', 'user is inactive');
  if (appBlocked) throw new OAuthError('OAUTH_APP_BLOCKED', 'this app is blocked by admin');
  if (ipRestricted) throw new OAuthError('invalid_grant', 'ip restricted');
  if (passwordExpired.includes(String(user.Email))) {
    throw new OAuthError('invalid_grant', 'user password has expired');
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
