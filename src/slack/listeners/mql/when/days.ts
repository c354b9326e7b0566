/** Days as people type them, seen from a day of their own calendar. Pure. */

const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

const WEEKDAY = /^(next |this |coming )?(mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?$/;
const MONTH =
  'jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?';
const DAY_MONTH = new RegExp(`^(\\d{1,2}) ?(?:of )?(${MONTH})(?: (\\d{4}))?$`);
const MONTH_DAY = new RegExp(`^(${MONTH}) ?(\\d{1,2})(?: (\\d{4}))?$`);

/** `again`: the weekday is today's; a week later is meant unless a time of today is said that is to come. */
export interface FoundDay {
  day: Temporal.PlainDate;
  again?: Temporal.PlainDate;
}

/** The day meant; undefined for what is no day, or for one of two. */
export function readDay(text: string, today: Temporal.PlainDate): FoundDay | undefined {
  return named(text, today) ?? weekday(text, today) ?? written(text, today);
}

function named(text: string, today: Temporal.PlainDate): FoundDay | undefined {
  const monday = today.add({ days: 8 - today.dayOfWeek });
  switch (text) {
    case 'today':
      return { day: today };
    case 'tomorrow':
    case 'tmrw':
    case 'tmr':
    case 'tomorow':
      return { day: today.add({ days: 1 }) };
    case 'day after tomorrow':
    case 'the day after tomorrow':
      return { day: today.add({ days: 2 }) };
    case 'next week':
      return { day: monday };
    case 'next month':
      return { day: today.with({ day: 1 }).add({ months: 1 }) };
    default:
      return undefined;
  }
}

/** "next Friday" is the one of the next calendar week. */
function weekday(text: string, today: Temporal.PlainDate): FoundDay | undefined {
  const [, which, name] = WEEKDAY.exec(text) ?? [];
  if (name === undefined) return undefined;
  const number = WEEKDAYS.indexOf(name.slice(0, 3)) + 1;
  if (which === 'next ') return { day: today.add({ days: 7 - today.dayOfWeek + number }) };
  const days = (number - today.dayOfWeek + 7) % 7;
  const day = today.add({ days });
  return days === 0 ? { day, again: day.add({ days: 7 }) } : { day };
}

function written(text: string, today: Temporal.PlainDate): FoundDay | undefined {
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text);
  if (iso) return dated(Number(iso[1]), Number(iso[2]), Number(iso[3]));
  const first = DAY_MONTH.exec(text);
  if (first) return inMonth(today, first[1], first[2], first[3]);
  const second = MONTH_DAY.exec(text);
  if (second) return inMonth(today, second[2], second[1], second[3]);
  const dots = /^(\d{1,2})\.(\d{1,2})\.?(\d{4})?$/.exec(text);
  if (dots) return onDate(today, Number(dots[2]), Number(dots[1]), dots[3]);
  const slashes = /^(\d{1,2})\/(\d{1,2})(?:\/(\d{4}))?$/.exec(text);
  return slashes ? slashed(today, Number(slashes[1]), Number(slashes[2]), slashes[3]) : undefined;
}

/** 12/25 and 25/12 are one day; 3/12 is two, and nobody can know which. */
function slashed(today: Temporal.PlainDate, one: number, other: number, year?: string): FoundDay | undefined {
  if (one > 12) return onDate(today, other, one, year);
  return other > 12 || one === other ? onDate(today, one, other, year) : undefined;
}

function inMonth(today: Temporal.PlainDate, day?: string, month = '', year?: string): FoundDay | undefined {
  return onDate(today, MONTHS.indexOf(month.slice(0, 3)) + 1, Number(day), year);
}

/** Without a year: the next time that there is such a day. */
function onDate(today: Temporal.PlainDate, month: number, day: number, year?: string): FoundDay | undefined {
  if (year !== undefined) return dated(Number(year), month, day);
  const now = dated(today.year, month, day);
  const next = dated(today.year + 1, month, day);
  return !now || Temporal.PlainDate.compare(now.day, today) < 0 ? next : now;
}

function dated(year: number, month: number, day: number): FoundDay | undefined {
  try {
    return { day: Temporal.PlainDate.from({ year, month, day }, { overflow: 'reject' }) };
  } catch {
    // 31 Feb.
    return undefined;
  }
}
