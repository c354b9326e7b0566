/** Every way Zoho CRM says no, as one of Baton's failures. Source: zoho/crm-oas v8.0 and its page "Status codes". */
import { z } from 'zod';
import { after, MINUTE, SECOND } from '../../../lib/clock.ts';
import { CredentialsRejected, type Failure, RateLimited, Rejected, Unavailable } from '../../../lib/errors.ts';
import { type HttpAnswer, parseRetryAfter } from '../../../lib/http.ts';

export const SERVICE = 'zoho';

const details = z.looseObject({ api_name: z.string().optional() }).nullish();
const refusal = z.object({ code: z.string(), message: z.string().default(''), details });
export type Refusal = z.output<typeof refusal>;

/** Too many calls at once: no answer says how long; calls end within seconds. */
const BURST = 5 * SECOND;
/** The credits of 24 hours, which come back as they were spent. */
const DAY_SPENT = 15 * MINUTE;

/** What Zoho said, in its own words; of a whole call, or of the first record of one. */
export function refusalIn(body: unknown): Refusal | undefined {
  const whole = refusal.safeParse(body).data;
  if (whole) return whole;
  const lists = z.record(z.string(), z.unknown()).safeParse(body).data ?? {};
  const [first] = Object.values(lists).filter(Array.isArray).flat();
  return refusal.safeParse(first).data;
}

/** @param now when the answer came */
export function failure({ status, headers, body }: HttpAnswer, now: Date): Failure {
  const said = refusalIn(body);
  const code = said?.code ?? `HTTP ${status}`;
  const words = said?.message || code;
  const detail = { service: SERVICE, code };
  if (status === 401 && code === 'OAUTH_SCOPE_MISMATCH') {
    const todo = 'connect Zoho CRM again and accept everything Baton asks for';
    return new CredentialsRejected(`The log-in to Zoho CRM does not allow this (${words}): ${todo}`, detail);
  }
  if (status === 401) return new CredentialsRejected(`Zoho CRM does not accept the log-in: ${words}`, detail);
  if (status === 429 || code === 'TOO_MANY_REQUESTS') {
    return limited(words, parseRetryAfter(headers.get('retry-after'), now), now);
  }
  if (said && status >= 400 && status < 500) return refused(said);
  return new Unavailable(`Zoho CRM does not take it just now: ${words}`, { ...detail, outage: status >= 500 });
}

/** One code for both limits (page "API limits"): only the words tell the day's credits from too many calls at once. */
function limited(words: string, told: Date | undefined, now: Date): RateLimited {
  if (/24 hour|day|credit/i.test(words)) {
    const detail = { service: SERVICE, code: 'CREDITS_SPENT', outage: true, retryAt: told ?? after(now, DAY_SPENT) };
    return new RateLimited("Zoho CRM's API credits of 24 hours are spent", detail);
  }
  const detail = { service: SERVICE, code: 'TOO_MANY_REQUESTS', retryAt: told ?? after(now, BURST) };
  return new RateLimited('Zoho CRM asks to wait: too many calls at once', detail);
}

/** Codes that refuse this very request, whenever it is sent. */
const FINAL: readonly string[] = [
  'AUTHORIZATION_FAILED',
  'DEPENDENT_FIELD_MISSING',
  'DEPENDENT_MISMATCH',
  'DUPLICATE_DATA',
  'ID_ALREADY_CONVERTED',
  'INVALID_DATA',
  'INVALID_MODULE',
  'INVALID_QUERY',
  'INVALID_REQUEST',
  'INVALID_REQUEST_METHOD',
  'INVALID_URL_PATTERN',
  'LIMIT_EXCEEDED',
  'MANDATORY_NOT_FOUND',
  'MAPPING_MISMATCH',
  'MULTIPLE_OR_MULTI_ERRORS',
  'NO_PERMISSION',
  'NOT_ALLOWED',
  'NOT_APPROVED',
  'RECORD_LOCKED',
  'REQUIRED_PARAM_MISSING',
  'SYNTAX_ERROR',
];

/** A refusal of a request, or of one record of it. */
export function refused({ code, message, details: more }: Refusal): Failure {
  if (code === 'INTERNAL_ERROR' || code === 'MAINTENANCE') {
    return new Unavailable(`Zoho CRM does not take it just now: ${message || code}`, { service: SERVICE, code });
  }
  const field = more?.api_name;
  const words = [message || code, field && `(${field})`].filter(Boolean).join(' ');
  return new Rejected(`Zoho CRM refused it: ${words}`, {
    service: SERVICE,
    code,
    undocumented: !FINAL.includes(code),
    fields: field ? [field] : [],
  });
}

/** An answer that is none of Zoho's. */
export function unreadable(what: string): Unavailable {
  return new Unavailable(`Zoho CRM answered ${what} with something unreadable`, {
    service: SERVICE,
    code: 'UNREADABLE',
  });
}
