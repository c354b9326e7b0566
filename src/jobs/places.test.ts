import assert from 'node:assert/strict';
import { test } from 'node:test';
import { places } from './places.ts';

/** As many places as the workspace may have now. */
function fill(seats: ReturnType<typeof places>, workspaceId: string): number {
  let has = 0;
  while (seats.free() > 0 && !seats.full().includes(workspaceId)) {
    seats.take(`${workspaceId}:${has}`, workspaceId);
    has += 1;
  }
  return has;
}

test('each workspace that takes all it may leaves as many to the next', () => {
  const seats = places(64);
  const taken = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map(id => fill(seats, id));
  assert.deepEqual(taken, [32, 16, 8, 4, 2, 1, 1, 0]);
  assert.equal(seats.free(), 0);
});

test('a place that is left is free once, however often that is told', () => {
  const seats = places(4);
  seats.take('1', 'a');
  seats.take('1', 'a');
  assert.equal(seats.free(), 3);
  assert.deepEqual([seats.leave('1'), seats.leave('1'), seats.leave('2')], [true, false, false]);
  assert.deepEqual([seats.free(), seats.taken().size], [4, 0]);
});
