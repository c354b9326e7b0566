import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type Here, readAbsence, readMoment, type Wrong } from './when.ts';

/** A Tuesday, 10:00 in New York. */
const HERE: Here = { now: new Date('2026-11-24T15:00:00Z'), zone: 'America/New_York' };

const shown = (at: Date | undefined, zone = HERE.zone) =>
  at &&
  Temporal.Instant.fromEpochMilliseconds(at.getTime())
    .toZonedDateTimeISO(zone)
    .toPlainDateTime()
    .toString({ smallestUnit: 'minute' });

const moments: [typed: string, local: string | Wrong][] = [
  ['15:00', '2026-11-24T15:00'],
  ['until 15:00', '2026-11-24T15:00'],
  ['at 3pm', '2026-11-24T15:00'],
  ['3 PM', '2026-11-24T15:00'],
  ['3:30 p.m.', '2026-11-24T15:30'],
  ['12am tomorrow', '2026-11-25T00:00'],
  ['12:15 pm', '2026-11-24T12:15'],
  ['noon', '2026-11-24T12:00'],
  ['this afternoon', '2026-11-24T14:00'],
  ['tonight', '2026-11-24T20:00'],
  ['today', '2026-11-24T17:00'],
  ['end of day', '2026-11-24T17:00'],
  ['eod Friday', '2026-11-27T17:00'],
  ['tomorrow', '2026-11-25T09:00'],
  ['until tomorrow 9am', '2026-11-25T09:00'],
  ['tomorrow at 9', 'unclear'],
  ['tomorrow at 14:30', '2026-11-25T14:30'],
  ['tomorrow morning', '2026-11-25T09:00'],
  ['the day after tomorrow', '2026-11-26T09:00'],
  ['until Monday', '2026-11-30T09:00'],
  ['mon', '2026-11-30T09:00'],
  ['Thurs, 10am', '2026-11-26T10:00'],
  ['on Friday', '2026-11-27T09:00'],
  ['Tuesday', '2026-12-01T09:00'],
  ['Tuesday 17:00', '2026-11-24T17:00'],
  ['Tuesday 9am', '2026-12-01T09:00'],
  ['this Friday', '2026-11-27T09:00'],
  ['next Friday', '2026-12-04T09:00'],
  ['next Monday', '2026-11-30T09:00'],
  ['next week', '2026-11-30T09:00'],
  ['next month', '2026-12-01T09:00'],
  ['2026-12-01', '2026-12-01T09:00'],
  ['until 2026-12-01 08:15', '2026-12-01T08:15'],
  ['2026-12-01T08:15', '2026-12-01T08:15'],
  ['3 Dec', '2026-12-03T09:00'],
  ['Dec 3rd, 4pm', '2026-12-03T16:00'],
  ['3rd of December', '2026-12-03T09:00'],
  ['December 3, 2027', '2027-12-03T09:00'],
  ['3 Jan', '2027-01-03T09:00'],
  ['24 Nov', '2026-11-24T17:00'],
  ['3.12.', '2026-12-03T09:00'],
  ['3.12.2026', '2026-12-03T09:00'],
  ['12/25', '2026-12-25T09:00'],
  ['25/12', '2026-12-25T09:00'],
  ['3/12', 'unclear'],
  ['in 2 hours', '2026-11-24T12:00'],
  ['for 2 hours', '2026-11-24T12:00'],
  ['2h', '2026-11-24T12:00'],
  ['1h30m', '2026-11-24T11:30'],
  ['1 hour and 30 minutes', '2026-11-24T11:30'],
  ['half an hour', '2026-11-24T10:30'],
  ['an hour', '2026-11-24T11:00'],
  ['for a couple of days', '2026-11-26T10:00'],
  ['two weeks', '2026-12-08T10:00'],
  ['a month', '2026-12-24T10:00'],
  ['09:30', 'past'],
  ['today 9am', 'past'],
  ['2026-11-23', 'past'],
  ['yesterday', 'unclear'],
  ['2040-01-01', 'far'],
  ['9999 days', 'far'],
  ['25:00', 'unclear'],
  ['13pm', 'unclear'],
  ['31 Feb', 'unclear'],
  ['5', 'unclear'],
  ['', 'unclear'],
  ['until', 'unclear'],
  ['when the cows come home', 'unclear'],
  ['Monday Tuesday', 'unclear'],
  ['0 minutes', 'past'],
];

describe('a moment', () => {
  for (const [typed, local] of moments) {
    test(`“${typed}”`, () => {
      const read = readMoment(typed, HERE);
      assert.equal(read.ok ? shown(read.at) : read.wrong, local);
    });
  }

  test('is of the zone the person is in, summer time included', () => {
    const berlin = { now: new Date('2026-03-28T22:00:00Z'), zone: 'Europe/Berlin' };
    const read = readMoment('tomorrow 9am', berlin);
    assert.deepEqual(read, { ok: true, at: new Date('2026-03-29T07:00:00Z') });
    const skipped = readMoment('tomorrow 2:30', berlin);
    assert.deepEqual(
      skipped,
      { ok: true, at: new Date('2026-03-29T01:30:00Z') },
      'an hour that is left out is the next',
    );
    assert.deepEqual(readMoment('in 24 hours', berlin), { ok: true, at: new Date('2026-03-29T22:00:00Z') });
  });
});

