/**
 * Baton's share of the calls an account may make in a day. What is counted here belongs to one process until it is
 * taken and added to what all of them used; `know` brings the sum back.
 */

import { after, type Clock, DAY, MINUTE } from '../lib/clock.ts';
import { RateLimited } from '../lib/errors.ts';
import { serviceName } from './service-name.ts';

/** The account's own count of everybody's calls, as its answers carry it. */
export interface CallMeter {
  used: number;
  limit: number;
}

/** A day of calls, from the first of them. */
export interface CallWindow {
  startedAt: Date;
  /** Baton's share of what was left at its start. */
  allowed: number;
  /** Baton's calls since. */
  calls: number;
}

/** `urgent`: a HIGH lead's; `background`: can be left out today. */
export type Importance = 'urgent' | 'usual' | 'background';

export interface Allowance {
  /** An answer came, with the account's count when it gave one; the call counted for `cost` there (default 1). */
  counted(meter: CallMeter | undefined, cost?: number): void;
  /** The account was asked for its count. */
  measured(meter: CallMeter): void;
  /**
   * May such a call be made now?
   * @throws RateLimited with when it may
   */
  admit(importance: Importance): void;
  /** What was counted since this was last asked; `meter` when the account gave its count since. */
  take(): { calls: number; meter: CallMeter | undefined };
  /** What was taken could not be added up: it counts here until it is, and so does the account's own count. */
  giveBack(calls: number): void;
  /** The sum of all processes. */
  know(window: CallWindow): void;
  /** Does a day run whose share is kept to? */
  isKeeping(): boolean;
}

/** From here on nothing is called that can be left out. */
const THRIFTY = 0.8;
/** The account's last calls are for the people who work in it, and for HIGH leads. */
const ALMOST_ALL = 0.95;
/** Others' calls are seen only in answers to ours: one call finds out how things stand. */
const LOOK_AGAIN = 15 * MINUTE;

/** Is next to nothing left of the account's calls? */
export function isAlmostSpent({ used, limit }: CallMeter): boolean {
  return used >= limit * ALMOST_ALL;
}

export function allowance(service: string, clock: Clock): Allowance {
  let calls = 0;
  let meter: (CallMeter & { at: Date }) | undefined;
  let isMeterNew = false;
  let known: CallWindow | undefined;

  function refuse(message: string, retryAt: Date): never {
    throw new RateLimited(message, { service, code: 'CALLS_SPENT', outage: true, retryAt });
  }

  function checkShare(part: number, now: Date): void {
    if (!known) return;
    const ends = after(known.startedAt, DAY);
    if (now >= ends || known.calls + calls < known.allowed * part) return;
    refuse(`Baton has used its share of today's calls to ${serviceName(service)}`, ends);
  }

  function checkOrganization(part: number, now: Date): void {
    if (!meter || meter.used < meter.limit * part) return;
    const until = after(meter.at, LOOK_AGAIN);
    if (now < until) refuse(`almost all of today's calls to ${serviceName(service)} are spent`, until);
  }

  function measured(given: CallMeter): void {
    meter = { ...given, at: clock.now() };
    isMeterNew = true;
  }

  return {
    measured,
    counted(given, cost = 1) {
      calls += cost;
      if (given) measured(given);
    },
    admit(importance) {
      if (importance === 'urgent') return;
      const now = clock.now();
      checkShare(importance === 'background' ? THRIFTY : 1, now);
      checkOrganization(importance === 'background' ? THRIFTY : ALMOST_ALL, now);
    },
    take() {
      const taken = { calls, meter: meter && isMeterNew ? { used: meter.used, limit: meter.limit } : undefined };
      calls = 0;
      isMeterNew = false;
      return taken;
    },
    giveBack(taken) {
      calls += taken;
      isMeterNew = meter !== undefined;
    },
    know(window) {
      known = window;
    },
    isKeeping: () => known !== undefined && clock.now() < after(known.startedAt, DAY),
  };
}
