/**
 * Log-ins whose refresh token changes with every renewal, as the vendors with sequences have them (RFC 6749; a grant of theirs
 * answers `access_token`, `refresh_token`, `expires_in`): the page, the tokens, and calls that carry them.
 */
import { z } from 'zod';
import type { Keeper, LoggedIn, LoginPage } from '../contracts/login.ts';
import { after, type Clock, MINUTE, SECOND } from '../lib/clock.ts';
import { CredentialsRejected, type Failure, RateLimited, Unavailable } from '../lib/errors.ts';
import { type HttpAnswer, type HttpClient, type HttpOptions, httpClient, parseRetryAfter } from '../lib/http.ts';

export interface RenewedTokens {
  accessToken: string;
  refreshToken: string;
  /** ISO 8601. */
  expiresAt: string;
}

/** Baton's app at the vendor. */
export interface LoginApp {
  service: string;
  label: string;
  /** `https://accounts.example.com`; `/oauth/authorize`, `/oauth/token` and `/oauth/revoke` are below it. */
  loginUrl: string;
  clientId: string;
  clientSecret: string;
  /** Absent: those that the app has. */
  scope?: string;
  clock: Clock;
  timeoutMs?: number;
}

/** Where calls get their token from. */
export interface TokenSource {
  /** @throws CredentialsRejected when nobody is logged in any more */
  accessToken(): Promise<string>;
  /** After a 401 to `used`: the next one, for all processes. Absent: there is none. */
  renewed?(used: string): Promise<string>;
}

/** A grant is not asked for twice within a minute, where the vendor counts them. */
const WAIT = MINUTE;
/** A token is renewed a little before it runs out: an answer of 401 costs a call. */
const EARLY = 2 * MINUTE;

/** @param whose asks the vendor whose log-in it is */
export function renewedLogin(
  app: LoginApp,
  whose: (accessToken: string) => Promise<Omit<LoggedIn, 'tokens'>>,
): LoginPage {
  return {
    forWorkspace: true,
    forPeople: false,
    address({ state, redirectUri }) {
      const { clientId: client_id, scope, loginUrl } = app;
      const query = new URLSearchParams({
        client_id,
        redirect_uri: redirectUri,
        response_type: 'code',
        ...(scope && { scope }),
        state,
      });
      return `${loginUrl.replace(/\/+$/, '')}/oauth/authorize?${query}`;
    },
    async exchange({ code, redirectUri }) {
      const tokens = await grant(app, { grant_type: 'authorization_code', code, redirect_uri: redirectUri });
      return { ...(await whose(tokens.accessToken)), tokens };
    },
    revokes: 'token',
    async revoke(tokens) {
      const answer = await post(app, '/oauth/revoke', { token: (tokens as RenewedTokens).refreshToken });
      // 400: it was dead already. 404: there is no such page (guessed; docs/decisions.md), and it dies unused.
      if (answer.status >= 400 && answer.status !== 400 && answer.status !== 404) throw refused(app, answer);
    },
    advice: ({ code }) => adviceOf(app)[code],
  };
}

const adviceOf = ({ label }: LoginApp): Readonly<Record<string, string>> => ({
  invalid_grant:
    'The access was taken back, or not used for too long. Connect again (or begin anew, if you just logged in).',
  invalid_client: `Check the client ID and secret of Baton’s app at ${label}.`,
  invalid_scope: `Give Baton’s app at ${label} the scopes that docs/operating.md lists.`,
  access_denied: 'The access was not allowed. Start again when you are ready.',
});

/** Tokens of one workspace's log-in; `keeper` has one process renew for all. */
export function renewedTokens(app: LoginApp, keeper: Keeper<RenewedTokens>): Required<TokenSource> {
  const renewed = async (used: string) => {
    const renew = ({ refreshToken }: RenewedTokens) =>
      grant(app, { grant_type: 'refresh_token', refresh_token: refreshToken });
    return (await keeper.renew(renew, used)).accessToken;
  };
  return {
    renewed,
    async accessToken() {
      const tokens = await keeper.read();
      if (!tokens) {
        throw new CredentialsRejected(`${app.label} is not connected`, {
          service: app.service,
          code: 'NOT_CONNECTED',
        });
      }
      const isOver = after(app.clock.now(), EARLY) >= new Date(tokens.expiresAt);
      return isOver ? renewed(tokens.accessToken) : tokens.accessToken;
    },
  };
}

/** Each call carries the token; one that is refused is made once more with the next one. */
export function bearerClient(options: HttpOptions, source: TokenSource): HttpClient {
  const http = httpClient(options);
  const callAs = (token: string, call: Parameters<HttpClient>[0]) =>
    http({ ...call, headers: { ...call.headers, authorization: `Bearer ${token}` } });
  return async call => {
    const token = await source.accessToken();
    const answer = await callAs(token, call);
    return answer.status === 401 && source.renewed ? callAs(await source.renewed(token), call) : answer;
  };
}

const granted = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1),
  expires_in: z.number().positive(),
});

async function grant(app: LoginApp, form: Record<string, string>): Promise<RenewedTokens> {
  const answer = await post(app, '/oauth/token', form);
  if (answer.status !== 200) throw refused(app, answer);
  const given = granted.safeParse(answer.body).data;
  if (!given) throw new Unavailable(`${app.label} answered something that is no log-in`, { service: app.service });
  return {
    accessToken: given.access_token,
    refreshToken: given.refresh_token,
    expiresAt: after(app.clock.now(), given.expires_in * SECOND).toISOString(),
  };
}

const refusal = z.object({ error: z.string(), error_description: z.string().default('') });

function refused({ service, label, clock }: LoginApp, { status, headers, body }: HttpAnswer): Failure {
  const { error: code = '', error_description: words = '' } = refusal.safeParse(body).data ?? {};
  const detail = { service, code: code || `HTTP ${status}` };
  if (status === 429) {
    const retryAt = parseRetryAfter(headers.get('retry-after'), clock.now()) ?? after(clock.now(), WAIT);
    return new RateLimited(`${label} asks to wait with a log-in`, { ...detail, retryAt });
  }
  if (status >= 500 || !code) {
    return new Unavailable(`${label} does not answer the log-in just now`, { ...detail, outage: true });
  }
  // The app's own secret is wrong: nobody's log-in is worth less for it.
  const forAll = code === 'invalid_client' || code === 'unauthorized_client';
  return new CredentialsRejected(`${label} refused the log-in: ${words || code}`, { ...detail, forAll });
}

function post(app: LoginApp, path: string, form: Record<string, string>): Promise<HttpAnswer> {
  const { service, loginUrl, clientId: client_id, clientSecret: client_secret, timeoutMs } = app;
  const http = httpClient({ service, baseUrl: loginUrl, ...(timeoutMs && { timeoutMs }) });
  return http({ method: 'POST', path, form: { ...form, client_id, client_secret } });
}
