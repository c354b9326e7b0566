/** Moments and absences as people type them, in their own time zone: "tomorrow 9am", "for 2 hours", "3 Dec". Pure. */
import { readDay } from './when/days.ts';
import { END_OF_WORK, findTime, readLength, START_OF_WORK } from './when/times.ts';

/** Where and when the person is. */
export interface Here {
  now: Date;
  /** IANA name. */
  zone: string;
}

/** `past`: it is over; `far`: nobody plans so far ahead; `unclear`: no time, or one of two. */
export type Wrong = 'past' | 'far' | 'unclear' | 'backwards';

export type Read<T> = ({ ok: true } & T) | { ok: false; wrong: Wrong };

const wrong = (why: Wrong) => ({ ok: false, wrong: why }) as const;

/** No moment takes more words; what is longer tells of something else. */
const LONGEST = 200;
const MIDNIGHT = new Temporal.PlainTime();
/** Years. */
const FARTHEST = 2;

/** "until 15:00", "tomorrow 9am", "Monday", "in 2 hours": a moment to come. A day without a time is its start of work. */
export function readMoment(text: string, here: Here): Read<{ at: Date }> {
  if (text.length > LONGEST) return wrong('unclear');
  const said = clean(text).replace(/^(?:until|till|til|for|in|to|by|on|at) +/, '');
  const length = readLength(said.replace(/^in /, ''));
  if (length) return checked(local(here).add(length), here);
  return momentOf(said, here, START_OF_WORK);
}

/**
 * "until Monday" (back that day), "for 2 days", "on Friday" (the whole day), "from 3 Dec until 7 Dec", "next week".
 * Nothing: until further notice. No `from`: from now on.
 */
export function readAbsence(text: string, here: Here): Read<{ from?: Date; until?: Date }> {
  if (text.length > LONGEST) return wrong('unclear');
  const said = clean(text);
  if (/^(?:until further notice|indefinitely|for now|now)?$/.test(said)) return { ok: true };
  const between = /^(?:from )?(.+?) +(until|till|til|to|-|–|through|thru) +(.+)$/.exec(said);
  if (between) return readBetween(between[1] ?? '', between[3] ?? '', INCLUSIVE.test(between[2] ?? ''), here);
  const until = /^(until|till|til|to|through|thru|back(?: on)?) +(.+)$/.exec(said);
  if (until) return readEnd(until[2] ?? '', INCLUSIVE.test(until[1] ?? ''), here);
  const length = readLength(said.replace(/^for (?:the next )?/, ''));
  if (length) return readFor(length, here);
  const from = /^(?:from|starting|as of) +(.+)$/.exec(said);
  if (from) return readBegin(from[1] ?? '', here);
  return readWhole(said.replace(/^on +/, ''), here);
}

const INCLUSIVE = /^thr/;

/** One way of writing: lower case, no commas, no "at", 3rd → 3. */
function clean(text: string): string {
  return text
    .toLowerCase()
    .replace(/,|\bo'?clock\b/g, ' ')
    .replace(/\b(\d{1,2})(?:st|nd|rd|th)\b/g, '$1')
    .replace(/(\d)t(\d)/g, '$1 $2')
    .replace(/\b(?:at|@) ?(?=\d|noon|midnight)/g, '')
    .replace(/[\s.!?]+$/, '')
    .replace(/\s+/g, ' ')
    .trim();
}

function local({ now, zone }: Here): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(zone);
}

const dateOf = (moment: Temporal.ZonedDateTime) => new Date(moment.epochMilliseconds);

function checked(moment: Temporal.ZonedDateTime, here: Here): Read<{ at: Date }> {
  if (moment.epochMilliseconds <= here.now.getTime()) return wrong('past');
  if (Temporal.ZonedDateTime.compare(moment, local(here).add({ years: FARTHEST })) > 0) return wrong('far');
  return { ok: true, at: dateOf(moment) };
}

/** A day, a time or both; `time` when only a day is given. */
function momentOf(said: string, here: Here, time: Temporal.PlainTime): Read<{ at: Date }> {
  const today = local(here).toPlainDate();
  const found = findTime(said);
  if (found === 'unclear') return wrong('unclear');
  const dayText = (found?.rest ?? said).replace(/^on +| +on$/g, '');
  if (!found && dayText === '') return wrong('unclear');
  const day = readDay(dayText || 'today', today);
  if (!day) return wrong('unclear');
  const of = (date: Temporal.PlainDate) => date.toZonedDateTime({ timeZone: here.zone, plainTime: timeFor(date) });
  const timeFor = (date: Temporal.PlainDate) =>
    found?.time ?? (date.equals(today) && time === START_OF_WORK ? END_OF_WORK : time);
  const first = day.again && !found ? undefined : checked(of(day.day), here);
  if (first && (first.ok || first.wrong !== 'past' || !day.again)) return first;
  return checked(of(day.again ?? day.day), here);
}

/** From the day's beginning when no time is said; `undefined` when that is today: from now on. */
function beginning(text: string, here: Here): Read<{ from?: Date }> {
  const day = readDay(text.replace(/^on /, ''), local(here).toPlainDate());
  if (day?.day.equals(local(here).toPlainDate()) || text === 'now') return { ok: true };
  const read = momentOf(text, here, MIDNIGHT);
  return read.ok ? { ok: true, from: read.at } : read;
}

function readBegin(text: string, here: Here): Read<{ from?: Date }> {
  return beginning(text, here);
}

function readEnd(text: string, inclusive: boolean, here: Here): Read<{ until: Date }> {
  if (inclusive) {
    const whole = readWhole(text, here);
    return whole.ok && whole.until ? { ok: true, until: whole.until } : wholeWrong(whole);
  }
  const read = momentOf(text, here, MIDNIGHT);
  return read.ok ? { ok: true, until: read.at } : read;
}

const wholeWrong = (read: Read<unknown>) => (read.ok ? wrong('unclear') : read);

function readBetween(first: string, last: string, inclusive: boolean, here: Here): Read<{ from?: Date; until?: Date }> {
  const begin = beginning(first, here);
  if (!begin.ok) return begin;
  // "from next Monday until Wednesday": the Wednesday after.
  const end = readEnd(last, inclusive, { now: begin.from ?? here.now, zone: here.zone });
  if (!end.ok) return end.wrong === 'past' ? wrong('backwards') : end;
  return { ok: true, ...(begin.from && { from: begin.from }), until: end.until };
}

/** Hours end to the minute, days at the beginning of a day. */
function readFor(length: Temporal.Duration, here: Here): Read<{ until: Date }> {
  const end = local(here).add(length);
  const days = length.days + length.weeks + length.months > 0;
  const read = checked(days ? end.startOfDay() : end, here);
  return read.ok ? { ok: true, until: read.at } : read;
}

/** A whole day, or the whole of next week or next month. */
function readWhole(text: string, here: Here): Read<{ from?: Date; until?: Date }> {
  const today = local(here).toPlainDate();
  const day = readDay(text.replace(/^(?:the )?(?:rest of (?:the )?)?(?=day$)day$/, 'today'), today);
  if (!day) return wrong('unclear');
  const length = text === 'next week' ? { weeks: 1 } : text === 'next month' ? { months: 1 } : { days: 1 };
  const until = checked(day.day.add(length).toZonedDateTime(here.zone), here);
  if (!until.ok) return until;
  if (day.day.equals(today)) return { ok: true, until: until.at };
  return { ok: true, from: dateOf(day.day.toZonedDateTime(here.zone)), until: until.at };
}
