import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { holidayOn } from './holidays.ts';
import { type Availability, availability, hoursText, nextOpening, type WorkCalendar, type WorkHours } from './hours.ts';

const OFFICE: WorkHours = { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '09:00', to: '18:00' };
const US = { ...OFFICE, holidays: 'US' };
const LA = 'America/Los_Angeles';

function answer(calendar: WorkCalendar, at: string): [string, string?, string?] {
  const found: Availability = availability(calendar, new Date(at));
  return found.available ? ['here'] : [found.code, found.reason, found.until?.toISOString()];
}

function at(iso: string): Date {
  return new Date(iso);
}

describe('availability', () => {
  const cases: { name: string; calendar: WorkCalendar; at: string; expect: [string, string?, string?] }[] = [
    { name: 'no hours: always', calendar: { zone: LA }, at: '2026-11-21T11:00:00Z', expect: ['here'] },
    { name: 'the first minute', calendar: { zone: LA, hours: US }, at: '2026-11-19T17:00:00Z', expect: ['here'] },
    { name: 'the last minute', calendar: { zone: LA, hours: US }, at: '2026-11-20T01:59:59Z', expect: ['here'] },
    {
      name: 'before work, in their own zone',
      calendar: { zone: LA, hours: US },
      at: '2026-11-19T14:12:00Z',
      expect: [
        'outside_hours',
        'outside working hours: 06:12 in Los Angeles, Mon–Fri 09:00–18:00',
        '2026-11-19T17:00:00.000Z',
      ],
    },
    {
      name: 'at closing time on a Friday: next is Monday',
      calendar: { zone: LA, hours: US },
      at: '2026-11-21T02:00:00Z',
      expect: [
        'outside_hours',
        'outside working hours: 18:00 in Los Angeles, Mon–Fri 09:00–18:00',
        '2026-11-23T17:00:00.000Z',
      ],
    },
    {
      name: 'at the weekend',
      calendar: { zone: LA, hours: US },
      at: '2026-11-21T20:00:00Z',
      expect: [
        'outside_hours',
        'outside working hours: Sat 12:00 in Los Angeles, Mon–Fri 09:00–18:00',
        '2026-11-23T17:00:00.000Z',
      ],
    },
    {
      name: 'a holiday',
      calendar: { zone: LA, hours: US },
      at: '2026-11-26T20:00:00Z',
      expect: ['holiday', 'holiday: Thanksgiving Day (US), Thu 26 Nov 2026 in Los Angeles', '2026-11-27T17:00:00.000Z'],
    },
    {
      name: 'a holiday of one state, with the weekend behind it',
      calendar: { zone: LA, hours: { ...OFFICE, holidays: 'US-CA' } },
      at: '2026-11-27T20:00:00Z',
      expect: [
        'holiday',
        'holiday: Day after Thanksgiving Day (US-CA), Fri 27 Nov 2026 in Los Angeles',
        '2026-11-30T17:00:00.000Z',
      ],
    },
    {
      name: 'no holiday elsewhere',
      calendar: { zone: 'Europe/London', hours: { ...OFFICE, holidays: 'GB' } },
      at: '2026-11-26T12:00:00Z',
      expect: ['here'],
    },
    {
      name: 'the day of the holiday is the local one',
      calendar: { zone: 'Asia/Tokyo', hours: { ...OFFICE, holidays: 'JP' } },
      at: '2026-11-22T23:59:00Z',
      expect: ['holiday', 'holiday: Labor Thanksgiving Day (JP), Mon 23 Nov 2026 in Tokyo', '2026-11-24T00:00:00.000Z'],
    },
    {
      name: 'away, and back into working hours',
      calendar: {
        zone: LA,
        hours: US,
        absences: [{ from: at('2026-11-19T00:00:00Z'), until: at('2026-11-29T08:00:00Z') }],
      },
      at: '2026-11-20T20:00:00Z',
      expect: ['absent', 'away until Sun 29 Nov 2026', '2026-11-30T17:00:00.000Z'],
    },
    {
      name: 'away until an hour of today',
      calendar: {
        zone: 'Europe/London',
        absences: [{ from: at('2026-11-20T08:00:00Z'), until: at('2026-11-20T14:30:00Z') }],
      },
      at: '2026-11-20T12:00:00Z',
      expect: ['absent', 'away until Fri 20 Nov 2026, 14:30', '2026-11-20T14:30:00.000Z'],
    },
    {
      name: 'away without an end, the longer of two',
      calendar: {
        zone: LA,
        absences: [
          { from: at('2026-11-01T00:00:00Z'), until: null },
          { from: at('2026-11-02T00:00:00Z'), until: at('2026-12-01T00:00:00Z') },
        ],
      },
      at: '2026-11-20T12:00:00Z',
      expect: ['absent', 'away, no day of return given', undefined],
    },
    {
      name: 'away until the end of time',
      calendar: { zone: LA, hours: US, absences: [{ from: at('2026-11-01T00:00:00Z'), until: new Date(8.64e15) }] },
      at: '2026-11-20T12:00:00Z',
      expect: ['absent', 'away, no day of return given', undefined],
    },
    {
      name: 'an absence over by now, and one to come',
      calendar: {
        zone: LA,
        absences: [
          { from: at('2026-11-01T00:00:00Z'), until: at('2026-11-20T12:00:00Z') },
          { from: at('2026-11-20T12:00:01Z'), until: null },
        ],
      },
      at: '2026-11-20T12:00:00Z',
      expect: ['here'],
    },
  ];
  for (const { name, calendar, at: when, expect } of cases) {
    it(name, () => {
      const [code, reason, until] = answer(calendar, when);
      assert.deepEqual([code, reason, until], [expect[0], expect[1], expect[2]]);
    });
  }
});

