import assert from 'node:assert/strict';
import { test } from 'node:test';
import { numbersIn } from './phone.ts';

const cases: [typed: string, country: string | undefined, uris: (string | undefined)[]][] = [
  ['+1 415 555 0100', undefined, ['tel:+14155550100']],
  ['(415) 555-0100', 'United States', ['tel:+14155550100']],
  ['415.555.0100', 'US', ['tel:+14155550100']],
  ['555.555.5555 x 9', 'US', ['tel:+15555555555;ext=9']],
  ['555.555.5555, ext. 12', 'usa', ['tel:+15555555555;ext=12']],
  ['+1 415 555 0100 #22', undefined, ['tel:+14155550100;ext=22']],
  ['+44 (0)20 7946 0000', undefined, ['tel:+442079460000']],
  ['020 7946 0000', 'England', ['tel:+442079460000']],
  ['00 44 20 7946 0000', 'DE', ['tel:+442079460000']],
  ['030/1234567', 'Deutschland', ['tel:+49301234567']],
  ['415 555 0100 / 415 555 0101', 'US', ['tel:+14155550100', 'tel:+14155550101']],
  ['+1 415 555 0100; +44 20 7946 0000 ext 3', undefined, ['tel:+14155550100', 'tel:+442079460000;ext=3']],
  ['415 555 0100 or 415 555 0101', 'US', ['tel:+14155550100', 'tel:+14155550101']],
  ['415 555 0100 415 555 0101', 'US', [undefined]],
  ['415 555 0100', undefined, [undefined]],
  ['1-800-FLOWERS', 'US', [undefined]],
  ['555 0100', 'US', [undefined]],
  ['+1 415 555', undefined, [undefined]],
  ['ask at the desk', 'US', [undefined]],
  ['+14155550100', 'Atlantis', ['tel:+14155550100']],
  [`+1 415 555 0100${' '.repeat(300)}x`, 'US', [undefined]],
  ['  ', 'US', []],
];

for (const [typed, country, uris] of cases) {
  test(`${JSON.stringify(typed.slice(0, 50))} of ${country ?? 'nobody knows where'} dials ${uris.join(', ')}`, () => {
    const numbers = numbersIn(typed, country);
    assert.deepEqual(
      numbers.map(number => number.uri),
      uris,
    );
    // Whatever can be dialled: what is shown is what was typed.
    for (const { text } of numbers) assert.ok(typed.includes(text));
  });
}
