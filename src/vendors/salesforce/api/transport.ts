import { PassThrough } from 'node:stream';
import type { HttpRequest, HttpResponse } from 'jsforce';
import { passFence } from '../../../lib/fence.ts';

/** What jsforce asks of a transport: the answer, and a stream of it that nobody here reads. */
export interface Sent extends Promise<HttpResponse> {
  stream(): PassThrough;
}

/**
 * Carries jsforce's requests. Its own transport retries calls behind our back, cannot limit the time of a body that
 * stalls, and lets a connection cut half way through a body end the process as an unhandled rejection.
 */
export function transport(timeoutMs: number, seen: (response: HttpResponse) => void) {
  return {
    httpRequest(request: HttpRequest): Sent {
      const answer = exchange(request, timeoutMs).then(response => {
        seen(response);
        return response;
      });
      return Object.assign(answer, { stream: () => new PassThrough() });
    },
  };
}

async function exchange(request: HttpRequest, timeoutMs: number): Promise<HttpResponse> {
  const { 'content-length': _computed, ...headers } = request.headers ?? {};
  await passFence();
  const response = await fetch(request.url, {
    method: request.method,
    headers,
    redirect: 'error',
    // The time limit covers the body too.
    signal: AbortSignal.timeout(timeoutMs),
    ...(typeof request.body === 'string' ? { body: request.body } : {}),
  });
  return {
    statusCode: response.status,
    headers: Object.fromEntries(response.headers),
    body: await response.text(),
  };
}
