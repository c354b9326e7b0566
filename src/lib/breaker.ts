/**
 * Spares a service that is away: after two outages in a row everybody is refused at once with what it said last, and one
 * call at a time finds out whether it is back. One process's knowledge and only a hint: nothing is lost with it.
 */
import { after, type Clock, SECOND } from './clock.ts';
import { Failure, Paced, RateLimited } from './errors.ts';

/** Does the work, or refuses it while the service is known to be away. */
export type Breaker = <T>(work: () => Promise<T>) => Promise<T>;

/** One alone may be a cut connection. */
const OUTAGES = 2;
const LONGEST = 15 * SECOND;

export function breaker(clock: Clock): Breaker {
  let inARow = 0;
  let open: { reason: Failure; until: Date; probes: number } | undefined;
  let probing = false;

  function failed(failure: Failure): void {
    inARow += 1;
    const now = clock.now();
    if (failure instanceof RateLimited) {
      open = { reason: failure, until: failure.retryAt, probes: 0 };
    } else if (inARow >= OUTAGES && !open) {
      open = { reason: failure, until: after(now, SECOND), probes: 0 };
    } else if (open && probing) {
      const probes = open.probes + 1;
      open = { reason: failure, until: after(now, Math.min(LONGEST, SECOND * 2 ** probes)), probes };
    }
  }

  async function attempt<T>(work: () => Promise<T>): Promise<T> {
    try {
      const answer = await work();
      [inARow, open] = [0, undefined];
      return answer;
    } catch (error) {
      if (error instanceof Failure && error.outage) failed(error);
      // Whoever refuses is there.
      else if (!(error instanceof Paced)) [inARow, open] = [0, undefined];
      throw error;
    }
  }

  return async work => {
    if (!open) return attempt(work);
    if (probing || clock.now() < open.until) throw open.reason;
    probing = true;
    try {
      return await attempt(work);
    } finally {
      probing = false;
    }
  };
}
