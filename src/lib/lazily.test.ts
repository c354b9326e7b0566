import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { lazily } from './lazily.ts';

test('it is made when something of it is wanted, looks like itself, and is made anew when it was long unused', t => {
  mock.timers.enable({ apis: ['setTimeout'] });
  t.after(() => mock.timers.reset());
  let times = 0;
  const one = lazily(() => {
    times += 1;
    return { name: 'Baton', hello: () => 'hi' };
  }, 1_000);
  assert.equal(times, 0);
  const seen = [one.hello(), 'name' in one, { ...one }.name, Object.keys(one)];
  assert.deepEqual(seen, ['hi', true, 'Baton', ['name', 'hello']]);
  assert.equal(times, 1);
  mock.timers.tick(1_000);
  assert.equal(one.hello(), 'hi');
  assert.equal(times, 2);
});
