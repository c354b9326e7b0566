/** What stands before every part of the shared page: headers, who it is, how often they ask, and what a form must carry. */
import type { Request, RequestHandler, Response } from 'express';
import helmet from 'helmet';
import { LRUCache } from 'lru-cache';
import { type Clock, MINUTE, SECOND } from '../lib/clock.ts';
import { constantTimeEqual, derivedSecret } from '../lib/crypto.ts';

/**
 * Pages load their style and pictures from here and nothing else, run no script, and send forms nowhere else. Sign-in at
 * Slack begins with a link, so that no form leads away.
 */
export function pageHeaders(publicUrl: string): RequestHandler[] {
  const secure = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
      },
    },
    crossOriginOpenerPolicy: { policy: 'same-origin' },
    referrerPolicy: { policy: 'same-origin' },
    strictTransportSecurity: publicUrl.startsWith('https:') && { maxAge: 365 * 24 * 60 * 60 },
  });
  const own: RequestHandler = (_request, response, next) => {
    response.set('cache-control', 'no-store').set('permissions-policy', 'camera=(), geolocation=(), microphone=()');
    next();
  };
  return [secure, own];
}

/** What a form of this browser carries: nobody can make it who does not have the session's secret. */
export const formToken = (secret: string): string => derivedSecret(secret, 'form');

/** Does the form come from a page of ours, in this browser? Browsers that name a request's origin must name ours. */
export function isOwnForm(request: Request, given: string, wanted: string): boolean {
  const site = request.get('sec-fetch-site');
  return (site === undefined || site === 'same-origin') && wanted !== '' && constantTimeEqual(given, wanted);
}

const MOST_SESSIONS = 10_000;

/** Counts by the minute, in this process. @returns milliseconds to wait; 0: go on */
export function pacer(clock: Clock, mostAMinute: number): (key: string) => number {
  const counts = new LRUCache<string, { minute: number; count: number }>({ max: MOST_SESSIONS });
  return key => {
    const now = clock.now().getTime();
    const minute = Math.floor(now / MINUTE);
    const known = counts.get(key);
    const count = known?.minute === minute ? known.count + 1 : 1;
    counts.set(key, { minute, count });
    return count > mostAMinute ? (minute + 1) * MINUTE - now : 0;
  };
}

/** Says when to come again. */
export function tooMany(response: Response, waitMs: number): number {
  const seconds = Math.max(1, Math.ceil(waitMs / SECOND));
  response.status(429).set('retry-after', String(seconds));
  return seconds;
}
