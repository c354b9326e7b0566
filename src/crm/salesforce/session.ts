import { createPrivateKey, sign } from 'node:crypto';
import type { HttpRequest, HttpResponse } from 'jsforce';
import { Connection } from 'jsforce/lib/connection.js';
import type { Clock } from '../../lib/clock.ts';
import { CredentialsRejected, Unavailable } from '../../lib/errors.ts';
import { noAnswer, readErrors, SERVICE, toFailure } from '../salesforce-errors.ts';
import { parseLimitInfo, type Usage } from './limits.ts';
import { transport } from './transport.ts';

/** How Baton proves who it is. */
export type SalesforceAuth =
  | { kind: 'client_credentials'; clientId: string; clientSecret: string }
  | { kind: 'jwt'; clientId: string; username: string; privateKey: string };

export interface SessionOptions {
  loginUrl: string;
  auth: SalesforceAuth;
  apiVersion: string;
  timeoutMs: number;
  clock: Clock;
  onUsage?: (usage: Record<string, Usage>) => void;
}

interface Answer {
  status: number;
  headers: Record<string, string>;
  body: unknown;
}

/** A logged-in way to the org. */
export interface Session {
  /** Sends one call, logging in first when needed and once again when the session has ended. Throws Failures only. */
  call(request: HttpRequest): Promise<Answer>;
  /** Where the org lives: named by the login. */
  instanceUrl(): Promise<string>;
  /** The user Baton acts as, as the login names them; undefined when it does not. */
  userId(): Promise<string | undefined>;
  /** The org's id, as the login names it; undefined when it does not. */
  organizationId(): Promise<string | undefined>;
}

interface Login {
  organizationId: string | undefined;
  connection: Connection;
  userId: string | undefined;
}

/** Salesforce refuses assertions that live longer than three minutes. */
const ASSERTION_SECONDS = 170;

/** Opens nothing yet: the first call logs in, and callers that come meanwhile wait for that same login. */
export function openSession(options: SessionOptions): Session {
  let current: Promise<Login> | undefined;

  function loggedIn(): Promise<Login> {
    current ??= login(options);
    return current;
  }

  /** Forgets a login, unless somebody already has a newer one. */
  function forget(used: Promise<Login>): void {
    if (current === used) current = undefined;
  }

  /** The login in use; one that failed is not kept. */
  async function open(used: Promise<Login>): Promise<Login> {
    try {
      return await used;
    } catch (error) {
      forget(used);
      throw error;
    }
  }

  return {
    async call(request) {
      // jsforce's own refresh tries for ever when every new token is refused too; ours tries once.
      for (const isLast of [false, true]) {
        const used = loggedIn();
        const answer = await send((await open(used)).connection, request, options.timeoutMs);
        options.onUsage?.(parseLimitInfo(answer.headers['sforce-limit-info']));
        if (answer.status !== 401) return answer;
        forget(used);
        if (isLast) throw toFailure(401, readErrors(401, answer.body), { clock: options.clock });
      }
      throw new Error('unreachable');
    },
    instanceUrl: async () => (await open(loggedIn())).connection.instanceUrl,
    userId: async () => (await open(loggedIn())).userId,
    organizationId: async () => (await open(loggedIn())).organizationId,
  };
}

async function login(options: SessionOptions): Promise<Login> {
  const loginUrl = options.loginUrl.replace(/\/+$/, '');
  const body = new URLSearchParams(grant(options, loginUrl)).toString();
  const answer = await send(
    new Connection({ loginUrl, instanceUrl: loginUrl, version: options.apiVersion }),
    {
      method: 'POST',
      url: `${loginUrl}/services/oauth2/token`,
      body,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    },
    options.timeoutMs,
  );
  if (answer.status >= 400) {
    throw toFailure(answer.status, readErrors(answer.status, answer.body), {
      clock: options.clock,
      headers: answer.headers,
    });
  }
  const token = (answer.body ?? {}) as { access_token?: unknown; instance_url?: unknown; id?: unknown };
  if (typeof token.access_token !== 'string' || typeof token.instance_url !== 'string') {
    throw new Unavailable('Salesforce answered a login without a token', { service: SERVICE, code: 'NO_TOKEN' });
  }
  const instanceUrl = token.instance_url.replace(/\/+$/, '');
  return {
    connection: new Connection({
      loginUrl,
      instanceUrl,
      accessToken: token.access_token,
      version: options.apiVersion,
    }),
    organizationId: /\/id\/(00D[0-9A-Za-z]{12,15})\//.exec(String(token.id ?? ''))?.[1],
    userId: /\/(005[0-9A-Za-z]{12,15})$/.exec(String(token.id ?? ''))?.[1],
  };
}

function grant({ auth, clock }: SessionOptions, loginUrl: string): Record<string, string> {
  if (auth.kind === 'client_credentials') {
    return { grant_type: 'client_credentials', client_id: auth.clientId, client_secret: auth.clientSecret };
  }
  const claims = {
    iss: auth.clientId,
    sub: auth.username,
    aud: loginUrl,
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

/** One exchange through jsforce; an answer that refuses is an answer, only silence throws. */
async function send(connection: Connection, request: HttpRequest, timeoutMs: number): Promise<Answer> {
  const seen: { response?: HttpResponse } = {};
  const carrier = transport(timeoutMs, response => {
    seen.response = response;
  });
  try {
    const body: unknown = await connection.request<unknown>(request, { transport: carrier });
    return checked(seen.response, body);
  } catch (error) {
    if (!seen.response) throw noAnswer(error);
    return checked(seen.response, parsed(seen.response.body));
  }
}

function checked(response: HttpResponse | undefined, body: unknown): Answer {
  const status = response?.statusCode ?? 0;
  if (status >= 200 && status < 300 && status !== 204 && (typeof body !== 'object' || body === null)) {
    // A maintenance page or a proxy: certainly not what was asked.
    throw new Unavailable('Salesforce answered something unreadable', {
      service: SERVICE,
      code: 'UNREADABLE',
      outage: true,
    });
  }
  return { status, headers: response?.headers ?? {}, body };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
