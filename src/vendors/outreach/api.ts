/** Outreach's REST API v2 (JSON:API; developers.outreach.io): calls, and every way it says no. */
import { z } from 'zod';
import { after, type Clock, MINUTE } from '../../lib/clock.ts';
import { CredentialsRejected, type Failure, RateLimited, Rejected, Unavailable } from '../../lib/errors.ts';
import { type HttpAnswer, type HttpClient, parseRetryAfter } from '../../lib/http.ts';
import { inShape } from '../in-shape.ts';
import { bearerClient, type TokenSource } from '../renewed-login.ts';

export const SERVICE = 'outreach';
const TYPE = 'application/vnd.api+json';

export interface OutreachOptions {
  /** `https://api.outreach.io`. */
  apiUrl: string;
  tokens: TokenSource;
  clock: Clock;
  timeoutMs?: number;
}

export interface Api {
  /** The answer that fits the shape; undefined for 404. Anything else is a Failure. */
  get<T>(path: string, query: Record<string, string>, shape: z.ZodType<T>): Promise<T | undefined>;
  /** `data`: of the JSON:API document. */
  post<T>(path: string, data: unknown, shape: z.ZodType<T>): Promise<T>;
}

export function outreachApi({ apiUrl, tokens, clock, timeoutMs }: OutreachOptions): Api {
  const http = bearerClient(
    {
      service: SERVICE,
      baseUrl: `${apiUrl.replace(/\/+$/, '')}/api/v2`,
      headers: { accept: TYPE },
      ...(timeoutMs && { timeoutMs }),
    },
    tokens,
  );
  const read = async <T>(call: Parameters<HttpClient>[0], shape: z.ZodType<T>) => {
    const answer = await http(call);
    if (answer.status === 404 && call.method !== 'POST') return undefined;
    if (answer.status >= 300) throw failure(answer, clock.now());
    return inShape(shape, jsonOf(answer.body), SERVICE, 'Outreach');
  };
  return {
    get: (path, query, shape) => read({ path, query }, shape),
    async post(path, data, shape) {
      // It takes no other content type (415).
      const text = { type: TYPE, body: data === undefined ? '' : JSON.stringify({ data }) };
      const answer = await read({ method: 'POST', path, text }, shape);
      if (answer === undefined) throw new Unavailable('Outreach answered nothing', { service: SERVICE });
      return answer;
    },
  };
}

/** JSON:API has a content type of its own, which the client leaves as text. */
function jsonOf(body: unknown): unknown {
  if (typeof body !== 'string') return body;
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

const refusals = z.object({
  errors: z.array(
    z.object({ id: z.string().default(''), title: z.string().default(''), detail: z.string().default('') }),
  ),
});

function failure({ status, headers, body }: HttpAnswer, now: Date): Failure {
  const [first] = refusals.safeParse(jsonOf(body)).data?.errors ?? [];
  const words = first?.detail || first?.title || 'it gave no reason';
  const detail = { service: SERVICE, code: first?.id || `HTTP ${status}` };
  if (status === 401) return new CredentialsRejected(`Outreach does not accept the log-in: ${words}`, detail);
  if (status === 403 && first?.id === 'unauthorizedOauthScope') {
    return new CredentialsRejected(`Outreach does not allow Baton’s app this: ${words}`, { ...detail, forAll: true });
  }
  if (status === 429) {
    const retryAt = parseRetryAfter(headers.get('retry-after'), now) ?? after(now, MINUTE);
    return new RateLimited('Outreach asks to wait', { ...detail, retryAt });
  }
  if (status >= 400 && status < 500) return new Rejected(`Outreach refused it: ${words}`, detail);
  return new Unavailable(`Outreach does not take it just now: ${words}`, { ...detail, outage: true });
}
