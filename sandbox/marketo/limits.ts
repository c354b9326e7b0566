/** How often an instance may be called, by the sandbox's clock. */
import type { Clock } from '../../src/lib/clock.ts';
import { Refusal } from './errors.ts';
import type { Settings } from './settings.ts';

const WINDOW_MS = 20_000;
const CONCURRENT = 10;
/** 12:00 AM CST. */
const DAY_BEGINS_MS = 6 * 3_600_000;
const DAY_MS = 24 * 3_600_000;

export interface Limits {
  /** Counts a call, or refuses it. */
  admit(): void;
  /** Calls of today, those of others left out, and the day they are of. */
  today(): { date: string; calls: number };
}

export function createLimits(clock: Clock, settings: () => Settings): Limits {
  let recent: number[] = [];
  let day = 0;
  let calls = 0;

  const dayOf = (at: number) => Math.floor((at - DAY_BEGINS_MS) / DAY_MS);

  function roll(at: number): void {
    if (dayOf(at) === day) return;
    day = dayOf(at);
    calls = 0;
  }

  return {
    admit() {
      const { callsPerTwentySeconds: most, dailyQuota, usedByOthers, othersRunning } = settings();
      const at = clock.now().getTime();
      roll(at);
      if (othersRunning >= CONCURRENT) throw new Refusal('615', 'Concurrent access limit reached');
      recent = recent.filter(one => one > at - WINDOW_MS && one <= at);
      if (most !== null && recent.length >= most) {
        throw new Refusal('606', `Max rate limit '${most}' exceeded with in '20' secs`);
      }
      if (calls + usedByOthers >= dailyQuota) throw new Refusal('607', `Daily API Request Limit Reached`);
      recent.push(at);
      calls += 1;
    },
    today() {
      const at = clock.now().getTime();
      roll(at);
      return { date: new Date(day * DAY_MS + DAY_BEGINS_MS).toISOString().slice(0, 10), calls };
    },
  };
}
