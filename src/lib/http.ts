/** A small HTTP client over fetch: one base address, JSON both ways, limits on time and size, failures classed. */
import { SECOND } from './clock.ts';
import { toError, Unavailable } from './errors.ts';
import { passFence } from './fence.ts';

export interface HttpOptions {
  /** The vendor's name, as failures carry it. */
  service: string;
  baseUrl: string;
  /** Sent with every call: authorization and the like. Never part of any message. */
  headers?: Record<string, string>;
  /** For one call, answer's body included. */
  timeoutMs?: number;
  /** Largest answer read, after decompression. */
  maxBytes?: number;
}

interface HttpCall {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Appended to the base address: `/v2/companies/find`. Parts that come from outside are encoded by the caller. */
  path: string;
  /** Encoded here; undefined ones are left out. */
  query?: Record<string, string | undefined>;
  headers?: Record<string, string>;
  /** Sent as JSON. */
  json?: unknown;
  /** Sent as a form. */
  form?: Record<string, string>;
  /** Sent as it is. */
  text?: { type: string; body: string };
  signal?: AbortSignal;
}

export interface HttpAnswer {
  status: number;
  headers: Headers;
  /** The parsed value of a JSON answer; the text of any other, and of one that only claims to be JSON. */
  body: unknown;
}

export type HttpClient = (call: HttpCall) => Promise<HttpAnswer>;

const TIMEOUT_MS = 10 * SECOND;
const MAX_BYTES = 5 * 1024 * 1024;

/**
 * Makes a client. Every status is an answer, redirects included (following one would carry credentials elsewhere).
 * Connections are kept alive. The client throws Unavailable, cause kept, when there is no answer: network, time-out
 * (code `TIMEOUT`), the caller's signal (`ABORTED`) or an answer beyond the size limit (`TOO_LARGE`).
 */
export function httpClient(options: HttpOptions): HttpClient {
  const { service, timeoutMs = TIMEOUT_MS, maxBytes = MAX_BYTES } = options;
  const base = baseOf(options);
  const common = headersOf(service, options.headers ?? {});

  return async call => {
    const url = addressOf(base, call);
    const timeout = AbortSignal.timeout(timeoutMs);
    const signal = call.signal ? AbortSignal.any([call.signal, timeout]) : timeout;
    const headers = new Headers(common);
    for (const [name, value] of headersOf(service, call.headers ?? {})) headers.set(name, value);
    const body = bodyOf(call, headers);
    const what = `${call.method ?? 'GET'} ${url.pathname}`;
    try {
      signal.throwIfAborted();
      await passFence();
      const response = await fetch(url, {
        method: call.method ?? 'GET',
        headers,
        signal,
        redirect: 'manual',
        ...(body !== undefined && { body }),
      });
      const text = await readText(response, maxBytes);
      if (text === undefined) {
        throw new Unavailable(`${service} answered ${what} with more than ${maxBytes} bytes`, {
          service,
          code: 'TOO_LARGE',
        });
      }
      return { status: response.status, headers: response.headers, body: parse(text, response.headers) };
    } catch (thrown) {
      if (thrown instanceof Unavailable) throw thrown;
      throw unavailable(service, what, toError(thrown), timeout.aborted, timeoutMs, call.signal);
    }
  };
}

function baseOf({ service, baseUrl }: HttpOptions): string {
  if (!URL.canParse(baseUrl)) throw new TypeError(`the base address of ${service} is no URL`);
  const { protocol, username, password } = new URL(baseUrl);
  if (protocol !== 'https:' && protocol !== 'http:')
    throw new TypeError(`the base address of ${service} is not http(s)`);
  if (username || password) throw new TypeError(`the base address of ${service} must not contain a user or password`);
  return baseUrl.replace(/\/+$/, '');
}

function addressOf(base: string, { path, query }: HttpCall): URL {
  const url = new URL(`${base}${path.startsWith('/') ? '' : '/'}${path}`);
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined) url.searchParams.set(name, value);
  }
  return url;
}

/** Headers' own complaint quotes the value, which may be a secret; this one does not. */
function headersOf(service: string, given: Record<string, string>): Headers {
  const headers = new Headers({ accept: 'application/json' });
  for (const [name, value] of Object.entries(given)) {
    try {
      headers.set(name, value);
    } catch {
      throw new TypeError(`header ${JSON.stringify(name)} for ${service} contains characters HTTP cannot carry`);
    }
  }
  return headers;
}

function bodyOf({ json, form, text }: HttpCall, headers: Headers): string | undefined {
  if (json !== undefined) {
    headers.set('content-type', 'application/json');
    return JSON.stringify(json);
  }
  if (text !== undefined) {
    headers.set('content-type', text.type);
    return text.body;
  }
  if (form === undefined) return undefined;
  headers.set('content-type', 'application/x-www-form-urlencoded');
  return new URLSearchParams(form).toString();
}

/** The whole text, or undefined when it is longer than the limit; the rest is then not even received. */
async function readText(response: Response, maxBytes: number): Promise<string | undefined> {
  if (!response.body) return '';
  const decoder = new TextDecoder();
  let text = '';
  let size = 0;
  // Leaving the loop cancels the body, which closes the connection.
  for await (const chunk of response.body) {
    size += chunk.byteLength;
    if (size > maxBytes) return undefined;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function parse(text: string, headers: Headers): unknown {
  const type = headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? '';
  if (text === '' || !/[/+]json$/.test(type)) return text;
  try {
    return JSON.parse(text);
  } catch {
    // A proxy's page under a JSON header, or an answer cut short: its reader sees that it is no object.
    return text;
  }
}

function unavailable(
  service: string,
  what: string,
  cause: Error,
  timedOut: boolean,
  timeoutMs: number,
  given: AbortSignal | undefined,
): Unavailable {
  if (given?.aborted) return new Unavailable(`${service}: ${what} was given up`, { service, code: 'ABORTED', cause });
  if (timedOut) {
    const message = `${service} did not answer ${what} within ${timeoutMs} ms`;
    return new Unavailable(message, { service, code: 'TIMEOUT', outage: true, cause });
  }
  const code = networkCode(cause) ?? 'NETWORK';
  return new Unavailable(`${service} could not be reached for ${what} (${code})`, {
    service,
    code,
    outage: true,
    cause,
  });
}

/** fetch hides the reason one or two causes deep: `fetch failed` ← `connect ECONNREFUSED`. */
function networkCode(error: Error): string | undefined {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 4; at = at.cause, depth += 1) {
    if ('code' in at && typeof at.code === 'string') return at.code;
  }
  return undefined;
}

const HTTP_DATE = /^[A-Z][a-z]{2,8},? .*\d{2}:\d{2}:\d{2}/;

/** When a `Retry-After` header (seconds or an HTTP date) allows the next try; never before `now`; undefined if unreadable. */
export function parseRetryAfter(header: string | null | undefined, now: Date): Date | undefined {
  const text = header?.trim() ?? '';
  if (/^\d{1,9}(\.\d+)?$/.test(text)) return new Date(now.getTime() + Math.ceil(Number(text) * SECOND));
  if (!HTTP_DATE.test(text)) return undefined;
  // The oldest of the three formats names no zone; all three mean GMT.
  const time = Date.parse(/GMT$|UTC$|[+-]\d{4}$/.test(text) ? text : `${text} GMT`);
  return Number.isNaN(time) ? undefined : new Date(Math.max(time, now.getTime()));
}
