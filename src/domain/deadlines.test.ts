import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { DAY, HOUR, MINUTE } from '../lib/clock.ts';
import { dueAfter, workBetween } from './deadlines.ts';
import type { WorkCalendar, WorkHours } from './hours.ts';

const OFFICE: WorkHours = { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '09:00', to: '18:00' };
const la: WorkCalendar = { zone: 'America/Los_Angeles', hours: { ...OFFICE, holidays: 'US' } };
const ny: WorkCalendar = { zone: 'America/New_York', hours: { ...OFFICE, holidays: 'US' } };
const london: WorkCalendar = { zone: 'Europe/London', hours: { ...OFFICE, holidays: 'GB-ENG' } };
const berlin: WorkCalendar = { zone: 'Europe/Berlin', hours: { ...OFFICE, holidays: 'DE-BE' } };
const kolkata: WorkCalendar = { zone: 'Asia/Kolkata', hours: OFFICE };
const night: WorkHours = { days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], from: '00:30', to: '05:00' };
const anyTime: WorkCalendar = { zone: 'UTC' };

/** A wall clock in a zone: "2026-11-20T17:55 America/Los_Angeles". */
function at(wall: string): Date {
  const [time = '', zone = 'UTC'] = wall.split(' ');
  return new Date(Temporal.PlainDateTime.from(time).toZonedDateTime(zone).epochMilliseconds);
}

const away = (calendar: WorkCalendar, from: string, until: string | null): WorkCalendar => ({
  ...calendar,
  absences: [...(calendar.absences ?? []), { from: at(from), until: until === null ? null : at(until) }],
});

const LA = 'America/Los_Angeles';
const NY = 'America/New_York';
const L = 'Europe/London';
const B = 'Europe/Berlin';

