/** Logging in to Google for Gmail: its page, its tokens, and what its refusals mean. */
import { z } from 'zod';
import type { LoginPage } from '../../contracts/login.ts';
import type { Clock } from '../../lib/clock.ts';
import { CredentialsRejected, type Failure, Rejected, Unavailable } from '../../lib/errors.ts';
import { type HttpAnswer, httpClient } from '../../lib/http.ts';
import { expiryOf, type Granted, grantedIn, loggedInAs, type MailTokens } from '../mailbox.ts';

export const SERVICE = 'google';
export const LABEL = 'Gmail';

/** Baton's app at Google. */
export interface GoogleApp {
  /** `https://accounts.google.com`: where people log in. */
  loginUrl: string;
  /** `https://oauth2.googleapis.com`: where tokens are traded. */
  tokenUrl: string;
  /** `https://gmail.googleapis.com`. */
  apiUrl: string;
  clientId: string;
  clientSecret: string;
  clock: Clock;
  timeoutMs?: number;
}

/** Sending, and nothing that reads: with any scope that can read Google asks for a yearly audit. */
const SEND = 'https://www.googleapis.com/auth/gmail.send';
const SCOPES = ['openid', 'email', 'profile', SEND];

export function googleLogin(app: GoogleApp): LoginPage {
  const api = { name: SERVICE, label: LABEL, clock: app.clock };
  return {
    forWorkspace: false,
    address({ state, challenge, redirectUri }) {
      const query = new URLSearchParams({
        client_id: app.clientId,
        redirect_uri: redirectUri,
        response_type: 'code',
        scope: SCOPES.join(' '),
        state,
        code_challenge: challenge,
        code_challenge_method: 'S256',
        // A refresh token comes with these two alone.
        access_type: 'offline',
        prompt: 'consent',
      });
      return `${app.loginUrl.replace(/\/+$/, '')}/o/oauth2/v2/auth?${query}`;
    },
    async exchange({ code, verifier, redirectUri }) {
      const form = { grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: redirectUri };
      const ids = { tenant: 'hd', account: 'sub', address: ['email'], scope: SEND };
      return loggedInAs(await grant(app, form), api, ids);
    },
    revokes: 'user',
    async revoke(tokens) {
      const answer = await post(app, '/revoke', { token: (tokens as MailTokens).refreshToken });
      // 400: it was dead already.
      if (answer.status >= 400 && answer.status !== 400) throw refusedLogin(answer);
    },
    advice: ({ code }) => ADVICE[code],
  };
}

/** A new access token; the refresh token stays as it is. */
export async function refreshed(app: GoogleApp, tokens: MailTokens): Promise<MailTokens> {
  const given = await grant(app, { grant_type: 'refresh_token', refresh_token: tokens.refreshToken });
  return {
    ...tokens,
    accessToken: given.access_token,
    refreshToken: given.refresh_token ?? tokens.refreshToken,
    expiresAt: expiryOf(given, app.clock),
  };
}

async function grant(app: GoogleApp, form: Record<string, string>): Promise<Granted> {
  const { clientId: client_id, clientSecret: client_secret } = app;
  const answer = await post(app, '/token', { ...form, client_id, client_secret });
  if (answer.status !== 200) throw refusedLogin(answer);
  return grantedIn(answer.body, { name: SERVICE, label: LABEL });
}

const refusal = z.object({ error: z.string(), error_description: z.string().default('') });

function refusedLogin({ status, body }: HttpAnswer): Failure {
  const { error: code, error_description: words } = refusal.safeParse(body).data ?? {
    error: '',
    error_description: '',
  };
  const detail = { service: SERVICE, code: code || `HTTP ${status}` };
  if (!code || status >= 500)
    return new Unavailable('Google does not answer the log-in just now', { ...detail, outage: true });
  if (code === 'invalid_grant') {
    return new CredentialsRejected(`Google does not accept the log-in any more: ${words || 'it was revoked'}`, detail);
  }
  if (code === 'invalid_client' || code === 'unauthorized_client') {
    // Baton's app is wrong: nobody's log-in is worth less for it.
    return new CredentialsRejected(`Google does not accept Baton’s app: ${words || code}`, { ...detail, forAll: true });
  }
  return new Rejected(`Google refused the log-in: ${words || code}`, detail);
}

const ADVICE: Readonly<Record<string, string>> = {
  invalid_grant:
    'Your password changed, or you took the access back. Connect again (or begin anew, if you just logged in).',
  invalid_client: 'Check GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET.',
  redirect_uri_mismatch: 'Enter Baton’s callback address in the OAuth client in Google Cloud.',
  access_denied:
    'Allow was not pressed, or your company’s Google admin has not allowed Baton. Start again when you are ready.',
};

function post({ tokenUrl, timeoutMs }: GoogleApp, path: string, form: Record<string, string>): Promise<HttpAnswer> {
  const http = httpClient({ service: SERVICE, baseUrl: tokenUrl, ...(timeoutMs && { timeoutMs }) });
  return http({ method: 'POST', path, form });
}
