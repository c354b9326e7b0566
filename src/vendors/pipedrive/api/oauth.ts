/** OAuth as Pipedrive does it (its page "OAuth authorization"): log-in page, codes, refresh tokens, uninstall. */
import { timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { LoggedIn, LoginPage, UninstallRequest } from '../../../contracts/login.ts';
import { after, type Clock, SECOND } from '../../../lib/clock.ts';
import { CredentialsRejected, Unavailable } from '../../../lib/errors.ts';
import { type HttpAnswer, httpClient } from '../../../lib/http.ts';
import { me, type Tokens } from './account.ts';
import { failure, SERVICE, saidBy, unreadable } from './errors.ts';

/** The app, and where people log in to it. */
export interface OAuthApp {
  /** `https://oauth.pipedrive.com`. */
  oauthUrl: string;
  clientId: string;
  clientSecret: string;
  clock: Clock;
  timeoutMs?: number;
}

const granted = z.object({
  access_token: z.string(),
  refresh_token: z.string(),
  expires_in: z.number(),
  api_domain: z.url({ protocol: /^https?$/ }),
});

/** Pipedrive's log-in page, for the workspace (`forWorkspace`) or only for people's own log-ins. */
export function pipedriveLogin(app: OAuthApp & { forWorkspace: boolean }): LoginPage {
  return {
    forWorkspace: app.forWorkspace,
    address({ state, redirectUri }) {
      // Pipedrive has no PKCE: the state, bound to the browser, and the client secret keep the code.
      const query = new URLSearchParams({ client_id: app.clientId, redirect_uri: redirectUri, state });
      return `${app.oauthUrl.replace(/\/+$/, '')}/oauth/authorize?${query}`;
    },
    async exchange({ code, redirectUri }) {
      return identified(app, await grant(app, { grant_type: 'authorization_code', code, redirect_uri: redirectUri }));
    },
    // Giving back a refresh token uninstalls the app for that user (guessed; docs/decisions.md).
    revokes: 'user',
    async revoke(tokens) {
      const { refreshToken } = tokens as Tokens;
      const form = { token: refreshToken, token_type_hint: 'refresh_token' };
      const answer = await post(app, '/oauth/revoke', form);
      // 400: it was dead already.
      if (answer.status >= 400 && answer.status !== 400) throw failure(answer, app.clock.now());
    },
    advice: ({ code, message }) => advice(code, message),
    uninstalled: request => uninstalled(app, request),
  };
}

/** Trades the refresh token; the answer's own replaces it. */
export async function refreshed(app: OAuthApp, stored: Tokens): Promise<Tokens> {
  const fresh = await grant(app, { grant_type: 'refresh_token', refresh_token: stored.refreshToken });
  return { ...fresh, companyId: stored.companyId };
}

type Fresh = Omit<Tokens, 'companyId'>;

async function grant(app: OAuthApp, form: Record<string, string>): Promise<Fresh> {
  const answer = await post(app, '/oauth/token', form);
  if (answer.status === 400 || answer.status === 401) throw refused(answer);
  if (answer.status !== 200) throw failure(answer, app.clock.now());
  const given = granted.safeParse(answer.body).data;
  if (!given) throw unreadable('a log-in');
  return {
    accessToken: given.access_token,
    refreshToken: given.refresh_token,
    apiDomain: given.api_domain.replace(/\/+$/, ''),
    expiresAt: after(app.clock.now(), given.expires_in * SECOND).toISOString(),
  };
}

function refused(answer: HttpAnswer): CredentialsRejected {
  const told = z.object({ error: z.string(), message: z.string().optional() }).safeParse(answer.body).data;
  const code = told?.error ?? `HTTP ${answer.status}`;
  const said = told?.message ?? saidBy(answer);
  const todo = advice(code, said);
  const message = `Pipedrive refused the log-in: ${said}${todo ? `. ${todo}` : ''}`;
  // The app's own secret is wrong: nobody's log-in is worth less for it.
  return new CredentialsRejected(message, { service: SERVICE, code, forAll: code === 'invalid_client' });
}

const ADVICE: Readonly<Record<string, string>> = {
  invalid_client:
    'Check PIPEDRIVE_CLIENT_ID and PIPEDRIVE_CLIENT_SECRET: they are not those of one app in Pipedrive’s Developer Hub.',
  invalid_grant:
    'The access was taken back in Pipedrive, or was not used for 60 days. Connect again (or begin anew, if you just logged in).',
  invalid_scope:
    'Give the app these scopes in the Developer Hub: Deals (full), Activities (full), Contacts (full), Leads (full), Users (read), Administration settings, Webhooks (full), Search.',
  access_denied: 'Allow and install was not pressed. Start again when you are ready.',
};

const advice = (code: string, message: string): string | undefined =>
  ADVICE[code] ?? (/redirect/i.test(message) ? 'Enter Baton’s callback address in the app’s settings.' : undefined);

function post(app: OAuthApp, path: string, form: Record<string, string>): Promise<HttpAnswer> {
  const http = httpClient({
    service: SERVICE,
    baseUrl: app.oauthUrl,
    headers: { authorization: `Basic ${basicOf(app)}` },
    ...(app.timeoutMs && { timeoutMs: app.timeoutMs }),
  });
  return http({ method: 'POST', path, form });
}

const basicOf = ({ clientId, clientSecret }: OAuthApp): string =>
  Buffer.from(`${clientId}:${clientSecret}`).toString('base64');

/** Whose log-in it is. */
async function identified(app: OAuthApp, tokens: Fresh): Promise<LoggedIn> {
  const http = httpClient({
    service: SERVICE,
    baseUrl: tokens.apiDomain,
    headers: { authorization: `Bearer ${tokens.accessToken}` },
    ...(app.timeoutMs && { timeoutMs: app.timeoutMs }),
  });
  const answer = await http({ path: '/v1/users/me' });
  if (answer.status !== 200) throw failure(answer, app.clock.now());
  const whose = z.object({ data: me }).safeParse(answer.body).data?.data;
  if (!whose) throw new Unavailable('Pipedrive did not say whose log-in it is', { service: SERVICE, code: 'NO_USER' });
  const companyId = String(whose.company_id);
  return {
    tokens: { ...tokens, companyId } satisfies Tokens,
    tenant: companyId,
    account: String(whose.id),
    name: whose.name,
    email: whose.email.toLowerCase(),
    userName: `${whose.company_domain}.pipedrive.com`,
  };
}

const uninstall = z.object({
  client_id: z.string(),
  company_id: z.union([z.int(), z.string()]).transform(String),
  user_id: z.union([z.int(), z.string()]).transform(String),
  timestamp: z.unknown().transform(momentOf),
});

/** ISO 8601; seconds or milliseconds where it is a number. What is neither says nothing. */
function momentOf(given: unknown): Date | undefined {
  const number = typeof given === 'number' ? (given < FIRST_IN_MS ? given * SECOND : given) : Number.NaN;
  const moment = new Date(typeof given === 'string' ? given : number);
  return Number.isNaN(moment.getTime()) ? undefined : moment;
}

/** In seconds it is the year 5138, in milliseconds 1973. */
const FIRST_IN_MS = 1e11;

/** Somebody removed the app in Pipedrive: it says so with the app's own id and secret (page "App uninstallation"). */
function uninstalled(app: OAuthApp, { authorization, body }: UninstallRequest) {
  const [given, right] = [Buffer.from(authorization), Buffer.from(`Basic ${basicOf(app)}`)];
  if (given.length !== right.length || !timingSafeEqual(given, right)) return 'refused' as const;
  const told = uninstall.safeParse(body).data;
  if (told?.client_id !== app.clientId) return 'refused' as const;
  return { tenant: told.company_id, account: told.user_id, at: told.timestamp };
}
