/** Zoho CRM's HTTP API v8: one log-in, its limits kept, every refusal classed. */
import { z } from 'zod';
import { atMost } from '../../../lib/at-most.ts';
import type { Clock } from '../../../lib/clock.ts';
import { type HttpAnswer, type HttpClient, httpClient } from '../../../lib/http.ts';
import { failure, SERVICE, unreadable } from './errors.ts';
import { type Credentials, sessionOf, type ZohoAuth } from './session.ts';

export interface ClientOptions {
  auth: ZohoAuth;
  clock: Clock;
  /** Of one call; default 10 s. */
  timeoutMs?: number;
  /** Calls under way at once, of this process. */
  atOnce: number;
  /** Told of each answered call: its credits, and how many are left of the day's where the answer says so. */
  onCost?(credits: number, left: number | undefined): void;
}

export interface ZohoCall {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below `/crm/v8`: `/Leads/upsert`. What comes from outside is encoded. */
  path: string;
  query?: Record<string, string | undefined>;
  headers?: Record<string, string>;
  json?: unknown;
  /** Default 1. */
  credits?: number;
}

/** A page of a list. */
export interface Page<T> {
  rows: T[];
  more: boolean;
}

export interface Client {
  /** The answer's body. @throws Failure */
  ask<T>(call: ZohoCall, shape: z.ZodType<T>): Promise<T>;
  /** Whatever comes, judged by who asked. @throws Failure when nothing readable came */
  send(call: ZohoCall): Promise<HttpAnswer>;
  /** A page of the list under this name; none: 204, or 304 for nothing new. */
  page<T>(call: ZohoCall, name: string, row: z.ZodType<T>): Promise<Page<T>>;
  /** Every page. @throws Unavailable when it does not end */
  all<T>(call: ZohoCall, name: string, row: z.ZodType<T>): Promise<T[]>;
  /** A page of a COQL query without its `limit`, from this row on. */
  coqlPage<T>(query: string, row: z.ZodType<T>, offset: number): Promise<Page<T>>;
  /** Every row of one. */
  coql<T>(query: string, row: z.ZodType<T>): Promise<T[]>;
  now(): Date;
  /** Base of the API in use. */
  apiDomain(): Promise<string>;
}

export const API = '/crm/v8';
const MOST_PAGES = 50;
const PER_PAGE = 200;

export function zohoClient(options: ClientOptions): Client {
  const { clock } = options;
  const credentials = sessionOf(options.auth, clock);
  const inTurn = atMost(options.atOnce);
  /** By base address: a log-in may be in another data centre than the one before. */
  const clients = new Map<string, HttpClient>();

  function clientFor(baseUrl: string): HttpClient {
    const known = clients.get(baseUrl);
    if (known) return known;
    const made = httpClient({ service: SERVICE, baseUrl, ...(options.timeoutMs && { timeoutMs: options.timeoutMs }) });
    clients.clear();
    clients.set(baseUrl, made);
    return made;
  }

  async function send({ credits = 1, headers, path, ...request }: ZohoCall): Promise<HttpAnswer> {
    return inTurn(async () => {
      const known = await credentials();
      const sent = (as: Credentials) =>
        clientFor(as.baseUrl)({ ...request, path: `${API}${path}`, headers: { ...headers, ...as.headers } });
      let answer = await sent(known);
      if (answer.status === 401 && known.renew && !isScopeMismatch(answer)) answer = await sent(await known.renew());
      options.onCost?.(credits, leftIn(answer));
      return answer;
    });
  }

  async function ask<T>(call: ZohoCall, shape: z.ZodType<T>): Promise<T> {
    return read(await send(call), call, shape);
  }

  function read<T>(answer: HttpAnswer, call: ZohoCall, shape: z.ZodType<T>): T {
    if (answer.status < 200 || answer.status >= 300) throw failure(answer, clock.now());
    const known = shape.safeParse(answer.body);
    if (!known.success) throw unreadable(`${call.method ?? 'GET'} ${call.path}`);
    return known.data;
  }

  async function page<T>(call: ZohoCall, name: string, row: z.ZodType<T>): Promise<Page<T>> {
    const answer = await send(call);
    // Nothing fits (204), or nothing changed since (304).
    if ((answer.status === 204 || answer.status === 304) && answer.body === '') return { rows: [], more: false };
    const body = read(answer, call, pageShape(name, row));
    return { rows: body[name] as T[], more: body.info?.more_records ?? false };
  }

  const coqlPage = <T>(query: string, row: z.ZodType<T>, offset: number) => {
    const json = { select_query: `${query} limit ${offset}, ${PER_PAGE}` };
    return page({ method: 'POST', path: '/coql', json }, 'data', row);
  };

  return {
    ask,
    send,
    page,
    coqlPage,
    now: () => clock.now(),
    apiDomain: async () => (await credentials()).baseUrl,
    all: (call, name, row) =>
      everyPage(call.path, number => {
        const query = { ...call.query, page: String(number), per_page: String(PER_PAGE) };
        return page({ ...call, query }, name, row);
      }),
    coql(query, row) {
      let offset = 0;
      return everyPage('/coql', async () => {
        const one = await coqlPage(query, row, offset);
        offset += one.rows.length;
        return one;
      });
    },
  };
}

async function everyPage<T>(what: string, read: (number: number) => Promise<Page<T>>): Promise<T[]> {
  const rows: T[] = [];
  for (let number = 1; number <= MOST_PAGES; number += 1) {
    const one = await read(number);
    rows.push(...one.rows);
    if (!one.more) return rows;
  }
  throw unreadable(`${what}, which has no end,`);
}

function pageShape<T>(name: string, row: z.ZodType<T>) {
  const info = z.looseObject({ more_records: z.boolean().nullish() }).nullish();
  return z.object({ [name]: z.array(row), info }) as unknown as z.ZodType<
    Record<string, T[]> & { info?: { more_records?: boolean | null } | null }
  >;
}

const isScopeMismatch = ({ body }: HttpAnswer): boolean =>
  z.object({ code: z.literal('OAUTH_SCOPE_MISMATCH') }).safeParse(body).success;

/** Said from half of the day's credits on (page "API limits"). */
function leftIn({ headers }: HttpAnswer): number | undefined {
  const text = headers.get('x-api-credits-remaining') ?? '';
  return /^\d+$/.test(text) ? Number(text) : undefined;
}
