/** The periods of reports: whole calendar days of a zone, whatever its clocks do. Pure. */
import type { Playbook } from '../config/playbook.ts';
import type { Weekday } from '../domain/hours.ts';
import type { Period } from '../domain/report.ts';

type Weekly = NonNullable<Playbook['reports']['weekly']>;

const WEEK: readonly Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/** The weekly report that was due last: when, for which calendar week, the seven whole days before its day, and the next. */
export function lastDue(weekly: Weekly, now: Date): Period & { due: Date; week: string; next: Date } {
  const { time_zone: zone } = weekly;
  const local = zoned(now, zone);
  const today = local.toPlainDate();
  const back = (today.dayOfWeek - 1 - WEEK.indexOf(weekly.day) + 7) % 7;
  const thisWeeks = today.subtract({ days: back });
  const day = dueOn(thisWeeks, weekly) <= now ? thisWeeks : thisWeeks.subtract({ days: 7 });
  return {
    due: dueOn(day, weekly),
    week: `${day.yearOfWeek}-W${String(day.weekOfYear).padStart(2, '0')}`,
    from: midnight(day.subtract({ days: 7 }), zone),
    to: midnight(day, zone),
    zone,
    next: dueOn(day.add({ days: 7 }), weekly),
  };
}

/** Where the clocks skip the hour it is due when they have jumped; where they repeat it, the first time. */
function dueOn(day: Temporal.PlainDate, { at, time_zone: zone }: Weekly): Date {
  const due = day.toPlainDateTime(at).toZonedDateTime(zone, { disambiguation: 'compatible' });
  return new Date(due.epochMilliseconds);
}

/** `amount` periods of the same length before this one, the oldest first: months before months, else days. */
export function periodsBefore({ from, to, zone }: Period, amount: number): Period[] {
  const [first, end] = [zoned(from, zone).toPlainDate(), zoned(to, zone).toPlainDate()];
  const { months, days } = first.until(end, { largestUnit: 'months' });
  const length = months > 0 && days === 0 ? { months } : { days: Math.max(1, first.until(end).days) };
  const periods: Period[] = [];
  let begin = first;
  for (let back = 0; back < amount; back += 1) {
    const before = begin.subtract(length);
    periods.unshift({ from: midnight(before, zone), to: midnight(begin, zone), zone });
    begin = before;
  }
  return periods;
}

function zoned(at: Date, zone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(zone);
}

function midnight(day: Temporal.PlainDate, zone: string): Date {
  return new Date(day.toZonedDateTime(zone).epochMilliseconds);
}
