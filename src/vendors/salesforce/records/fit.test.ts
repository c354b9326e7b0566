import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FieldFacts, ObjectFacts } from '../api/schema.ts';
import { fit } from './fit.ts';

function facts(fields: Record<string, Partial<FieldFacts>>): ObjectFacts {
  return new Map(
    Object.entries(fields).map(([name, more]) => [
      name.toLowerCase(),
      {
        ...{ name, label: name, choices: [], type: 'string', length: 255, digits: 18 },
        ...{ createable: true, updateable: true, ...more },
      },
    ]),
  );
}

const ONE = (type: string, more: Partial<FieldFacts> = {}) => facts({ X__c: { type, ...more } });
const ID = '001Hs00000AAAAA';

test('text becomes what the column takes, or nothing and a warning', () => {
  const colours = ['Red', 'Green', 'Dark Blue'];
  const table: [type: string, given: string, value: unknown, more?: Partial<FieldFacts>][] = [
    ['double', '63', 63],
    ['double', ' 12.5 ', 12.5],
    ['double', 'many', undefined],
    ['double', '1,200', undefined],
    ['int', '12.6', 13],
    ['currency', '100000', undefined, { digits: 4 }],
    ['date', '2026-11-24', '2026-11-24'],
    ['date', '2026-11-24T18:00:00.000Z', '2026-11-24'],
    ['date', '2026-13-45', undefined],
    ['date', '2026-11-24x', undefined],
    ['date', 'tomorrow', undefined],
    ['datetime', '2026-11-24T18:00:00+01:00', '2026-11-24T17:00:00.000Z'],
    ['datetime', 'soon', undefined],
    ['boolean', 'true', true],
    ['boolean', 'Yes', true],
    ['boolean', '0', false],
    ['boolean', 'perhaps', undefined],
    ['reference', ID, `${ID}YEQ`.slice(0, 15)],
    ['reference', 'Acme', undefined],
    ['reference', '@{account.id}', '@{account.id}'],
    ['picklist', 'red', 'Red', { values: colours }],
    ['picklist', 'Pink', undefined, { values: colours }],
    ['picklist', 'Pink', 'Pink'],
    ['multipicklist', 'red; green', 'Red;Green', { values: colours }],
    ['multipicklist', 'dark blue, red, red', 'Dark Blue;Red', { values: colours }],
    ['multipicklist', 'pink', undefined, { values: colours }],
    ['multipicklist', 'AWS; NetSuite', 'AWS;NetSuite'],
    ['multipicklist', 'a, b', 'a, b', { values: ['a, b'] }],
  ];
  for (const [type, given, wanted, more] of table) {
    const { values, warnings } = fit('Lead', { X__c: given }, ONE(type, more), true);
    const got = type === 'reference' && typeof values.X__c === 'string' ? values.X__c.slice(0, 15) : values.X__c;
    assert.equal(got, wanted, `${type} ${given}`);
    assert.equal(warnings.length, wanted === undefined ? 1 : 0, `${type} ${given}: ${warnings.join(' ')}`);
  }
  const some = fit('Lead', { X__c: 'red;pink' }, ONE('multipicklist', { values: colours }), true);
  assert.deepEqual([some.values, some.warnings.length], [{ X__c: 'Red' }, 1]);
});

test('null empties a column of a record that is there, as far as Baton may write it', () => {
  const known = facts({ Due__c: { type: 'datetime' }, Shut__c: { updateable: false } });
  assert.deepEqual(fit('Lead', { Due__c: null }, known, false), { values: { Due__c: null }, warnings: [] });
  assert.deepEqual(fit('Lead', { Due__c: null }, undefined, false).values, { Due__c: null });
  const { values, warnings } = fit('Lead', { Shut__c: null, Gone__c: null }, known, false);
  assert.deepEqual([values, warnings.length], [{}, 2]);
});

test('defaults fill what a new record would not have, whatever kept it from having it', () => {
  const known = facts({
    Segment__c: { type: 'picklist', values: ['SMB', 'Other'] },
    Tier__c: {},
    Shut__c: { createable: false },
  });
  const defaults = { segment__c: 'Other', Tier__c: 'C' };
  assert.deepEqual(fit('Lead', {}, known, true, defaults).values, { segment__c: 'Other', Tier__c: 'C' });
  assert.deepEqual(fit('Lead', { Segment__c: 'smb', Tier__c: 'A' }, known, true, defaults).values, {
    Segment__c: 'SMB',
    Tier__c: 'A',
  });
  const refused = fit('Lead', { Segment__c: 'Aerospace' }, known, true, { Segment__c: 'Other' });
  assert.equal(refused.values.Segment__c, 'Other');
  assert.match(refused.warnings.join(' '), /does not take the value "Aerospace"/);
  assert.deepEqual(fit('Lead', {}, known, false, defaults).values, {}, 'what is there already keeps what it has');
  assert.match(fit('Lead', {}, known, true, { Shut__c: 'x' }).warnings.join(' '), /may not write Shut__c/);
  assert.deepEqual(fit('Lead', {}, undefined, true, defaults).values, defaults);
});