const examples: [why: string, calendar: WorkCalendar, from: string, work: number, due: string | undefined][] = [
  ['in the middle of the day', la, `2026-11-24T10:00 ${LA}`, HOUR, `2026-11-24T11:00 ${LA}`],
  ['exactly until the end of the day', la, `2026-11-24T17:00 ${LA}`, HOUR, `2026-11-24T18:00 ${LA}`],
  ['over the night', la, `2026-11-24T17:30 ${LA}`, HOUR, `2026-11-25T09:30 ${LA}`],
  ['Friday 17:55 goes on on Monday', la, `2026-11-20T17:55 ${LA}`, HOUR, `2026-11-23T09:55 ${LA}`],
  ['Friday 18:00 is over', la, `2026-11-20T18:00 ${LA}`, HOUR, `2026-11-23T10:00 ${LA}`],
  ['Friday 17:59:59 has a second left', la, `2026-11-20T17:59:59 ${LA}`, HOUR, `2026-11-23T09:59:59 ${LA}`],
  ['on a Saturday', la, `2026-11-21T12:00 ${LA}`, HOUR, `2026-11-23T10:00 ${LA}`],
  ['before the day begins', la, `2026-11-24T05:00 ${LA}`, 30 * MINUTE, `2026-11-24T09:30 ${LA}`],
  ['on the minute it begins', la, `2026-11-24T09:00 ${LA}`, 30 * MINUTE, `2026-11-24T09:30 ${LA}`],
  ['24 hours are almost three days', la, `2026-11-16T09:00 ${LA}`, 24 * HOUR, `2026-11-18T15:00 ${LA}`],
  ['over a weekend', la, `2026-11-19T13:00 ${LA}`, 24 * HOUR, `2026-11-24T10:00 ${LA}`],
  ['Thanksgiving is free', la, `2026-11-25T17:30 ${LA}`, HOUR, `2026-11-27T09:30 ${LA}`],
  ['a crossing on Thanksgiving', ny, `2026-11-26T12:00 ${NY}`, HOUR, `2026-11-27T10:00 ${NY}`],
  ['Christmas and a weekend', ny, `2026-12-24T17:00 ${NY}`, 2 * HOUR, `2026-12-28T10:00 ${NY}`],
  ['the 4th of July kept on the Friday', ny, `2026-07-02T17:00 ${NY}`, 2 * HOUR, `2026-07-06T10:00 ${NY}`],
  ['Boxing Day kept on the Monday', london, `2026-12-24T17:30 ${L}`, HOUR, `2026-12-29T09:30 ${L}`],
  ['Easter: four days', london, `2026-04-02T17:30 ${L}`, HOUR, `2026-04-07T09:30 ${L}`],
  [
    'the Day of German Unity on a Saturday changes nothing',
    berlin,
    `2026-10-02T17:30 ${B}`,
    HOUR,
    `2026-10-05T09:30 ${B}`,
  ],
  ['Labour Day in Berlin', berlin, `2026-04-30T17:30 ${B}`, HOUR, `2026-05-04T09:30 ${B}`],
  ['spring forward on a weekend costs nothing', la, `2026-03-06T17:30 ${LA}`, HOUR, `2026-03-09T09:30 ${LA}`],
  ['fall back on a weekend gives nothing', la, `2026-10-30T17:30 ${LA}`, HOUR, `2026-11-02T09:30 ${LA}`],
  ['Europe springs forward on another day', berlin, `2026-03-27T17:30 ${B}`, HOUR, `2026-03-30T09:30 ${B}`],
  [
    'a night shift loses the hour that is skipped',
    { zone: NY, hours: night },
    `2026-03-08T01:00 ${NY}`,
    2 * HOUR,
    `2026-03-08T04:00 ${NY}`,
  ],
  [
    'a night shift works the hour that comes twice',
    { zone: NY, hours: night },
    `2026-11-01T00:30 ${NY}`,
    4 * HOUR,
    `2026-11-01T03:30 ${NY}`,
  ],
  [
    'a day that begins in the skipped hour begins when it ends',
    { zone: NY, hours: { ...night, from: '02:15' } },
    `2026-03-08T01:00 ${NY}`,
    HOUR,
    `2026-03-08T04:00 ${NY}`,
  ],
  [
    'a day that lies in the skipped hour does not take place',
    { zone: NY, hours: { ...night, from: '02:15', to: '02:45' } },
    `2026-03-08T01:00 ${NY}`,
    30 * MINUTE,
    `2026-03-09T02:45 ${NY}`,
  ],
  ['a zone with half an hour', kolkata, '2026-11-24T17:30 Asia/Kolkata', HOUR, '2026-11-25T09:30 Asia/Kolkata'],
  ['seen from UTC', kolkata, '2026-11-24T12:00', HOUR, '2026-11-25T04:00'],
  ['February 29 is a working day of 2028', berlin, `2028-02-28T17:30 ${B}`, HOUR, `2028-02-29T09:30 ${B}`],
  ['from February 29 on', berlin, `2028-02-29T17:30 ${B}`, HOUR, `2028-03-01T09:30 ${B}`],
  ['over New Year', berlin, `2026-12-31T17:30 ${B}`, HOUR, `2027-01-04T09:30 ${B}`],
  [
    'an absence of a day',
    away(la, `2026-11-24T00:00 ${LA}`, `2026-11-25T00:00 ${LA}`),
    `2026-11-23T17:30 ${LA}`,
    HOUR,
    `2026-11-25T09:30 ${LA}`,
  ],
  [
    'an absence in the middle of a day',
    away(la, `2026-11-24T12:00 ${LA}`, `2026-11-24T14:00 ${LA}`),
    `2026-11-24T11:30 ${LA}`,
    HOUR,
    `2026-11-24T14:30 ${LA}`,
  ],
  [
    'an absence that begins at the end of work',
    away(la, `2026-11-24T11:00 ${LA}`, `2026-11-24T14:00 ${LA}`),
    `2026-11-24T10:00 ${LA}`,
    HOUR,
    `2026-11-24T11:00 ${LA}`,
  ],
  [
    'two absences that touch',
    away(
      away(la, `2026-11-24T10:00 ${LA}`, `2026-11-24T12:00 ${LA}`),
      `2026-11-24T12:00 ${LA}`,
      `2026-11-24T13:00 ${LA}`,
    ),
    `2026-11-24T09:30 ${LA}`,
    HOUR,
    `2026-11-24T13:30 ${LA}`,
  ],
  [
    'two absences that overlap',
    away(
      away(la, `2026-11-24T10:00 ${LA}`, `2026-11-24T12:00 ${LA}`),
      `2026-11-24T11:00 ${LA}`,
      `2026-11-24T13:00 ${LA}`,
    ),
    `2026-11-24T09:30 ${LA}`,
    HOUR,
    `2026-11-24T13:30 ${LA}`,
  ],
  [
    'an absence that ends on a Saturday',
    away(la, `2026-11-23T00:00 ${LA}`, `2026-11-28T12:00 ${LA}`),
    `2026-11-20T17:30 ${LA}`,
    HOUR,
    `2026-11-30T09:30 ${LA}`,
  ],
  [
    'nobody knows when they are back',
    away(la, `2026-11-24T12:00 ${LA}`, null),
    `2026-11-24T11:30 ${LA}`,
    HOUR,
    undefined,
  ],
  [
    'due before they leave for good',
    away(la, `2026-11-24T12:00 ${LA}`, null),
    `2026-11-24T11:00 ${LA}`,
    HOUR,
    `2026-11-24T12:00 ${LA}`,
  ],
  ['no hours: always at work', anyTime, '2026-11-21T23:30', HOUR, '2026-11-22T00:30'],
  [
    'no hours, but an absence',
    away(anyTime, '2026-11-22T00:00', '2026-11-23T00:00'),
    '2026-11-21T23:30',
    HOUR,
    '2026-11-23T00:30',
  ],
  ['nothing to wait for', la, `2026-11-21T12:00 ${LA}`, 0, `2026-11-21T12:00 ${LA}`],
  ['the same moment for somebody in New York', ny, `2026-11-24T17:30 ${LA}`, HOUR, `2026-11-25T10:00 ${NY}`],
  [
    'one day a week',
    { zone: 'UTC', hours: { ...OFFICE, days: ['wed'] } },
    '2026-11-25T17:00',
    10 * HOUR,
    '2026-12-02T18:00',
  ],
];

