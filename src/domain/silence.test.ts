import assert from 'node:assert/strict';
import { test } from 'node:test';
import { after, DAY, HOUR, MINUTE } from '../lib/clock.ts';
import { LEARNT, silenceOf } from './silence.ts';

/** A Monday, so that weeks are counted from their beginning. */
const NOW = new Date('2026-11-30T12:00:00Z');

/** Each working day of eight weeks, every hour from eight to five, until so long before now. */
function officeHours(until: number): Date[] {
  const all: Date[] = [];
  for (let ago = LEARNT; ago > until; ago -= HOUR) {
    const at = after(NOW, -ago);
    if (at.getUTCDay() % 6 !== 0 && at.getUTCHours() >= 8 && at.getUTCHours() < 17) all.push(at);
  }
  return all;
}

const ratio = (active: readonly Date[], now = NOW) => silenceOf(active, now)?.ratio ?? Number.NaN;

test('little is said of a source that is new, or hardly ever sends anything', () => {
  const twoWeeks = officeHours(0).filter(at => at > after(NOW, -14 * DAY));
  assert.equal(silenceOf(twoWeeks, NOW), undefined);
  assert.equal(silenceOf(officeHours(0).slice(0, 59), NOW), undefined);
  assert.equal(silenceOf([], NOW), undefined);
});

test('a night and a weekend are usual; working hours without a signal weigh more and more', () => {
  const monday = officeHours(4 * HOUR);
  assert.ok(ratio(monday, after(NOW, -4 * HOUR)) <= 1, 'Monday morning, after a weekend');
  const [one, two, three] = [1, 3, 9].map(hours => ratio(officeHours(hours * HOUR)));
  assert.ok((one ?? 9) < (two ?? 0) && (two ?? 9) < (three ?? 0), `${one} < ${two} < ${three}`);
  assert.ok(ratio(officeHours(4 * DAY)) > 2, 'Thursday and Friday without any');
});

test('a source that sends all the time is silent after hours, and one signal ends it', () => {
  const always = Array.from({ length: LEARNT / (5 * MINUTE) }, (_, at) => after(NOW, -LEARNT + at * 5 * MINUTE));
  assert.ok(ratio(always) < 1);
  const stopped = always.filter(at => at < after(NOW, -3 * HOUR));
  assert.ok(ratio(stopped) > 2);
  assert.deepEqual(silenceOf(stopped, NOW)?.since, after(NOW, -3 * HOUR - 15 * MINUTE));
  assert.ok(ratio([...stopped, after(NOW, -MINUTE)]) < 1);
});
