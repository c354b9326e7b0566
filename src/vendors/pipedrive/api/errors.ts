/** Every way Pipedrive says no, as one of Baton's failures. Sources: its pages "Rate limiting" and "HTTP status codes". */
import { z } from 'zod';
import { after, MINUTE, SECOND } from '../../../lib/clock.ts';
import { CredentialsRejected, type Failure, RateLimited, Rejected, Unavailable } from '../../../lib/errors.ts';
import { type HttpAnswer, parseRetryAfter } from '../../../lib/http.ts';

export const SERVICE = 'pipedrive';

const refusal = z.object({
  error: z.union([z.string(), z.object({ message: z.string() }).transform(({ message }) => message)]).optional(),
  error_info: z.string().nullish(),
  errors: z.record(z.string(), z.array(z.string())).optional(),
  code: z.string().optional(),
});

/** When a burst is over: its window is two seconds long. */
const BURST = 2 * SECOND;
/** The day's tokens are spent: they come back at the server's midnight, which no header tells. */
const DAY_SPENT = 15 * MINUTE;
/** Cloudflare turned Baton away after too many refusals: whoever goes on calling stays away. */
const BLOCKED = 10 * MINUTE;

/** What Pipedrive said, in its own words. */
export function saidBy({ body, status }: Pick<HttpAnswer, 'body' | 'status'>): string {
  const { error, error_info: info, errors } = refusal.safeParse(body).data ?? {};
  const more = Object.entries(errors ?? {}).map(([field, words]) => `${field}: ${words.join(', ')}`);
  // The second sentence is an advertisement of the documentation on most refusals.
  const words = [error, ...more, info && !/developers\.pipedrive\.com/.test(info) ? info : undefined].filter(Boolean);
  return words.join('; ') || `status ${status}`;
}

/** @param now when the answer came */
export function failure(answer: HttpAnswer, now: Date): Failure {
  const { status, body } = answer;
  const said = saidBy(answer);
  const detail = { service: SERVICE, code: `HTTP ${status}` };
  if (status === 401) return new CredentialsRejected(`Pipedrive does not accept the log-in: ${said}`, detail);
  if (status === 402) {
    return new CredentialsRejected(`The Pipedrive account is not paid for or suspended: ${said}`, {
      ...detail,
      forAll: true,
    });
  }
  if (status === 429) return limited(answer, now);
  if (status === 403) {
    // An HTML page of Cloudflare's: not this request is refused, but all of them.
    if (typeof body === 'string') {
      const message = 'Pipedrive turned Baton away for a while, after too many calls';
      return new RateLimited(message, { ...detail, outage: true, retryAt: after(now, BLOCKED) });
    }
    if (/scope/i.test(said)) {
      return new CredentialsRejected(`The log-in to Pipedrive does not allow this: ${said}`, detail);
    }
  }
  // Maintenance that can be read, not written, says so with a code of its own.
  if (status >= 400 && status < 500 && status !== 408) {
    return new Rejected(`Pipedrive refused it: ${said}`, { ...detail, fields: fieldsIn(answer) });
  }
  return new Unavailable(`Pipedrive does not take it just now: ${said}`, { ...detail, outage: status >= 500 });
}

function fieldsIn({ body }: HttpAnswer): string[] {
  return Object.keys(refusal.safeParse(body).data?.errors ?? {});
}

/** A burst, or the day's tokens: with calls of the window left, it is the day's. */
function limited({ headers, status }: HttpAnswer, now: Date): RateLimited {
  const detail = { service: SERVICE, code: `HTTP ${status}` };
  const told = parseRetryAfter(headers.get('retry-after'), now);
  const isDay = Number(headers.get('x-ratelimit-remaining') ?? 0) > 0;
  if (isDay && !told) {
    const message = "Pipedrive's API tokens of this day are spent";
    return new RateLimited(message, { ...detail, code: 'TOKENS_SPENT', outage: true, retryAt: after(now, DAY_SPENT) });
  }
  const reset = Number(headers.get('x-ratelimit-reset') ?? Number.NaN);
  const wait = Number.isFinite(reset) && reset > 0 ? reset * SECOND : BURST;
  return new RateLimited('Pipedrive asks to wait: too many calls at once', {
    ...detail,
    retryAt: told ?? after(now, Math.min(wait, MINUTE)),
  });
}

/** An answer that is none of Pipedrive's. */
export function unreadable(what: string): Unavailable {
  return new Unavailable(`Pipedrive answered ${what} with something unreadable`, {
    service: SERVICE,
    code: 'UNREADABLE',
  });
}
