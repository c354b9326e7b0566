import assert from 'node:assert/strict';
import { test } from 'node:test';
import { companyKey } from '../../../domain/company-name.ts';
import { accountKey, namePatterns } from './company.ts';

test('one company, however it is written', () => {
  const same: [one: string, other: string][] = [
    ['ACME Corp.', 'Acme Corporation'],
    ['Acme, Inc.', 'ACME INC'],
    ['The Acme Company, LLC', 'Acme'],
    ['A.C.M.E. S.A.', 'Acme SA'],
    ['Müller & Söhne GmbH & Co. KG', 'Muller and Sohne'],
    ['Café São Tomé Ltda', 'Cafe Sao Tome'],
    ['Weiß AG', 'Weiss'],
    ['Łódź Sp. z o.o.', 'Lodz'],
    ["McDonald's Ltd", 'McDonalds Limited'],
    ['株式会社トヨタ', 'トヨタ'],
    ['ООО Ромашка', 'Ромашка'],
    ['Acme-Robotics', 'Acme Robotics A/S'],
    ['ACME', 'ＡＣＭＥ'],
  ];
  for (const [one, other] of same) assert.equal(companyKey(one), companyKey(other), `${one} = ${other}`);
  const different: [one: string, other: string][] = [
    ['Acme', 'Acme Holdings'],
    ['Acme', 'Not Acme'],
    ['Acme Robotics', 'Acme Rockets'],
    ['AT&T', 'ATT'],
    ['The Company', 'The Corporation'],
  ];
  for (const [one, other] of different) assert.notEqual(companyKey(one), companyKey(other), `${one} ≠ ${other}`);
  assert.equal(companyKey(' … '), '');
  assert.equal(companyKey(undefined), '');
});

test('patterns never leave their quotes, and a name of one letter asks for nothing', () => {
  for (const pattern of namePatterns("x%_' OR Name != '\\")) {
    assert.match(pattern, /^'(?:[^'\\]|\\.)*'$/);
  }
  assert.deepEqual(namePatterns('X'), []);
  assert.deepEqual(namePatterns('…'), []);
});

test('two leads of one company make their account under one key', () => {
  assert.equal(accountKey('acme.com', 'Acme'), 'domain:acme.com');
  assert.equal(accountKey('mail.acme.com', 'Acme Europe'), 'domain:acme.com');
  assert.notEqual(accountKey('one.myshopify.com', ''), accountKey('two.myshopify.com', ''));
  assert.equal(accountKey(undefined, 'ACME Corp.'), 'name:acme');
  assert.equal(accountKey(undefined, '…'), undefined);
  const long = accountKey(undefined, 'x'.repeat(300)) ?? '';
  assert.ok(long.length <= 64 && long !== accountKey(undefined, 'x'.repeat(301)));
});
