/**
 * Working time: how much of it lies between two instants, and when so much of it has passed. In the person's own zone,
 * by their hours, holidays and absences; a day of daylight saving is as long as it really is. Pure.
 */
import { nextClosing, nextOpening, type WorkCalendar } from './hours.ts';

/** Spans looked through: three years of working days. Whoever has not worked so much until then never will. */
const MOST_SPANS = 800;

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
  let moment = from;
  for (let span = 0; span < MOST_SPANS; span += 1) {
    const opening = nextOpening(calendar, moment);
    if (!opening) return;
    const closing = nextClosing(calendar, opening);
    yield { from: opening.getTime(), to: closing?.getTime() ?? Number.POSITIVE_INFINITY };
    if (!closing) return;
    moment = closing;
  }
}
