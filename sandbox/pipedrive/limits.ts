/** What a company may ask: bursts of two seconds a token, tokens a day (page "Rate limiting"). */
import type { Request, Response } from 'express';
import type { Clock } from '../../src/lib/clock.ts';
import type { Company } from './company.ts';
import { Refusal } from './errors.ts';

const WINDOW_MS = 2_000;
/** Where a test sets no limit: of an account of the plan Ultimate, of which nobody sees the end. */
const PLENTY = 10_000;

const costOf = (method: string, path: string): number => {
  const isSearch = /\/search$/.test(path);
  const isOne = /\/(\d+|[0-9a-f-]{36}|me)$/.test(path);
  const inV2 = method === 'GET' ? (isSearch ? 20 : isOne ? 1 : 10) : method === 'DELETE' ? 3 : 5;
  return path.startsWith('/v1/') ? inV2 * 2 : inV2;
};

export function createLimits(clock: Clock) {
  const windows = new Map<number, { since: number; calls: number }>();
  return {
    /** Counts the call and says so in the answer's headers. @throws Refusal */
    admit(company: Company, req: Request, res: Response): void {
      const now = clock.now().getTime();
      const { burst, dailyTokens } = company.settings;
      const known = windows.get(company.id);
      const window = known && now - known.since < WINDOW_MS ? known : { since: now, calls: 0 };
      windows.set(company.id, window);
      window.calls += 1;
      const most = burst || PLENTY;
      const left = Math.max(0, most - window.calls);
      res.set({
        'x-ratelimit-limit': String(most),
        'x-ratelimit-remaining': String(left),
        'x-ratelimit-reset': String(Math.max(1, Math.ceil((window.since + WINDOW_MS - now) / 1_000))),
      });
      if (window.calls > most) throw new Refusal(429, 'request over limit');
      const day = new Date(now).toISOString().slice(0, 10);
      if (company.spent.day !== day) Object.assign(company.spent, { day, tokens: 0 });
      company.spent.tokens += costOf(req.method, req.path);
      if (dailyTokens > 0 && company.spent.tokens > dailyTokens) throw new Refusal(429, 'request over limit');
    },
    clear: () => windows.clear(),
  };
}
