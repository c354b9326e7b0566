import { setTimeout as pause } from 'node:timers/promises';
import type { CallBudget } from '../../../contracts/shared-calls.ts';
import type { CallMeter, Importance } from '../../../domain/api-quota.ts';
import { atMost } from '../../../lib/at-most.ts';
import type { Clock } from '../../../lib/clock.ts';
import { type HttpAnswer, httpClient } from '../../../lib/http.ts';
import { isObject, type Json, objectsIn, textFrom } from '../../../lib/json-values.ts';
import { codeOf, failureOf, isNobody, isStaleToken, SERVICE, TOO_MANY_AT_ONCE } from './errors.ts';
import type { Access } from './session.ts';

export interface ClientOptions {
  /** `https://pi.pardot.com`; developer orgs and sandboxes are at `https://pi.demo.pardot.com`. */
  apiUrl: string;
  access: Access;
  clock: Clock;
  /** How long one call may take; default 10 s. */
  timeoutMs?: number;
  /** The calls there are, for all processes; absent: nobody counts. */
  budget?: CallBudget;
}

export interface Call {
  method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below `/api/v5`. */
  path: string;
  query?: Record<string, string | undefined>;
  json?: unknown;
  importance: Importance;
}

export interface Page {
  values: Json[];
  /** Asks for the next one; undefined: this was the last. */
  token: string | undefined;
  /** A sequence ends after 100,000 records, although there are more: it has to be begun again. */
  isCut: boolean;
}

/** API v5: JSON in, JSON out, every refusal a Failure. Each is one call, and one more where a token had run out. */
export interface Pardot {
  /** An answer without a body is {}. */
  ask(call: Call): Promise<Json>;
  /** Null: the path names somebody whom nobody has, or who lies in the recycle bin. */
  find(call: Call): Promise<Json | null>;
  /** With `token` the page after one: only `fields` may go with it. */
  list(call: Call & { query: { fields: string } }, token?: string): Promise<Page>;
}

/** Five calls at once are everybody's in the business unit: of more some are refused. */
const AT_ONCE = 3;
const DEFAULT_TIMEOUT = 10_000;
/** Other integrations had all five: theirs end sooner or later, so it is tried once more in place. */
const PATIENCE_MS = 300;
/** Of `Pardot-Warning`. */
const SEQUENCE_ENDS = /^\s*203\b/;

export function pardotClient({ apiUrl, access, clock, budget, timeoutMs = DEFAULT_TIMEOUT }: ClientOptions): Pardot {
  const baseUrl = `${apiUrl.replace(/\/+$/, '')}/api/v5`;
  const http = httpClient({ service: SERVICE, baseUrl, timeoutMs, headers: { 'x-return-api-usage': '1' } });
  const inTurn = atMost(AT_ONCE);

  async function send({ method = 'GET', path, query = {}, json }: Call): Promise<HttpAnswer> {
    const once = async (refused?: string) => {
      const { accessToken, unitId } = await access(refused);
      const headers = { authorization: `Bearer ${accessToken}`, 'pardot-business-unit-id': unitId };
      const answer = await inTurn(() => http({ method, path, query, headers, ...(json !== undefined && { json }) }));
      return { answer, accessToken };
    };
    const first = await once();
    if (isStaleToken(first.answer)) return (await once(first.accessToken)).answer;
    if (codeOf(first.answer) !== TOO_MANY_AT_ONCE) return first.answer;
    await pause(PATIENCE_MS);
    return (await once()).answer;
  }

  async function answerTo(call: Call): Promise<HttpAnswer> {
    await budget?.take(call.importance);
    const answer = await send(call);
    budget?.counted(meterIn(answer));
    return answer;
  }

  const whatOf = ({ method = 'GET', path }: Call) => `${method} ${path}`;

  async function bodyOf(call: Call, answer: HttpAnswer): Promise<Json> {
    const isDone = answer.status >= 200 && answer.status < 300;
    if (isDone && isObject(answer.body)) return answer.body;
    if (isDone && answer.body === '' && call.method !== undefined) return {};
    throw failureOf(answer, whatOf(call), clock.now());
  }

  return {
    async find(call) {
      const answer = await answerTo(call);
      return isNobody(answer) ? null : bodyOf(call, answer);
    },
    ask: async call => bodyOf(call, await answerTo(call)),
    async list(call, token) {
      const query = token === undefined ? call.query : { fields: call.query.fields, nextPageToken: token };
      const answer = await answerTo({ ...call, query });
      const body = await bodyOf(call, answer);
      if (!Array.isArray(body.values)) throw failureOf({ ...answer, body }, whatOf(call), clock.now());
      const next = textFrom(body.nextPageToken);
      const isCut = next === undefined && SEQUENCE_ENDS.test(answer.headers.get('pardot-warning') ?? '');
      return { values: objectsIn(body.values), token: next, isCut };
    },
  };
}

/** `1204/50000`: calls of the day by everybody, and how many there are. */
function meterIn({ headers }: HttpAnswer): CallMeter | undefined {
  const [, used, limit] = /^\s*(\d+)\s*\/\s*(\d+)\s*$/.exec(headers.get('x-api-usage') ?? '') ?? [];
  return used === undefined || limit === undefined ? undefined : { used: Number(used), limit: Number(limit) };
}
