/** Which word was meant, and how many words are compared to find out. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nearest } from './suggest.ts';

test('a slip in a word is found, more than a few are not', () => {
  const teams = ['sdr', 'midmarket', 'enterprise'];
  const cases: [typed: string, meant: string | undefined][] = [
    ['srd', 'sdr'],
    ['MidMarket', 'midmarket'],
    ['enterprize', 'enterprise'],
    ['enter', undefined],
    ['', undefined],
    ['somebody', undefined],
  ];
  for (const [typed, meant] of cases) assert.equal(nearest(typed, teams), meant, typed);
});

test('words of another length are not compared, nor more than a thousand of the same', () => {
  let asked = 0;
  function* words(word: (at: number) => string) {
    for (let at = 0; at < 50_000; at += 1) {
      asked += 1;
      yield word(at);
    }
    yield 'person@example.com';
  }
  assert.equal(
    nearest(
      'persom@example.com',
      words(at => `someone.quite.different.${at}@example.com`),
    ),
    'person@example.com',
  );
  asked = 0;
  assert.equal(
    nearest(
      'persom@example.com',
      words(at => `p${at}`.padEnd(18, '-')),
    ),
    undefined,
  );
  assert.equal(asked, 1_001);
});