describe('daylight saving', () => {
  it('keeps 09:00 at 09:00 on both sides of the change', () => {
    const calendar = { zone: LA, hours: OFFICE };
    // Clocks went back on Sunday 1 November 2026 and forward on Sunday 8 March.
    assert.equal(nextOpening(calendar, at('2026-10-30T12:00:00Z'))?.toISOString(), '2026-10-30T16:00:00.000Z');
    assert.equal(nextOpening(calendar, at('2026-10-31T12:00:00Z'))?.toISOString(), '2026-11-02T17:00:00.000Z');
    assert.equal(nextOpening(calendar, at('2026-03-07T12:00:00Z'))?.toISOString(), '2026-03-09T16:00:00.000Z');
  });

  it('opens with the end of the gap when the opening hour does not exist, and counts the doubled hour twice', () => {
    const night = { zone: LA, hours: { days: ['sun' as const], from: '02:30', to: '05:00' } };
    assert.equal(nextOpening(night, at('2026-03-08T08:30:00Z'))?.toISOString(), '2026-03-08T10:00:00.000Z');
    const doubled = { zone: LA, hours: { days: ['sun' as const], from: '01:00', to: '02:00' } };
    assert.deepEqual(answer(doubled, '2026-11-01T08:30:00Z'), ['here']);
    assert.deepEqual(answer(doubled, '2026-11-01T09:30:00Z'), ['here']);
    assert.equal(answer(doubled, '2026-11-01T10:00:00Z')[0], 'outside_hours');
  });
});

describe('nextOpening', () => {
  it('steps over an absence, a weekend and a holiday in a row', () => {
    const calendar = {
      zone: 'Europe/Berlin',
      hours: { ...OFFICE, holidays: 'DE-BY' },
      absences: [{ from: at('2026-12-23T00:00:00Z'), until: at('2026-12-25T00:00:00Z') }],
    };
    assert.equal(nextOpening(calendar, at('2026-12-23T10:00:00Z'))?.toISOString(), '2026-12-28T08:00:00.000Z');
  });

  it('gives up on a calendar that never opens', () => {
    assert.equal(
      nextOpening({ zone: 'UTC', hours: { days: [], from: '09:00', to: '18:00' } }, at('2026-01-01T00:00:00Z')),
      undefined,
    );
  });

  it('answers a moment, not before the question, at which the person is at work', () => {
    const zone = fc.constantFrom(LA, 'Europe/London', 'Asia/Kolkata', 'Australia/Lord_Howe', 'Pacific/Apia', 'UTC');
    const time = fc.integer({ min: 0, max: 23 });
    const days = fc.subarray<WorkHours['days'][number]>(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], {
      minLength: 1,
    });
    const pad = (hour: number) => `${String(hour).padStart(2, '0')}:00`;
    fc.assert(
      fc.property(zone, time, days, fc.integer({ min: 0, max: 900 * 24 }), (zone, from, days, offset) => {
        const calendar = {
          zone,
          hours: { days, from: pad(from), to: from === 23 ? '23:59' : pad(from + 1), holidays: 'GB' },
        };
        const asked = new Date(Date.UTC(2026, 0, 1) + offset * 3_600_000);
        const opening = nextOpening(calendar, asked);
        assert.ok(opening, 'opens some day');
        assert.ok(opening >= asked);
        assert.deepEqual(availability(calendar, opening), { available: true });
        assert.equal(availability(calendar, asked).available, opening.getTime() === asked.getTime());
      }),
      { numRuns: 300 },
    );
  });
});

describe('holidays', () => {
  const cases: [region: string, day: string, name: string | undefined][] = [
    ['US', '2026-07-03', 'Independence Day (substitute day)'],
    ['US', '2027-12-31', "New Year's Day (substitute day)"],
    ['GB', '2026-12-28', 'Boxing Day (substitute day)'],
    ['GB', '2026-05-04', 'Early May bank holiday'],
    ['DE', '2026-11-01', undefined],
    ['DE-BY', '2026-11-01', "All Saints' Day"],
    ['DE-BY', '2026-12-24', undefined],
    ['AE', '2026-03-22', 'End of Ramadan (Eid al-Fitr)'],
    ['AE', '2026-03-23', undefined],
    ['IL', '2026-09-21', 'Day of Atonement (Yom Kippur)'],
    ['US', '2026-02-14', undefined],
    ['XX', '2026-12-25', undefined],
  ];
  for (const [region, day, name] of cases) {
    it(`${region} ${day}: ${name ?? 'none'}`, () => {
      assert.equal(holidayOn(region, Temporal.PlainDate.from(day)), name);
    });
  }
});

describe('hoursText', () => {
  const cases: [WorkHours['days'], string][] = [
    [['fri', 'mon', 'tue', 'wed', 'thu'], 'Mon–Fri'],
    [['sun', 'mon', 'tue', 'wed', 'thu'], 'Sun–Thu'],
    [['mon', 'wed', 'fri'], 'Mon, Wed, Fri'],
    [['sat', 'sun'], 'Sat, Sun'],
    [['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], 'every day'],
    [['tue'], 'Tue'],
  ];
  for (const [days, text] of cases) {
    it(text, () => assert.equal(hoursText({ ...OFFICE, days }), `${text} 09:00–18:00`));
  }
});
