import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatDuration, parseDuration } from './duration.ts';

test('durations are a number and one unit', () => {
  const cases: [string, number | undefined][] = [
    ['90s', 90_000],
    ['45m', 2_700_000],
    ['1h', 3_600_000],
    ['24h', 86_400_000],
    ['5d', 432_000_000],
    ['0d', 0],
    ['', undefined],
    ['5', undefined],
    ['d', undefined],
    ['1.5h', undefined],
    ['-1h', undefined],
    ['1h30m', undefined],
    ['1 h', undefined],
    ['1H', undefined],
    ['1w', undefined],
    ['999999d', undefined],
  ];
  for (const [text, expected] of cases) assert.equal(parseDuration(text), expected, text);
});

test('a duration is written by its largest exact unit and read back the same', () => {
  assert.deepEqual([5_400_000, 86_400_000, 1_000, 0, 400].map(formatDuration), ['90m', '1d', '1s', '0s', '0s']);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 99_999 }), seconds => {
      assert.equal(parseDuration(formatDuration(seconds * 1_000)), seconds * 1_000);
    }),
  );
});
