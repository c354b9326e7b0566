/** A person's Gmail, to send from. */
import { z } from 'zod';
import type { KeeperOf } from '../../contracts/login.ts';
import type { Mailboxes } from '../../contracts/mailer.ts';
import { after, SECOND } from '../../lib/clock.ts';
import { CredentialsRejected, type Failure, RateLimited, Rejected } from '../../lib/errors.ts';
import { type HttpAnswer, httpClient, parseRetryAfter } from '../../lib/http.ts';
import { mailboxesOf } from '../mailbox.ts';
import { type GoogleApp, LABEL, refreshed, SERVICE } from './login.ts';

/** Where Google does not say how long to wait: its limits are counted by the minute. */
const WAIT = 30 * SECOND;

export function gmail(app: GoogleApp, keeperOf: KeeperOf): Mailboxes {
  const { apiUrl, timeoutMs } = app;
  const http = httpClient({ service: SERVICE, baseUrl: apiUrl, ...(timeoutMs && { timeoutMs }) });
  return mailboxesOf(
    {
      name: SERVICE,
      label: LABEL,
      clock: app.clock,
      refresh: tokens => refreshed(app, tokens),
      handOver: (accessToken, message) =>
        http({
          method: 'POST',
          path: '/gmail/v1/users/me/messages/send',
          headers: { authorization: `Bearer ${accessToken}` },
          json: { raw: message.toString('base64url') },
        }),
      failure: answer => failure(answer, app.clock.now()),
    },
    keeperOf,
  );
}

const refusal = z.object({
  error: z.object({
    message: z.string().default(''),
    errors: z.array(z.object({ reason: z.string().default('') })).default([]),
  }),
});

/** Reasons under 403 that pass (Gmail API, "Resolve errors"). */
const LIMITS = /rateLimitExceeded|dailyLimitExceeded|quotaExceeded/i;

function failure({ status, headers, body }: HttpAnswer, now: Date): Failure {
  const { message = '', errors = [] } = refusal.safeParse(body).data?.error ?? {};
  const reason = errors[0]?.reason ?? '';
  const detail = { service: SERVICE, code: reason || `HTTP ${status}` };
  if (status === 429 || (status === 403 && LIMITS.test(reason))) {
    const retryAt = parseRetryAfter(headers.get('retry-after'), now) ?? after(now, WAIT);
    return new RateLimited('Gmail asks to wait', { ...detail, retryAt });
  }
  if (status === 401 || status === 403) {
    return new CredentialsRejected(`Gmail does not let Baton send: ${message || 'it gave no reason'}`, detail);
  }
  return new Rejected(`Gmail refused it: ${message || 'it gave no reason'}`, detail);
}
