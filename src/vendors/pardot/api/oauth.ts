/**
 * Logging in: Account Engagement has no log-in of its own, but takes Salesforce's, with the scope `pardot_api`
 * (https://developer.salesforce.com/docs/marketing/pardot/guide/authentication.html). Its page, the tokens it gives, and
 * which business unit they are for.
 */
import { z } from 'zod';
import type { LoggedIn, LoginPage } from '../../../contracts/login.ts';
import type { Clock } from '../../../lib/clock.ts';
import { CredentialsRejected, Unavailable } from '../../../lib/errors.ts';
import { type HttpAnswer, httpClient } from '../../../lib/http.ts';
import { failureOf, SERVICE } from './errors.ts';
import { loginAdvice } from './login-advice.ts';

/** The External Client App, and where it is known. */
export interface OAuthApp {
  /** `https://login.salesforce.com`, `https://test.salesforce.com` or a My Domain. */
  loginUrl: string;
  clientId: string;
  clientSecret: string | undefined;
  clock: Clock;
  timeoutMs?: number;
}

/** What is kept of a log-in. */
export interface Tokens {
  accessToken: string;
  refreshToken: string;
  unitId: string;
  /** The org's id, whose messages tell of crossings; left out in what was kept before it was asked for. */
  organization?: string;
}

/** `api`: to ask the org which business units it has; `id`: whose log-in it is; `refresh_token`: work while nobody looks. */
const SCOPES = 'pardot_api api refresh_token id';
const API_VERSION = 'v64.0';

const granted = z.object({
  access_token: z.string().min(1),
  instance_url: z.url({ protocol: /^https?$/ }),
  id: z.string().default(''),
  refresh_token: z.string().min(1).optional(),
});
type Granted = z.output<typeof granted>;

/** @param unitId the business unit, where somebody said it; else the org is asked, and must have one alone */
export function pardotLogin(app: OAuthApp & { forWorkspace: boolean; unitId: string | undefined }): LoginPage {
  return {
    forWorkspace: app.forWorkspace,
    forPeople: false,
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
      return `${baseOf(app)}/services/oauth2/authorize?${query}`;
    },
    async exchange({ code, verifier, redirectUri }) {
      const form = { grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: redirectUri };
      const given = await grant(app, form);
      if (given.refresh_token !== undefined) return identified(app, { ...given, refresh_token: given.refresh_token });
      throw refused('NO_REFRESH_TOKEN', 'Salesforce gave no refresh token');
    },
    revokes: 'token',
    async revoke(tokens) {
      const answer = await post(app, 'revoke', { token: (tokens as Tokens).refreshToken });
      // 400: it was dead already.
      if (answer.status >= 400 && answer.status !== 400) throw failureFor(app, answer, 'revoke');
    },
    advice: ({ code, message }, redirectUri) => loginAdvice(code, message, redirectUri),
  };
}

/** Trades the refresh token; where the app rotates them, the answer has the next one. */
export async function refreshed(app: OAuthApp, stored: Tokens): Promise<Tokens> {
  const given = await grant(app, { grant_type: 'refresh_token', refresh_token: stored.refreshToken });
  const [organization] = idsIn(given.id);
  const next = { accessToken: given.access_token, refreshToken: given.refresh_token ?? stored.refreshToken };
  return { ...stored, ...next, ...(organization && { organization }) };
}

/** A token for the user whom the app itself runs as, and of which org. */
export async function ownToken(app: OAuthApp): Promise<{ value: string; tenant?: string }> {
  const given = await grant(app, { grant_type: 'client_credentials' });
  const [tenant] = idsIn(given.id);
  return { value: given.access_token, ...(tenant && { tenant }) };
}

/** `…/id/ORGANIZATION/USER`. */
function idsIn(id: string): [organization?: string, user?: string] {
  const [, organization, user] = /\/id\/(00D[0-9A-Za-z]{12,15})\/(005[0-9A-Za-z]{12,15})$/.exec(id) ?? [];
  return organization && user ? [organization, user] : [];
}

const baseOf = ({ loginUrl }: OAuthApp): string => loginUrl.replace(/\/+$/, '');

