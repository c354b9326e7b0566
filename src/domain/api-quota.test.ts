import assert from 'node:assert/strict';
import { test } from 'node:test';
import { after, DAY, MINUTE } from '../lib/clock.ts';
import { RateLimited } from '../lib/errors.ts';
import { allowance, type Importance } from './api-quota.ts';

const START = new Date('2026-11-24T18:00:00Z');

function day() {
  let now = START;
  const calls = allowance('salesforce', { now: () => now });
  return {
    ...calls,
    move: (ms: number) => {
      now = after(now, ms);
    },
    admits: (...importance: Importance[]) =>
      importance.filter(one => {
        try {
          calls.admit(one);
          return true;
        } catch (error) {
          assert.ok(error instanceof RateLimited && error.outage);
          return false;
        }
      }),
  };
}

const ALL: Importance[] = ['urgent', 'usual', 'background'];

test('nothing known: everything may be called; 80 % of the share: background waits; all of it: only HIGH leads', () => {
  const calls = day();
  assert.deepEqual(calls.admits(...ALL), ALL);
  calls.know({ startedAt: START, allowed: 100, calls: 79 });
  assert.deepEqual(calls.admits(...ALL), ALL);
  calls.counted({ used: 1_000, limit: 100_000 });
  assert.deepEqual(calls.admits(...ALL), ['urgent', 'usual'], 'what was not added up yet counts');
  calls.know({ startedAt: START, allowed: 100, calls: 100 });
  assert.deepEqual(calls.admits(...ALL), ['urgent']);
  assert.throws(
    () => calls.admit('usual'),
    (error: RateLimited) => error.retryAt.getTime() === after(START, DAY).getTime(),
  );
  calls.move(DAY);
  assert.deepEqual(calls.admits(...ALL), ALL, 'a new day');
});

test('the organization is almost at its limit by others: one call every 15 minutes finds out how it stands', () => {
  const calls = day();
  calls.counted({ used: 95_000, limit: 100_000 });
  assert.deepEqual(calls.admits(...ALL), ['urgent']);
  calls.move(15 * MINUTE);
  assert.deepEqual(calls.admits(...ALL), ALL);
  calls.counted({ used: 85_000, limit: 100_000 });
  assert.deepEqual(calls.admits(...ALL), ['urgent', 'usual']);
  calls.counted({ used: 100, limit: 100_000 });
  assert.deepEqual(calls.admits(...ALL), ALL);
});

test('what was counted is taken once; an answer without a count is a call all the same', () => {
  const calls = day();
  calls.counted(undefined);
  calls.counted({ used: 7, limit: 100 });
  calls.counted(undefined);
  assert.deepEqual(calls.take(), { calls: 3, meter: { used: 7, limit: 100 } });
  calls.counted(undefined);
  assert.deepEqual(calls.take(), { calls: 1, meter: undefined }, 'the count is told once, too');
  calls.giveBack(1);
  assert.deepEqual(calls.take(), { calls: 1, meter: { used: 7, limit: 100 } });
});
