import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { countryCode, countryName, inRegion, REGIONS, regionCode, regionsOf } from './regions.ts';

const cases: [typed: string | undefined, code: string | undefined][] = [
  ['US', 'US'],
  ['us', 'US'],
  [' USA ', 'US'],
  ['U.S.', 'US'],
  ['U.S.A.', 'US'],
  ['United States', 'US'],
  ['united states of america', 'US'],
  ['UK', 'GB'],
  ['U.K.', 'GB'],
  ['Great Britain', 'GB'],
  ['England', 'GB'],
  ['GBR', 'GB'],
  ['Deutschland', 'DE'],
  ['Germany', 'DE'],
  ['España', 'ES'],
  ['espana', 'ES'],
  ['日本', 'JP'],
  ['Россия', 'RU'],
  ['Brasil', 'BR'],
  ["Côte d'Ivoire", 'CI'],
  ['Bosnia & Herzegovina', 'BA'],
  ['Bosnia and Herzegovina', 'BA'],
  ['The Netherlands', 'NL'],
  ['South Korea', 'KR'],
  ['Czech Republic', 'CZ'],
  ['Türkiye', 'TR'],
  ['Turkey', 'TR'],
  ['Hong Kong', 'HK'],
  ['Kosovo', 'XK'],
  [undefined, undefined],
  ['', undefined],
  ['Atlantis', undefined],
  ['XX', undefined],
  ['EU', undefined],
  ['constructor', undefined],
  ['__proto__', undefined],
];

for (const [typed, code] of cases) {
  test(`${JSON.stringify(typed)} is ${code ?? 'no country'}`, () => assert.equal(countryCode(typed), code));
}

test('regions hold the countries sales people expect', () => {
  assert.deepEqual(regionsOf('DE'), ['EMEA', 'EUROPE', 'EU', 'DACH']);
  assert.deepEqual(regionsOf('US'), ['AMER', 'NA']);
  assert.deepEqual(regionsOf('BR'), ['AMER', 'LATAM']);
  assert.deepEqual(regionsOf('SE'), ['EMEA', 'EUROPE', 'EU', 'NORDICS']);
  assert.deepEqual(regionsOf('AU'), ['APAC', 'ANZ']);
  assert.deepEqual(regionsOf('GB'), ['EMEA', 'EUROPE', 'UKI']);
  assert.deepEqual(regionsOf('AE'), ['EMEA', 'MENA']);
  assert.equal(REGIONS.EU?.size, 27);
  assert.equal(inRegion('MX', 'latam'), true);
  assert.equal(inRegion('MX', 'EMEA'), false);
  assert.equal(inRegion('', 'EMEA'), false);
  assert.equal(inRegion('US', 'Mordor'), false);
});

test('every country lies in exactly one of the three great regions, and every code is one Intl knows', () => {
  const names = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });
  for (const code of new Set(Object.values(REGIONS).flatMap(codes => [...codes]))) {
    const great = ['EMEA', 'APAC', 'AMER'].filter(region => inRegion(code, region));
    assert.equal(great.length, 1, `${code}: ${great}`);
    assert.ok(names.of(code), code);
  }
});

test('every country is found again by its English name', () => {
  for (const code of new Set(Object.values(REGIONS).flatMap(codes => [...codes]))) {
    assert.equal(countryCode(countryName(code)), code);
  }
});

test('region names have their common other spellings', () => {
  assert.deepEqual(
    ['emea', ' Americas ', 'Latin America', 'APJ', 'North America', 'Nowhere', 'toString'].map(regionCode),
    ['EMEA', 'AMER', 'LATAM', 'APAC', 'NA', undefined, undefined],
  );
});

test('no text makes a look-up throw', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), text => {
      const code = countryCode(text);
      assert.ok(code === undefined || /^[A-Z]{2}$/.test(code));
      assert.equal(typeof countryName(text), 'string');
      assert.ok(Array.isArray(regionsOf(text)));
    }),
  );
});
