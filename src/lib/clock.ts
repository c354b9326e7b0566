/** Time is an argument everywhere; only `main.ts`, the sandbox and tests choose which clock. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export function after(from: Date, milliseconds: number): Date {
  return new Date(from.getTime() + milliseconds);
}

/** The minute a moment lies in: people type times to the minute. */
export function minuteOf(at: Date): Date {
  return new Date(Math.floor(at.getTime() / MINUTE) * MINUTE);
}

/** A clock that can be set and moved: stories and the demo live by it. It runs on at real pace from where it is put. */
export interface MovableClock extends Clock {
  /** Puts the clock forward by so many milliseconds. */
  move(milliseconds: number): void;
}

export function clockFrom(start: Date, real: Clock = systemClock): MovableClock {
  let offset = start.getTime() - real.now().getTime();
  return {
    now: () => new Date(real.now().getTime() + offset),
    move(milliseconds) {
      offset += milliseconds;
    },
  };
}
