/** Calendly's API v2: calls with a personal access token, and every way it says no. */
import { z } from 'zod';
import { after, type Clock, SECOND } from '../../lib/clock.ts';
import { CredentialsRejected, type Failure, RateLimited, Rejected, Unavailable } from '../../lib/errors.ts';
import { type HttpAnswer, httpClient } from '../../lib/http.ts';
import { inShape } from '../in-shape.ts';

export const SERVICE = 'calendly';
/** Where an answer that asks to slow down does not say until when. */
const WAIT = 60 * SECOND;

export interface CalendlyOptions {
  apiUrl: string;
  token: string;
  clock: Clock;
  timeoutMs?: number;
}

type Call = Parameters<ReturnType<typeof httpClient>>[0];
export type Api = <T>(call: Call, shape: z.ZodType<T>) => Promise<T>;

/** Calls that answer what fits the shape, and throw a Failure for everything else. */
export function calendlyApi({ apiUrl, token, clock, timeoutMs }: CalendlyOptions): Api {
  const http = httpClient({
    service: SERVICE,
    baseUrl: apiUrl,
    headers: { authorization: `Bearer ${token}` },
    ...(timeoutMs && { timeoutMs }),
  });
  return async (call, shape) => {
    const answer = await http(call);
    if (answer.status >= 300) throw failure(answer, clock.now());
    return inShape(shape, answer.body, SERVICE, 'Calendly');
  };
}

const refusal = z.object({ title: z.string().default(''), message: z.string().default('') });

function failure({ status, headers, body }: HttpAnswer, now: Date): Failure {
  const { title = '', message = '' } = refusal.safeParse(body).data ?? {};
  const words = message || title || 'it gave no reason';
  const detail = { service: SERVICE, code: title || `HTTP ${status}` };
  if (status === 401) {
    return new CredentialsRejected(`Calendly does not accept the token: ${words}`, detail);
  }
  if (status === 429) {
    const seconds = Number(headers.get('x-ratelimit-reset') ?? headers.get('retry-after'));
    const retryAt = after(now, Number.isFinite(seconds) && seconds > 0 ? seconds * SECOND : WAIT);
    return new RateLimited('Calendly asks to wait', { ...detail, retryAt });
  }
  if (status === 403) {
    return new Rejected(
      `Calendly does not allow this (${words}). Webhooks need a paid plan, and the token of an owner or admin`,
      detail,
    );
  }
  if (status >= 400 && status < 500) return new Rejected(`Calendly refused it: ${words}`, detail);
  return new Unavailable(`Calendly does not take it just now: ${words}`, { ...detail, outage: true });
}
