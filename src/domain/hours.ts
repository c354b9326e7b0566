/** Is a person at work at an instant, and when will they be? In their own time zone, daylight saving included. */
import { holidayOn } from './holidays.ts';

export type Weekday = 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun';

/** Hours of one working day, `from` before `to`: spans that run past midnight are refused by the playbook. */
export interface WorkHours {
  days: readonly Weekday[];
  /** HH:MM. */
  from: string;
  to: string;
  /** Region whose public holidays are free: `US`, `US-CA`, `GB`, `DE-BY`. */
  holidays?: string | undefined;
}

/** From `from` on, until just before `until`; null: nobody knows when it ends. */
export interface Away {
  from: Date;
  until: Date | null;
}

export interface WorkCalendar {
  /** IANA name. */
  zone: string;
  /** Absent: always at work. */
  hours?: WorkHours | undefined;
  absences?: readonly Away[];
}

/** `until`: the next moment at work, as far as anybody knows. */
export type Availability =
  | { available: true }
  | { available: false; code: 'absent' | 'outside_hours' | 'holiday'; reason: string; until?: Date };

const WEEK: readonly Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
/** Days and absences looked through for the next opening: nobody's calendar is closed for longer. */
const MOST_STEPS = 120;
/** Ten years: "until 9999" means for good, and no calendar of holidays reaches there. */
const FAR_FUTURE = 10 * 366 * 86_400_000;

/** At work or not, and why not, in words: "outside working hours: 06:12 in Los Angeles, Mon–Fri 09:00–18:00". */
export function availability(calendar: WorkCalendar, at: Date): Availability {
  const absence = absenceAt(calendar.absences, at);
  if (absence)
    return { available: false, code: 'absent', reason: awayText(absence, calendar.zone), ...back(calendar, at) };
  const { hours, zone } = calendar;
  if (!hours) return { available: true };
  const local = localTime(at, zone);
  const holiday = hours.holidays === undefined ? undefined : holidayOn(hours.holidays, local.toPlainDate());
  // A Saturday is a Saturday even when it is a holiday too.
  if (holiday !== undefined && worksOn(hours, local)) {
    return {
      available: false,
      code: 'holiday',
      reason: `holiday: ${holiday} (${hours.holidays}), ${shortDate(local)} in ${cityOf(zone)}`,
      ...back(calendar, at),
    };
  }
  if (worksOn(hours, local) && isWithin(hours, local)) return { available: true };
  return { available: false, code: 'outside_hours', reason: outsideText(hours, local), ...back(calendar, at) };
}

/** The first moment at or after `at` when the person is at work; undefined when no end of their absence is known. */
export function nextOpening(calendar: WorkCalendar, at: Date): Date | undefined {
  const { hours, zone } = calendar;
  let moment = at;
  for (let step = 0; step < MOST_STEPS; step += 1) {
    const absence = absenceAt(calendar.absences, moment);
    if (absence) {
      if (absence.until === null) return undefined;
      moment = absence.until;
      continue;
    }
    if (!hours) return moment;
    const local = localTime(moment, zone);
    const day = local.toPlainDate();
    const open = worksOn(hours, local) && (!hours.holidays || holidayOn(hours.holidays, day) === undefined);
    if (open && isWithin(hours, local)) return moment;
    moment =
      open && minuteOf(local) < minutes(hours.from)
        ? firstAt(local, hours.from)
        : new Date(day.add({ days: 1 }).toZonedDateTime(zone).epochMilliseconds);
  }
  return undefined;
}

/** When somebody who is at work at `at` stops being so: the end of their day, or an absence before it; undefined: never. */
export function nextClosing(calendar: WorkCalendar, at: Date): Date | undefined {
  const { hours, zone, absences = [] } = calendar;
  const ends = absences.map(one => one.from).filter(from => from > at);
  if (hours) ends.push(endOfDay(hours, localTime(at, zone)));
  return ends.length > 0 ? new Date(Math.min(...ends.map(end => end.getTime()))) : undefined;
}

/** Where the clocks are changed, the day may end earlier than its hour: that time of day is left by a jump. */
function endOfDay(hours: WorkHours, local: Temporal.ZonedDateTime): Date {
  const end = firstAt(local, hours.to);
  const jump = local.getTimeZoneTransition('next');
  const leaves = jump !== null && jump.epochMilliseconds < end.getTime() && !isWithin(hours, jump);
  return leaves ? new Date(jump.epochMilliseconds) : end;
}

