import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { DAY, HOUR, MINUTE } from '../lib/clock.ts';
import type { WorkCalendar } from './hours.ts';
import { clockPassedAt, dueSteps, type LadderRules, nextSlaStep, type SlaState, type SlaStep } from './ladder.ts';

const m = (minutes: number) => minutes * MINUTE;
const at = (iso: string) => new Date(iso);
const plus = (from: string, minutes: number) => new Date(at(from).getTime() + m(minutes));

/** The example playbook's two ladders. */
const HIGH: LadderRules = {
  clock: 'always',
  steps: [
    { at: m(45), do: 'nudge' },
    { at: m(60), do: 'remind' },
    { at: m(90), do: 'escalate' },
    { at: m(240), do: 'reassign' },
  ],
  idleAfter: m(30),
  coldAfter: 5 * DAY,
};
const MEDIUM: LadderRules = {
  clock: 'working',
  steps: [
    { at: 24 * HOUR, do: 'remind' },
    { at: 32 * HOUR, do: 'escalate' },
  ],
  idleAfter: m(30),
  coldAfter: 5 * DAY,
};
/** A short one in working time: a nudge after half an hour, the manager after two. */
const SHORT: LadderRules = {
  clock: 'working',
  steps: [
    { at: m(30), do: 'nudge' },
    { at: m(120), do: 'escalate' },
  ],
};

const WEEK = { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '09:00', to: '18:00' } as const;
const LA: WorkCalendar = { zone: 'America/Los_Angeles', hours: { ...WEEK, holidays: 'US' } };
const NEW_YORK: WorkCalendar = { zone: 'America/New_York', hours: WEEK };
const LONDON: WorkCalendar = { zone: 'Europe/London', hours: WEEK };
const ANY: WorkCalendar = { zone: 'UTC' };

/** A Tuesday, 10:00 in Los Angeles. */
const T = '2026-11-24T18:00:00Z';

const assigned = (from = T, more: Partial<SlaState> = {}): SlaState => ({
  state: 'assigned',
  assignedAt: at(from),
  claimedAt: null,
  contactedAt: null,
  lastTouchAt: null,
  snoozedUntil: null,
  dueAt: null,
  ladderFrom: null,
  ladderPassed: 0,
  stepsFired: 0,
  breachedAt: null,
  idleAskedAt: null,
  coldNotifiedAt: null,
  ...more,
});
const claimed = (minutes: number, more: Partial<SlaState> = {}) =>
  assigned(T, { state: 'claimed', claimedAt: plus(T, minutes), ...more });
const touched = (minutes: number, more: Partial<SlaState> = {}) =>
  assigned(T, { state: 'contacted', contactedAt: plus(T, minutes), lastTouchAt: plus(T, minutes), ...more });

const words = (step: SlaStep | undefined) =>
  step && `${step.kind === 'step' ? step.do : step.kind} ${step.at.toISOString().slice(0, 16)}Z`;
const name = (step: SlaStep) => (step.kind === 'step' ? step.do : step.kind);

