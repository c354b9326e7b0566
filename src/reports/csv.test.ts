import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { csvOf } from './csv.ts';

const text = (rows: (string | number | null)[][]) => Buffer.from(csvOf(rows)).toString('utf8');

for (const [cell, written] of [
  ['Emma', 'Emma'],
  ['a,b', '"a,b"'],
  ['say "hi"', '"say ""hi"""'],
  ['two\nlines', '"two\nlines"'],
  ['=1+1', "'=1+1"],
  ['+1 415', "'+1 415"],
  ['-2', "'-2"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['\t=1', '"\'\t=1"'],
  ['\r=1', '"\'\r=1"'],
  [' =1', "' =1"],
  ['＝1', "'＝1"],
  ['=cmd|"/c calc"!A1,x', `"'=cmd|""/c calc""!A1,x"`],
  ['a=b', 'a=b'],
  [-5, '-5'],
  [null, ''],
  ['', ''],
] as const) {
  test(`${JSON.stringify(cell)} is written ${JSON.stringify(written)}`, () =>
    assert.equal(text([[cell, 'x']]), `\ufeff${written},x\r\n`));
}

/** RFC 4180, read by somebody who did not write it. */
function parse(csv: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (let at = 0; at < csv.length; ) {
    let cell = '';
    if (csv[at] === '"') {
      for (at += 1; csv[at] !== '"' || csv[at + 1] === '"'; at += 1) {
        assert.ok(at < csv.length, 'a quotation ends');
        if (csv[at] === '"') at += 1;
        cell += csv[at];
      }
      at += 1;
    } else {
      while (at < csv.length && csv[at] !== ',' && csv[at] !== '\r') cell += csv[at++];
    }
    row.push(cell);
    if (csv[at] === ',') at += 1;
    else {
      assert.equal(csv.slice(at, at + 2), '\r\n');
      at += 2;
      rows.push(row);
      row = [];
    }
  }
  return rows;
}

test('any text comes back, and none begins a formula', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom('=', '+', '-', '@', '\t', '\r', '\n', '"', ',', "'", ' ', 'x') }),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(hostile, hostile), { minLength: 1 }), rows => {
      const read = parse(text(rows).slice(1));
      assert.equal(read.length, rows.length);
      for (const [index, row] of rows.entries()) {
        for (const [column, given] of row.entries()) {
          const found = read[index]?.[column] ?? assert.fail();
          assert.doesNotMatch(found, /^\s*[=+\-@]|^[\t\r]/);
          const kept = given.toWellFormed().replaceAll('\u0000', '');
          assert.ok(found === kept || found === `'${kept}`);
        }
      }
    }),
    { numRuns: 300 },
  );
});
