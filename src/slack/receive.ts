import { verifySlackRequest } from '@slack/bolt';
import express, { type NextFunction, type Request, type Response } from 'express';
import { type Clock, MINUTE, SECOND } from '../lib/clock.ts';
import type { Logger } from '../lib/log.ts';
import { problemWithShape } from './shape.ts';

const LARGEST_BODY = '1mb';
const CLOCKS_DIFFER = 5 * MINUTE;

export interface Genuine {
  signingSecret: string;
  clock: Clock;
  log: Logger;
}

/**
 * Lets only Slack through: signature over the raw bytes, not older and not newer than five minutes. Bolt's own check
 * takes requests from the future, which stay replayable for as long as they are ahead.
 */
export function onlySlack(options: Genuine): (express.RequestHandler | express.ErrorRequestHandler)[] {
  const raw = express.raw({ type: () => true, limit: LARGEST_BODY });
  return [
    raw,
    (error: unknown, _request: Request, response: Response, _next: NextFunction) =>
      unread(options.log, error, response),
    (request: Request, response: Response, next: NextFunction) => check(options, request, response, next),
  ];
}

/** A body that is too big, cut off, or packed in a way nobody can read. */
function unread(log: Logger, error: unknown, response: Response): void {
  const status = error instanceof Error && 'status' in error && typeof error.status === 'number' ? error.status : 400;
  log.warn({ err: error, status }, 'a request to /slack/events could not be read');
  response.status(status).send();
}

function check({ signingSecret, clock, log }: Genuine, request: Request, response: Response, next: NextFunction): void {
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const problem = whatIsWrong(signingSecret, body.toString('utf8'), request, clock.now());
  if (problem) {
    log.warn({ problem, ip: request.ip }, 'a request to /slack/events was not from Slack');
    response.status(401).send();
    return;
  }
  const misshapen = problemWithShape(body.toString('utf8'), request.get('content-type'));
  if (misshapen) {
    log.warn({ problem: misshapen }, 'a signed request to /slack/events is nothing that Slack sends');
    response.status(400).send();
    return;
  }
  // Where Bolt looks for a body that was read already.
  Object.assign(request, { rawBody: body });
  next();
}

function whatIsWrong(signingSecret: string, body: string, request: Request, now: Date): string | undefined {
  const signature = request.get('x-slack-signature');
  const stamp = request.get('x-slack-request-timestamp');
  if (!signature || !stamp || !/^\d{1,12}$/.test(stamp)) return 'signature or timestamp missing';
  const seconds = Number(stamp);
  if (Math.abs(seconds * SECOND - now.getTime()) > CLOCKS_DIFFER) return 'timestamp more than five minutes off';
  try {
    verifySlackRequest({
      signingSecret,
      body,
      headers: { 'x-slack-signature': signature, 'x-slack-request-timestamp': seconds },
      nowMilliseconds: now.getTime(),
    });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
