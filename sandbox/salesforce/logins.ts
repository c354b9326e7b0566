/** Who is logged in, where: sessions, refresh tokens and codes of all orgs, each of one org and user. */
import { createHash } from 'node:crypto';
import type { SandboxContext } from '../service.ts';
import type { Wish } from './login-page.ts';
import type { Org } from './org.ts';

const CODE_LIFE_MS = 15 * 60_000;

/** Somebody in an org. */
export interface Login {
  org: Org;
  userId: string;
}

interface Session extends Login {
  usedAt: number;
  /** The login on the page it came from; sessions of the server flows have none. */
  family?: string;
}

export interface RefreshToken extends Login {
  family: string;
  /** Traded for the next one already. */
  isSpent: boolean;
}

interface Code extends Wish, Login {
  until: number;
}

export class Logins {
  readonly #context: SandboxContext;
  readonly #sessions = new Map<string, Session>();
  readonly #refreshTokens = new Map<string, RefreshToken>();
  readonly #codes = new Map<string, Code>();
  #sequence = 0;

  constructor(context: SandboxContext) {
    this.#context = context;
  }

  /**
   * Whose a bearer token is, while it is good.
   * @param host the org's own one is the only place where its sessions count
   */
  of(authorization: string | undefined, host: string | undefined): Login | undefined {
    const token = /^(?:Bearer|OAuth) (.+)$/.exec(authorization ?? '')?.[1];
    const session = this.#sessions.get(token ?? '');
    if (!session || session.org.identity.host !== host) return undefined;
    const { sessionMinutes } = session.org.login;
    if (sessionMinutes > 0 && this.now() - session.usedAt > sessionMinutes * 60_000) return undefined;
    session.usedAt = this.now();
    return session;
  }

  /** What a login answers; its access token is good from now on. */
  open({ org, userId }: Login, family?: string): Record<string, string> {
    const base = this.#context.baseUrl(org.identity.host);
    const organizationId = organizationIdOf(org);
    const token = `${organizationId.slice(0, 15)}!${this.secret()}`;
    this.#sessions.set(token, { org, userId, usedAt: this.now(), ...(family !== undefined && { family }) });
    const id = `${base}/id/${organizationId}/${userId}`;
    const issuedAt = String(this.now());
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

  addCode(login: Login, wish: Wish): string {
    const code = `aPrx.${this.secret()}`;
    this.#codes.set(code, { ...wish, ...login, until: this.now() + CODE_LIFE_MS });
    return code;
  }

  /** A code, which is good once. */
  takeCode(code: string): Code | undefined {
    const known = this.#codes.get(code);
    this.#codes.delete(code);
    return known && known.until >= this.now() ? known : undefined;
  }

  addRefreshToken({ org, userId }: Login, family: string): string {
    const token = `5Aep861.${this.secret()}`;
    this.#refreshTokens.set(token, { org, userId, family, isSpent: false });
    return token;
  }

  refreshToken(token: string): RefreshToken | undefined {
    return this.#refreshTokens.get(token);
  }

  /** Ends what hangs on a token; answers whether there was anything. */
  revoke(token: string): boolean {
    const family = this.#refreshTokens.get(token)?.family ?? this.#sessions.get(token)?.family;
    if (family !== undefined) this.endFamily(family);
    return this.#sessions.delete(token) || family !== undefined;
  }

  /** Revoke All in Connected Apps OAuth Usage. */
  revokeTokens(org: Org): void {
    for (const one of [...this.#refreshTokens.values()]) if (one.org === org) this.endFamily(one.family);
  }

  expireSessions(org: Org): void {
    for (const [token, session] of this.#sessions) if (session.org === org) this.#sessions.delete(token);
  }

  /** Ends a login with all of its tokens. */
  endFamily(family: string): void {
    for (const tokens of [this.#sessions, this.#refreshTokens]) {
      for (const [token, facts] of tokens) if (facts.family === family) tokens.delete(token);
    }
  }

  clear(): void {
    for (const kept of [this.#sessions, this.#refreshTokens, this.#codes]) kept.clear();
  }

  now(): number {
    return this.#context.clock.now().getTime();
  }

  secret(): string {
    this.#sequence += 1;
    return createHash('sha256').update(`${this.#context.random()}:${this.#sequence}`).digest('base64url');
  }
}

/** The id that logins of the org show. */
export function organizationIdOf(org: Org): string {
  return org.login.organizationId ?? org.id;
}
