/** Pipedrive's HTTP API, both of its versions: one log-in, its limits kept, every refusal classed. */
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { type CallBudget, importanceHere } from '../../../contracts/shared-calls.ts';
import { atMost } from '../../../lib/at-most.ts';
import { type Clock, SECOND } from '../../../lib/clock.ts';
import { RateLimited } from '../../../lib/errors.ts';
import { type HttpAnswer, type HttpClient, httpClient } from '../../../lib/http.ts';
import { failure, SERVICE, unreadable } from './errors.ts';
import { type Credentials, credentialsOf, type PipedriveAuth } from './session.ts';

export interface ClientOptions {
  /** Base where an API token calls; a log-in brings its own. */
  apiUrl: string;
  auth: PipedriveAuth;
  clock: Clock;
  /** Of one call; default 10 s. */
  timeoutMs?: number;
  /** Each call takes its turn; absent: nobody counts. */
  budget?: CallBudget;
  /** Told what each answered call costs, in API tokens. */
  onCost?(tokens: number): void;
}

export interface PipedriveCall {
  method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** `/api/v2/persons`, `/v1/leads`: what comes from outside is encoded. */
  path: string;
  query?: Record<string, string | undefined>;
  json?: unknown;
  /** API tokens it costs (`x-token-cost` in Pipedrive's OpenAPI documents). */
  cost: number;
}

/** A page of a list: v2 pages by a cursor, v1 by a start. */
export interface Page<T> {
  rows: T[];
  /** Absent: it is the last. */
  next?: string;
}

export interface Client {
  /** The answer's `data`. @throws Failure */
  ask<T>(call: PipedriveCall, schema: z.ZodType<T>): Promise<T>;
  /** The same; undefined: there is no such record, or it was deleted. */
  record<T>(call: PipedriveCall, schema: z.ZodType<T>): Promise<T | undefined>;
  page<T>(call: PipedriveCall, row: z.ZodType<T>): Promise<Page<T>>;
  /** Every page of a list. @throws Unavailable when it does not end */
  all<T>(call: PipedriveCall, row: z.ZodType<T>): Promise<T[]>;
  /** Base and company of the log-in in use. */
  credentials(): Promise<Credentials>;
}

/** Searches have a window of their own: ten in two seconds on every plan (page "Rate limiting"). */
const [SEARCHES_AT_ONCE, CALLS_AT_ONCE] = [5, 10];
/** A window that opens within that is waited for; a longer wait is the queue's. */
const SHORT_WAIT = 2.5 * SECOND;
const MOST_PAGES = 50;

const SEARCH = /\/search$/;

export function pipedriveClient(options: ClientOptions): Client {
  const { clock } = options;
  const windows = { search: windowOf(SEARCHES_AT_ONCE), other: windowOf(CALLS_AT_ONCE) };
  /** By base address: a log-in may be at another company than the one before. */
  const clients = new Map<string, HttpClient>();

  function clientFor(baseUrl: string): HttpClient {
    const known = clients.get(baseUrl);
    if (known) return known;
    const made = httpClient({
      service: SERVICE,
      baseUrl,
      ...(options.timeoutMs && { timeoutMs: options.timeoutMs }),
    });
    clients.clear();
    clients.set(baseUrl, made);
    return made;
  }

  const credentials = () => credentialsOf(options.auth, options.apiUrl, clock);

  async function send(call: PipedriveCall): Promise<HttpAnswer> {
    const { cost, ...request } = call;
    const window = SEARCH.test(call.path) ? windows.search : windows.other;
    await options.budget?.take(importanceHere());
    return window.inTurn(async () => {
      await window.opened(clock);
      const known = await credentials();
      const sent = (as: Credentials) => clientFor(as.baseUrl)({ ...request, headers: as.headers });
      let answer = await sent(known);
      if (answer.status === 401 && known.renew) answer = await sent(await known.renew());
      window.learn(answer, clock.now());
      options.onCost?.(cost);
      return answer;
    });
  }

  async function answered<T>(call: PipedriveCall, schema: z.ZodType<T>, answer?: HttpAnswer): Promise<T> {
    const got = answer ?? (await send(call));
    if (got.status < 200 || got.status >= 300) throw failure(got, clock.now());
    const read = schema.safeParse(got.body);
    if (!read.success) throw unreadable(`${call.method ?? 'GET'} ${call.path}`);
    return read.data;
  }

  async function page<T>(call: PipedriveCall, row: z.ZodType<T>): Promise<Page<T>> {
    const { data, additional_data: more } = await answered(call, pageShape(row));
    const start = more?.pagination?.more_items_in_collection ? more.pagination.next_start : undefined;
    const next = more?.next_cursor ?? (start === undefined ? undefined : String(start));
    return { rows: data ?? [], ...(next !== undefined && next !== null && { next }) };
  }

  return {
    credentials,
    page,
    ask: async (call, schema) => (await answered(call, z.object({ success: z.literal(true), data: schema }))).data,
    async record(call, schema) {
      const answer = await send(call);
      if (answer.status === 404 || answer.status === 410) return undefined;
      return (await answered(call, z.object({ success: z.literal(true), data: schema }), answer)).data;
    },
    async all(call, row) {
      const rows = [];
      let next: string | undefined;
      for (let pages = 0; pages < MOST_PAGES; pages += 1) {
        const one = await page(after(call, next), row);
        rows.push(...one.rows);
        next = one.next;
        if (next === undefined) return rows;
      }
      throw unreadable(`${call.path}, which has no end,`);
    },
  };
}

/** The next page of a list. v1 pages by `start`. */
export function after(call: PipedriveCall, next: string | undefined): PipedriveCall {
  if (next === undefined) return call;
  return { ...call, query: { ...call.query, [call.path.startsWith('/v1/') ? 'start' : 'cursor']: next } };
}

/** A list's rows lie in `data`, a search's in `data.items[].item`. */
function pageShape<T>(row: z.ZodType<T>) {
  const found = z
    .object({ items: z.array(z.object({ item: row })) })
    .transform(({ items }) => items.map(one => one.item));
  return z.object({
    success: z.literal(true),
    data: z.union([z.array(row), found, z.null()]),
    additional_data: z
      .object({
        next_cursor: z.string().nullish(),
        pagination: z.object({ more_items_in_collection: z.boolean(), next_start: z.int().optional() }).nullish(),
      })
      .nullish(),
  });
}

/** A window of calls as the headers of the answers tell of it. */
function windowOf(atOnce: number) {
  let closedUntil = 0;
  return {
    inTurn: atMost(atOnce),
    /** @throws RateLimited when it does not open soon */
    async opened(clock: Clock): Promise<void> {
      const wait = closedUntil - clock.now().getTime();
      if (wait <= 0) return;
      if (wait > SHORT_WAIT) {
        const detail = { service: SERVICE, code: 'WINDOW_FULL', retryAt: new Date(closedUntil) };
        throw new RateLimited('Pipedrive asks to wait: too many calls at once', detail);
      }
      await pause(wait);
    },
    learn({ status, headers }: HttpAnswer, now: Date): void {
      const left = Number(headers.get('x-ratelimit-remaining') ?? 1);
      const reset = Number(headers.get('x-ratelimit-reset') ?? 0);
      if (left <= 0 && reset > 0 && status !== 429) closedUntil = now.getTime() + reset * SECOND;
    },
  };
}
