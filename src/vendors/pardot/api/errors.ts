/**
 * Every refusal of Account Engagement, classed by its own code: `{"code", "message"}`, as the status says little
 * (https://developer.salesforce.com/docs/marketing/pardot/guide/error-codes.html). The only place that knows them.
 */
import { after, MINUTE, SECOND } from '../../../lib/clock.ts';
import { CredentialsRejected, type Failure, RateLimited, Rejected, Unavailable } from '../../../lib/errors.ts';
import { type HttpAnswer, parseRetryAfter } from '../../../lib/http.ts';
import { isObject, numberFrom, textFrom } from '../../../lib/json-values.ts';

export const SERVICE = 'pardot';

/** Five calls at once are everybody's: they end within seconds. */
export const TOO_MANY_AT_ONCE = 66;
/** The day's calls are used up. */
const DAY_IS_SPENT = 122;
/** The minute's, where an account has such a limit; a public integration reports 429, too. */
const MINUTE_IS_SPENT = 202;
/** Nobody has the id (3, 109, 192), or it lies in the recycle bin (132). */
const NOBODY = [3, 109, 132, 192];
/** The token is not good here, the business unit is not known, or the user may not. */
const TOKEN = 184;
const CREDENTIALS = [1, 15, 46, 49, 53, 126, 131, 181, 182, TOKEN, 199, 201];
/** Temporary by their own words. */
const PASSES_BY = [183, 214];

const LASTS = { atOnce: 5 * SECOND, minute: MINUTE };
const LONGEST = 300;

const ADVICE: Readonly<Record<number, string>> = {
  53: 'Allow the address of Baton’s server in Account Engagement’s user security settings.',
  181: 'The business unit’s ID is missing: Setup › Account Engagement › Business Unit Setup shows it (0Uv…).',
  182: 'The business unit’s ID must be the 18 characters that Setup › Account Engagement › Business Unit Setup shows (0Uv…).',
  [TOKEN]:
    'The app needs the scope pardot_api, and the user must be synced to the business unit (Account Engagement › Users, Salesforce user).',
  201: 'Check the business unit’s ID (Setup › Account Engagement › Business Unit Setup), and PARDOT_API_URL: developer orgs and sandboxes are at https://pi.demo.pardot.com.',
};

export function codeOf({ body }: Pick<HttpAnswer, 'body'>): number | undefined {
  return isObject(body) ? numberFrom(body.code) : undefined;
}

/** Nobody has the id: any other 404 is an address that does not exist. */
export function isNobody(answer: HttpAnswer): boolean {
  return (answer.status === 404 || answer.status === 400) && NOBODY.includes(codeOf(answer) ?? 0);
}

/** The token has run out, or was taken back: another one may be good. */
export const isStaleToken = (answer: HttpAnswer): boolean => answer.status === 401 || codeOf(answer) === TOKEN;

/** A page's token of more than four hours ago, or none that is known: the window is begun again. */
export const isLostPage = ({ code }: Failure): boolean => code === '210' || code === '211';

/** @param what of the call: `GET /objects/prospects/7` */
export function failureOf(answer: HttpAnswer, what: string, now: Date): Failure {
  const { status, headers, body } = answer;
  const code = codeOf(answer);
  const words = isObject(body) ? (textFrom(body.message) ?? '').slice(0, LONGEST) : '';
  const detail = { service: SERVICE, code: code === undefined ? `HTTP ${status}` : String(code), asked: what };
  const advice = code === undefined ? undefined : ADVICE[code];
  const message = [`Account Engagement answered ${status} to ${what}${words && `: ${words}`}`, advice]
    .filter(Boolean)
    .join(' ');
  const limited = retryAt(status, code, headers, now);
  if (limited) return new RateLimited(message, { ...detail, retryAt: limited });
  if (status < 300) return new Unavailable(`Account Engagement answered ${what} with something unreadable`, detail);
  if (status >= 500) return new Unavailable(message, { ...detail, outage: true });
  if (PASSES_BY.includes(code ?? 0)) return new Unavailable(message, detail);
  if (status === 401 || CREDENTIALS.includes(code ?? 0)) return new CredentialsRejected(message, detail);
  return new Rejected(message, detail);
}

/** There is no Retry-After: the code says how long. The day's count begins anew with the next day, in UTC for all we know. */
function retryAt(status: number, code: number | undefined, headers: Headers, now: Date): Date | undefined {
  if (status === 429) return parseRetryAfter(headers.get('retry-after'), now) ?? after(now, LASTS.minute);
  if (status < 400) return undefined;
  if (code === TOO_MANY_AT_ONCE) return after(now, LASTS.atOnce);
  if (code === MINUTE_IS_SPENT) return after(now, LASTS.minute);
  if (code !== DAY_IS_SPENT) return undefined;
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() + 1));
}

/** A right that is missing refuses this write alone: reading goes on, so the connection is no dead one. */
export function ofThisWrite(thrown: unknown): unknown {
  if (!(thrown instanceof CredentialsRejected) || (thrown.code !== '46' && thrown.code !== '49')) return thrown;
  return new Rejected(thrown.message, { service: SERVICE, code: thrown.code, cause: thrown });
}