/** What comes next: name, rules, how it stands, who works when, what. */
const NEXT: [string, LadderRules, SlaState, WorkCalendar, string | undefined][] = [
  ['the first step', HIGH, assigned(), LA, 'nudge 2026-11-24T18:45Z'],
  ['the second', HIGH, assigned(T, { stepsFired: 1 }), LA, 'remind 2026-11-24T19:00Z'],
  ['the third', HIGH, assigned(T, { stepsFired: 2 }), LA, 'escalate 2026-11-24T19:30Z'],
  ['the last', HIGH, assigned(T, { stepsFired: 3 }), LA, 'reassign 2026-11-24T22:00Z'],
  ['none after the last', HIGH, assigned(T, { stepsFired: 4 }), LA, undefined],
  [
    'the breach between two steps',
    HIGH,
    assigned(T, { stepsFired: 2, dueAt: plus(T, 70) }),
    LA,
    'breach 2026-11-24T19:10Z',
  ],
  [
    'the breach is told once',
    HIGH,
    assigned(T, { stepsFired: 4, dueAt: plus(T, 60), breachedAt: plus(T, 60) }),
    LA,
    undefined,
  ],
  ['a clock that always runs does so at night', HIGH, assigned('2026-11-25T10:00:00Z'), LA, 'nudge 2026-11-25T10:45Z'],
  ['a claim does not stop it', HIGH, claimed(1, { idleAskedAt: plus(T, 31) }), LA, 'nudge 2026-11-24T18:45Z'],
  ['a claim without a touch is asked about', HIGH, claimed(5), LA, 'idle 2026-11-24T18:35Z'],
  ['once a claim', HIGH, claimed(5, { idleAskedAt: plus(T, 35), stepsFired: 1 }), LA, 'remind 2026-11-24T19:00Z'],
  [
    'another claim is asked about anew',
    HIGH,
    claimed(200, { idleAskedAt: plus(T, 35), stepsFired: 4 }),
    LA,
    'idle 2026-11-24T21:50Z',
  ],
  ['what nobody claimed is not idle', { ...HIGH, steps: [] }, assigned(), LA, undefined],
  [
    'idle counts working time',
    { ...MEDIUM, steps: [] },
    assigned('2026-11-25T00:00:00Z', { state: 'claimed', claimedAt: at('2026-11-25T01:50:00Z') }),
    LA,
    'idle 2026-11-25T17:20Z',
  ],
  ['a touch stops the steps', HIGH, touched(20), ANY, 'cold 2026-11-29T18:20Z'],
  [
    'after it only silence counts, told while they work',
    HIGH,
    touched(20),
    { ...LA, hours: WEEK },
    'cold 2026-11-30T17:00Z',
  ],
  ['a cold lead is told of once', HIGH, touched(20, { coldNotifiedAt: plus(T, 8_000) }), LA, undefined],
  [
    'a new touch begins a new silence',
    HIGH,
    touched(20, { coldNotifiedAt: at('2026-12-01T18:00:00Z'), lastTouchAt: at('2026-12-02T18:00:00Z') }),
    ANY,
    'cold 2026-12-07T18:00Z',
  ],
  [
    'whoever is given a lead that was reached has five days too',
    HIGH,
    touched(20, { state: 'assigned', assignedAt: at('2026-11-26T18:00:00Z') }),
    ANY,
    'cold 2026-12-01T18:00Z',
  ],
  ['no cold leads where the playbook names none', { ...HIGH, coldAfter: undefined }, touched(20), LA, undefined],
  [
    'a promise broken before the touch is still written down',
    HIGH,
    touched(80, { dueAt: plus(T, 60) }),
    LA,
    'breach 2026-11-24T19:00Z',
  ],
  [
    'a touch told late that was in time breaks nothing',
    HIGH,
    touched(40, { dueAt: plus(T, 60) }),
    ANY,
    'cold 2026-11-29T18:40Z',
  ],
  ['what is closed waits for nothing', HIGH, assigned(T, { state: 'rejected' }), LA, undefined],
  ['nor what is held', HIGH, assigned(T, { state: 'held', assignedAt: null }), LA, undefined],
  ['nor what is in nurture', HIGH, assigned(T, { state: 'nurture' }), LA, undefined],
  ['nor what is won', HIGH, touched(5, { state: 'won' }), LA, undefined],
  ['no steps, no promise: nothing', { clock: 'always', steps: [] }, assigned(), LA, undefined],
  [
    'a manager’s minutes stop the clock: what was left is left after them',
    HIGH,
    assigned(T, { ladderFrom: plus(T, 300), ladderPassed: m(10) }),
    LA,
    'nudge 2026-11-24T23:35Z',
  ],
  ['a snooze moves no step', HIGH, assigned(T, { snoozedUntil: plus(T, 300) }), LA, 'nudge 2026-11-24T18:45Z'],
  [
    'a claim that was snoozed is asked about when the snooze is over',
    { ...HIGH, steps: [] },
    claimed(5, { snoozedUntil: plus(T, 300) }),
    LA,
    'idle 2026-11-24T23:00Z',
  ],
  [
    'nor the breach',
    HIGH,
    assigned(T, { dueAt: plus(T, 60), stepsFired: 4, snoozedUntil: plus(T, 300) }),
    LA,
    'breach 2026-11-24T19:00Z',
  ],
  [
    'idle is counted from the end of a manager’s minutes',
    { ...HIGH, steps: [] },
    claimed(5, { ladderFrom: plus(T, 300), ladderPassed: m(10) }),
    LA,
    'idle 2026-11-24T23:30Z',
  ],
  [
    'silence is counted from the end of a snooze',
    HIGH,
    touched(20, { snoozedUntil: at('2027-01-10T18:00:00Z') }),
    ANY,
    'cold 2027-01-15T18:00Z',
  ],
  ['Friday 17:55: five minutes, then Monday', SHORT, assigned('2026-11-21T01:55:00Z'), LA, 'nudge 2026-11-23T17:25Z'],
  [
    'Friday 17:55, and the manager',
    SHORT,
    assigned('2026-11-21T01:55:00Z', { stepsFired: 1 }),
    LA,
    'escalate 2026-11-23T18:55Z',
  ],
  ['over a holiday: Thanksgiving', SHORT, assigned('2026-11-26T01:50:00Z'), LA, 'nudge 2026-11-27T17:20Z'],
  ['at night: from the morning', SHORT, assigned('2026-11-24T10:00:00Z'), LA, 'nudge 2026-11-24T17:30Z'],
  ['the Sunday the clocks go forward', SHORT, assigned('2026-03-08T08:00:00Z'), LA, 'nudge 2026-03-09T16:30Z'],
  ['the Sunday they go back', SHORT, assigned('2026-11-01T08:00:00Z'), LA, 'nudge 2026-11-02T17:30Z'],
  [
    'who works through the hour that is skipped loses it',
    SHORT,
    assigned('2026-03-08T09:30:00Z', { stepsFired: 1 }),
    { zone: 'America/Los_Angeles', hours: { days: ['sun'], from: '01:00', to: '06:00' } },
    'escalate 2026-03-08T11:30Z',
  ],
  ['February 29', SHORT, assigned('2028-02-29T17:50:00Z', { stepsFired: 1 }), LONDON, 'escalate 2028-03-01T10:50Z'],
  ['in London the same instant is the evening', SHORT, assigned(), LONDON, 'nudge 2026-11-25T09:30Z'],
  ['and in New York the afternoon', SHORT, assigned(), NEW_YORK, 'nudge 2026-11-24T18:30Z'],
  [
    'who moves from Los Angeles to London: their evening is over',
    SHORT,
    assigned(T, { stepsFired: 1 }),
    LONDON,
    'escalate 2026-11-25T11:00Z',
  ],
  [
    'hours that are shortened while the clock runs',
    SHORT,
    assigned(T, { stepsFired: 1 }),
    { zone: 'America/Los_Angeles', hours: { ...WEEK, to: '11:00' } },
    'escalate 2026-11-25T18:00Z',
  ],
  [
    'given to London from Los Angeles, it begins anew there',
    SHORT,
    assigned('2026-11-24T19:30:00Z'),
    LONDON,
    'nudge 2026-11-25T09:30Z',
  ],
  [
    'away for two days',
    SHORT,
    assigned(),
    { ...LA, absences: [{ from: at(T), until: at('2026-11-27T17:00:00Z') }] },
    'nudge 2026-11-27T17:30Z',
  ],
  [
    'away without a day of return: nobody knows',
    SHORT,
    assigned(),
    { ...LA, absences: [{ from: at(T), until: null }] },
    undefined,
  ],
  [
    '24 working hours are two days and two thirds',
    MEDIUM,
    assigned('2026-11-16T17:00:00Z'),
    LA,
    'remind 2026-11-18T23:00Z',
  ],
  [
    '32 are three and a half',
    MEDIUM,
    assigned('2026-11-16T17:00:00Z', { stepsFired: 1 }),
    LA,
    'escalate 2026-11-19T22:00Z',
  ],
];

