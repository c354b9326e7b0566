/**
 * Every refusal of ActiveCampaign, classed. They come as `{"errors": [{title, detail, code, source.pointer}]}` or `{"message"}`
 * (https://developers.activecampaign.com/reference/errors). The only place that knows them.
 */
import { after, SECOND } from '../../../lib/clock.ts';
import { CredentialsRejected, type Failure, RateLimited, Rejected, Unavailable } from '../../../lib/errors.ts';
import { type HttpAnswer, parseRetryAfter } from '../../../lib/http.ts';
import { isObject, objectsIn, textFrom } from '../../../lib/json-values.ts';

export const SERVICE = 'activecampaign';

/** Five calls a second: without a word about it, the next second will do. */
const RATE_LASTS = SECOND;
const LONGEST = 300;

/** Nobody has the id: any other 404 is an address that does not exist. */
export function isNobody({ status, body }: HttpAnswer): boolean {
  return status === 404 && isObject(body) && /^No Result found for Subscriber/i.test(textFrom(body.message) ?? '');
}

/** @param what of the call: `GET /contacts/7` */
export function failureOf(answer: HttpAnswer, what: string, now: Date): Failure {
  const { status, headers } = answer;
  const said = saidIn(answer.body);
  const detail = { service: SERVICE, code: said.code ?? `HTTP ${status}`, asked: what };
  const message = `ActiveCampaign answered ${status} to ${what}${said.words && `: ${said.words}`}`;
  if (status === 429) {
    const retryAt = parseRetryAfter(headers.get('retry-after'), now) ?? after(now, RATE_LASTS);
    return new RateLimited(message, { ...detail, retryAt });
  }
  if (status === 401 || status === 403) return new CredentialsRejected(message, detail);
  // The account is past due or over its contacts: it takes nothing from anybody until somebody pays.
  if (status === 402) return new Unavailable(message, { ...detail, outage: true });
  if (status >= 400 && status < 500) return new Rejected(message, { ...detail, fields: said.fields });
  if (status < 300) return new Unavailable(`ActiveCampaign answered ${what} with something unreadable`, detail);
  return new Unavailable(message, { ...detail, outage: status >= 500 });
}

interface Said {
  words: string;
  code?: string;
  fields: string[];
}

function saidIn(body: unknown): Said {
  if (!isObject(body)) return { words: '', fields: [] };
  const errors = objectsIn(body.errors);
  const words = errors.map(one => textFrom(one.detail) ?? textFrom(one.title)).filter(Boolean);
  const code = errors.map(one => textFrom(one.code) ?? textFrom(one.title)).find(Boolean);
  const fields = errors.flatMap(({ source }) => {
    const pointer = isObject(source) ? textFrom(source.pointer) : undefined;
    return pointer === undefined ? [] : [pointer.split('/').at(-1) ?? ''];
  });
  const text = words.length > 0 ? words.join('; ') : (textFrom(body.message) ?? '');
  return { words: text.slice(0, LONGEST), fields: fields.filter(Boolean), ...(code !== undefined && { code }) };
}

/** A right that is missing refuses this write alone: reading goes on, so the connection is no dead one. */
export function ofThisWrite(thrown: unknown): unknown {
  if (!(thrown instanceof CredentialsRejected)) return thrown;
  return new Rejected(thrown.message, { service: SERVICE, code: thrown.code ?? 'HTTP 403', cause: thrown });
}

/**
 * What the key may not see is left out, where that only helps.
 * @throws everything else
 */
export function unlessForbidden(thrown: unknown): undefined {
  if (!(ofThisWrite(thrown) instanceof Rejected)) throw thrown;
}
