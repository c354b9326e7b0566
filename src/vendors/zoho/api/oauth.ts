/** Logging in to Zoho: its page, the tokens it gives, and what its refusals mean. */
import { z } from 'zod';
import type { LoggedIn, LoginPage } from '../../../contracts/login.ts';
import { after, type Clock, MINUTE, SECOND } from '../../../lib/clock.ts';
import { CredentialsRejected, RateLimited, Unavailable } from '../../../lib/errors.ts';
import { type HttpAnswer, httpClient } from '../../../lib/http.ts';
import { accountOf, currentUser, organization, type Tokens } from './account.ts';
import { accountsServer } from './data-centres.ts';
import { failure, SERVICE, unreadable } from './errors.ts';

/** Baton's app at Zoho. */
export interface OAuthApp {
  /** `https://accounts.zoho.com`: where nobody has said yet in which data centre they are. */
  accountsUrl: string;
  clientId: string;
  clientSecret: string;
  clock: Clock;
  timeoutMs?: number;
}

/** What Baton calls, by Zoho's names; a refused call says OAUTH_SCOPE_MISMATCH. */
export const SCOPES = [
  'ZohoCRM.modules.ALL',
  'ZohoCRM.settings.fields.ALL',
  'ZohoCRM.settings.layouts.READ',
  'ZohoCRM.settings.pipeline.READ',
  'ZohoCRM.users.READ',
  'ZohoCRM.org.READ',
  'ZohoCRM.coql.READ',
  'ZohoCRM.notifications.ALL',
  'ZohoSearch.securesearch.READ',
] as const;

const granted = z.object({
  access_token: z.string(),
  refresh_token: z.string().optional(),
  expires_in: z.number(),
  api_domain: z.url({ protocol: /^https?$/ }),
});

/** Zoho's log-in page, for the workspace (`forWorkspace`) or only for people's own log-ins. */
export function zohoLogin(app: OAuthApp & { forWorkspace: boolean }): LoginPage {
  return {
    forWorkspace: app.forWorkspace,
    address({ state, redirectUri }) {
      // Zoho has no PKCE: the state, bound to the browser, and the client secret keep the code.
      const query = new URLSearchParams({
        scope: SCOPES.join(','),
        client_id: app.clientId,
        response_type: 'code',
        // A refresh token comes with these two alone.
        access_type: 'offline',
        prompt: 'consent',
        redirect_uri: redirectUri,
        state,
      });
      return `${app.accountsUrl.replace(/\/+$/, '')}/oauth/v2/auth?${query}`;
    },
    async exchange({ code, redirectUri, returned }) {
      const accountsUrl = accountsServer(app.accountsUrl, returned?.['accounts-server']);
      if (!accountsUrl) {
        const message = 'The log-in came back from a server that is none of Zoho’s. Start again from Slack.';
        throw new CredentialsRejected(message, { service: SERVICE, code: 'accounts_server' });
      }
      const form = { grant_type: 'authorization_code', code, redirect_uri: redirectUri };
      const { refreshToken, ...tokens } = await grant(app, accountsUrl, form);
      if (!refreshToken) throw unreadable('a log-in, which had no refresh token,');
      return identified(app, { ...tokens, refreshToken });
    },
    // Each log-in has a refresh token of its own.
    revokes: 'token',
    async revoke(tokens) {
      const { refreshToken, accountsUrl } = tokens as Tokens;
      const answer = await post(app, accountsUrl, '/oauth/v2/token/revoke', { token: refreshToken });
      // 400: it was dead already.
      if (answer.status >= 400 && answer.status !== 400) throw failure(answer, app.clock.now());
    },
    advice: ({ code }) => ADVICE[code],
  };
}

type Granted = Omit<Tokens, 'refreshToken'> & { refreshToken?: string };

/** A new access token; the refresh token stays as it is. */
export async function refreshed(
  app: OAuthApp,
  { refreshToken, accountsUrl }: Pick<Tokens, 'refreshToken' | 'accountsUrl'>,
): Promise<Tokens> {
  const fresh = await grant(app, accountsUrl, { grant_type: 'refresh_token', refresh_token: refreshToken });
  return { ...fresh, refreshToken };
}

