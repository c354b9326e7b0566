/** Times of day and lengths of time, as people type them. Pure. */

/** A time found in a text, and the text without it. */
export interface FoundTime {
  time: Temporal.PlainTime;
  rest: string;
}

const at = (hour: number, minute = 0) => Temporal.PlainTime.from({ hour, minute });

export const START_OF_WORK = at(9);
export const END_OF_WORK = at(17);

const NAMED: [RegExp, Temporal.PlainTime][] = [
  [/\b(?:end of (?:the )?(?:day|business)|close of business|eod|eob|cob)\b/, END_OF_WORK],
  [/\b(?:noon|midday|lunch ?time|lunch)\b/, at(12)],
  [/\bmidnight\b/, at(0)],
  [/\b(?:this |in the )?morning\b/, START_OF_WORK],
  [/\b(?:this |in the )?afternoon\b/, at(14)],
  [/\b(?:this |in the )?evening\b/, at(18)],
  [/\btonight\b/, at(20)],
];

/** `unclear`: a time is meant, but there is no such time. */
export function findTime(text: string): FoundTime | 'unclear' | undefined {
  const clock = /\b(\d{1,2})(?:[:h](\d{2}))?\s*([ap])\.?m\b\.?|\b(\d{1,2})[:h](\d{2})(?::00)?\b/.exec(text);
  if (clock) {
    const [whole, hour12, minute12 = '0', half, hour24, minute24] = clock;
    const time =
      hour12 === undefined
        ? clockTime(Number(hour24), Number(minute24))
        : halfDay(Number(hour12), Number(minute12), half);
    return time ? { time, rest: without(text, whole) } : 'unclear';
  }
  for (const [pattern, time] of NAMED) {
    const [whole] = pattern.exec(text) ?? [];
    if (whole !== undefined) return { time, rest: without(text, whole) };
  }
  return undefined;
}

function clockTime(hour: number, minute: number): Temporal.PlainTime | undefined {
  return hour <= 23 && minute <= 59 ? at(hour, minute) : undefined;
}

function halfDay(hour: number, minute: number, half: string | undefined): Temporal.PlainTime | undefined {
  if (hour < 1 || hour > 12) return undefined;
  return clockTime((hour % 12) + (half === 'p' ? 12 : 0), minute);
}

function without(text: string, part: string): string {
  return text.replace(part, ' ').replace(/\s+/g, ' ').trim();
}

const NUMBERS = ['a', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];
const AMOUNT = String.raw`(\d{1,4}|an|half an|half a|couple of|a couple of|${NUMBERS.toReversed().join('|')})`;
const UNIT = '(minutes?|mins?|hours?|hrs?|days?|weeks?|wks?|months?|m|h|d|w)';
const PIECE = new RegExp(`^${AMOUNT}\\s*${UNIT}\\b(?:\\s*and\\b)?\\s*`);
/** "1h30m": no word ends between the two. */
const TIGHT = /(\d[hdw])(?=\d)/g;

/** "2 hours", "1h30m", "a week", "half an hour"; undefined for what is no length of time. */
export function readLength(text: string): Temporal.Duration | undefined {
  let left = text.replace(TIGHT, '$1 ');
  let total = new Temporal.Duration();
  if (left === '') return undefined;
  while (left !== '') {
    const [whole, amount, unit] = PIECE.exec(left) ?? [];
    if (whole === undefined || amount === undefined || unit === undefined) return undefined;
    const one = lengthOf(amount, unit);
    total = Temporal.Duration.from({
      minutes: total.minutes + one.minutes,
      hours: total.hours + one.hours,
      days: total.days + one.days,
      weeks: total.weeks + one.weeks,
      months: total.months + one.months,
    });
    left = left.slice(whole.length);
  }
  return total;
}

function lengthOf(amount: string, unit: string): Temporal.Duration {
  const count = countOf(amount);
  if (unit.startsWith('mo')) return Temporal.Duration.from({ months: Math.ceil(count) });
  if (unit.startsWith('m')) return Temporal.Duration.from({ minutes: Math.ceil(count) });
  if (unit.startsWith('h')) return Temporal.Duration.from({ minutes: count * 60 });
  if (unit.startsWith('d'))
    return count < 1 ? Temporal.Duration.from({ hours: 12 }) : Temporal.Duration.from({ days: count });
  return count < 1 ? Temporal.Duration.from({ days: 4 }) : Temporal.Duration.from({ weeks: count });
}

function countOf(amount: string): number {
  if (/^\d/.test(amount)) return Number(amount);
  if (amount.startsWith('half')) return 0.5;
  if (amount.endsWith('couple of')) return 2;
  return Math.max(1, NUMBERS.indexOf(amount));
}
