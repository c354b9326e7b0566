/** Periods in words and as dates: "since August", `last_3_months`, the days they stand for. Pure. */
import type { PeriodName } from './question-object.ts';

const MONTHS = 'january february march april may june july august september october november december'.split(' ');
const SHORT = new Map(MONTHS.map((name, index) => [name.slice(0, 3), index + 1]));
const DAYS = 'monday tuesday wednesday thursday friday saturday sunday'.split(' ');
const NUMBERS = 'zero one two three four five six seven eight nine ten eleven twelve'.split(' ');

const MONTH = `(?:${MONTHS.join('|')}|${MONTHS.map(name => name.slice(0, 3)).join('|')}|sept)`;
const DAY_OF_MONTH = '(?:[12]?\\d|3[01])(?:st|nd|rd|th)?';
const DATE = `(?:\\d{4}-\\d\\d-\\d\\d|${MONTH} ${DAY_OF_MONTH}(?: \\d{4})?|${DAY_OF_MONTH}(?: of)? ${MONTH}(?: \\d{4})?)`;
const COUNT = `(?:\\d{1,3}|${NUMBERS.slice(1).join('|')})`;

/** "two" or "14". */
export function numberIn(text: string): number {
  const named = NUMBERS.indexOf(text);
  return named >= 0 ? named : Number(text);
}

interface Here {
  now: Date;
  zone: string;
}

type Make = (found: readonly string[], today: Temporal.PlainDate) => PeriodName | undefined;

const whole = (unit: string, which: string) => `${which}_${unit}` as PeriodName;
const iso = (from: Temporal.PlainDate, to?: Temporal.PlainDate) => `${from}/${to ?? ''}` as PeriodName;

/** Each reads the beginning of what is left of a question. */
const PERIODS: readonly [RegExp, Make][] = [
  [/^(?:so far |for |from |of |in )?(?:today|this morning|this afternoon)(?: so far)?/, () => 'today'],
  [/^(?:for |from |of )?yesterday/, () => 'yesterday'],
  [
    /^(?:so far |in |during |for |from |of |over )?(?:this|the current|current) (week|month|quarter|year)(?: so far| to date)?/,
    ([, unit = '']) => whole(unit, 'this'),
  ],
  [/^(?:the )?(week|month|quarter|year) (?:to date|so far)/, ([, unit = '']) => whole(unit, 'this')],
  [
    /^(?:the )?([wmqy])td/,
    ([, unit = '']) => whole({ w: 'week', m: 'month', q: 'quarter', y: 'year' }[unit] ?? '', 'this'),
  ],
  [
    /^since (?:the )?(?:beginning|start) of (?:the|this) (week|month|quarter|year)/,
    ([, unit = '']) => whole(unit, 'this'),
  ],
  [
    /^(?:in |during |for |from |of |over )?(?:the )?(?:last|previous|prior|preceding) (week|month|quarter|year)/,
    ([, unit = '']) => whole(unit, 'last'),
  ],
  [
    /^(?:in |during |for |from |of |over )?(?:the )?(?:past|trailing) (week|month|quarter|year)/,
    ([, unit = '']) =>
      ({ week: 'last_7_days', month: 'last_30_days', quarter: 'last_3_months', year: 'last_12_months' })[
        unit
      ] as PeriodName,
  ],
  [
    new RegExp(
      `^(?:in |during |for |from |of |over |within )?(?:the |these )?(?:last|past|previous|trailing|rolling|prior) (${COUNT}) (day|week|month|quarter|year)s?`,
    ),
    ([, count = '', unit = '']) => trailing(numberIn(count), unit),
  ],
  [
    /^(?:over |of |for )?(?:all time|since forever|ever since the beginning|since the beginning|since day one)/,
    () => iso(day(2000, 1, 1)),
  ],
  [
    new RegExp(`^(?:from|between) (${DATE}) (?:to|until|till|and|through) (${DATE})`),
    ([, from = '', to = ''], today) => between(dateIn(from, today), dateIn(to, today)),
  ],
  [
    new RegExp(`^(?:from|between) (${MONTH})(?: (\\d{4}))? (?:to|until|till|and|through) (${MONTH})(?: (\\d{4}))?`),
    ([, from = '', fromYear, to = '', toYear], today) => {
      const end = monthIn(to, toYear, today);
      const begin = fromYear ? monthIn(from, fromYear, today) : monthBefore(from, end);
      return iso(begin, lastDay(end));
    },
  ],
  [new RegExp(`^since (?:the )?(${DATE})`), ([, date = ''], today) => from(dateIn(date, today))],
  [
    new RegExp(`^since (?:early |the start of |the beginning of )?(${MONTH})(?: (\\d{4}))?`),
    ([, month = '', year], today) => iso(monthIn(month, year, today)),
  ],
  [new RegExp(`^since (?:last )?(${DAYS.join('|')})`), ([, name = ''], today) => iso(weekdayIn(name, today))],
  [/^since yesterday/, (_found, today) => iso(today.subtract({ days: 1 }))],
  [
    /^since (?:last|the last|the previous) (week|month|quarter|year)/,
    ([, unit = ''], today) => iso(beginOf(unit, today, 1)),
  ],
  [new RegExp(`^(?:(?:on|for|of|from) )?(?:the )?(${DATE})`), ([, date = ''], today) => oneDay(dateIn(date, today))],
  [
    new RegExp(`^(?:in|during|for|of|from|over) (${MONTH})(?: (\\d{4}))?`),
    ([, month = '', year], today) => monthOf(month, year, today),
  ],
  [new RegExp(`^(${MONTH}) (\\d{4})`), ([, month = '', year], today) => monthOf(month, year, today)],
  [
    new RegExp(`^(?!may|march|mar|sep|dec|jan)(${MONTH})`),
    ([, month = '', year], today) => monthOf(month, year, today),
  ],
  [
    /^(?:in |during |for |of |from )?q([1-4])(?: (?:of )?(\d{4}))?/,
    ([, quarter = '', year], today) => quarterOf(Number(quarter), year, today),
  ],
  [
    /^(?:in |during |for |of |from )?the (first|second|third|fourth) quarter(?: of (\d{4}))?/,
    ([, which = '', year], today) => quarterOf(['first', 'second', 'third', 'fourth'].indexOf(which) + 1, year, today),
  ],
  [/^(?:in|during|for|of|from) (20\d\d)/, ([, year = '']) => iso(day(Number(year), 1, 1), day(Number(year), 12, 31))],
  [
    new RegExp(`^(?:on |from |of |for )?(?:last )?(${DAYS.join('|')})`),
    ([, name = ''], today) => oneDay(weekdayIn(name, today)),
  ],
  [new RegExp(`^(${COUNT}) days ago`), ([, count = ''], today) => oneDay(today.subtract({ days: numberIn(count) }))],
];

