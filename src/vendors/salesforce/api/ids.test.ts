import assert from 'node:assert/strict';
import { test } from 'node:test';
import { idsIn, to18 } from './ids.ts';

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

test('ids a text may name: alone, in a link, with 15 letters or 18', () => {
  const table: [text: string, ids: string[]][] = [
    ['00Q000000000001', ['00Q000000000001EAA']],
    ['00Q000000000001EAA', ['00Q000000000001EAA']],
    ['https://acme.my.salesforce.example/lightning/r/Lead/00Q000000000001EAA/view', ['00Q000000000001EAA']],
    ['https://acme.my.salesforce.example/00Q000000000001', ['00Q000000000001EAA']],
    ['https://acme.example/p?id=003000000000001AAA&x=1', ['003000000000001AAA']],
    ['00Q000000000001 00Q000000000001EAA', ['00Q000000000001EAA']],
    ['internationally', []],
    ['emma@acmecorp.com', []],
    ['7f6b4c1e-0000-4000-8000-000000000001', []],
    ['00Q0000000000011', []],
    ['', []],
  ];
  for (const [text, ids] of table) assert.deepEqual(idsIn(text), ids, text);
});
