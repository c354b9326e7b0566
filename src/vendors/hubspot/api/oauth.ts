/**
 * OAuth of HubSpot's public apps (its page "Working with OAuth", dated endpoints `/oauth/2026-03/token…`): the page one
 * installs from, codes, refresh tokens, and which portal it is.
 */
import { z } from 'zod';
import type { Keeper, LoggedIn, LoginPage } from '../../../contracts/login.ts';
import { after, type Clock, MINUTE, SECOND } from '../../../lib/clock.ts';
import { CredentialsRejected, Unavailable } from '../../../lib/errors.ts';
import { type HttpAnswer, httpClient } from '../../../lib/http.ts';
import { failureOf, SERVICE } from './errors.ts';

/** The app that every portal installs. */
export interface OAuthApp {
  /** `https://api.hubapi.com`. */
  apiUrl: string;
  /** Where people install it: `https://app.hubspot.com`. */
  appUrl: string;
  clientId: string;
  clientSecret: string;
  clock: Clock;
  timeoutMs?: number;
}

/** What is kept of an installation. */
export interface Tokens {
  accessToken: string;
  refreshToken: string;
  /** ISO 8601. */
  expiresAt: string;
  /** HubSpot's Hub ID: whose webhooks are whose. */
  portalId: string;
}

/** The version of OAuth's own paths; that of the API may be an older one. */
const VERSION = '2026-03';

/** Without these Baton does nothing in a portal: an admin must grant all of them. */
const SCOPES = [
  'oauth',
  'crm.objects.contacts.read',
  'crm.objects.contacts.write',
  'crm.objects.companies.read',
  'crm.objects.owners.read',
  'crm.schemas.contacts.read',
];
/** Granted where the portal's plan has them; what needs them is left out elsewhere. */
const OPTIONAL_SCOPES = [
  'crm.lists.read',
  'crm.lists.write',
  'automation.sequences.read',
  'automation.sequences.enrollments.write',
];

const granted = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1),
  expires_in: z.number().positive(),
  hub_id: z.union([z.number(), z.string()]).transform(String).optional(),
});

const introspected = z.object({
  hub_id: z.union([z.number(), z.string()]).transform(String),
  hub_domain: z.string().default(''),
  user_id: z.union([z.number(), z.string()]).transform(String),
  user: z.string().default(''),
});

/** HubSpot's install page, for the workspace's own connection. */
export function hubspotLogin(app: OAuthApp): LoginPage {
  return {
    forWorkspace: true,
    forPeople: false,
    address({ state, redirectUri }) {
      // HubSpot's public apps have no PKCE: the state, bound to the browser, and the client secret keep the code.
      const query = new URLSearchParams({
        client_id: app.clientId,
        redirect_uri: redirectUri,
        scope: SCOPES.join(' '),
        optional_scope: OPTIONAL_SCOPES.join(' '),
        state,
      });
      return `${app.appUrl.replace(/\/+$/, '')}/oauth/authorize?${query}`;
    },
    async exchange({ code, redirectUri }) {
      return identified(app, await grant(app, { grant_type: 'authorization_code', code, redirect_uri: redirectUri }));
    },
    // Giving back a refresh token takes the app out of the portal, whoever put it there (guessed; docs/decisions.md).
    revokes: 'tenant',
    async revoke(tokens) {
      const { refreshToken } = tokens as Tokens;
      const answer = await post(app, 'token/revoke', { token: refreshToken, token_type_hint: 'refresh_token' });
      // 400: it was dead already.
      if (answer.status >= 400 && answer.status !== 400) throw failureFor(app, answer, 'token/revoke');
    },
    advice: ({ code, message }) => advice(code, message),
  };
}

/** Where calls get their token from: one that is good, and another one after HubSpot refused it. */
export interface TokenSource {
  /** @throws CredentialsRejected when nobody is logged in any more */
  accessToken(): Promise<string>;
  /** After a 401 to `used`: the next one, for all processes. @throws CredentialsRejected when the app was taken away */
  renewed(used: string): Promise<string>;
}

/** A token is renewed a little before it runs out: half an hour is all it has, and an answer of 401 costs a call. */
const EARLY = 2 * MINUTE;

/** Tokens of one workspace's installation; `keeper` has one process renew for all. */
export function tokenSource(app: OAuthApp, keeper: Keeper<Tokens>): TokenSource {
  const renewed = async (used: string) => (await keeper.renew(stored => refreshed(app, stored), used)).accessToken;
  return {
    renewed,
    async accessToken() {
      const tokens = await keeper.read();
      if (!tokens)
        throw new CredentialsRejected('HubSpot is not connected', { service: SERVICE, code: 'NOT_CONNECTED' });
      const isOver = after(app.clock.now(), EARLY) >= new Date(tokens.expiresAt);
      return isOver ? renewed(tokens.accessToken) : tokens.accessToken;
    },
  };
}