/** The period that a text begins with, and how much of it that is. */
export function periodAt(text: string, { now, zone }: Here): { period: PeriodName; length: number } | undefined {
  const today = Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(zone).toPlainDate();
  let best: { period: PeriodName; length: number } | undefined;
  for (const [pattern, make] of PERIODS) {
    const found = pattern.exec(text);
    const length = found?.[0].length ?? 0;
    if (!found || length <= (best?.length ?? 0) || (text.length > length && text[length] !== ' ')) continue;
    const period = make(found, today);
    if (period) best = { period, length };
  }
  return best;
}

function trailing(count: number, unit: string): PeriodName | undefined {
  const [times, of] = unit === 'quarter' ? [3, 'months'] : unit === 'year' ? [12, 'months'] : [1, `${unit}s`];
  const all = count * times;
  return all >= 1 && all <= 999 ? (`last_${all}_${of}` as PeriodName) : undefined;
}

const day = (year: number, month: number, date: number) => Temporal.PlainDate.from({ year, month, day: date });
const lastDay = (month: Temporal.PlainDate) => month.add({ months: 1 }).subtract({ days: 1 });
const monthNumber = (name: string) => SHORT.get(name.slice(0, 3)) ?? 1;
const from = (date: Temporal.PlainDate | undefined) => date && iso(date);
const oneDay = (date: Temporal.PlainDate | undefined) => date && iso(date, date);

function between(begin: Temporal.PlainDate | undefined, end: Temporal.PlainDate | undefined): PeriodName | undefined {
  return begin && end && Temporal.PlainDate.compare(begin, end) <= 0 ? iso(begin, end) : undefined;
}

/** The newest month of that name that has begun; or of the year. */
function monthIn(name: string, year: string | undefined, today: Temporal.PlainDate): Temporal.PlainDate {
  const month = monthNumber(name);
  if (year) return day(Number(year), month, 1);
  return day(month > today.month ? today.year - 1 : today.year, month, 1);
}

function monthBefore(name: string, end: Temporal.PlainDate): Temporal.PlainDate {
  const month = monthNumber(name);
  return day(month > end.month ? end.year - 1 : end.year, month, 1);
}

function monthOf(name: string, year: string | undefined, today: Temporal.PlainDate): PeriodName {
  const first = monthIn(name, year, today);
  return iso(first, lastDay(first));
}

