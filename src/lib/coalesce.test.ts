import assert from 'node:assert/strict';
import { test } from 'node:test';
import { coalesce } from './coalesce.ts';

/** A call that ends when the test says so. */
function gate() {
  const calls: { keys: readonly string[]; answer(values: (string | Error)[]): void; fail(error: Error): void }[] = [];
  const call = (keys: readonly string[]) =>
    new Promise<(string | Error)[]>((resolve, reject) => calls.push({ keys, answer: resolve, fail: reject }));
  return { calls, call };
}

const turn = () => new Promise(resolve => setImmediate(resolve));

test('a lone look-up leaves at once; what comes while calls are under way travels together', async () => {
  const { calls, call } = gate();
  const ask = coalesce<string, string>({ call, most: 10, width: 1 });
  const first = ask('a');
  await turn();
  assert.deepEqual(calls[0]?.keys, ['a']);
  const others = ['b', 'c', 'd'].map(ask);
  await turn();
  assert.equal(calls.length, 1, 'one call at a time');
  calls[0]?.answer(['A']);
  assert.equal(await first, 'A');
  await turn();
  assert.deepEqual(calls[1]?.keys, ['b', 'c', 'd']);
  calls[1]?.answer(['B', 'C', 'D']);
  assert.deepEqual(await Promise.all(others), ['B', 'C', 'D']);
});

test('no call carries more than it may', async () => {
  const { calls, call } = gate();
  const ask = coalesce<string, string>({ call, most: 2, width: 2 });
  const all = ['a', 'b', 'c', 'd', 'e'].map(ask);
  await turn();
  assert.deepEqual(
    calls.map(one => one.keys),
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
  );
  for (const one of calls) one.answer(one.keys.map(key => key.toUpperCase()));
  await turn();
  calls[2]?.answer(['E']);
  assert.deepEqual(await Promise.all(all), ['A', 'B', 'C', 'D', 'E']);
});

test('one bad answer is one look-up’s trouble; a failed call is everybody’s in it, and the next call goes on', async () => {
  const { calls, call } = gate();
  const ask = coalesce<string, string>({ call, most: 10, width: 1 });
  const [good, bad] = [ask('good'), ask('bad')];
  await turn();
  calls[0]?.answer(['fine', new Error('no such thing')]);
  assert.equal(await good, 'fine');
  await assert.rejects(bad, /no such thing/);
  const [one, two] = [ask('one'), ask('two')];
  await turn();
  calls[1]?.fail(new Error('down'));
  await assert.rejects(one, /down/);
  await assert.rejects(two, /down/);
  const last = ask('last');
  await turn();
  calls[2]?.answer(['again']);
  assert.equal(await last, 'again');
});

test('an answer that is missing is an error, never a quiet undefined', async () => {
  const { calls, call } = gate();
  const ask = coalesce<string, string>({ call, most: 10, width: 1 });
  const [one, two] = [ask('one'), ask('two')];
  await turn();
  calls[0]?.answer(['only']);
  assert.equal(await one, 'only');
  await assert.rejects(two, /lost an answer/);
});
