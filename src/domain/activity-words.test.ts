import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { activityGroups, activityName, groupWords, readableCode } from './activity-words.ts';
import type { Activity } from './lead.ts';

const at = (hours: number) => new Date(Date.UTC(2026, 10, 30, 12) - hours * 3_600_000).toISOString();
const view = (detail: string, hours = 0): Activity => ({ type: 'page_view', at: at(hours), detail });

const pages: [detail: string, name: string][] = [
  ['/pricing', 'Pricing page'],
  ['https://www.acme.example/pricing/?utm_source=x#plans', 'Pricing page'],
  ['www.acme.example/pricing/?utm_source=x', 'Pricing page'],
  ['acme.example/', 'Home page'],
  ['and/or. Ten tips', 'and/or. Ten tips'],
  ['Pricing', 'Pricing page'],
  ['Pricing page', 'Pricing page'],
  ['/', 'Home page'],
  ['https://www.acme.example', 'Home page'],
  ['/blog/ten-tips_for%20teams.html', 'Ten tips for teams page'],
  ['/%zz', '%zz page'],
  ['Ten tips | Acme', 'Ten tips | Acme'],
];

for (const [detail, name] of pages) {
  test(`the page ${JSON.stringify(detail)} is called ${name}`, () => {
    assert.equal(activityName(view(detail)), name);
  });
}

test('three visits within a day are one line, an older one is another', () => {
  const groups = activityGroups([view('/pricing', 30), view('/pricing', 1), view('Pricing', 0), view('/pricing', 5)]);
  assert.deepEqual(groups.map(groupWords), ['Pricing page ×3 in 24 hours', 'Pricing page']);
  const form: Activity = { type: 'form', at: at(0), detail: 'Demo request' };
  assert.deepEqual(activityGroups([form]).map(groupWords), ['Filled in form: Demo request']);
  assert.deepEqual(activityGroups([{ ...form, detail: 'a form' }]).map(groupWords), ['Filled in a form']);
});

test('codes become words, and words stay', () => {
  assert.deepEqual(['ORGANIC_SEARCH', 'OFFLINE', 'Trade show', 'LinkedIn'].map(readableCode), [
    'Organic search',
    'Offline',
    'Trade show',
    'LinkedIn',
  ]);
});

test('nothing a lead does makes this throw or lose a doing', () => {
  const activity = fc.record({
    type: fc.constant('page_view' as const),
    at: fc.string(),
    detail: fc.string({ unit: 'binary' }),
  });
  fc.assert(
    fc.property(fc.array(activity), all => {
      assert.equal(
        activityGroups(all).reduce((sum, { times }) => sum + times, 0),
        all.length,
      );
    }),
  );
});