/** Trades the refresh token; the answer's own is kept, as HubSpot may change it. */
async function refreshed(app: OAuthApp, { refreshToken, portalId }: Tokens): Promise<Tokens> {
  return { ...(await grant(app, { grant_type: 'refresh_token', refresh_token: refreshToken })), portalId };
}

/** `portalId` is empty where the answer does not name it. */
async function grant(app: OAuthApp, form: Record<string, string>): Promise<Tokens> {
  const answer = await post(app, 'token', form);
  if (answer.status === 400 || answer.status === 401) throw refused(answer);
  if (answer.status !== 200) throw failureFor(app, answer, 'token');
  const given = granted.safeParse(answer.body).data;
  if (!given) throw new Unavailable('HubSpot answered something that is no log-in', { service: SERVICE });
  return {
    accessToken: given.access_token,
    refreshToken: given.refresh_token,
    expiresAt: after(app.clock.now(), given.expires_in * SECOND).toISOString(),
    portalId: given.hub_id ?? '',
  };
}

/** Which portal it is, and who installed the app there. */
async function identified(app: OAuthApp, tokens: Tokens): Promise<LoggedIn> {
  const answer = await post(app, 'token/introspect', { token: tokens.refreshToken, token_type_hint: 'refresh_token' });
  if (answer.status !== 200) throw failureFor(app, answer, 'token/introspect');
  const whose = introspected.safeParse(answer.body).data;
  if (!whose) throw new Unavailable('HubSpot did not say which portal it is', { service: SERVICE, code: 'NO_PORTAL' });
  return {
    tokens: { ...tokens, portalId: whose.hub_id } satisfies Tokens,
    tenant: whose.hub_id,
    account: whose.user_id,
    name: whose.user || whose.hub_id,
    email: whose.user.toLowerCase(),
    userName: whose.hub_domain || `portal ${whose.hub_id}`,
  };
}

/**
 * A refused grant is about this installation alone, `invalid_client` about the app of all: then nobody's log-in is
 * condemned.
 */
function refused({ body }: HttpAnswer): CredentialsRejected {
  const said = z
    .object({ error: z.string().default(''), status: z.string().default(''), message: z.string().default('') })
    .safeParse(body).data;
  const code = said?.status || said?.error || 'invalid_grant';
  const forAll = said?.error === 'invalid_client' || code === 'BAD_CLIENT_ID' || code === 'BAD_CLIENT_SECRET';
  return new CredentialsRejected(`HubSpot: ${said?.message || said?.error || 'the log-in is not accepted'}`, {
    service: SERVICE,
    code,
    ...(forAll && { forAll: true }),
  });
}

const ADVICE: Record<string, string> = {
  BAD_CLIENT_ID: 'Check HUBSPOT_CLIENT_ID and HUBSPOT_CLIENT_SECRET: they are on the Auth page of your app in HubSpot.',
  BAD_AUTH_CODE: 'The log-in took too long, or its page was loaded twice. Start again.',
  BAD_REFRESH_TOKEN: 'Baton was uninstalled in HubSpot. Connect it again.',
  access_denied: 'Connect app was not pressed. Start again when you are ready.',
};

function advice(code: string, message: string): string | undefined {
  if (ADVICE[code]) return ADVICE[code];
  if (/redirect/i.test(message)) return 'Add Baton’s callback address to the redirect URLs of your app in HubSpot.';
  return /scope/i.test(message) ? 'Tick the scopes that docs/setup.md lists in your app in HubSpot.' : undefined;
}

function failureFor(app: OAuthApp, { status, headers, body }: HttpAnswer, what: string): Error {
  return failureOf({ status, headers, body }, `POST /oauth/${VERSION}/${what}`, app.clock.now());
}

function post(app: OAuthApp, what: string, form: Record<string, string>): Promise<HttpAnswer> {
  const { clientId, clientSecret, timeoutMs } = app;
  const http = httpClient({
    service: SERVICE,
    baseUrl: app.apiUrl,
    ...(timeoutMs && { timeoutMs }),
  });
  const path = `/oauth/${VERSION}/${what}`;
  return http({ method: 'POST', path, form: { ...form, client_id: clientId, client_secret: clientSecret } });
}
