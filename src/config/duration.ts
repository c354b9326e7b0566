import { DAY, HOUR, MINUTE, SECOND } from '../lib/clock.ts';

const UNITS: Record<string, number> = { s: SECOND, m: MINUTE, h: HOUR, d: DAY };

/** What a duration looks like in a playbook: `90s`, `45m`, `1h`, `5d`. */
export const DURATION_PATTERN = /^(\d{1,5})(s|m|h|d)$/;

/** Milliseconds of `90s`, `45m`, `24h`, `5d`; undefined when the text is no duration. A day is 24 hours. */
export function parseDuration(text: string): number | undefined {
  const match = DURATION_PATTERN.exec(text);
  const unit = UNITS[match?.[2] ?? ''];
  return match === null || unit === undefined ? undefined : Number(match[1]) * unit;
}

/** Milliseconds in the playbook's own way of writing, by the largest unit that divides them: 5400000 is `90m`. */
export function formatDuration(milliseconds: number): string {
  const whole = Math.round(milliseconds / SECOND) * SECOND;
  const unit = ['d', 'h', 'm', 's'].find(one => whole !== 0 && whole % (UNITS[one] ?? SECOND) === 0) ?? 's';
  return `${whole / (UNITS[unit] ?? SECOND)}${unit}`;
}
