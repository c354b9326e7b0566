/**
 * Working time: how much of it lies between two instants, and when so much of it has passed. In the person's own zone,
 * by their hours, holidays and absences; a day of daylight saving is as long as it really is. Pure.
 */
import { DAY } from '../lib/clock.ts';
import { nextClosing, nextOpening, type WorkCalendar } from './hours.ts';

/** Spans looked through: three years of working days. Whoever has not worked so much until then never will. */
const MOST_SPANS = 800;
/** The same in days, for those who work on few of them. */
const HORIZON = 3 * 366 * DAY;

/**
 * The instant at which `milliseconds` of working time have passed since `from`; undefined when nobody knows, because
 * the person is away without a day of return. Nothing to wait for: `from` itself, at work or not.
 */
export function dueAfter(calendar: WorkCalendar, from: Date, milliseconds: number): Date | undefined {
  if (milliseconds <= 0) return from;
  let left = milliseconds;
  for (const span of spansFrom(calendar, from)) {
    if (left <= span.to - span.from) return new Date(span.from + left);
    left -= span.to - span.from;
  }
  return undefined;
}

/** Milliseconds of working time from `from` until `to`; 0 when `to` is not later. */
export function workBetween(calendar: WorkCalendar, from: Date, to: Date): number {
  let worked = 0;
  for (const span of spansFrom(calendar, from)) {
    if (span.from >= to.getTime()) break;
    worked += Math.min(span.to, to.getTime()) - span.from;
  }
  return worked;
}

interface Span {
  from: number;
  /** Infinity: always at work from then on. */
  to: number;
}

function* spansFrom(calendar: WorkCalendar, from: Date): Generator<Span, void> {
  const known = spansOf(calendar);
  let moment = from.getTime();
  for (let span = 0; span < MOST_SPANS && moment - from.getTime() <= HORIZON; span += 1) {
    const found =
      span === 0 ? spanAfter(calendar, moment) : remembered(known, moment, () => spanAfter(calendar, moment));
    if (!found) return;
    yield found;
    if (found.to === Number.POSITIVE_INFINITY) return;
    moment = found.to;
  }
}

function spanAfter(calendar: WorkCalendar, moment: number): Span | undefined {
  const opening = nextOpening(calendar, new Date(moment));
  if (!opening) return undefined;
  const closing = nextClosing(calendar, opening);
  return { from: opening.getTime(), to: closing?.getTime() ?? Number.POSITIVE_INFINITY };
}

/** By the end of the span before: that is the same whenever a walk through the calendar begins. */
type Spans = Map<number, Span | undefined>;

/** Reckoning with zones is slow, and all leads of a person run by the same calendar. */
const calendars = new Map<string, Spans>();
/** Calendars of people at work now: some 50 kB each. */
const MOST_CALENDARS = 500;
const MOST_REMEMBERED = 2 * MOST_SPANS;

function spansOf({ zone, hours, absences = [] }: WorkCalendar): Spans {
  const key = JSON.stringify([zone, hours, absences.map(({ from, until }) => [from, until])]);
  const known = calendars.get(key) ?? new Map();
  // The one used last stands last.
  calendars.delete(key);
  calendars.set(key, known);
  const [eldest] = calendars.keys();
  if (calendars.size > MOST_CALENDARS && eldest !== undefined) calendars.delete(eldest);
  return known;
}

function remembered(spans: Spans, moment: number, find: () => Span | undefined): Span | undefined {
  if (spans.has(moment)) return spans.get(moment);
  const found = find();
  if (spans.size >= MOST_REMEMBERED) spans.clear();
  spans.set(moment, found);
  return found;
}
