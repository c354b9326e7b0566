/** How often an account may be called, by the sandbox's clock. */
import type { Response } from 'express';
import type { Clock } from '../../src/lib/clock.ts';
import { Refusal } from './errors.ts';
import type { Settings } from './settings.ts';

const SECOND_MS = 1_000;

/** Counts a call, or refuses it with when there is one again. */
export function createLimits(clock: Clock, settings: () => Settings): (res: Response) => void {
  let recent: number[] = [];
  return res => {
    const { callsPerSecond: most } = settings();
    if (most === null) return;
    const at = clock.now().getTime();
    recent = recent.filter(one => one > at - SECOND_MS && one <= at);
    res.set({ 'RateLimit-Limit': String(most), 'RateLimit-Remaining': String(Math.max(0, most - recent.length - 1)) });
    if (recent.length >= most) {
      res.set('Retry-After', '1');
      throw new Refusal(429, { message: 'You have exceeded the rate limit for this account' });
    }
    recent.push(at);
  };
}
