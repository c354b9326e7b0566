/** "this week", "last month", "quarter": a period of somebody's own calendar. Pure. */
import { nearest } from '../../../config/playbook/suggest.ts';
import type { Here } from './when.ts';

const UNITS = ['day', 'week', 'month', 'quarter', 'year'] as const;
type Unit = (typeof UNITS)[number];

export interface Period {
  from: Date;
  /** Just before this. */
  to: Date;
  /** "this month (since Nov 1)" is made of these. */
  words: string;
}

export interface StatsAsked {
  whose: 'me' | 'team';
  period: Period;
}

const ME = ['me', 'mine', 'my', 'i'];
const TEAM = ['team', 'teams', 'us', 'our'];
const FILLERS = ['this', 'the', 'for', 'of', 'stats', 'current', 'in', 'so', 'far'];
const PERIODS: Record<string, Unit> = {
  today: 'day',
  day: 'day',
  week: 'week',
  month: 'month',
  quarter: 'quarter',
  year: 'year',
};
const KNOWN = [...ME, ...TEAM, ...FILLERS, ...Object.keys(PERIODS), 'yesterday', 'last', 'previous'];

/** Nothing said: me, this month. */
export function readStats(
  text: string,
  here: Here,
): { ok: true; asked: StatsAsked } | { ok: false; typed: string; meant?: string } {
  let whose: StatsAsked['whose'] = 'me';
  let unit: Unit = 'month';
  let back = 0;
  for (const word of text
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean)) {
    if (TEAM.includes(word)) whose = 'team';
    else if (word === 'yesterday') [unit, back] = ['day', 1];
    else if (word === 'last' || word === 'previous') back = 1;
    else if (Object.hasOwn(PERIODS, word)) unit = PERIODS[word] ?? unit;
    else if (!KNOWN.includes(word)) {
      const meant = nearest(word, KNOWN);
      return { ok: false, typed: word, ...(meant && { meant }) };
    }
  }
  return { ok: true, asked: { whose, period: periodOf(unit, back, here) } };
}

/** Weeks begin on Monday. */
export function periodOf(unit: Unit, back: number, { now, zone }: Pick<Here, 'now' | 'zone'>): Period {
  const today = Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(zone).toPlainDate();
  const first = beginOf(unit, today);
  const length = unit === 'quarter' ? { months: 3 } : { [`${unit}s`]: 1 };
  const from = back ? first.subtract(length) : first;
  const date = (day: Temporal.PlainDate) => new Date(day.toZonedDateTime(zone).epochMilliseconds);
  return { from: date(from), to: date(from.add(length)), words: wordsOf(unit, back) };
}

function beginOf(unit: Unit, today: Temporal.PlainDate): Temporal.PlainDate {
  if (unit === 'week') return today.subtract({ days: today.dayOfWeek - 1 });
  if (unit === 'month') return today.with({ day: 1 });
  if (unit === 'quarter') return today.with({ month: today.month - ((today.month - 1) % 3), day: 1 });
  return unit === 'year' ? today.with({ month: 1, day: 1 }) : today;
}

function wordsOf(unit: Unit, back: number): string {
  if (unit === 'day') return back ? 'yesterday' : 'today';
  return `${back ? 'last' : 'this'} ${unit}`;
}
