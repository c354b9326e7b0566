/** When a question that is asked again by itself is due: by the asker's clock, at the hour of the weekly report. Pure. */
import type { Measured } from '../questions/question-object.ts';

type Every = NonNullable<Measured['every']>;

const HOUR_OF_DAY = '09:00';
const WEEKDAYS: readonly Every[] = ['mon', 'tue', 'wed', 'thu', 'fri'];

/** The next time after now. Every day means working days. */
export function nextTime(every: Every, at: string | undefined, { now, zone }: { now: Date; zone: string }): Date {
  const today = Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(zone).toPlainDate();
  const time = Temporal.PlainTime.from(at ?? HOUR_OF_DAY);
  for (let days = 0; ; days += 1) {
    const day = today.add({ days });
    const due = day.toPlainDateTime(time).toZonedDateTime(zone, { disambiguation: 'compatible' });
    if (isOn(every, day) && due.epochMilliseconds > now.getTime()) return new Date(due.epochMilliseconds);
  }
}

function isOn(every: Every, day: Temporal.PlainDate): boolean {
  if (every === 'month') return day.day === 1;
  return every === 'day' ? day.dayOfWeek <= WEEKDAYS.length : WEEKDAYS[day.dayOfWeek - 1] === every;
}
