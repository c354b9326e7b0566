/**
 * Every refusal of Marketo, classed. Those of a call come with status 200 and `success: false`, those of a record with `skipped`
 * (https://experienceleague.adobe.com/en/docs/marketo-developer/marketo/rest/error-codes). The only place that knows the codes.
 */
import { after, HOUR, SECOND } from '../../../lib/clock.ts';
import { CredentialsRejected, Failure, RateLimited, Rejected, Unavailable } from '../../../lib/errors.ts';
import type { HttpAnswer } from '../../../lib/http.ts';
import { isObject, type Json, objectsIn, textFrom } from '../../../lib/json-values.ts';

export const SERVICE = 'marketo';

/** The token is missing, unknown or expired: another one may do. */
const TOKEN_IS_DEAD = ['600', '601', '602'];
const RATE_LASTS = 20 * SECOND;
/** Ten calls are under way: most of them are over in a moment. */
const BUSY_FOR = SECOND;
/** Passing: time-out, unavailable, system error, lost subscription, transient, lock; 500 and 502 stand in bodies, too. */
const PASSING = ['500', '502', '604', '608', '611', '614', '713', '719'];
/** Of these the service takes nothing from anybody. */
const AWAY = ['608', '614'];
/** Wrong method, JSON, address, type, multipart, subscription type. */
const MALFORMED = ['605', '609', '610', '612', '613', '616'];

export interface Said {
  code: string;
  message: string;
}

/** What a call was refused with; undefined: it was not, or not in Marketo's words. */
export function saidIn(body: unknown): Said | undefined {
  if (!isObject(body) || body.success === true) return undefined;
  const [first] = objectsIn(body.errors);
  return first && said(first);
}

const said = (one: Json): Said => ({
  code: textFrom(one.code) ?? '',
  message: (textFrom(one.message) ?? 'no reason given').slice(0, 300),
});

export const needsAnotherToken = ({ body }: HttpAnswer): boolean => TOKEN_IS_DEAD.includes(saidIn(body)?.code ?? '');

/** @param what of the call: `GET /rest/v1/leads.json` */
export function failureOf({ status, body, headers }: HttpAnswer, what: string, now: Date): Failure {
  const refusal = saidIn(body);
  if (refusal) return refusedWith(refusal, what, now);
  const detail = { service: SERVICE, code: `HTTP ${status}` };
  const message = `Marketo answered ${status} to ${what}`;
  if (status === 429) {
    const seconds = Number(headers.get('retry-after') ?? Number.NaN);
    const wait = Number.isFinite(seconds) && seconds >= 0 ? seconds * SECOND : RATE_LASTS;
    return new RateLimited(message, { ...detail, retryAt: after(now, wait) });
  }
  if (status === 401 || status === 403) return new CredentialsRejected(`${message}${wordsOf(body)}`, detail);
  if (status >= 400 && status < 500) return new Rejected(message, detail);
  if (status === 200) return new Unavailable(`Marketo answered ${what} with something unreadable`, detail);
  return new Unavailable(message, { ...detail, outage: status >= 500 });
}

/** The identity service speaks OAuth's words. */
function wordsOf(body: unknown): string {
  const words = isObject(body) ? (textFrom(body.error_description) ?? textFrom(body.error)) : undefined;
  return words === undefined ? '' : `: ${words.slice(0, 300)}`;
}

function refusedWith({ code, message }: Said, what: string, now: Date): Failure {
  const detail = { service: SERVICE, code };
  const words = `Marketo refused ${what}: ${message} (${code})`;
  if (TOKEN_IS_DEAD.includes(code)) return new CredentialsRejected(words, detail);
  if (code === '603') {
    return new CredentialsRejected(
      `${words}. Give the API user's role the permission, or let Baton's address in`,
      detail,
    );
  }
  if (code === '606') return new RateLimited(words, { ...detail, retryAt: after(now, RATE_LASTS) });
  if (code === '615') return new RateLimited(words, { ...detail, retryAt: after(now, BUSY_FOR) });
  if (code === '607') return new RateLimited(words, { ...detail, outage: true, retryAt: quotaBeginsAnew(now) });
  if (PASSING.includes(code)) return new Unavailable(words, { ...detail, outage: AWAY.includes(code) });
  if (MALFORMED.includes(code) || /^7\d\d$/.test(code) || /^1\d{3}$/.test(code)) return new Rejected(words, detail);
  return new Unavailable(words, { ...detail, undocumented: true });
}

/** A record that was passed over: `reasons`, or `errors` where it is a custom activity. */
export function recordFailure(result: Json, what: string): Rejected | undefined {
  if (textFrom(result.status) !== 'skipped') return undefined;
  const [reason] = [...objectsIn(result.reasons), ...objectsIn(result.errors)];
  const { code, message } = said(reason ?? {});
  const [field] = /'([^']+)'/.exec(code === '1006' ? message : '')?.slice(1) ?? [];
  const detail = { service: SERVICE, code, ...(field && { fields: [field] }) };
  return new Rejected(`Marketo passed over ${what}: ${message}${code && ` (${code})`}`, detail);
}

/** A right that is missing refuses this write alone: reading goes on, so the connection is no dead one. */
export function ofThisWrite(thrown: unknown): unknown {
  if (!(thrown instanceof Failure) || thrown.code !== '603') return thrown;
  return new Rejected(thrown.message, { service: SERVICE, code: '603', cause: thrown });
}

/**
 * "Resets daily at 12:00 AM CST". Whether that is Central or always Standard Time it does not say: from March to November the
 * two are an hour apart, and whichever comes first is tried. Never sooner than in a minute.
 */
export function quotaBeginsAnew(now: Date): Date {
  const instant = Temporal.Instant.fromEpochMilliseconds(now.getTime());
  const midnights = ['America/Chicago', '-06:00'].map(
    zone => instant.toZonedDateTimeISO(zone).startOfDay().add({ days: 1 }).epochMilliseconds,
  );
  const earliest = now.getTime() + HOUR / 60;
  return new Date(Math.max(earliest, Math.min(...midnights)));
}