function quarterOf(quarter: number, year: string | undefined, today: Temporal.PlainDate): PeriodName {
  const month = quarter * 3 - 2;
  const first = day(year ? Number(year) : month > today.month ? today.year - 1 : today.year, month, 1);
  return iso(first, first.add({ months: 3 }).subtract({ days: 1 }));
}

/** The last one that is over or runs: today itself, when it is one. */
function weekdayIn(name: string, today: Temporal.PlainDate): Temporal.PlainDate {
  return today.subtract({ days: (today.dayOfWeek - 1 - DAYS.indexOf(name) + 7) % 7 });
}

function dateIn(text: string, today: Temporal.PlainDate): Temporal.PlainDate | undefined {
  try {
    if (/^\d{4}-/.test(text)) return Temporal.PlainDate.from(text);
    const words = text.replace(' of ', ' ').split(' ');
    const [first = '', second = '', year] = words;
    const [month, date] = /^\d/.test(first) ? [second, first] : [first, second];
    const at = Temporal.PlainDate.from(
      { year: year ? Number(year) : today.year, month: monthNumber(month), day: Number.parseInt(date, 10) },
      { overflow: 'reject' },
    );
    return !year && Temporal.PlainDate.compare(at, today) > 0 ? at.subtract({ years: 1 }) : at;
  } catch (error) {
    // "February 31" is no day.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function beginOf(unit: string, today: Temporal.PlainDate, back = 0): Temporal.PlainDate {
  if (unit === 'week') return today.subtract({ days: today.dayOfWeek - 1 + 7 * back });
  if (unit === 'month') return today.with({ day: 1 }).subtract({ months: back });
  if (unit === 'quarter')
    return today.with({ month: today.month - ((today.month - 1) % 3), day: 1 }).subtract({ months: 3 * back });
  return unit === 'year' ? today.with({ month: 1, day: 1 }).subtract({ years: back }) : today.subtract({ days: back });
}

/** The days of a period, in somebody's calendar: from the first until just before the last ends. Weeks begin on Monday. */
export function daysOf(
  period: PeriodName,
  { now, zone }: Here,
): { from: Date; to: Date; days: { from: Temporal.PlainDate; to: Temporal.PlainDate } } {
  const today = Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(zone).toPlainDate();
  const days = boundsOf(period, today);
  const midnight = (date: Temporal.PlainDate) => new Date(date.toZonedDateTime(zone).epochMilliseconds);
  return { from: midnight(days.from), to: midnight(days.to), days };
}

/** `to` is the day after the last. */
function boundsOf(period: PeriodName, today: Temporal.PlainDate): { from: Temporal.PlainDate; to: Temporal.PlainDate } {
  const tomorrow = today.add({ days: 1 });
  const rolling = /^last_(\d+)_(days|weeks|months)$/.exec(period);
  if (rolling) {
    const [, count = '1', unit = 'days'] = rolling;
    // Today is one of the days; weeks and months go back from it.
    const begin = unit === 'days' ? tomorrow : today;
    return { from: begin.subtract({ [unit]: Number(count) }), to: tomorrow };
  }
  if (period.includes('/')) {
    const [begin = '', end = ''] = period.split('/');
    return { from: Temporal.PlainDate.from(begin), to: end ? Temporal.PlainDate.from(end).add({ days: 1 }) : tomorrow };
  }
  if (period === 'today') return { from: today, to: tomorrow };
  if (period === 'yesterday') return { from: today.subtract({ days: 1 }), to: today };
  const [which = '', unit = ''] = period.split('_');
  const first = beginOf(unit, today);
  const length = unit === 'quarter' ? { months: 3 } : { [`${unit}s`]: 1 };
  return which === 'last' ? { from: first.subtract(length), to: first } : { from: first, to: first.add(length) };
}

/** The period of the same kind before this one: the month before a month, else as many days. */
export function periodBefore(period: PeriodName, here: Here): { from: Date; to: Date } {
  const { days } = daysOf(period, here);
  const midnight = (date: Temporal.PlainDate) => new Date(date.toZonedDateTime(here.zone).epochMilliseconds);
  const unit = period.split('_')[1] ?? '';
  const length: Temporal.DurationLike = /^(this|last)_(week|month|quarter|year)$/.test(period)
    ? unit === 'quarter'
      ? { months: 3 }
      : { [`${unit}s`]: 1 }
    : { days: days.from.until(days.to).days };
  return { from: midnight(days.from.subtract(length)), to: midnight(days.from) };
}
