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