describe('dueAfter', () => {
  for (const [why, calendar, from, work, due] of examples) {
    it(`${why}: ${from} + ${work / MINUTE} min`, () => {
      assert.equal(dueAfter(calendar, at(from), work)?.toISOString(), due && at(due).toISOString());
      if (due && work > 0) assert.equal(workBetween(calendar, at(from), at(due)), work);
    });
  }
});

const zones = [
  'America/Los_Angeles',
  'America/New_York',
  'Europe/London',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'Pacific/Auckland',
  'America/St_Johns',
  'UTC',
];
const moment = fc
  .integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2028, 11, 31) })
  .map(milliseconds => new Date(milliseconds));
const minuteOfDay = fc.integer({ min: 0, max: 1_439 });
const wall = (minutes: number) =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
const hours = fc
  .record({
    days: fc.uniqueArray(fc.constantFrom('mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'), { minLength: 1 }),
    span: fc.tuple(minuteOfDay, minuteOfDay).filter(([one, other]) => one !== other),
    holidays: fc.constantFrom(undefined, 'US', 'GB-ENG'),
  })
  .map(({ days, span, holidays }): WorkHours => {
    const [from, to] = span[0] < span[1] ? span : [span[1], span[0]];
    return { days, from: wall(from), to: wall(to), ...(holidays && { holidays }) };
  });
const absence = fc
  .record({ from: moment, length: fc.integer({ min: MINUTE, max: 20 * DAY }) })
  .map(({ from, length }) => ({ from, until: new Date(from.getTime() + length) }));
const calendars: fc.Arbitrary<WorkCalendar> = fc.record({
  zone: fc.constantFrom(...zones),
  hours: fc.option(hours, { nil: undefined }),
  absences: fc.array(absence, { maxLength: 4 }),
});
/** Near the nights when clocks change, where the mistakes are. */
const changes = fc
  .record({
    night: fc.constantFrom('2026-03-08', '2026-03-29', '2026-04-05', '2026-10-04', '2026-10-25', '2026-11-01'),
    into: fc.integer({ min: -20 * HOUR, max: 30 * HOUR }),
  })
  .map(({ night: day, into }) => new Date(Date.parse(`${day}T00:00:00Z`) + into));
const moments = fc.oneof(moment, changes);
const spans = fc.array(fc.integer({ min: 0, max: 3 * DAY }), { minLength: 2, maxLength: 2 });

describe('any calendar', () => {
  it('working time is never negative, never more than time, and adds up', () => {
    fc.assert(
      fc.property(calendars, moments, spans, (calendar, from, [first = 0, second = 0]) => {
        const middle = new Date(from.getTime() + first);
        const end = new Date(middle.getTime() + second);
        const whole = workBetween(calendar, from, end);
        assert.ok(whole >= 0 && whole <= first + second, `${whole} of ${first + second}`);
        assert.equal(whole, workBetween(calendar, from, middle) + workBetween(calendar, middle, end));
      }),
      { numRuns: 500 },
    );
  });

  it('what is due later needs more work, nothing is due before it begins, and the work is done when it is due', () => {
    fc.assert(
      fc.property(calendars, moments, spans, (calendar, from, [first = 0, more = 0]) => {
        const due = dueAfter(calendar, from, first);
        const later = dueAfter(calendar, from, first + more);
        if (!due || !later) return;
        assert.ok(due >= from && later >= due);
        assert.equal(workBetween(calendar, from, due), first);
        const goOn = dueAfter(calendar, due, more);
        if (more > 0) assert.equal(goOn?.toISOString(), later.toISOString());
      }),
      { numRuns: 300 },
    );
  });
});
