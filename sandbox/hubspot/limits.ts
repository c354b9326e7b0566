import type { Request, Response } from 'express';
import type { Clock } from '../../src/lib/clock.ts';
import { rateLimited } from './errors.ts';
import type { Settings } from './settings.ts';

const SECOND_MS = 1_000;
const WINDOW_MS = 10_000;
const DAY_MS = 86_400_000;
/** What the headers speak of while no limit is set. */
const USUAL = 190;

export interface Limits {
  /** Counts a search and refuses it past the account's searches a second. */
  search(): void;
  /** The ten-second window of an app, and the headers that tell of it (never on searches). */
  calls(req: Request, res: Response): void;
}

/** HubSpot's limits by the sandbox's clock. */
export function createLimits(clock: Clock, settings: () => Settings): Limits {
  const second = windowOf(clock, SECOND_MS);
  const tenSeconds = windowOf(clock, WINDOW_MS);
  const day = windowOf(clock, DAY_MS);
  return {
    search() {
      const most = settings().searchesPerSecond;
      const used = second.count();
      if (most !== null && used > most) throw rateLimited('SECONDLY');
    },
    calls(req, res) {
      const daily = settings().dailyCalls;
      const spent = day.count();
      if (daily !== null) {
        res.set({
          'X-HubSpot-RateLimit-Daily': String(daily),
          'X-HubSpot-RateLimit-Daily-Remaining': String(Math.max(0, daily - spent)),
        });
        if (spent > daily) throw rateLimited('DAILY');
      }
      if (req.path.endsWith('/search')) return;
      const limit = settings().callsPerTenSeconds;
      const most = limit ?? USUAL;
      const used = tenSeconds.count();
      res.set({
        'X-HubSpot-RateLimit-Max': String(most),
        'X-HubSpot-RateLimit-Remaining': String(Math.max(0, most - used)),
        'X-HubSpot-RateLimit-Interval-Milliseconds': String(WINDOW_MS),
      });
      if (limit !== null && used > limit) throw rateLimited('TEN_SECONDLY_ROLLING');
    },
  };
}

function windowOf(clock: Clock, length: number) {
  let start = Number.NEGATIVE_INFINITY;
  let used = 0;
  return {
    count(): number {
      const now = clock.now().getTime();
      if (now - start >= length || now < start) {
        start = now;
        used = 0;
      }
      used += 1;
      return used;
    },
  };
}
