import { randomUUID } from 'node:crypto';
import type { ErrorRequestHandler } from 'express';
import { isPassing } from '../db/conflict.ts';
import { toError } from '../lib/errors.ts';
import type { Logger } from '../lib/log.ts';

/** The last word on a request that failed: a status, a sentence, a reference that is in the log too. */
export function handleErrors(log: Logger): ErrorRequestHandler {
  return (thrown, request, response, next) => {
    if (response.headersSent) return next(thrown);
    const error = toError(thrown);
    const status = statusOf(thrown);
    if (status < 500) {
      response.status(status).json({ error: status === 413 ? 'This body is too big.' : error.message });
      return;
    }
    const reference = randomUUID().slice(0, 8);
    log.error({ err: error, reference, path: request.path }, 'a request failed');
    if (isPassing(error)) {
      // Vendors that deliver come again on any 5xx; this one says to people, too, that it is worth it.
      response.set('retry-after', '5').status(503);
      response.json({
        error: `Baton cannot do this just now; try again in a moment. Reference ${reference}.`,
        reference,
      });
      return;
    }
    response.status(500).json({ error: `Something went wrong here; it was noted. Reference ${reference}.`, reference });
  };
}

/** Body parsers throw errors that carry their status: 413 for too big, 400 for cut short. */
function statusOf(thrown: unknown): number {
  const status = typeof thrown === 'object' && thrown !== null && 'status' in thrown ? thrown.status : undefined;
  return typeof status === 'number' && status >= 400 ? status : 500;
}
