/** Cal.com's API v2: calls with an API key, and every way it says no. */
import { z } from 'zod';
import { after, type Clock, SECOND } from '../../lib/clock.ts';
import { CredentialsRejected, type Failure, RateLimited, Rejected, Unavailable } from '../../lib/errors.ts';
import { type HttpAnswer, httpClient, parseRetryAfter } from '../../lib/http.ts';
import { inShape } from '../in-shape.ts';

export const SERVICE = 'calcom';
/** Where an answer that asks to slow down does not say until when. */
const WAIT = 60 * SECOND;

export interface CalcomOptions {
  apiUrl: string;
  key: string;
  clock: Clock;
  timeoutMs?: number;
}

type Call = Parameters<ReturnType<typeof httpClient>>[0];
export type Api = <T>(call: Call, shape: z.ZodType<T>) => Promise<T>;

/** Calls that answer what fits the shape, and throw a Failure for everything else. */
export function calcomApi({ apiUrl, key, clock, timeoutMs }: CalcomOptions): Api {
  const http = httpClient({
    service: SERVICE,
    baseUrl: apiUrl,
    headers: { authorization: `Bearer ${key}` },
    ...(timeoutMs && { timeoutMs }),
  });
  return async (call, shape) => {
    const answer = await http(call);
    if (answer.status >= 300) throw failure(answer, clock.now());
    return inShape(shape, answer.body, SERVICE, 'Cal.com');
  };
}

const refusal = z.object({ error: z.object({ code: z.string().default(''), message: z.string().default('') }) });

function failure({ status, headers, body }: HttpAnswer, now: Date): Failure {
  const { code = '', message = '' } = refusal.safeParse(body).data?.error ?? {};
  const words = message || 'it gave no reason';
  const detail = { service: SERVICE, code: code || `HTTP ${status}` };
  if (status === 401) return new CredentialsRejected(`Cal.com does not accept the API key: ${words}`, detail);
  if (status === 429) {
    const retryAt = parseRetryAfter(headers.get('retry-after'), now) ?? after(now, WAIT);
    return new RateLimited('Cal.com asks to wait', { ...detail, retryAt });
  }
  if (status >= 400 && status < 500) return new Rejected(`Cal.com refused it: ${words}`, detail);
  return new Unavailable(`Cal.com does not take it just now: ${words}`, { ...detail, outage: true });
}
