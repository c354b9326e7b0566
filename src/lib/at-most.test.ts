import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { atMost, atMostEach } from './at-most.ts';

test('never more than the limit, everybody in order, and a failure makes room too', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 5 }),
      fc.array(fc.boolean(), { maxLength: 20 }),
      async (limit, fails) => {
        const run = atMost(limit);
        const begun: number[] = [];
        let underWay = 0;
        let most = 0;
        const all = fails.map((fail, index) =>
          run(async () => {
            begun.push(index);
            underWay += 1;
            most = Math.max(most, underWay);
            await new Promise(resolve => setImmediate(resolve));
            underWay -= 1;
            if (fail) throw new Error(`${index}`);
            return index;
          }),
        );
        const ended = await Promise.allSettled(all);
        assert.deepEqual(begun, [...fails.keys()]);
        assert.equal(most, Math.min(limit, fails.length));
        assert.deepEqual(
          ended.map(one => one.status === 'rejected'),
          fails,
        );
      },
    ),
    { numRuns: 50 },
  );
});

test('keys do not wait for one another, and each keeps to its own limit', async () => {
  const inTurn = atMostEach(1);
  const done: string[] = [];
  const gate = Promise.withResolvers<void>();
  const held = inTurn('busy', () => gate.promise.then(() => void done.push('busy 1')));
  const behind = inTurn('busy', async () => void done.push('busy 2'));
  await inTurn('other', async () => void done.push('other'));
  assert.deepEqual(done, ['other']);
  gate.resolve();
  await Promise.all([held, behind]);
  assert.deepEqual(done, ['other', 'busy 1', 'busy 2']);
});
