/** Cloudflare Turnstile: whether a person filled in a form of a page. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { HumanProof } from '../../contracts/source.ts';
import { SECOND } from '../../lib/clock.ts';
import { Unavailable } from '../../lib/errors.ts';
import { type HttpClient, httpClient } from '../../lib/http.ts';

export interface TurnstileOptions {
  /** Default https://challenges.cloudflare.com. */
  apiUrl?: string;
  secret: string;
  /** For one question; the visitor waits. */
  timeoutMs?: number;
}

const API_URL = 'https://challenges.cloudflare.com';
const TIMEOUT = 2 * SECOND;
/** By its documentation a token is no longer. */
const LONGEST_TOKEN = 2_048;

const verdict = z.object({ success: z.boolean(), 'error-codes': z.array(z.string()).default([]) });

/**
 * A token counts once. Asked again about the same submission it still does, as each question carries a key made of the
 * token and the submission. One call; a second when Cloudflare says that it failed itself. Whoever cannot be asked says
 * `unknown`: an outage of theirs must not lose leads.
 */
export function turnstile({ apiUrl = API_URL, secret, timeoutMs = TIMEOUT }: TurnstileOptions) {
  const http = httpClient({ service: 'turnstile', baseUrl: apiUrl, timeoutMs });
  return async ({ token, id, address }: HumanProof): Promise<'yes' | 'no' | 'unknown'> => {
    if (!token || token.length > LONGEST_TOKEN) return 'no';
    const form = { secret, response: token, remoteip: address, idempotency_key: uuidOf(`${id}:${token}`) };
    const first = await ask(http, form);
    return first === 'again' ? ((await ask(http, form)) === 'yes' ? 'yes' : 'unknown') : first;
  };
}

async function ask(http: HttpClient, form: Record<string, string>): Promise<'yes' | 'no' | 'unknown' | 'again'> {
  try {
    const answer = await http({ method: 'POST', path: '/turnstile/v0/siteverify', form });
    const { success, data } = verdict.safeParse(answer.body);
    if (!success) return 'unknown';
    const codes = data['error-codes'];
    if (codes.includes('internal-error')) return 'again';
    // Our own mistake is not the visitor's.
    if (codes.some(code => code.endsWith('-input-secret'))) return 'unknown';
    return data.success ? 'yes' : 'no';
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    return 'unknown';
  }
}

/** The shape that Cloudflare asks of the key. */
function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
