import type { HttpRequest, HttpResponse } from 'jsforce';
import type { Connection } from 'jsforce/lib/connection.js';
import { Unavailable } from '../../../lib/errors.ts';
import { noAnswer, SERVICE } from './errors.ts';
import { transport } from './transport.ts';

export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: unknown;
}

/**
 * One exchange through jsforce; an answer that refuses is an answer, only silence throws. `empty`: success says nothing.
 */
export async function send(
  connection: Connection,
  request: HttpRequest,
  timeoutMs: number,
  { empty = false }: { empty?: boolean } = {},
): Promise<Answer> {
  const seen: { response?: HttpResponse } = {};
  const carrier = transport(timeoutMs, response => {
    seen.response = response;
  });
  try {
    const body: unknown = await connection.request<unknown>(request, { transport: carrier });
    return checked(seen.response, body, empty);
  } catch (error) {
    if (!seen.response) throw noAnswer(error);
    return checked(seen.response, parsed(seen.response.body), empty);
  }
}

function checked(response: HttpResponse | undefined, body: unknown, empty: boolean): Answer {
  const status = response?.statusCode ?? 0;
  if (!empty && status >= 200 && status < 300 && status !== 204 && (typeof body !== 'object' || body === null)) {
    // A maintenance page or a proxy: certainly not what was asked.
    throw new Unavailable('Salesforce answered something unreadable', { service: SERVICE, code: 'UNREADABLE' });
  }
  return { status, headers: response?.headers ?? {}, body };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
