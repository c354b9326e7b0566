/** Logging in to Microsoft for mail: its page, its tokens, and what its refusals mean. */
import { z } from 'zod';
import type { LoginPage } from '../../contracts/login.ts';
import type { Clock } from '../../lib/clock.ts';
import { CredentialsRejected, type Failure, Rejected, Unavailable } from '../../lib/errors.ts';
import { type HttpAnswer, httpClient } from '../../lib/http.ts';
import { expiryOf, type Granted, grantedIn, loggedInAs, type MailTokens } from '../mailbox.ts';

export const SERVICE = 'microsoft';
export const LABEL = 'Outlook';

/** Baton's app registration at Microsoft Entra. */
export interface MicrosoftApp {
  /** `https://login.microsoftonline.com`. */
  loginUrl: string;
  /** `organizations`, or the one directory whose people may log in. */
  directory: string;
  /** `https://graph.microsoft.com`. */
  apiUrl: string;
  clientId: string;
  clientSecret: string;
  clock: Clock;
  timeoutMs?: number;
}

/** Sending, and nothing that reads. */
const SEND = 'Mail.Send';
const SCOPES = ['openid', 'email', 'profile', 'offline_access', `https://graph.microsoft.com/${SEND}`];

const pathOf = ({ directory }: MicrosoftApp, what: string) => `/${encodeURIComponent(directory)}/oauth2/v2.0/${what}`;

export function microsoftLogin(app: MicrosoftApp): LoginPage {
  const api = { name: SERVICE, label: LABEL, clock: app.clock };
  return {
    forWorkspace: false,
    address({ state, challenge, redirectUri }) {
      const query = new URLSearchParams({
        client_id: app.clientId,
        redirect_uri: redirectUri,
        response_type: 'code',
        response_mode: 'query',
        scope: SCOPES.join(' '),
        state,
        code_challenge: challenge,
        code_challenge_method: 'S256',
        prompt: 'select_account',
      });
      return `${app.loginUrl.replace(/\/+$/, '')}${pathOf(app, 'authorize')}?${query}`;
    },
    async exchange({ code, verifier, redirectUri }) {
      const form = { grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: redirectUri };
      const ids = { tenant: 'tid', account: 'oid', address: ['email', 'preferred_username'], scope: SEND };
      return loggedInAs(await grant(app, form), api, ids);
    },
    revokes: 'token',
    async revoke() {
      // Microsoft lets no app end a log-in: only the person, or their admin, does.
      throw new Rejected('Microsoft ends no log-in at an app’s wish', { service: SERVICE, code: 'NO_REVOCATION' });
    },
    advice: ({ code }) => ADVICE[code],
  };
}

/** The refresh token changes with every renewal: the one before dies by itself. */
export async function refreshed(app: MicrosoftApp, tokens: MailTokens): Promise<MailTokens> {
  const given = await grant(app, {
    grant_type: 'refresh_token',
    refresh_token: tokens.refreshToken,
    scope: SCOPES.join(' '),
  });
  return {
    ...tokens,
    accessToken: given.access_token,
    refreshToken: given.refresh_token ?? tokens.refreshToken,
    expiresAt: expiryOf(given, app.clock),
  };
}

async function grant(app: MicrosoftApp, form: Record<string, string>): Promise<Granted> {
  const { clientId: client_id, clientSecret: client_secret, loginUrl: baseUrl, timeoutMs } = app;
  const http = httpClient({ service: SERVICE, baseUrl, ...(timeoutMs && { timeoutMs }) });
  const answer = await http({
    method: 'POST',
    path: pathOf(app, 'token'),
    form: { ...form, client_id, client_secret },
  });
  if (answer.status !== 200) throw refusedLogin(answer);
  return grantedIn(answer.body, { name: SERVICE, label: LABEL });
}

const refusal = z.object({ error: z.string(), error_description: z.string().default('') });

function refusedLogin({ status, body }: HttpAnswer): Failure {
  const { error = '', error_description: said = '' } = refusal.safeParse(body).data ?? {};
  // "AADSTS700082: The refresh token has expired …\r\nTrace ID: …"
  const [, code = error, words = ''] = /^(AADSTS\d+): ?([^\r\n]*)/.exec(said) ?? [];
  const detail = { service: SERVICE, code: code || `HTTP ${status}` };
  if (!error || status >= 500) {
    return new Unavailable('Microsoft does not answer the log-in just now', { ...detail, outage: true });
  }
  if (error === 'invalid_grant' || error === 'interaction_required') {
    return new CredentialsRejected(
      `Microsoft does not accept the log-in any more: ${words || 'it was revoked'}`,
      detail,
    );
  }
  if (error === 'invalid_client' || error === 'unauthorized_client') {
    return new CredentialsRejected(`Microsoft does not accept Baton’s app: ${words || error}`, {
      ...detail,
      forAll: true,
    });
  }
  return new Rejected(`Microsoft refused the log-in: ${words || error}`, detail);
}

const ADVICE: Readonly<Record<string, string>> = {
  AADSTS65001: 'You or your admin have not consented. Connect again, and accept.',
  AADSTS50173: 'Your password changed. Connect again.',
  AADSTS700082: 'The log-in lay unused for too long. Connect again.',
  AADSTS50011: 'Enter Baton’s callback address in the app registration, as a Web redirect URI.',
  AADSTS7000215: 'Check MICROSOFT_CLIENT_SECRET: it is the value of the secret, not its id.',
  access_denied:
    'Accept was not pressed, or your company’s admin must allow Baton first. Start again when you are ready.',
};
