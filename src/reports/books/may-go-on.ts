/** A vendor that does not answer is an answer, too: the rest of the books does not wait for it. */
import { failureReason } from '../../domain/failure-words.ts';
import { Failure, RateLimited, Unavailable } from '../../lib/errors.ts';

/** After so many tries it is no hiccup. */
const TRIES = 2;

/**
 * Why the books go on without this answer, in words.
 * @throws what may pass by itself, while it was tried only once or twice, and what is no failure of a vendor's
 */
export function goingOnWithout(error: unknown, postponed: number): string {
  if (!(error instanceof Failure)) throw error;
  const isSpent = error instanceof RateLimited && error.code === 'CALLS_SPENT';
  const mayPass = !isSpent && (error instanceof RateLimited || error instanceof Unavailable);
  if (mayPass && postponed < TRIES) throw error;
  return failureReason(error);
}
