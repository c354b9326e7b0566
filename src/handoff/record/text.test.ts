import assert from 'node:assert/strict';
import { test } from 'node:test';
import { promiseValues } from './text.ts';

test('what a record says of the promise: due, broken, first touch', () => {
  const at = (time: string) => new Date(`2026-11-24T${time}:00Z`);
  const of = (dueAt: Date | null, breachedAt: Date | null, contactedAt: Date | null) =>
    Object.values(promiseValues({ dueAt, breachedAt, contactedAt }));
  const [due, before, later] = [at('19:00'), at('18:30'), at('19:30')];
  const [dueText, beforeText, laterText] = [due, before, later].map(moment => moment.toISOString());
  assert.deepEqual(of(null, null, null), [null, false, null], 'nothing is promised: emptied, not left as it was');
  assert.deepEqual(of(due, null, null), [dueText, false, null]);
  assert.deepEqual(of(due, due, null), [dueText, true, null]);
  assert.deepEqual(of(due, null, before), [dueText, false, beforeText]);
  assert.deepEqual(of(due, null, due), [dueText, false, dueText], 'just in time');
  assert.deepEqual(of(due, null, later), [dueText, true, laterText], 'late, though nobody has looked yet');
  assert.deepEqual(of(due, due, before), [dueText, true, beforeText], 'missed because nobody knew: it stays missed');
});
