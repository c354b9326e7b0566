/** A person's mailbox at Microsoft 365, to send from, through Graph. */
import { z } from 'zod';
import type { KeeperOf } from '../../contracts/login.ts';
import type { Mailboxes } from '../../contracts/mailer.ts';
import { after, SECOND } from '../../lib/clock.ts';
import { CredentialsRejected, type Failure, RateLimited, Rejected } from '../../lib/errors.ts';
import { type HttpAnswer, httpClient, parseRetryAfter } from '../../lib/http.ts';
import { mailboxesOf } from '../mailbox.ts';
import { LABEL, type MicrosoftApp, refreshed, SERVICE } from './login.ts';

/** Where Graph does not say how long to wait. */
const WAIT = 30 * SECOND;

/**
 * The mail goes as MIME in base64 (Graph, "user: sendMail"): as JSON it could carry no List-Unsubscribe and no
 * Auto-Submitted, since headers there must begin with x-.
 */
export function outlook(app: MicrosoftApp, keeperOf: KeeperOf): Mailboxes {
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
          path: '/v1.0/me/sendMail',
          headers: { authorization: `Bearer ${accessToken}` },
          text: { type: 'text/plain', body: message.toString('base64') },
        }),
      failure: answer => failure(answer, app.clock.now()),
    },
    keeperOf,
  );
}

const refusal = z.object({ error: z.object({ code: z.string().default(''), message: z.string().default('') }) });

function failure({ status, headers, body }: HttpAnswer, now: Date): Failure {
  const { code = '', message = '' } = refusal.safeParse(body).data?.error ?? {};
  const words = message || 'it gave no reason';
  const detail = { service: SERVICE, code: code || `HTTP ${status}` };
  if (status === 429) {
    const retryAt = parseRetryAfter(headers.get('retry-after'), now) ?? after(now, WAIT);
    return new RateLimited('Outlook asks to wait', { ...detail, retryAt });
  }
  if (status === 401 || status === 403) {
    return new CredentialsRejected(`Outlook does not let Baton send: ${words}`, detail);
  }
  return new Rejected(`Outlook refused it: ${words}`, detail);
}
