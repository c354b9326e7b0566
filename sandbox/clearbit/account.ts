/** What a key may do: its quota, and its calls a minute. */
import type { Response } from 'express';
import type { Clock } from '../../src/lib/clock.ts';

const MINUTE_MS = 60_000;
/** Clearbit's own default. */
const PER_MINUTE = 600;

export class Account {
  /** Look-ups that are left of the quota; null: as many as one likes. */
  creditsLeft: number | null = null;
  perMinute = PER_MINUTE;
  #window = { start: 0, used: 0 };

  /** Counts the call in its minute and says in headers what is left; false when it is one too many. */
  count(clock: Clock, res: Response): boolean {
    const now = clock.now().getTime();
    const start = now - (now % MINUTE_MS);
    if (this.#window.start !== start) this.#window = { start, used: 0 };
    this.#window.used += 1;
    const left = this.perMinute - this.#window.used;
    const end = start + MINUTE_MS;
    res.set('x-ratelimit-limit', String(this.perMinute));
    res.set('x-ratelimit-remaining', String(Math.max(left, 0)));
    res.set('x-ratelimit-reset', String(end / 1_000));
    if (left < 0) res.set('retry-after', String(Math.ceil((end - now) / 1_000)));
    return left >= 0;
  }
}
