/** OAuth as Salesforce does it: its log-in page, trading codes and refresh tokens, taking access back. */
import { Connection } from 'jsforce/lib/connection.js';
import type { LoggedIn, LoginPage } from '../../../contracts/login.ts';
import { type Clock, SECOND, systemClock } from '../../../lib/clock.ts';
import { CredentialsRejected, Unavailable } from '../../../lib/errors.ts';
import { readErrors, SERVICE, toFailure } from './errors.ts';
import { type Answer, send } from './exchange.ts';
import { to18 } from './ids.ts';
import { advice } from './login-advice.ts';
import { organizationOf, type Tokens, userOf } from './tokens.ts';

/** The External Client App, and where it is known. */
export interface OAuthApp {
  /** `https://login.salesforce.com`, `https://test.salesforce.com` or a My Domain. */
  loginUrl: string;
  clientId: string;
  /** Left out when the app asks for none (public client: PKCE alone). */
  clientSecret?: string | undefined;
  clock?: Clock;
  timeoutMs?: number;
}

/** What the token endpoint answers, whatever the grant. */
interface Granted {
  access_token: string;
  instance_url: string;
  id: string;
  refresh_token?: string;
}

const TIMEOUT = 20 * SECOND;

/** `api`: REST; `refresh_token`: work while nobody looks; `id`: whose log-in it is. */
const SCOPES = 'api refresh_token id';

/** Salesforce's log-in page, for the workspace (`forWorkspace`) or only for people's own log-ins. */
export function salesforceLogin(app: OAuthApp & { forWorkspace: boolean }): LoginPage {
  const base = baseOf(app);
  return {
    forWorkspace: app.forWorkspace,
    address({ state, challenge, redirectUri }) {
      const query = new URLSearchParams({
        response_type: 'code',
        client_id: app.clientId,
        redirect_uri: redirectUri,
        scope: SCOPES,
        state,
        code_challenge: challenge,
        code_challenge_method: 'S256',
        // Whoever connects chooses the user: a browser that is logged in as somebody else must not choose for them.
        prompt: 'login consent',
      });
      return `${base}/services/oauth2/authorize?${query}`;
    },
    async exchange({ code, verifier, redirectUri }) {
      const granted = await grant(app, {
        grant_type: 'authorization_code',
        code,
        code_verifier: verifier,
        redirect_uri: redirectUri,
        ...client(app),
      });
      if (!granted.refresh_token) {
        throw new CredentialsRejected(
          'Salesforce gave no refresh token: allow the scope “Perform requests at any time (refresh_token)” in the External Client App',
          { service: SERVICE, code: 'NO_REFRESH_TOKEN' },
        );
      }
      return identified(app, tokensOf(granted, granted.refresh_token));
    },
    // A refresh token of its own for each log-in (help page "Revoke OAuth Tokens").
    revokes: 'token',
    async revoke(tokens) {
      const { refreshToken } = tokens as Tokens;
      const answer = await post(app, '/services/oauth2/revoke', { token: refreshToken }, { empty: true });
      // 400: it was dead already.
      if (answer.status >= 400 && answer.status !== 400) throw refusal(app, answer);
    },
    advice,
  };
}

/**
 * Trades the refresh token. With rotation (a setting of the app) the answer carries the next one, and the one used is
 * dead from now on; without it the old one stays.
 */
export async function refreshed(app: OAuthApp, stored: Tokens): Promise<Tokens> {
  const form = { grant_type: 'refresh_token', refresh_token: stored.refreshToken, ...client(app) };
  const granted = await grant(app, form).catch(thrown => {
    // This is all an admin will hear of it.
    throw thrown instanceof CredentialsRejected ? advised(thrown) : thrown;
  });
  return tokensOf(granted, granted.refresh_token ?? stored.refreshToken);
}

function advised(refused: CredentialsRejected): CredentialsRejected {
  const { service, code = '', message, forAll } = refused;
  const todo = advice({ code, message }, '');
  return todo === undefined
    ? refused
    : new CredentialsRejected(`${message}. ${todo}`, { service, code, forAll, cause: refused });
}

/** One exchange with the token endpoint. @throws CredentialsRejected with what to do, when Salesforce says no */
export async function grant(app: OAuthApp, form: Record<string, string>): Promise<Granted> {
  const answer = await post(app, '/services/oauth2/token', form);
  if (answer.status >= 400) throw refusal(app, answer);
  const given = (answer.body ?? {}) as Partial<Record<keyof Granted, unknown>>;
  if (typeof given.access_token !== 'string' || typeof given.instance_url !== 'string') {
    throw new Unavailable('Salesforce answered a login without a token', { service: SERVICE, code: 'NO_TOKEN' });
  }
  return {
    access_token: given.access_token,
    instance_url: given.instance_url.replace(/\/+$/, ''),
    id: String(given.id ?? ''),
    ...(typeof given.refresh_token === 'string' && { refresh_token: given.refresh_token }),
  };
}

/** The login host without a trailing slash. */
export function baseOf({ loginUrl }: Pick<OAuthApp, 'loginUrl'>): string {
  return loginUrl.replace(/\/+$/, '');
}

function client({ clientId, clientSecret }: OAuthApp): Record<string, string> {
  return { client_id: clientId, ...(clientSecret !== undefined && { client_secret: clientSecret }) };
}

function tokensOf(granted: Granted, refreshToken: string): Tokens {
  return {
    accessToken: granted.access_token,
    refreshToken,
    instanceUrl: granted.instance_url,
    identity: granted.id,
  };
}

/** Whose log-in it is: the identity address answers with the user, and with what is wrong about them. */
async function identified(app: OAuthApp, tokens: Tokens): Promise<LoggedIn> {
  const tenant = organizationOf(tokens.identity);
  const account = userOf(tokens.identity);
  if (!tenant || !account) {
    throw new Unavailable('Salesforce did not say whose login it is', { service: SERVICE, code: 'NO_IDENTITY' });
  }
  // At the org itself: the login host answers with a redirect there, which would carry the token along.
  const answer = await send(
    connectionTo(app, tokens.instanceUrl),
    {
      method: 'GET',
      url: `${tokens.instanceUrl}/id/${tenant}/${account}`,
      headers: { authorization: `Bearer ${tokens.accessToken}` },
    },
    app.timeoutMs ?? TIMEOUT,
  );
  if (answer.status >= 400) throw refusal(app, answer);
  const { display_name: name, email, username: userName } = answer.body as Record<string, unknown>;
  return {
    tokens,
    tenant: to18(tenant),
    account: to18(account),
    name: String(name ?? ''),
    email: String(email ?? '').toLowerCase(),
    userName: String(userName ?? ''),
  };
}

function post(
  app: OAuthApp,
  path: string,
  form: Record<string, string>,
  answers: { empty?: boolean } = {},
): Promise<Answer> {
  const base = baseOf(app);
  return send(
    connectionTo(app, base),
    {
      method: 'POST',
      url: `${base}${path}`,
      body: new URLSearchParams(form).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    },
    app.timeoutMs ?? TIMEOUT,
    answers,
  );
}

function connectionTo(app: OAuthApp, instanceUrl: string): Connection {
  return new Connection({ loginUrl: baseOf(app), instanceUrl });
}

function refusal({ clock = systemClock }: OAuthApp, answer: Answer) {
  return toFailure(answer.status, readErrors(answer.status, answer.body), { clock, headers: answer.headers });
}
