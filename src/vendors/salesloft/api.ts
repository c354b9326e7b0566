/** Salesloft's API v2 (developers.salesloft.com): calls with a key or a log-in, and every way it says no. */
import { z } from 'zod';
import { after, type Clock, MINUTE } from '../../lib/clock.ts';
import { CredentialsRejected, type Failure, RateLimited, Rejected, Unavailable } from '../../lib/errors.ts';
import { type HttpAnswer, type HttpClient, parseRetryAfter } from '../../lib/http.ts';
import { inShape } from '../in-shape.ts';
import { bearerClient, type TokenSource } from '../renewed-login.ts';

export const SERVICE = 'salesloft';

export interface SalesloftOptions {
  /** `https://api.salesloft.com`. */
  apiUrl: string;
  tokens: TokenSource;
  clock: Clock;
  timeoutMs?: number;
}

/** The answer that fits the shape; undefined for 404, and for 204. */
export type Api = <T>(call: Parameters<HttpClient>[0], shape: z.ZodType<T>) => Promise<T | undefined>;

export function salesloftApi({ apiUrl, tokens, clock, timeoutMs }: SalesloftOptions): Api {
  const baseUrl = `${apiUrl.replace(/\/+$/, '')}/v2`;
  const http = bearerClient({ service: SERVICE, baseUrl, ...(timeoutMs && { timeoutMs }) }, tokens);
  return async (call, shape) => {
    const answer = await http(call);
    if (answer.status === 204 || (answer.status === 404 && call.method !== 'POST')) return undefined;
    if (answer.status >= 300) throw failure(answer, clock.now());
    return inShape(shape, answer.body, SERVICE, 'Salesloft');
  };
}

const refusal = z.object({
  error: z.string().optional(),
  errors: z.record(z.string(), z.array(z.string())).optional(),
});

/** Limits are counted by the minute, and no answer says when the next begins (its page "Rate limits"). */
function failure({ status, headers, body }: HttpAnswer, now: Date): Failure {
  const { error, errors = {} } = refusal.safeParse(body).data ?? {};
  const fields = Object.keys(errors);
  const said = Object.entries(errors).map(([field, whys]) => `${field} ${whys.join(', ')}`);
  const words = error ?? (said.join('; ') || 'it gave no reason');
  const detail = { service: SERVICE, code: `HTTP ${status}` };
  if (status === 401) return new CredentialsRejected(`Salesloft does not accept the key or log-in: ${words}`, detail);
  if (status === 429) {
    const retryAt = parseRetryAfter(headers.get('retry-after'), now) ?? after(now, MINUTE);
    return new RateLimited('Salesloft asks to wait', { ...detail, retryAt });
  }
  if (status === 403) {
    return new Rejected(
      `Salesloft does not allow this: ${words}. The key needs the scopes of people and cadences`,
      detail,
    );
  }
  if (status >= 400 && status < 500) return new Rejected(`Salesloft refused it: ${words}`, { ...detail, fields });
  return new Unavailable(`Salesloft does not take it just now: ${words}`, { ...detail, outage: true });
}
