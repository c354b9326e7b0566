import { createPrivateKey, sign } from 'node:crypto';
import type { HttpRequest } from 'jsforce';
import { Connection } from 'jsforce/lib/connection.js';
import { type Clock, SECOND } from '../../../lib/clock.ts';
import { CredentialsRejected, Failure, Unavailable } from '../../../lib/errors.ts';
import { readErrors, SERVICE, toFailure } from './errors.ts';
import { type Answer, send } from './exchange.ts';
import { parseLimitInfo, type Usage } from './limits.ts';
import { baseOf, grant, type OAuthApp, refreshed } from './oauth.ts';
import { organizationOf, type TokenKeeper, userOf } from './tokens.ts';

/** How Baton proves who it is. */
export type SalesforceAuth =
  | { kind: 'client_credentials'; clientId: string; clientSecret: string }
  | { kind: 'jwt'; clientId: string; username: string; privateKey: string }
  /** Somebody logged in on Salesforce's page; no secret when the app asks for none. */
  | { kind: 'tokens'; clientId: string; clientSecret?: string; keeper: TokenKeeper };

export interface SessionOptions {
  loginUrl: string;
  auth: SalesforceAuth;
  apiVersion: string;
  timeoutMs: number;
  clock: Clock;
  onUsage?: (usage: Record<string, Usage>) => void;
  /** Somebody logged in to another org than the one before: what was learnt of that one is wrong here. */
  onOtherOrg?: () => void;
}

/** A logged-in way to the org. */
export interface Session {
  /** Sends one call, logging in first when needed and once again when the session has ended. Throws Failures only. */
  call(request: HttpRequest): Promise<Answer>;
  /**
   * Several calls of one of jsforce's own APIs, on a connection of their own; done once more from the start after
   * logging in again when `isOver` says that the session had ended. Whatever `work` throws is thrown.
   */
  within<T>(work: (connection: Connection) => Promise<T>, isOver: (error: unknown) => boolean): Promise<T>;
  /** Where the org lives: named by the login. */
  instanceUrl(): Promise<string>;
  /** The user Baton acts as, as the login names them; undefined when it does not. */
  userId(): Promise<string | undefined>;
  /**
   * The org's id, as the login names it; undefined when it does not. A login that is not to be had just now is answered
   * with the org known last: it stays that one until somebody logs in to another.
   */
  organizationId(): Promise<string | undefined>;
}

interface Login {
  accessToken: string;
  organizationId: string | undefined;
  connection: Connection;
  userId: string | undefined;
}

/** Salesforce refuses assertions that live longer than three minutes. */
const ASSERTION_SECONDS = 170;

/** So long kept tokens are used without looking whether somebody logged in anew, or out, in another process. */
const TRUSTED = 30 * SECOND;

/** Opens nothing yet: the first call logs in, and callers that come meanwhile wait for that same login. */
export function openSession(options: SessionOptions): Session {
  const logins = loginsOf(options);
  let organization: string | undefined;
  return {
    async call(request) {
      // jsforce's own refresh tries for ever when every new token is refused too; ours tries once.
      for (const isLast of [false, true]) {
        const used = await logins.open();
        const answer = await send(used.connection, request, options.timeoutMs).catch((error: unknown) => {
          // The org was moved to another instance: the next login names it.
          if (hasMoved(error)) logins.refuse(used);
          throw error;
        });
        options.onUsage?.(parseLimitInfo(answer.headers['sforce-limit-info']));
        if (answer.status !== 401) return answer;
        logins.refuse(used);
        if (isLast) throw toFailure(401, readErrors(401, answer.body), { clock: options.clock });
      }
      throw new Error('unreachable');
    },
    async within(work, isOver) {
      const used = await logins.open();
      try {
        return await work(used.connection);
      } catch (error) {
        if (!isOver(error)) throw error;
        logins.refuse(used);
      }
      return work((await logins.open()).connection);
    },
    instanceUrl: async () => (await logins.open()).connection.instanceUrl,
    userId: async () => (await logins.open()).userId,
    async organizationId() {
      // A key is one org's for ever.
      if (organization && options.auth.kind !== 'tokens') return organization;
      try {
        organization = (await logins.open()).organizationId;
      } catch (error) {
        if (!organization || !(error instanceof Failure)) throw error;
      }
      return organization;
    },
  };
}

