/** Days and times of day as a person in their own zone says them. */
import { HOUR } from '../../../lib/clock.ts';

const START_OF_WORK = 9;
const AFTERNOON = 14;
const END_OF_DAY = 17;

function local(at: Date, zone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(zone);
}

function shown(at: Date, zone: string, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat('en-US', { timeZone: zone, ...options }).format(at).replaceAll('\u202f', ' ');
}

/** "Mon, Nov 30". */
export function dayWords(at: Date, zone: string): string {
  return shown(at, zone, { weekday: 'short', month: 'short', day: 'numeric' });
}

/** "Mon, Nov 30, 9:00 AM". */
export function timeWords(at: Date, zone: string): string {
  return shown(at, zone, { weekday: 'short', month: 'short', day: 'numeric', hour: 'numeric', minute: '2-digit' });
}

/** YYYY-MM-DD. */
export function today(now: Date, zone: string): string {
  return local(now, zone).toPlainDate().toString();
}

/** When a day begins there; `days` later when given. Not always midnight: clocks may change then. */
export function startOfDay(date: string, zone: string, days = 0): Date {
  const begin = Temporal.PlainDate.from(date).add({ days }).toZonedDateTime(zone);
  return new Date(begin.epochMilliseconds);
}

/** A moment on offer, and what it is called. */
export interface Offer {
  at: Date;
  words: string;
}

/** When a lead may come back: the next good moments of a working person's week, soonest first. */
export function laterOffers(now: Date, zone: string): Offer[] {
  const here = local(now, zone);
  const at = (day: Temporal.PlainDate, hour: number) =>
    new Date(day.toZonedDateTime({ timeZone: zone, plainTime: Temporal.PlainTime.from({ hour }) }).epochMilliseconds);
  const day = here.toPlainDate();
  const tomorrow = day.add({ days: 1 });
  const monday = day.add({ days: 8 - here.dayOfWeek });
  const offers: Offer[] = [
    { at: new Date(now.getTime() + HOUR), words: 'In 1 hour' },
    { at: at(day, AFTERNOON), words: 'This afternoon' },
    { at: at(day, END_OF_DAY), words: 'At the end of the day' },
    { at: at(tomorrow, START_OF_WORK), words: 'Tomorrow morning' },
    ...(monday.equals(tomorrow) ? [] : [{ at: at(monday, START_OF_WORK), words: 'Next Monday' }]),
  ];
  const [soonest, ...rest] = offers;
  if (!soonest) return [];
  return [soonest, ...rest.filter(offer => offer.at.getTime() > soonest.at.getTime())];
}