describe('what comes next', () => {
  for (const [title, rules, standing, calendar, expected] of NEXT) {
    test(title, () => assert.equal(words(nextSlaStep(rules, standing, calendar)), expected));
  }
});

describe('what fires', () => {
  const HOUR_DUE = { dueAt: plus(T, 60) };
  const cases: [string, SlaState, number, string[], string[]][] = [
    ['nothing before its time', assigned(), 44, [], []],
    ['one step in time', assigned(), 45, ['nudge'], []],
    [
      'the breach beside the step of the same minute',
      assigned(T, { ...HOUR_DUE, stepsFired: 1 }),
      60,
      ['breach', 'remind'],
      [],
    ],
    ['of two steps the more severe', assigned(), 61, ['remind'], ['nudge']],
    ['of all the last', assigned(T, HOUR_DUE), 600, ['breach', 'reassign'], ['nudge', 'remind', 'escalate']],
    ['what is behind it stays so', assigned(T, { stepsFired: 2 }), 100, ['escalate'], []],
    ['the question after the claim beside a quiet nudge', claimed(10), 46, ['idle', 'nudge'], []],
    ['but not beside a reminder', claimed(31, { stepsFired: 1 }), 62, ['remind'], ['idle']],
    ['a late look after a touch tells of the breach alone', touched(80, { ...HOUR_DUE }), 90, ['breach'], []],
  ];
  for (const [title, standing, minutes, fire, skip] of cases) {
    test(title, () => {
      const found = dueSteps(HIGH, standing, LA, plus(T, minutes));
      assert.deepEqual([found.fire.map(name), found.skip.map(name)], [fire, skip]);
    });
  }

  test('severity goes before order: who was told upwards is not reminded afterwards', () => {
    const rules: LadderRules = {
      clock: 'always',
      steps: [
        { at: m(10), do: 'escalate' },
        { at: m(20), do: 'remind' },
      ],
    };
    const found = dueSteps(rules, assigned(), ANY, plus(T, 30));
    assert.deepEqual([found.fire.map(name), found.skip.map(name)], [['escalate'], ['remind']]);
  });

  test('a snooze spares the rep, not the promise nor the manager', () => {
    const asleep = assigned(T, { ...HOUR_DUE, snoozedUntil: plus(T, 300) });
    const found = dueSteps(HIGH, asleep, LA, plus(T, 95));
    assert.deepEqual(
      [found.fire.map(name), found.skip.map(name), found.quiet.map(name)],
      [['breach', 'escalate'], [], ['nudge', 'remind']],
    );
    assert.deepEqual([found.after.breachedAt, found.after.stepsFired], [plus(T, 60), 3]);
    assert.deepEqual(dueSteps(HIGH, found.after, LA, plus(T, 240)).fire.map(name), ['reassign']);
  });

  test('where off shift is spared, the rep hears nothing at night, whatever the clock; the manager does', () => {
    // 5:20 PM in Los Angeles: the nudge is within the hours, the reminder is not.
    const evening = '2026-11-25T01:20:00Z';
    const rules = {
      ...HIGH,
      steps: [{ at: m(30), do: 'nudge' as const }, ...HIGH.steps.slice(1)],
      sparesOffShift: true,
    };
    const found = dueSteps(rules, assigned(evening), LA, plus(evening, 95));
    assert.deepEqual([found.fire.map(name), found.quiet.map(name)], [['escalate'], ['remind']]);
    assert.deepEqual(dueSteps(rules, assigned(evening), LA, plus(evening, 31)).fire.map(name), ['nudge']);
    const claimed = assigned(evening, { state: 'claimed', claimedAt: plus(evening, 30) });
    const { steps: _steps, ...asks } = rules;
    const idle = nextSlaStep({ ...asks, steps: [] }, claimed, LA);
    assert.deepEqual(idle, { kind: 'idle', at: at('2026-11-25T17:00:00Z') }, 'asked when their shift begins');
    assert.deepEqual(dueSteps({ ...rules, sparesOffShift: false }, assigned(evening), LA, plus(evening, 61)).quiet, []);
  });

  test('a manager’s minutes keep what had passed, however often', () => {
    const passed = clockPassedAt(SHORT, assigned('2026-11-21T01:40:00Z'), LA, at('2026-11-23T17:05:00Z'));
    assert.equal(passed, m(25));
    const snoozed = assigned('2026-11-21T01:40:00Z', { ladderFrom: at('2026-11-24T17:00:00Z'), ladderPassed: passed });
    assert.equal(clockPassedAt(SHORT, snoozed, LA, at('2026-11-23T20:00:00Z')), m(25));
    assert.equal(words(nextSlaStep(SHORT, snoozed, LA)), 'nudge 2026-11-24T17:05Z');
  });
});

