import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DAY, HOUR } from '../lib/clock.ts';
import { lastDue, periodsBefore } from './periods.ts';

const NEW_YORK = 'America/New_York';
const weekly = (differs: Partial<Parameters<typeof lastDue>[0]> = {}) => ({
  day: 'mon' as const,
  at: '09:00',
  time_zone: NEW_YORK,
  channel: '#c',
  ...differs,
});

for (const [what, given, now, due, week, from, to] of [
  [
    'a minute before',
    {},
    '2026-11-30T13:59:00Z',
    '2026-11-23T14:00',
    '2026-W48',
    '2026-11-16T05:00',
    '2026-11-23T05:00',
  ],
  ['at the minute', {}, '2026-11-30T14:00:00Z', '2026-11-30T14:00', '2026-W49', '2026-11-23T05:00', '2026-11-30T05:00'],
  [
    'six days later',
    {},
    '2026-12-06T23:00:00Z',
    '2026-11-30T14:00',
    '2026-W49',
    '2026-11-23T05:00',
    '2026-11-30T05:00',
  ],
  [
    'after the clocks went back',
    {},
    '2026-11-02T14:00:00Z',
    '2026-11-02T14:00',
    '2026-W45',
    '2026-10-26T04:00',
    '2026-11-02T05:00',
  ],
  [
    'an hour too early then',
    {},
    '2026-11-02T13:30:00Z',
    '2026-10-26T13:00',
    '2026-W44',
    '2026-10-19T04:00',
    '2026-10-26T04:00',
  ],
  [
    'after they went forward',
    {},
    '2026-03-09T13:00:00Z',
    '2026-03-09T13:00',
    '2026-W11',
    '2026-03-02T05:00',
    '2026-03-09T04:00',
  ],
  [
    'at an hour they skip',
    { day: 'sun', at: '02:30' },
    '2026-03-08T12:00:00Z',
    '2026-03-08T07:30',
    '2026-W10',
    '2026-03-01T05:00',
    '2026-03-08T05:00',
  ],
  [
    'at an hour they repeat',
    { day: 'sun', at: '01:30' },
    '2026-11-01T05:30:00Z',
    '2026-11-01T05:30',
    '2026-W44',
    '2026-10-25T04:00',
    '2026-11-01T04:00',
  ],
  [
    'across the new year',
    { day: 'fri' },
    '2027-01-01T15:00:00Z',
    '2027-01-01T14:00',
    '2026-W53',
    '2026-12-25T05:00',
    '2027-01-01T05:00',
  ],
] as const) {
  test(`the report that was due last, ${what}`, () => {
    const found = lastDue(weekly(given), new Date(now));
    const minutes = [found.due, found.from, found.to].map(at => at.toISOString().slice(0, 16));
    assert.deepEqual([minutes[0], found.week, minutes[1], minutes[2]], [due, week, from, to]);
  });
}

test('whatever the hour, one report a week: never in the future, each week once, none left out', () => {
  const zones = [NEW_YORK, 'Europe/London', 'Asia/Kolkata', 'Pacific/Auckland', 'America/Sao_Paulo'];
  const given = fc.record({
    day: fc.constantFrom('mon', 'thu', 'sun'),
    at: fc.constantFrom('00:00', '01:30', '02:30', '09:00', '23:45'),
    time_zone: fc.constantFrom(...zones),
  });
  const start = fc.date({ min: new Date('2026-01-01'), max: new Date('2027-06-01'), noInvalidDate: true });
  fc.assert(
    fc.property(given, start, (differs, at) => {
      const first = lastDue(weekly(differs), at);
      const next = lastDue(weekly(differs), new Date(first.due.getTime() + 8 * DAY - 2 * HOUR));
      assert.ok(first.due <= at && at.getTime() - first.due.getTime() < 7 * DAY + 2 * HOUR);
      assert.equal(lastDue(weekly(differs), first.due).week, first.week);
      assert.notEqual(next.week, first.week);
      assert.deepEqual(next.from, first.to, 'weeks leave no gap and do not overlap');
    }),
    { numRuns: 100 },
  );
});

test('what was before has the same length: days with days, months with months', () => {
  const begins = (from: string, to: string) =>
    periodsBefore({ from: new Date(from), to: new Date(to), zone: NEW_YORK }, 2).map(one => [
      one.from.toISOString().slice(0, 13),
      one.to.toISOString().slice(0, 13),
    ]);
  assert.deepEqual(begins('2026-11-02T05:00:00Z', '2026-11-09T05:00:00Z'), [
    ['2026-10-19T04', '2026-10-26T04'],
    ['2026-10-26T04', '2026-11-02T05'],
  ]);
  assert.deepEqual(begins('2026-03-01T05:00:00Z', '2026-04-01T04:00:00Z'), [
    ['2026-01-01T05', '2026-02-01T05'],
    ['2026-02-01T05', '2026-03-01T05'],
  ]);
  assert.deepEqual(begins('2026-11-24T05:00:00Z', '2026-11-25T05:00:00Z'), [
    ['2026-11-22T05', '2026-11-23T05'],
    ['2026-11-23T05', '2026-11-24T05'],
  ]);
});