/** The first instant after `local`, on its day, when clocks show `time`; where they skip it, the instant they do. */
function firstAt(local: Temporal.ZonedDateTime, time: string): Date {
  const wanted = local.toPlainDate().toPlainDateTime(time);
  const earlier = wanted.toZonedDateTime(local.timeZoneId, { disambiguation: 'earlier' });
  const later = wanted.toZonedDateTime(local.timeZoneId, { disambiguation: 'later' });
  const skipped = !later.toPlainDateTime().equals(wanted);
  if (skipped) return new Date(later.getTimeZoneTransition('previous')?.epochMilliseconds ?? later.epochMilliseconds);
  return new Date((earlier.epochMilliseconds > local.epochMilliseconds ? earlier : later).epochMilliseconds);
}

/** "Mon–Fri 09:00–18:00". */
export function hoursText(hours: WorkHours): string {
  return `${daysText(hours.days)} ${hours.from}–${hours.to}`;
}

/** The absence that runs at a moment; of several the one that ends last. One that ends in the far future has no end. */
function absenceAt(absences: readonly Away[] | undefined, at: Date): Away | undefined {
  let longest: Away | undefined;
  for (const absence of absences ?? []) {
    if (absence.from > at || (absence.until !== null && absence.until <= at)) continue;
    if (!longest || endOf(absence) > endOf(longest)) longest = absence;
  }
  return longest && endOf(longest) - at.getTime() > FAR_FUTURE ? { ...longest, until: null } : longest;
}

function endOf(absence: Away): number {
  return absence.until?.getTime() ?? Number.POSITIVE_INFINITY;
}

function back(calendar: WorkCalendar, at: Date): { until?: Date } {
  const until = nextOpening(calendar, at);
  return until ? { until } : {};
}

function localTime(at: Date, zone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(zone);
}

function worksOn(hours: WorkHours, local: Temporal.ZonedDateTime): boolean {
  const day = WEEK[local.dayOfWeek - 1];
  return day !== undefined && hours.days.includes(day);
}

function isWithin(hours: WorkHours, local: Temporal.ZonedDateTime): boolean {
  const now = minuteOf(local);
  return now >= minutes(hours.from) && now < minutes(hours.to);
}

function minuteOf(local: Temporal.ZonedDateTime): number {
  return local.hour * 60 + local.minute;
}

function minutes(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
}

/** The note of an absence is its owner's business and stays out of what everybody reads. */
function awayText(absence: Away, zone: string): string {
  if (absence.until === null) return 'away, no day of return given';
  const local = localTime(absence.until, zone);
  const time = minuteOf(local) === 0 ? '' : `, ${clockText(local)}`;
  return `away until ${shortDate(local)}${time}`;
}

function outsideText(hours: WorkHours, local: Temporal.ZonedDateTime): string {
  const day = worksOn(hours, local) ? '' : `${dayText(WEEK[local.dayOfWeek - 1])} `;
  return `outside working hours: ${day}${clockText(local)} in ${cityOf(local.timeZoneId)}, ${hoursText(hours)}`;
}

function clockText(local: Temporal.ZonedDateTime): string {
  return `${String(local.hour).padStart(2, '0')}:${String(local.minute).padStart(2, '0')}`;
}

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

function shortDate(local: Temporal.ZonedDateTime): string {
  return `${dayText(WEEK[local.dayOfWeek - 1])} ${local.day} ${MONTHS[local.month - 1]} ${local.year}`;
}

/** "Los Angeles" of America/Los_Angeles. */
function cityOf(zone: string): string {
  return (zone.split('/').at(-1) ?? zone).replaceAll('_', ' ');
}

function dayText(day: Weekday | undefined): string {
  return day === undefined ? '' : day.charAt(0).toUpperCase() + day.slice(1);
}

/** "Mon–Fri", "Sun–Thu", "Mon, Wed, Fri", "every day". */
function daysText(days: readonly Weekday[]): string {
  const works = WEEK.map(day => days.includes(day));
  if (works.every(Boolean)) return 'every day';
  const first = works.findIndex((on, index) => on && !works[(index + 6) % 7]);
  const runs: Weekday[][] = [];
  for (let step = 0; step < 7 && first >= 0; step += 1) {
    const index = (first + step) % 7;
    const day = WEEK[index];
    if (!works[index] || day === undefined) continue;
    if (works[(index + 6) % 7] && runs.length > 0) runs.at(-1)?.push(day);
    else runs.push([day]);
  }
  return runs.map(runText).join(', ');
}

function runText(run: readonly Weekday[]): string {
  const [from, to] = [dayText(run[0]), dayText(run.at(-1))];
  if (run.length === 1) return from;
  return run.length === 2 ? `${from}, ${to}` : `${from}–${to}`;
}
