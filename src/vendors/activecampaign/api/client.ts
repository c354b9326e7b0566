import { setTimeout as pause } from 'node:timers/promises';
import type { CallBudget } from '../../../contracts/shared-calls.ts';
import type { Importance } from '../../../domain/api-quota.ts';
import { atMost } from '../../../lib/at-most.ts';
import { type Clock, SECOND } from '../../../lib/clock.ts';
import { type HttpAnswer, httpClient, parseRetryAfter } from '../../../lib/http.ts';
import { isObject, type Json, objectsIn } from '../../../lib/json-values.ts';
import { failureOf, isNobody, SERVICE } from './errors.ts';

export interface ClientOptions {
  /** As Settings › Developer shows it: `https://example.api-us1.com`, with or without `/api/3`. */
  apiUrl: string;
  apiKey: string;
  clock: Clock;
  /** How long one call may take; default 10 s. */
  timeoutMs?: number;
  /** The calls there are, for all processes; absent: nobody counts. */
  budget?: CallBudget;
}

export interface Call {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below `/api/3`. */
  path: string;
  query?: Record<string, string>;
  json?: unknown;
  importance: Importance;
}

/** ActiveCampaign's API v3: JSON in, JSON out, every refusal a Failure. Each is one call. */
export interface ActiveCampaign {
  ask(call: Call): Promise<Json>;
  /** Null: the path names a contact that nobody has. */
  find(call: Call): Promise<Json | null>;
}

/** Five calls a second are everybody's: of more at once some would be refused. */
const AT_ONCE = 3;
const DEFAULT_TIMEOUT = 10_000;
/** Other integrations took this second's calls: the next second is waited for in place, once. */
const PATIENCE = SECOND;

function waitOf({ headers }: HttpAnswer, clock: Clock): number | undefined {
  const now = clock.now();
  const at = parseRetryAfter(headers.get('retry-after'), now);
  return at && at.getTime() - now.getTime();
}

export function activeCampaignClient(options: ClientOptions): ActiveCampaign {
  const { apiUrl, apiKey, clock, budget, timeoutMs = DEFAULT_TIMEOUT } = options;
  const baseUrl = `${apiUrl.replace(/\/+$/, '').replace(/\/api(\/3)?$/, '')}/api/3`;
  const http = httpClient({ service: SERVICE, baseUrl, timeoutMs, headers: { 'Api-Token': apiKey } });
  const inTurn = atMost(AT_ONCE);

  async function find(call: Call): Promise<Json | null> {
    const { method = 'GET', path, query = {}, json, importance } = call;
    const send = () => inTurn(() => http({ method, path, query, ...(json !== undefined && { json }) }));
    await budget?.take(importance);
    let answer = await send();
    const wait = answer.status === 429 ? waitOf(answer, clock) : undefined;
    if (wait !== undefined && wait <= PATIENCE) {
      await pause(wait);
      answer = await send();
    }
    budget?.counted();
    if (isNobody(answer)) return null;
    const isFine = answer.status >= 200 && answer.status < 300 && isObject(answer.body);
    if (!isFine) throw failureOf(answer, `${method} ${path}`, clock.now());
    return answer.body as Json;
  }

  return {
    find,
    async ask(call) {
      const found = await find(call);
      if (found) return found;
      const answer = { status: 404, headers: new Headers(), body: { message: 'there is no such contact' } };
      throw failureOf(answer, `${call.method ?? 'GET'} ${call.path}`, clock.now());
    },
  };
}

/** Of a page; a longer list is read page by page. */
const PAGE = 100;
const MOST_PAGES = 50;

/** A whole collection. One call for each hundred. */
export async function everyOne(
  api: ActiveCampaign,
  path: string,
  name: string,
  importance: Importance,
): Promise<Json[]> {
  const all: Json[] = [];
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const query = { limit: String(PAGE), offset: String(page * PAGE) };
    const found = objectsIn((await api.ask({ path, query, importance }))[name]);
    all.push(...found);
    if (found.length < PAGE) break;
  }
  return all;
}