/** One exchange with the token endpoint. @throws CredentialsRejected with what to do, when Salesforce says no */
async function grant(app: OAuthApp, form: Record<string, string>): Promise<Granted> {
  const { clientId: client_id, clientSecret } = app;
  const client = { client_id, ...(clientSecret !== undefined && { client_secret: clientSecret }) };
  const answer = await post(app, 'token', { ...form, ...client });
  const said = z.object({ error: z.string(), error_description: z.string().optional() }).safeParse(answer.body).data;
  if (said) throw refused(said.error, said.error_description ?? said.error);
  if (answer.status !== 200) throw failureFor(app, answer, 'token');
  const given = granted.safeParse(answer.body).data;
  if (given) return given;
  throw new Unavailable('Salesforce answered a log-in without a token', { service: SERVICE, code: 'NO_TOKEN' });
}

/** What an admin hears of it: the words, and what mends it. */
function refused(code: string, words: string): CredentialsRejected {
  const todo = loginAdvice(code, words, '');
  const message = `Salesforce refused the log-in for Account Engagement: ${words}${todo ? `. ${todo}` : ''}`;
  return new CredentialsRejected(message, { service: SERVICE, code, forAll: /^invalid_client/.test(code) });
}

function failureFor(app: OAuthApp, answer: HttpAnswer, what: string): Error {
  return failureOf(answer, `POST /services/oauth2/${what}`, app.clock.now());
}

function post(app: OAuthApp, what: string, form: Record<string, string>): Promise<HttpAnswer> {
  const { timeoutMs } = app;
  const http = httpClient({ service: SERVICE, baseUrl: baseOf(app), ...(timeoutMs && { timeoutMs }) });
  return http({ method: 'POST', path: `/services/oauth2/${what}`, form });
}

const identity = z.object({
  display_name: z.string().default(''),
  email: z.string().default(''),
  username: z.string().default(''),
});

/** Whose log-in it is, and of which business unit. Two calls, three where the org has the units elsewhere. */
async function identified(
  app: OAuthApp & { unitId: string | undefined },
  given: Granted & { refresh_token: string },
): Promise<LoggedIn> {
  const [organization, user] = idsIn(given.id);
  const http = httpClient({
    service: SERVICE,
    // At the org itself: the login host answers with a redirect there, which would carry the token along.
    baseUrl: given.instance_url,
    headers: { authorization: `Bearer ${given.access_token}` },
    ...(app.timeoutMs && { timeoutMs: app.timeoutMs }),
  });
  const answer = await http({ path: `/id/${organization}/${user}` });
  const whose = answer.status === 200 ? identity.safeParse(answer.body).data : undefined;
  if (!organization || !user || !whose) {
    throw new Unavailable('Salesforce did not say whose log-in it is', { service: SERVICE, code: 'NO_IDENTITY' });
  }
  const unit = app.unitId === undefined ? await onlyUnit(http) : { id: app.unitId, name: app.unitId };
  const tokens: Tokens = {
    accessToken: given.access_token,
    refreshToken: given.refresh_token,
    unitId: unit.id,
    organization,
  };
  return {
    tokens,
    tenant: unit.id,
    account: user,
    name: whose.display_name,
    email: whose.email.toLowerCase(),
    userName: `${whose.username}, ${unit.name}`,
  };
}

const units = z.object({
  records: z.array(z.object({ Id: z.string(), PardotTenantName: z.string().nullish() })),
});

/** Orgs have them among their data, newer ones among their metadata (seen in public code; docs/decisions.md). */
const WHERE_UNITS_ARE = ['query', 'tooling/query'];

async function onlyUnit(http: ReturnType<typeof httpClient>): Promise<{ id: string; name: string }> {
  for (const where of WHERE_UNITS_ARE) {
    const query = { q: 'SELECT Id, PardotTenantName FROM PardotTenant' };
    const answer = await http({ path: `/services/data/${API_VERSION}/${where}`, query });
    const found = answer.status === 200 ? (units.safeParse(answer.body).data?.records ?? []) : [];
    const [unit, ...more] = found.map(({ Id, PardotTenantName }) => ({ id: Id, name: PardotTenantName ?? Id }));
    if (unit && more.length === 0) return unit;
    if (!unit) continue;
    const names = found.map(one => `${one.PardotTenantName ?? ''} (${one.Id})`).join(', ');
    throw refused('SEVERAL_UNITS', `the org has several business units: ${names}`);
  }
  throw refused('NO_UNIT', 'the org shows this user no business unit of Account Engagement');
}