describe('any ladder', () => {
  const rules = fc.record({
    clock: fc.constantFrom('always' as const, 'working' as const),
    steps: fc.uniqueArray(fc.integer({ min: 1, max: 3_000 }), { maxLength: 6 }).chain(minutes =>
      fc
        .array(fc.constantFrom('nudge' as const, 'remind' as const, 'escalate' as const, 'reassign' as const), {
          minLength: minutes.length,
          maxLength: minutes.length,
        })
        .map(deeds =>
          minutes.toSorted((a, b) => a - b).map((minute, index) => ({ at: m(minute), do: deeds[index] ?? 'nudge' })),
        ),
    ),
    idleAfter: fc.option(fc.integer({ min: 1, max: 500 }).map(m), { nil: undefined }),
    coldAfter: fc.option(
      fc.integer({ min: 1, max: 9 }).map(days => days * DAY),
      { nil: undefined },
    ),
  });
  const calendar = fc.constantFrom(LA, NEW_YORK, LONDON, ANY);
  const start = fc.integer({ min: 0, max: 400 * 24 * 60 }).map(minute => plus('2026-01-01T00:00:00Z', minute));
  const looks = fc.array(fc.integer({ min: 1, max: 4_000 }), { minLength: 1, maxLength: 25 });
  const claimedAfter = fc.option(fc.integer({ min: 0, max: 2_000 }), { nil: undefined });
  const dueAfter = fc.option(fc.integer({ min: 1, max: 2_000 }), { nil: undefined });

  test('every step and the breach come once, in order, never before their time; no look hears two steps', () => {
    fc.assert(
      fc.property(rules, calendar, start, looks, claimedAfter, dueAfter, (ladder, hours, from, minutes, claim, due) => {
        const minute = (after: number) => new Date(from.getTime() + m(after));
        let standing = assigned(from.toISOString(), {
          ...(claim !== undefined && { state: 'claimed' as const, claimedAt: minute(claim) }),
          ...(due !== undefined && { dueAt: minute(due) }),
        });
        const handled: string[] = [];
        let now = from;
        for (const wait of minutes) {
          now = new Date(now.getTime() + m(wait));
          const { fire, skip, next, after } = dueSteps(ladder, standing, hours, now);
          assert.ok(fire.filter(step => step.kind === 'step').length <= 1);
          for (const step of [...fire, ...skip]) assert.ok(step.at <= now && step.at >= from);
          assert.ok(next === null || next > now, 'what is due was handled');
          const all = [...fire, ...skip].toSorted((a, b) => a.at.getTime() - b.at.getTime());
          handled.push(...all.map(step => (step.kind === 'step' ? `step ${step.index}` : step.kind)));
          standing = after;
          // Looking again at once finds nothing.
          const again = dueSteps(ladder, standing, hours, now);
          assert.deepEqual([again.fire, again.skip, again.next], [[], [], next]);
        }
        assert.equal(new Set(handled).size, handled.length, handled.join(', '));
        const steps = handled.filter(one => one.startsWith('step'));
        assert.deepEqual(
          steps,
          steps.map((_, index) => `step ${index}`),
        );
      }),
      { numRuns: 300 },
    );
  });

  test('the next step never moves backwards as time passes, and looking more often changes nothing that is due in time', () => {
    fc.assert(
      fc.property(rules, calendar, start, looks, (ladder, hours, from, minutes) => {
        let standing = assigned(from.toISOString());
        let before = 0;
        let now = from;
        for (const wait of minutes) {
          now = new Date(now.getTime() + m(wait));
          const { next, after } = dueSteps(ladder, standing, hours, now);
          standing = after;
          if (next === null) return;
          assert.ok(next.getTime() >= before);
          before = next.getTime();
        }
      }),
      { numRuns: 200 },
    );
  });
});
