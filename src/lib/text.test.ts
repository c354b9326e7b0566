import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { addressKey, indexKey, normalisedAddress, storable, storableText } from './text.ts';

/** Any text at all: NUL, half pairs, whatever JavaScript can hold. */
const anyText = fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map(code => String.fromCharCode(code)) });

test('storable text has no NUL and no half pair, and what was fine is the same', () => {
  assert.equal(storableText('a\0b \ud800 👩‍💻'), 'ab \ufffd 👩‍💻');
  fc.assert(
    fc.property(anyText, text => {
      const kept = storableText(text);
      assert.ok(kept.isWellFormed() && !kept.includes('\0'));
      assert.equal(storableText(kept), kept);
    }),
  );
});

test('every text in a value is made storable, names too; the rest is left alone, and nothing is copied in vain', () => {
  const at = new Date(0);
  const given = { 'a\0': ['x\ud800', 1, null, { b: 'c\0' }], at, f: storable };
  assert.deepEqual(storable(given), { a: ['x\ufffd', 1, null, { b: 'c' }], at, f: storable });
  const fine = { a: ['x'], b: { c: 'd' } };
  assert.equal(storable(fine), fine);
  const proto = JSON.parse('{"__proto__": {"a": "x\\u0000"}}');
  assert.equal(Object.getPrototypeOf(storable(proto)), Object.prototype);
  fc.assert(fc.property(fc.jsonValue(), value => assert.equal(storable(value), value)));
});

test('a key fits into an index, whatever it was, and two keys stay two', () => {
  const long = 'x'.repeat(100_000);
  assert.equal(indexKey('62515:1:2'), '62515:1:2');
  assert.notEqual(indexKey(`${long}a`), indexKey(`${long}b`));
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 1_000 }), text => {
      assert.ok(Buffer.byteLength(indexKey(text)) < 2_700);
      assert.equal(indexKey(text), indexKey(text));
    }),
  );
});

for (const [why, typed] of [
  ['a soft hyphen', 'lee@ac\u00adme.com'],
  ['zero width', 'l\u200bee@acme\u200c.com\ufeff'],
  ['a word joiner and direction marks', '\u202elee\u2060@acme.com\u200f'],
  ['full width', 'ｌｅｅ＠ａｃｍｅ．ｃｏｍ'],
  ['a variation selector and a filler', 'lee\ufe0f@acme\u3164.com'],
  ['blanks, capitals and control characters', ' \tLee@ACME.com\0\n'],
] as const) {
  test(`an address is meant as it looks: ${why}`, () => {
    assert.equal(addressKey(typed), 'lee@acme.com');
    assert.equal(normalisedAddress(normalisedAddress(typed)), normalisedAddress(typed));
  });
}