/** The login in use: one for everybody who comes at the same time, and kept until it fails or is refused. */
function loginsOf(options: SessionOptions) {
  let current: { coming: Promise<Login>; since: number } | undefined;
  /** Access token Salesforce said no to: asked for again, it is renewed. */
  let refused: string | undefined;
  const coming = new WeakMap<Login, Promise<Login>>();
  let organization: string | undefined;

  /** Forgets a login, unless somebody already has a newer one. */
  function forget(used: Promise<Login> | undefined): void {
    if (current?.coming === used) current = undefined;
  }

  return {
    async open(): Promise<Login> {
      const now = options.clock.now().getTime();
      if (options.auth.kind === 'tokens' && current && now - current.since > TRUSTED) current = undefined;
      current ??= { coming: login(options, refused), since: now };
      const used = current.coming;
      try {
        const opened = await used;
        coming.set(opened, used);
        if (organization && opened.organizationId !== organization) options.onOtherOrg?.();
        organization = opened.organizationId;
        return opened;
      } catch (error) {
        forget(used);
        throw error;
      }
    },
    refuse(used: Login): void {
      refused = used.accessToken;
      forget(coming.get(used));
    },
  };
}

/** The address answers for somebody else, or for nobody any more. */
const hasMoved = (error: unknown): boolean =>
  error instanceof Unavailable && (error.code === 'MOVED' || error.code === 'ENOTFOUND');

async function login(options: SessionOptions, refused: string | undefined): Promise<Login> {
  const { accessToken, instanceUrl, identity } = await access(options, refused);
  return {
    accessToken,
    connection: new Connection({ loginUrl: baseOf(options), instanceUrl, accessToken, version: options.apiVersion }),
    organizationId: organizationOf(identity),
    userId: userOf(identity),
  };
}

/** Whatever proves who Baton is, traded for an access token; kept tokens as they are, unless they were refused. */
async function access(options: SessionOptions, refused: string | undefined) {
  const { auth, clock, timeoutMs } = options;
  const app: OAuthApp = { loginUrl: options.loginUrl, clientId: auth.clientId, clock, timeoutMs };
  if (auth.kind === 'tokens') return kept({ ...app, clientSecret: auth.clientSecret }, auth.keeper, refused);
  const granted = await grant(app, serverGrant(options, auth));
  return { accessToken: granted.access_token, instanceUrl: granted.instance_url, identity: granted.id };
}

async function kept(app: OAuthApp, keeper: TokenKeeper, refused: string | undefined) {
  const stored = await keeper.read();
  if (!stored) {
    throw new CredentialsRejected('Salesforce: nobody is logged in, or the login was taken back', {
      service: SERVICE,
      code: 'NOT_CONNECTED',
    });
  }
  return stored.accessToken === refused ? keeper.renew(tokens => refreshed(app, tokens), refused) : stored;
}

function serverGrant(
  { loginUrl, clock }: SessionOptions,
  auth: Exclude<SalesforceAuth, { kind: 'tokens' }>,
): Record<string, string> {
  if (auth.kind === 'client_credentials') {
    return { grant_type: 'client_credentials', client_id: auth.clientId, client_secret: auth.clientSecret };
  }
  const claims = {
    iss: auth.clientId,
    sub: auth.username,
    aud: baseOf({ loginUrl }),
    exp: Math.floor(clock.now().getTime() / 1000) + ASSERTION_SECONDS,
  };
  return { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: assertion(claims, auth.privateKey) };
}

function assertion(claims: object, pem: string): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const unsigned = `${part({ alg: 'RS256' })}.${part(claims)}`;
  try {
    // Environment files often hold the key in one line.
    const key = createPrivateKey(pem.replaceAll('\\n', '\n'));
    return `${unsigned}.${sign('sha256', Buffer.from(unsigned), key).toString('base64url')}`;
  } catch {
    // Its own message may quote the key.
    throw new CredentialsRejected('Salesforce: the private key of the JWT bearer flow cannot be read', {
      service: SERVICE,
      code: 'BAD_PRIVATE_KEY',
    });
  }
}
