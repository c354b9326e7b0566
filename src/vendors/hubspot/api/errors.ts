import { after, DAY, SECOND } from '../../../lib/clock.ts';
import { CredentialsRejected, type Failure, RateLimited, Rejected, Unavailable } from '../../../lib/errors.ts';

/** An answer of HubSpot as far as failures are concerned. */
export interface Answer {
  status: number;
  headers: Headers;
  /** Parsed JSON, or the text when it is none. */
  body: unknown;
}

export const SERVICE = 'hubspot';

/** How long each of HubSpot's limits lasts; the daily one ends at midnight. */
const POLICY_LASTS: Record<string, number> = { SECONDLY: SECOND, TEN_SECONDLY_ROLLING: 10 * SECOND };
const UNNAMED_POLICY_LASTS = 10 * SECOND;
const LOCKED_FOR = 2 * SECOND;

/** Turns a refusal into the one Failure that says who must act. The only place that knows HubSpot's statuses. */
export function failureOf(answer: Answer, what: string, now: Date): Failure {
  const { status } = answer;
  const code = textOf(answer.body, 'category') ?? textOf(answer.body, 'errorType') ?? `HTTP ${status}`;
  const said = textOf(answer.body, 'message');
  const message = said ? `HubSpot: ${said.slice(0, 300)}` : `HubSpot answered ${status}`;
  const detail = { service: SERVICE, code, asked: what };
  if (status === 401) return new CredentialsRejected(message, detail);
  if (status === 403) return new CredentialsRejected(`${message}${scopesOf(answer.body)}`, detail);
  if (status === 429) return new RateLimited(message, { ...detail, retryAt: limitEnds(answer, now) });
  if (status === 423) return new RateLimited(message, { ...detail, retryAt: after(now, LOCKED_FOR) });
  if (status === 477) return migrating(answer, message, detail, now);
  if (status >= 400 && status < 500) return new Rejected(message, { ...detail, fields: fieldsOf(answer.body) });
  return new Unavailable(message, { ...detail, outage: status >= 500 });
}

/** Turns an entry of `errors[]` in a 207 answer into a Failure: some inputs went wrong, the others did not. */
export function partialFailure(error: unknown, what: string): Failure {
  const code = textOf(error, 'category') ?? 'PARTIAL';
  const message = `HubSpot could not answer part of ${what}: ${textOf(error, 'message') ?? code}`;
  const refused = code === 'VALIDATION_ERROR' || code === 'OBJECT_NOT_FOUND' || code === 'CONFLICT';
  return refused
    ? new Rejected(message, { service: SERVICE, code })
    : new Unavailable(message, { service: SERVICE, code });
}

/** Was the thing asked for simply not there? Anything else behind a 404 (a wrong path, say) is no "none". */
export function saysNotFound(body: unknown): boolean {
  if (textOf(body, 'category') === 'OBJECT_NOT_FOUND') return true;
  return textOf(body, 'status') === 'error' && /^(resource|object) not found/i.test(textOf(body, 'message') ?? '');
}

function limitEnds(answer: Answer, now: Date): Date {
  const policy = textOf(answer.body, 'policyName');
  if (policy === 'DAILY') return new Date(Math.floor(now.getTime() / DAY) * DAY + DAY);
  const lasts = POLICY_LASTS[policy ?? ''] ?? retryAfter(answer) ?? UNNAMED_POLICY_LASTS;
  return after(now, lasts);
}

/** An account on the move between data centres says for how long, up to a day. */
function migrating(answer: Answer, message: string, detail: { service: string; code: string }, now: Date): Failure {
  const wait = retryAfter(answer);
  return wait === undefined
    ? new Unavailable(message, detail)
    : new RateLimited(message, { ...detail, retryAt: after(now, wait) });
}

function retryAfter(answer: Answer): number | undefined {
  const seconds = Number(answer.headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * SECOND : undefined;
}

/** Names the scopes an admin has to tick; HubSpot's own sentence seldom does. */
function scopesOf(body: unknown): string {
  const names = errorsOf(body).flatMap(error => {
    const context = fieldOf(error, 'context');
    return [...strings(fieldOf(context, 'requiredGranularScopes')), ...strings(fieldOf(context, 'requiredScopes'))];
  });
  return names.length === 0 ? '' : ` (one of these scopes is needed: ${[...new Set(names)].join(', ')})`;
}

function fieldsOf(body: unknown): string[] {
  const names = errorsOf(body).flatMap(error => strings(fieldOf(fieldOf(error, 'context'), 'propertyName')));
  return [...new Set(names)];
}

function errorsOf(body: unknown): unknown[] {
  const errors = fieldOf(body, 'errors');
  return Array.isArray(errors) ? errors : [];
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function textOf(value: unknown, name: string): string | undefined {
  const field = fieldOf(value, name);
  return typeof field === 'string' ? field : undefined;
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter(one => typeof one === 'string') : [];
}
