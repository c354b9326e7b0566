import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type NurturePlace, nurtureKey, nurturePlaceFrom } from './nurture.ts';

test('a place is remembered as it is, whatever stands in its name', () => {
  const places: NurturePlace[] = [
    { kind: 'list', name: 'a=b: c\n' },
    { kind: 'campaign', name: '1008' },
    { kind: 'property', name: 'nurture', value: 'x=y:z' },
  ];
  for (const place of places) assert.deepEqual(nurturePlaceFrom(nurtureKey(place)), place);
  for (const none of ['', 'list:', 'lists:x', 'property:x']) assert.equal(nurturePlaceFrom(none), undefined);
});
