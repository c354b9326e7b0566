import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { addressOf, questionIn } from './question-address.ts';
import { BY_NAMES, MEASURE_NAMES, type Measured, STATUS_NAMES } from './question-object.ts';

const texts = fc.array(fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' }), { minLength: 1, maxLength: 3 });
const requiredKeys: ['measure', 'show'] = ['measure', 'show'];
const questions = fc.record(
  {
    measure: fc.constantFrom(...MEASURE_NAMES),
    show: fc.constantFrom('number', 'list', 'table', 'series'),
    stat: fc.constantFrom('median', 'p90'),
    within: fc.constantFrom('1h', '30m'),
    period: fc.constantFrom('today', 'last_3_months', '2026-08-01/', '2026-08-01/2026-08-31'),
    compare: fc.constant('previous'),
    limit: fc.integer({ min: 1, max: 100 }),
    by: fc.uniqueArray(fc.constantFrom(...BY_NAMES), { minLength: 1, maxLength: 2 }),
    where: fc.record(
      {
        status: fc.uniqueArray(fc.constantFrom(...STATUS_NAMES), { minLength: 1, maxLength: 3 }),
        campaign: texts,
        rep: texts,
        score: fc.record(
          { from: fc.integer({ min: -5, max: 99 }), below: fc.constant(1.5) },
          { noNullPrototype: true },
        ),
        older: fc.constant('24h'),
      },
      { noNullPrototype: true },
    ),
  },
  { requiredKeys, noNullPrototype: true },
) as fc.Arbitrary<Measured>;

test('every question is the same after it was an address', () => {
  fc.assert(
    fc.property(questions, question => {
      assert.deepEqual(questionIn(new URLSearchParams(addressOf(question))), { question });
    }),
  );
});

test('what an address says that no question can is named, and nothing of it is guessed', () => {
  const page = { measure: 'leads', show: 'list' } as const;
  const read = (query: string) => questionIn(new URLSearchParams(query), page);
  const cases: [string, string[]][] = [
    ['utm_source=x&team=mid', ['utm_source']],
    ['status=open&status=late', ['status']],
    ['period=fortnight', ['period']],
    ['period=today&period=yesterday', ['period']],
    ['score_from=many', ['score_from']],
    ['limit=1e3', ['limit']],
    ['by=rep&by=rep', ['by']],
    [`campaign=${'x'.repeat(201)}`, ['campaign']],
    ['older=soon', ['older']],
  ];
  for (const [query, unread] of cases) assert.deepEqual(read(query), { unread }, query);
  // A form sends empty fields, and a page knows itself what it measures.
  assert.deepEqual(read('team=&period=today&measure=fit'), { question: { ...page, period: 'today' } });
});