async function grant(app: OAuthApp, accountsUrl: string, form: Record<string, string>): Promise<Granted> {
  const { clientId: client_id, clientSecret: client_secret } = app;
  const answer = await post(app, accountsUrl, '/oauth/v2/token', { ...form, client_id, client_secret });
  // What is wrong is said with status 200 as well.
  const said = z.object({ error: z.string(), error_description: z.string().optional() }).safeParse(answer.body).data;
  if (said) throw refusedLogin(app, said.error, said.error_description);
  if (answer.status !== 200) throw failure(answer, app.clock.now());
  const given = granted.safeParse(answer.body).data;
  if (!given) throw unreadable('a log-in');
  return {
    accessToken: given.access_token,
    ...(given.refresh_token && { refreshToken: given.refresh_token }),
    apiDomain: given.api_domain.replace(/\/+$/, ''),
    accountsUrl,
    expiresAt: after(app.clock.now(), given.expires_in * SECOND).toISOString(),
  };
}

/** Ten access tokens in ten minutes, of one refresh token. */
const TOO_MANY_TOKENS = 10 * MINUTE;

function refusedLogin({ clock }: OAuthApp, code: string, words = code) {
  if (code === 'Access Denied' || /too many requests/i.test(words)) {
    const detail = {
      service: SERVICE,
      code: 'TOKENS_SPENT',
      outage: true,
      retryAt: after(clock.now(), TOO_MANY_TOKENS),
    };
    return new RateLimited('Zoho asks to wait: it gave too many access tokens in ten minutes', detail);
  }
  const todo = ADVICE[code];
  const message = `Zoho refused the log-in: ${words}${todo ? `. ${todo}` : ''}`;
  // The app itself is wrong: nobody's log-in is worth less for it.
  const forAll = code === 'invalid_client' || code === 'invalid_client_secret';
  return new CredentialsRejected(message, { service: SERVICE, code, forAll });
}

const OF_ONE_APP =
  'Check ZOHO_CLIENT_ID and ZOHO_CLIENT_SECRET: they are not those of one client in Zoho’s API Console.';
const ADVICE: Readonly<Record<string, string>> = {
  invalid_client:
    'Check ZOHO_CLIENT_ID, and that the client in Zoho’s API Console is enabled for the data centre people log in at (Settings, Multi-DC).',
  invalid_client_secret: OF_ONE_APP,
  invalid_code:
    'The access was taken back in Zoho, or twenty newer log-ins of the same user pushed it out. Connect again (or begin anew, if you just logged in).',
  invalid_redirect_uri: 'Enter Baton’s callback address in the client’s settings in Zoho’s API Console.',
  access_denied: 'Accept was not pressed. Start again when you are ready.',
};

function post(app: OAuthApp, baseUrl: string, path: string, form: Record<string, string>): Promise<HttpAnswer> {
  const http = httpClient({ service: SERVICE, baseUrl, ...(app.timeoutMs && { timeoutMs: app.timeoutMs }) });
  return http({ method: 'POST', path, form });
}

/** Whose log-in it is. Two calls. */
async function identified(app: OAuthApp, tokens: Tokens): Promise<LoggedIn> {
  const http = httpClient({
    service: SERVICE,
    baseUrl: tokens.apiDomain,
    headers: { authorization: `Zoho-oauthtoken ${tokens.accessToken}` },
    ...(app.timeoutMs && { timeoutMs: app.timeoutMs }),
  });
  const ask = async <T>(path: string, query: Record<string, string>, shape: z.ZodType<T>): Promise<T> => {
    const answer = await http({ path, query });
    if (answer.status !== 200) throw failure(answer, app.clock.now());
    const read = shape.safeParse(answer.body);
    if (read.success) return read.data;
    throw new Unavailable('Zoho did not say whose log-in it is', { service: SERVICE, code: 'NO_USER' });
  };
  const [user, org] = await Promise.all([
    ask('/crm/v8/users', { type: 'CurrentUser' }, currentUser),
    ask('/crm/v8/org', {}, organization),
  ]);
  const { userId, name, email, zgid, company } = accountOf(user, org);
  return { tokens, tenant: zgid, account: userId, name, email, userName: company };
}
