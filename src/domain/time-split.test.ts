import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { WorkCalendar } from './hours.ts';
import { type Moments, spanWords, timeSplitOf } from './time-split.ts';

const at = (seconds: number) => new Date(Date.parse('2026-11-24T18:00:00Z') + seconds * 1_000);
const ALWAYS: WorkCalendar = { zone: 'UTC' };
const NEW_YORK: WorkCalendar = {
  zone: 'America/New_York',
  hours: { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '09:00', to: '18:00' },
};

const emma: Moments = {
  crossedAt: at(0),
  seenAt: at(1),
  openedAt: at(2),
  assignedAt: at(2),
  recordedAt: at(3),
  deliveredAt: at(4),
  claimedAt: at(100),
  contactedAt: at(254),
};

const split = (differs: Partial<Moments> = {}, calendar = ALWAYS) => timeSplitOf({ ...emma, ...differs }, calendar);

test('the time is the system’s until the card, the person’s until the touch', () => {
  assert.deepEqual(split(), {
    systemMs: 4_000,
    person: { ms: 250_000, workMs: 250_000 },
    steps: [
      { step: 'seen', ms: 1_000 },
      { step: 'judged', ms: 2_000 },
      { step: 'recorded', ms: 3_000 },
      { step: 'delivered', ms: 4_000 },
      { step: 'claimed', ms: 100_000 },
      { step: 'touched', ms: 254_000 },
    ],
  });
  assert.equal(split({ deliveredAt: null }), undefined);
  assert.equal(split({ contactedAt: null })?.person, undefined);
});

test('odd orders', () => {
  assert.equal(split({ crossedAt: at(3) })?.systemMs, 3_000, 'a source whose clock is ahead');
  assert.deepEqual(split({ contactedAt: at(3) })?.person, { ms: 0, workMs: 0 }, 'touched before the card was there');
  assert.equal(
    split({ assignedAt: at(3_600), deliveredAt: at(3_602) })?.systemMs,
    4_000,
    'held until a person released it',
  );
  assert.equal(split({ assignedAt: at(50) })?.systemMs, 4_000, 'reassigned after the card');
});

test('only working time is work', () => {
  // Tuesday 13:00 in New York; touched on Wednesday at 10:00.
  const person = split({ contactedAt: at(21 * 3_600) }, NEW_YORK)?.person;
  assert.deepEqual([person?.ms, person?.workMs], [(21 * 3_600 - 4) * 1_000, (6 * 3_600 - 4) * 1_000]);
});

for (const [milliseconds, words] of [
  [0, 'under 1 s'],
  [999, 'under 1 s'],
  [4_000, '4 s'],
  [59_999, '59 s'],
  [60_000, '1 m'],
  [250_000, '4 m 10 s'],
  [3_600_000, '1 h'],
  [3_605_000, '1 h'],
  [7_500_000, '2 h 5 m'],
  [86_400_000, '1 d'],
  [3 * 86_400_000 + 4 * 3_600_000 + 59 * 60_000, '3 d 4 h'],
] as const) {
  test(`${milliseconds} ms are "${words}"`, () => assert.equal(spanWords(milliseconds), words));
}

test('never negative, and work is never more than the time there was', () => {
  const moment = fc.integer({ min: 0, max: 40 * 86_400 }).map(at);
  const maybe = fc.option(moment);
  const moments = fc.record({
    crossedAt: moment,
    seenAt: moment,
    openedAt: moment,
    assignedAt: maybe,
    recordedAt: maybe,
    deliveredAt: moment,
    claimedAt: maybe,
    contactedAt: maybe,
  });
  fc.assert(
    fc.property(moments, given => {
      const { systemMs, person, steps } = timeSplitOf(given, NEW_YORK) ?? { systemMs: -1, steps: [] };
      assert.ok(systemMs >= 0 && steps.every(({ ms }) => ms >= 0));
      if (person) assert.ok(person.workMs >= 0 && person.workMs <= person.ms);
    }),
    { numRuns: 200 },
  );
});
