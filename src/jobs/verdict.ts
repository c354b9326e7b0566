import { isPassing } from '../db/conflict.ts';
import { MINUTE, SECOND } from '../lib/clock.ts';
import { Ambiguous, CredentialsRejected, Failure, RateLimited, Rejected, Unavailable } from '../lib/errors.ts';

/** What becomes of a job that failed. */
export type Verdict =
  | { kind: 'postpone'; delayMs: number; why: 'unavailable' | 'rate_limited' }
  | { kind: 'wait_for_connection'; service: string }
  /** The whole service is away: what needs it waits for one probe, instead of asking again and again. */
  | { kind: 'wait_for_service'; service: string; delayMs: number }
  | { kind: 'park'; why: 'refused' | 'bug' }
  | { kind: 'retry' };

const LONGEST_WAIT = MINUTE;
/** An outage that outlasts so many tries (7 s) is no hiccup. */
const HICCUP = 3;
/** Words nobody knows that outlast so many tries (a quarter of an hour) are a refusal: a person has to read them. */
const PATIENCE = 20;

/**
 * The one place that turns an error into a verdict.
 * @param postponed how often this work was put off already
 * @param lastTry true when the queue will not try again by itself
 */
export function verdictOn(error: Error, postponed: number, lastTry: boolean, now: Date): Verdict {
  const verdict = verdictOnOne(error, postponed, lastTry, now);
  if (verdict.kind !== 'postpone' || !(error instanceof Failure) || !error.outage) return verdict;
  const isLong = postponed >= HICCUP || verdict.delayMs > LONGEST_WAIT;
  return isLong ? { kind: 'wait_for_service', service: error.service, delayMs: verdict.delayMs } : verdict;
}

function verdictOnOne(error: Error, postponed: number, lastTry: boolean, now: Date): Verdict {
  if (error instanceof RateLimited) {
    // Never sooner than asked; at least a little, because clocks differ.
    const delayMs = Math.max(error.retryAt.getTime() - now.getTime(), 50);
    return { kind: 'postpone', delayMs, why: 'rate_limited' };
  }
  if (error instanceof Unavailable) {
    if (error.undocumented && postponed >= PATIENCE) return { kind: 'park', why: 'refused' };
    // 1, 2, 4 … 60 s: an outage of an hour heals within a minute of its end, without hammering while it lasts.
    return {
      kind: 'postpone',
      delayMs: Math.min(SECOND * 2 ** Math.min(postponed, 6), LONGEST_WAIT),
      why: 'unavailable',
    };
  }
  if (error instanceof CredentialsRejected) return { kind: 'wait_for_connection', service: error.service };
  if (error instanceof Rejected || error instanceof Ambiguous) return { kind: 'park', why: 'refused' };
  // The queue's own count of tries ends it where the database never comes back.
  return lastTry && !isPassing(error) ? { kind: 'park', why: 'bug' } : { kind: 'retry' };
}
