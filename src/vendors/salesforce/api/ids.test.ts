import assert from 'node:assert/strict';
import { test } from 'node:test';
import { to18 } from './ids.ts';

test('ids compare in their 18-character form', () => {
  const table: [given: string, form: string][] = [
    ['00D000000000062', '00D000000000062EAA'],
    ['001A0000006Vm9r', '001A0000006Vm9rIAC'],
    ['001A0000006Vm9rIAC', '001A0000006Vm9rIAC'],
    ['001A0000006Vm9riac', '001A0000006Vm9rIAC'],
    ['', ''],
    ['not an id', 'not an id'],
    ["001A0000006Vm9'", "001A0000006Vm9'"],
  ];
  for (const [given, form] of table) assert.equal(to18(given), form, given);
});

test('two 15-character ids that differ by case only stay two', () => {
  assert.notEqual(to18('00Q5e000001abcd').toUpperCase(), to18('00Q5e000001abcD').toUpperCase());
});
