import type { CallBudget, TokenShelf } from '../../../contracts/shared-calls.ts';
import type { CallMeter, Importance } from '../../../domain/api-quota.ts';
import { atMost } from '../../../lib/at-most.ts';
import type { Clock } from '../../../lib/clock.ts';
import { type HttpAnswer, httpClient } from '../../../lib/http.ts';
import { isObject, type Json, objectsIn, textFrom } from '../../../lib/json-values.ts';
import { failureOf, needsAnotherToken, SERVICE } from './errors.ts';
import { tokenSource } from './token.ts';

export interface MarketoOptions {
  /** Base of the instance: `https://123-ABC-456.mktorest.com`, with or without `/rest`. */
  apiUrl: string;
  clientId: string;
  clientSecret: string;
  clock: Clock;
  /** How long one call may take; default 30 s, as Marketo's own limit for activities is. */
  timeoutMs?: number;
  /** The token, for all processes; absent: each has its own. */
  shelf?: TokenShelf;
  /** The calls there are, for all processes; absent: nobody counts. */
  budget?: CallBudget;
}

export interface Call {
  method?: 'GET' | 'POST' | 'DELETE';
  path: string;
  query?: Record<string, string>;
  json?: unknown;
  importance: Importance;
}

export interface Answer {
  result: Json[];
  nextPageToken?: string;
  /** There is more, however few came: a page may be empty. */
  moreResult: boolean;
}

/** Marketo's REST API: JSON in, JSON out, every refusal a Failure. */
export interface Marketo {
  /** One call; a second one where the token had just expired. */
  ask(call: Call): Promise<Answer>;
  /** Everybody's calls of today are so many. */
  measured(meter: CallMeter): void;
}

/** Marketo works on ten calls of an instance at once, and asks every integration to keep to five. */
const AT_ONCE = 5;
/** A longer address is refused with 414 (8 KB): then the query travels as a form. */
const LONGEST_QUERY = 7_000;
const DEFAULT_TIMEOUT = 30_000;

export function marketoClient(options: MarketoOptions): Marketo {
  const { clock, budget } = options;
  const baseUrl = options.apiUrl.replace(/\/+$/, '').replace(/\/rest(\/v1)?$/, '');
  const http = httpClient({ service: SERVICE, baseUrl, timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT });
  const { clientId, clientSecret, shelf } = options;
  const token = tokenSource({ http, clientId, clientSecret, clock, ...(shelf && { shelf }) });
  const inTurn = atMost(AT_ONCE);

  async function send(call: Call, bearer: string): Promise<HttpAnswer> {
    const headers = { authorization: `Bearer ${bearer}` };
    const { method = 'GET', path, query = {}, json } = call;
    const isLong = method === 'GET' && new URLSearchParams(query).size > 0 && lengthOf(query) > LONGEST_QUERY;
    if (isLong) return http({ method: 'POST', path, query: { _method: 'GET' }, form: query, headers });
    return http({ method, path, query, headers, ...(json !== undefined && { json }) });
  }

  async function answered(call: Call): Promise<HttpAnswer> {
    const first = await token();
    const answer = await send(call, first);
    return needsAnotherToken(answer) ? send(call, await token(first)) : answer;
  }

  return {
    async ask(call) {
      await budget?.take(call.importance);
      const answer = await inTurn(() => answered(call));
      budget?.counted();
      return read(answer, `${call.method ?? 'GET'} ${call.path}`, clock.now());
    },
    measured: meter => budget?.measured(meter),
  };
}

const lengthOf = (query: Record<string, string>): number => new URLSearchParams(query).toString().length;

function read(answer: HttpAnswer, what: string, now: Date): Answer {
  const { status, body } = answer;
  if (status !== 200 || !isObject(body) || body.success !== true) throw failureOf(answer, what, now);
  const nextPageToken = textFrom(body.nextPageToken);
  return {
    result: objectsIn(body.result),
    ...(nextPageToken !== undefined && { nextPageToken }),
    moreResult: body.moreResult === true,
  };
}
