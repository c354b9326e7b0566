/** Sentences of the page that figures fill in, and its filters. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { momentWords, periodText, zoneWords } from '../pieces/page-words.ts';
import { shareWords } from '../pieces/parts.ts';
import { filterBar } from './filters.ts';
import { finding } from './funnel.ts';

const NEW_YORK = 'America/New_York';
const EVENING = new Date('2026-12-02T00:21:00Z');

/** A line of the funnel's table: leads for sales, and opportunities of them. */
const line = (name: string, owed: number, deals: number) => ({
  names: [name],
  values: [owed + 1, owed, owed, owed, owed, deals, 0],
});

test('a split says what stands out: half as many as the others together, among enough leads, and never why', () => {
  const said = (...rows: ReturnType<typeof line>[]) => finding({ groups: ['Lead source'], rows });
  const usual = [line('Webinar', 80, 28), line('Organic', 70, 22)];
  assert.equal(
    said(...usual, line('Paid search', 56, 8)),
    'By lead source: Paid search brings one opportunity in 7 leads, all others one in 3',
  );
  assert.match(said(...usual, line('Events', 40, 0)) ?? '', /Events brings no opportunity, all others one in 3/);
  assert.equal(said(...usual), undefined, 'nothing stands out');
  assert.equal(said(...usual, line('Events', 29, 0)), undefined, 'too few to say so');
  assert.equal(said(...usual, line('unknown', 90, 0)), undefined, 'nobody knows where they came from');
  assert.equal(said(line('Webinar', 80, 0)), undefined, 'there are no others');
});

test('a share of few is counts', () => {
  assert.deepEqual([shareWords(13 / 29, 29), shareWords(0.5, 30), shareWords(0, 0)], ['13/29', '50%', '0%']);
});

test('times are the reader’s, with the weekday of every date and the year of another', () => {
  assert.equal(momentWords(EVENING, EVENING, NEW_YORK), 'today at 7:21 PM');
  assert.equal(momentWords(EVENING, new Date('2026-12-03T00:00:00Z'), NEW_YORK), 'Tue, Dec 1, 7:21 PM');
  assert.equal(momentWords(EVENING, new Date('2027-02-03T00:00:00Z'), NEW_YORK), 'Tue, Dec 1, 2026, 7:21 PM');
  const days = (from: string, to: string) => periodText({ from: new Date(from), to: new Date(to) }, NEW_YORK);
  assert.equal(days('2026-11-02T05:00:00Z', '2026-12-02T05:00:00Z'), 'Mon, Nov 2 to Tue, Dec 1, 2026');
  assert.equal(days('2026-12-01T05:00:00Z', '2026-12-02T05:00:00Z'), 'Tue, Dec 1, 2026');
  assert.equal(days('2025-12-31T05:00:00Z', '2026-01-02T05:00:00Z'), 'Wed, Dec 31, 2025 to Thu, Jan 1, 2026');
  assert.equal(zoneWords(NEW_YORK, EVENING), 'Eastern Time (EST)');
});

test('filters offer what the reader may ask for, however many campaigns there are, and keep what they have no list for', () => {
  const playbook = {
    people: [
      { email: 'ada@example.com', name: 'Ada' },
      { email: 'bob@example.com', name: 'Bob' },
    ],
    teams: { one: { name: 'One' }, two: { name: 'Two' } },
  };
  const asker = { email: 'ada@example.com', seesAll: false, reports: [], teams: ['one'], manages: [] };
  const campaign = Array.from({ length: 700 }, (_, index) => `Campaign ${index} "><script>`);
  const values = { lead_source: [], campaign, region: [], country: [], industry: [] };
  const where = { status: ['open' as const], campaign: ['Old'], priority: ['HIGH' as const, 'LOW' as const] };
  const by = { asker, playbook, now: EVENING, zone: NEW_YORK, workspaceId: 'w' } as never;
  const bar = String(filterBar('leads', { measure: 'leads', show: 'list', where, period: '2026-08-01/' }, by, values));
  assert.equal(bar.match(/<option value="Campaign/g)?.length, 500);
  assert.doesNotMatch(bar, /<script|Bob|Two/);
  for (const part of [/name="status" value="open"/, /name="priority" value="LOW"/, /<option value="Old" selected>/]) {
    assert.match(bar, part);
  }
  assert.match(bar, /<option value="2026-08-01\/" selected>Since Sat, Aug 1, 2026/);
});
