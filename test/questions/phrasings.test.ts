/** The questions that people asked for, each read as written beside it. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { asked } from './ask.ts';
import { objectOf } from './notation.ts';

const LINES = readFileSync(new URL('../fixtures/questions/questions.txt', import.meta.url), 'utf8')
  .trim()
  .split('\n');
const ASKERS: Record<string, string> = {
  SDR: 'marcus',
  Manager: 'dana',
  Marketing: 'sarah',
  RevOps: 'dana',
  'Head of sales': 'dana',
  'Follow-ups': 'sarah',
};

const marketing = (index: number) => {
  const line = LINES[LINES.indexOf('# Marketing') + index] ?? '';
  return objectOf(line.split(' | ')[1] ?? '');
};

let who = '';
let count = 0;
for (const line of LINES) {
  if (line.startsWith('# ')) {
    who = ASKERS[line.slice(2)] ?? '';
    continue;
  }
  count += 1;
  const asker = who;
  const [said = '', wanted = ''] = line.split(' | ');
  const after = /^\(after the (first|second)[^)]*\) (.+)$/.exec(said);
  const words = after?.[2] ?? said;
  const before = after && marketing(after[1] === 'first' ? 1 : 2);
  test(`${asker}: ${said}`, () => {
    const read = asked(asker, words, before ?? undefined);
    assert.deepEqual(read, objectOf(wanted));
  });
}

test('all sixty are there', () => assert.equal(count, 60));

/** `who: words | notation`. */
function linesOf(file: string): { asker: string; words: string; wanted: string }[] {
  const text = readFileSync(new URL(`../fixtures/questions/${file}`, import.meta.url), 'utf8');
  return text
    .trim()
    .split('\n')
    .map(line => {
      const [, asker = '', words = '', wanted = ''] = /^(\w+): (.*?)(?: \| (.*))?$/.exec(line) ?? [];
      return { asker, words, wanted };
    });
}

for (const { asker, words, wanted } of linesOf('more.txt')) {
  test(`${asker}: ${words}`, () => assert.deepEqual(asked(asker, words), objectOf(wanted)));
}

for (const { asker, words } of linesOf('not-read.txt')) {
  test(`is not guessed: ${words}`, () => {
    const read = asked(asker, words);
    assert.ok(!('measure' in read), JSON.stringify(read));
  });
}