const absences: [typed: string, from: string | undefined | Wrong, until?: string][] = [
  ['', undefined],
  ['until further notice', undefined],
  ['until Monday', undefined, '2026-11-30T00:00'],
  ['till 2026-12-01', undefined, '2026-12-01T00:00'],
  ['back on Monday', undefined, '2026-11-30T00:00'],
  ['back Monday 1pm', undefined, '2026-11-30T13:00'],
  ['until 15:00', undefined, '2026-11-24T15:00'],
  ['through Friday', undefined, '2026-11-28T00:00'],
  ['until tomorrow 9am', undefined, '2026-11-25T09:00'],
  ['for 2 hours', undefined, '2026-11-24T12:00'],
  ['for 3 days', undefined, '2026-11-27T00:00'],
  ['for a week', undefined, '2026-12-01T00:00'],
  ['1 week', undefined, '2026-12-01T00:00'],
  ['today', undefined, '2026-11-25T00:00'],
  ['the rest of the day', undefined, '2026-11-25T00:00'],
  ['tomorrow', '2026-11-25T00:00', '2026-11-26T00:00'],
  ['on Friday', '2026-11-27T00:00', '2026-11-28T00:00'],
  ['Friday', '2026-11-27T00:00', '2026-11-28T00:00'],
  ['on 3 Dec', '2026-12-03T00:00', '2026-12-04T00:00'],
  ['next week', '2026-11-30T00:00', '2026-12-07T00:00'],
  ['from 3 Dec until 7 Dec', '2026-12-03T00:00', '2026-12-07T00:00'],
  ['3 Dec - 7 Dec', '2026-12-03T00:00', '2026-12-07T00:00'],
  ['from 3 Dec through 7 Dec', '2026-12-03T00:00', '2026-12-08T00:00'],
  ['from next Monday until Wednesday', '2026-11-30T00:00', '2026-12-02T00:00'],
  ['from tomorrow 13:00 until Friday 9am', '2026-11-25T13:00', '2026-11-27T09:00'],
  ['from today until Friday', undefined, '2026-11-27T00:00'],
  ['from now until Friday', undefined, '2026-11-27T00:00'],
  ['from Thursday', '2026-11-26T00:00'],
  ['from 2026-12-07 until 2026-12-03', 'backwards'],
  ['until today', 'past'],
  ['until 9am', 'past'],
  ['until yesterday', 'unclear'],
  ['on 3/12', 'unclear'],
  ['sick', 'unclear'],
  ['through', 'unclear'],
  ['until 2031-01-01', 'far'],
];

describe('an absence', () => {
  for (const [typed, from, until] of absences) {
    test(`“${typed}”`, () => {
      const read = readAbsence(typed, HERE);
      assert.deepEqual(read.ok ? [shown(read.from), shown(read.until)] : [read.wrong, undefined], [from, until]);
    });
  }
});

const zones = fc.constantFrom(
  'America/New_York',
  'Europe/London',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'America/Sao_Paulo',
  'UTC',
);
const nows = fc.date({ min: new Date('2024-01-01'), max: new Date('2035-12-31'), noInvalidDate: true });
const pieces = fc.constantFrom(
  'until',
  'from',
  'tomorrow',
  'Monday',
  'next',
  '9am',
  '15:00',
  '3',
  'Dec',
  'for',
  '2',
  'hours',
  'h',
  '-',
  'to',
  '2026-12-01',
  '/',
  '.',
  'through',
  'today',
  'noon',
  '29 feb',
);

test('whatever is typed, no answer lies in the past, nothing ends before it begins, and nothing breaks', () => {
  const typed = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.array(pieces, { maxLength: 8 }).map(words => words.join(' ')),
  );
  fc.assert(
    fc.property(typed, nows, zones, (text, now, zone) => {
      const moment = readMoment(text, { now, zone });
      if (moment.ok) assert.ok(moment.at > now);
      const absence = readAbsence(text, { now, zone });
      if (!absence.ok) return;
      if (absence.from) assert.ok(absence.from > now);
      if (absence.until) assert.ok(absence.until > (absence.from ?? now));
    }),
    { numRuns: 2_000 },
  );
});

test('a date and a time to come, written out, are read as they stand, in any zone', () => {
  const ahead = fc.integer({ min: 60_000, max: 600 * 86_400_000 });
  fc.assert(
    fc.property(nows, zones, ahead, (now, zone, milliseconds) => {
      const meant = Temporal.Instant.fromEpochMilliseconds(now.getTime() + milliseconds)
        .toZonedDateTimeISO(zone)
        .round({ smallestUnit: 'minute', roundingMode: 'ceil' });
      fc.pre(firstOf(meant) > now.getTime());
      const local = meant.toPlainDateTime().toString({ smallestUnit: 'minute' });
      const read = readMoment(`until ${local.replace('T', ' ')}`, { now, zone });
      assert.ok(read.ok, local);
      assert.equal(shown(read.at, zone), shown(new Date(firstOf(meant)), zone));
    }),
  );
});

/** Clocks that go back have an hour twice: the first is meant. */
function firstOf(meant: Temporal.ZonedDateTime): number {
  return meant.toPlainDateTime().toZonedDateTime(meant.timeZoneId).epochMilliseconds;
}
