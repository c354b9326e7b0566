import type { Response } from 'express';
import type { Clock } from '../../src/lib/clock.ts';

const WINDOWS = [
  { name: 'minute', limit: 'x-rate-limit-minute', usage: 'x-minute', ms: 60_000, words: 'per minute' },
  { name: 'hourly', limit: 'x-rate-limit-hourly', usage: 'x-hourly', ms: 3_600_000, words: 'per hour' },
  { name: 'daily', limit: 'x-rate-limit-24-hour', usage: 'x-24-hour', ms: 86_400_000, words: 'per day' },
] as const;

/** Calls allowed per endpoint in each window. */
export type Limits = Record<(typeof WINDOWS)[number]['name'], number>;

/** Counts calls of each endpoint in three windows, and says in Apollo's headers what is left of each. */
export class Meter {
  readonly #clock: Clock;
  readonly #used = new Map<string, { start: number; count: number }>();
  limits: Limits = { minute: 200, hourly: 400, daily: 2_000 };

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** True while no window is exceeded; else `retry-after` is set and the answer is what Apollo complains of. */
  pass(endpoint: string, res: Response): true | string {
    const now = this.#clock.now().getTime();
    let verdict: true | string = true;
    for (const window of WINDOWS) {
      const start = now - (now % window.ms);
      const key = `${endpoint} ${window.name}`;
      const known = this.#used.get(key);
      const count = (known?.start === start ? known.count : 0) + 1;
      this.#used.set(key, { start, count });
      const limit = this.limits[window.name];
      res.set(window.limit, String(limit));
      res.set(`${window.usage}-usage`, String(Math.min(count, limit)));
      res.set(`${window.usage}-requests-left`, String(Math.max(limit - count, 0)));
      if (count <= limit) continue;
      // The longest exceeded window, which comes last, says how long to wait.
      res.set('retry-after', String(Math.ceil((start + window.ms - now) / 1_000)));
      verdict = `The maximum number of api calls allowed for ${endpoint} is ${limit} times ${window.words}.`;
    }
    return verdict;
  }
}
