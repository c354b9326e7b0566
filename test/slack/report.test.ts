import '../helpers/labels.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { problemsInMessage } from '../../sandbox/slack/blocks/surface.ts';
import type { Group, LeadFates, MarketingReport, Noted, Report } from '../../src/domain/report.ts';
import { HOUR, MINUTE } from '../../src/lib/clock.ts';
import { chartsOf } from '../../src/reports/charts.ts';
import { pictureOf } from '../../src/reports/picture.ts';
import { cardMessage } from '../../src/slack/blocks/card.ts';
import { marketingMessages } from '../../src/slack/blocks/marketing-report.ts';
import { showAnswer } from '../../src/slack/blocks/mql/lead.ts';
import { reportMessages } from '../../src/slack/blocks/report.ts';
import { emmasCard } from './cards.ts';

const period = {
  from: new Date('2026-11-23T05:00:00Z'),
  to: new Date('2026-11-30T05:00:00Z'),
  zone: 'America/New_York',
};

const group = (name: string, differs: Partial<Group> = {}): Group => ({
  name,
  handoffs: 4,
  contacted: 3,
  promised: 4,
  kept: 3,
  touchP50: 5 * MINUTE,
  touchP90: 2 * HOUR,
  systemP50: 900,
  systemP95: 4_000,
  ...differs,
});

const NOTHING = {
  handoffs: 0,
  contacted: 0,
  promised: 0,
  kept: 0,
  touchP50: null,
  touchP90: null,
  systemP50: null,
  systemP95: null,
};

function reportWith(differs: Partial<Report> = {}): Report {
  return {
    ...period,
    asOf: new Date('2026-11-30T14:00:00Z'),
    all: group('All'),
    reps: [group('Marcus Chen')],
    teams: [group('Mid-market')],
    sources: [group('hubspot')],
    priorities: [group('HIGH')],
    hours: [group('9'), group('17', NOTHING)],
    outcomes: [
      { name: 'contacted', count: 3 },
      { name: 'assigned', count: 1 },
    ],
    rejects: [{ name: 'Student', count: 2 }],
    cold: { total: 0, first: [] },
    unrouted: { total: 0, first: [] },
    before: [1, 2, 3, 4].map(back => ({
      ...period,
      from: new Date(period.from.getTime() - back * 7 * 24 * HOUR),
      ...group('', { handoffs: back }),
    })),
    threshold: 50,
    ...differs,
  };
}

const kinds = (message: { blocks: { type: string }[] } | undefined) => message?.blocks.map(block => block.type) ?? [];
const drawn = (all: ReturnType<typeof reportMessages>) =>
  all.map(one => kinds(one).filter(kind => /^data_/.test(kind)));

test('a week in words, with how it compares with the four before', () => {
  const [first] = reportMessages(reportWith());
  assert.equal(
    first?.text,
    [
      '*3 of 4 contacted in time (75%)*, was 75%',
      'First contact: median 5 m, 90% within 2 h, was 5 m',
      '4 MQLs, was 3: 3 contacted, 1 not claimed yet',
      'Late most often: Marcus Chen, 1 of 4',
      'Delivery: median under 1 s, 95% within 4 s',
    ].join('\n'),
  );
  const shown = JSON.stringify(first?.blocks);
  for (const words of ['Sales, Nov 23 to 29', 'HubSpot: 4 leads', '09:00 *4*', 'Student 2']) {
    assert.ok(shown.includes(words), words);
  }
});

test('each form is plainer than the one before, and says when a picture belongs under it', () => {
  const forms = reportMessages(reportWith());
  assert.deepEqual(drawn(forms), [['data_visualization', 'data_visualization', 'data_table'], ['data_table'], []]);
  assert.deepEqual(
    forms.map(form => form.pictured),
    [false, true, true],
  );
  assert.match(JSON.stringify(forms.at(-1)?.blocks), /Marcus Chen: 4 leads, 3 of 4 contacted in time/);
});

test('an empty week says so and what to check, and draws nothing', () => {
  const before = reportWith().before.map(one => ({ ...one, ...NOTHING }));
  const none = { teams: [], sources: [], priorities: [], hours: [], outcomes: [], rejects: [], reps: [], before };
  const [only, ...more] = reportMessages(reportWith({ all: { name: 'All', ...NOTHING }, ...none }));
  assert.deepEqual(more, []);
  assert.equal(only?.pictured, false);
  assert.match(only?.text ?? '', /^\*No MQLs, Nov 23 to 29\*\.\nWhat to check:/);
  assert.match(only?.text ?? '', /\/mql doctor.*score of 50.*\/mql simulate/s);
  assert.deepEqual(problemsInMessage(only?.blocks), []);
});

const fates = (differs: Partial<LeadFates> = {}): LeadFates => ({
  leads: 11,
  owed: 10,
  reached: 9,
  contacted: 9,
  opportunities: 3,
  won: 1,
  rejected: 2,
  nurture: 1,
  held: 0,
  waiting: 1,
  contactP50: 26 * MINUTE,
  ...differs,
});

const marketing = (differs: Partial<MarketingReport> = {}): MarketingReport => ({
  kind: 'marketing',
  ...period,
  asOf: new Date('2026-11-30T14:00:00Z'),
  all: fates(),
  campaigns: [
    { name: 'Guide', ...fates({ opportunities: 1 }) },
    { name: 'Webinar', ...fates({ leads: 5, opportunities: 2 }) },
  ],
  sources: [{ name: 'unknown', ...fates() }],
  rejects: [{ name: 'Student', count: 2 }],
  waiting: {
    total: 7,
    first: [{ name: '<!channel>', company: null, campaign: 'Guide', holder: 'Marcus Chen', since: period.from }],
  },
  before: [{ ...period, ...fates({ reached: 8, contactP50: 41 * MINUTE }) }],
  threshold: 50,
  ...differs,
});

test('marketing is told what became of its leads, with how it compares, in every form', () => {
  const forms = marketingMessages(marketing());
  assert.equal(
    forms[0]?.text,
    [
      'Marketing, Nov 23 to 29',
      '*9 of 10 MQLs contacted (90%)*, was 80%',
      'First contact: median 26 m, was 41 m',
      'Opportunities: 3 (30%) · won: 1',
      'Best: Webinar, 2 opportunities from 5 MQLs',
      'Rejected: 2 (Student 2) · nurture: 1',
    ].join('\n'),
  );
  assert.deepEqual(drawn(forms), [
    ['data_visualization', 'data_table', 'data_table'],
    ['data_table', 'data_table'],
    [],
  ]);
  assert.match(
    JSON.stringify(forms.at(-1)?.blocks),
    /Guide: 11 MQLs, 9 contacted, 1 opportunity, 1 won, 2 rejected, 1 in nurture, 1 not contacted yet/,
  );
  for (const { blocks } of forms) {
    assert.deepEqual(problemsInMessage(blocks), []);
    assert.doesNotMatch(JSON.stringify(blocks), /<!channel>/);
    assert.match(JSON.stringify(blocks), /and 6 more, in the file below/);
  }
});

test('a week in which marketing sent nobody says what may be wrong, and draws nothing', () => {
  const none = fates(Object.fromEntries(Object.keys(fates()).map(key => [key, key === 'contactP50' ? null : 0])));
  const [only, ...more] = marketingMessages(
    marketing({ all: none, campaigns: [], sources: [], rejects: [], waiting: { total: 0, first: [] }, before: [] }),
  );
  assert.deepEqual(more, []);
  assert.equal(only?.pictured, false);
  assert.match(only?.text ?? '', /No MQLs, Nov 23 to 29\*\.\nDid anybody reach a score of 50\?.*\/mql doctor/s);
});

test('any names, and any number of people, make messages that Slack takes', () => {
  const name = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.constantFrom(
      '<!channel>',
      '',
      ' ',
      '\u200b',
      '<@U1>',
      '__proto__',
      'constructor',
      '=1',
      'Marcus Chen',
      'A very long name that is cut',
      '👩‍👩‍👧'.repeat(9),
    ),
  );
  const amount = fc.option(fc.nat({ max: 40 * 24 * HOUR }));
  const groups = (maxLength: number) =>
    fc.array(
      fc.record({
        name,
        handoffs: fc.nat(10_000),
        contacted: fc.nat(10_000),
        promised: fc.nat(10_000),
        kept: fc.nat(10_000),
        touchP50: amount,
        touchP90: amount,
        systemP50: amount,
        systemP95: amount,
      }),
      { maxLength },
    );
  const noted = fc.record({ name, company: fc.option(name), rep: fc.option(name), since: fc.constant(period.from) });
  const listed = fc.array(noted, { maxLength: 10 }).map((first: Noted[]) => ({ total: first.length * 3, first }));
  const counted = fc.array(fc.record({ name, count: fc.nat() }), { maxLength: 30 });
  const report = fc.record({
    reps: fc.oneof(groups(1), groups(150)),
    teams: groups(40),
    sources: groups(20),
    priorities: groups(3),
    outcomes: counted,
    rejects: counted,
    cold: listed,
    unrouted: listed,
  });
  fc.assert(
    fc.property(report, differs => {
      for (const { blocks, text } of reportMessages(reportWith(differs))) {
        assert.deepEqual(problemsInMessage(blocks), []);
        assert.ok(text.length > 0 && text.length <= 3_000);
        const mrkdwn = blocks.filter(block => block.type === 'section' || block.type === 'context');
        assert.doesNotMatch(JSON.stringify(mrkdwn), /<!(?!date)|<@/);
      }
    }),
    { numRuns: 60 },
  );
});

test('nobody, one and sixty people', () => {
  for (const people of [0, 1, 60]) {
    const reps = Array.from({ length: people }, (_, index) => group(`Somebody with a long name ${index % 7}`));
    const [rich] = reportMessages(reportWith({ reps }));
    assert.deepEqual(problemsInMessage(rich?.blocks), []);
    const expected = people === 0 ? ['data_visualization'] : ['data_visualization', 'data_visualization', 'data_table'];
    assert.deepEqual(
      kinds(rich).filter(kind => /^data_/.test(kind)),
      expected,
    );
  }
});

test('the picture shows the same charts, whatever people are called', async () => {
  const reps = ['<script>&"', 'Zoë 日本', 'Marcus'].map(name => group(name));
  const png = Buffer.from(await pictureOf(chartsOf(reportWith({ reps }))));
  assert.equal(png.subarray(1, 4).toString(), 'PNG');
  assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [1_000, 840]);
  assert.ok(png.length > 10_000, 'something is drawn on it');
});

test('a card that was contacted says where the time went', () => {
  const contacted = { name: 'Marcus Chen', at: '2026-11-24T18:05:00Z', how: 'e-mail' };
  const split = { systemMs: 4_000, person: { ms: 250_000, workMs: 250_000 }, steps: [] };
  const shown = (differs: Parameters<typeof emmasCard>[0]) => JSON.stringify(cardMessage(emmasCard(differs)).blocks);
  assert.match(shown({ state: 'contacted', contacted, split }), /In time, after 4 m 10 s/);
  assert.doesNotMatch(shown({ split: { systemMs: 4_000, steps: [] } }), /System/);
});

test('/mql show tells each step, and working time where it differs', () => {
  const now = new Date('2026-11-25T15:00:00Z');
  const lead = {
    id: '7f6b4c1e-0000-4000-8000-000000000001',
    state: 'contacted' as const,
    priority: 'HIGH' as const,
    score: 63,
    name: 'Emma Thompson',
    email: 'emma@acmecorp.com',
    company: 'Acme',
    repEmail: 'marcus@example.com',
    team: null,
    claimedBy: null,
    crossedAt: now,
    seenAt: now,
    openedAt: now,
    deliveredAt: now,
    dueAt: null,
    contactedAt: now,
    snoozedUntil: null,
    recordState: 'written' as const,
    phone: null,
    country: null,
    why: '',
  };
  const steps = [
    { step: 'seen' as const, ms: 500 },
    { step: 'delivered' as const, ms: 4_000 },
    { step: 'touched' as const, ms: 21 * HOUR },
  ];
  const split = { systemMs: 4_000, person: { ms: 21 * HOUR - 4_000, workMs: 6 * HOUR }, steps };
  const { text } = showAnswer({ lead, card: emmasCard({ split }), entries: [], nameOf: key => key, now });
  assert.match(text, /^\*Time:\* Baton 4 s · Marcus Chen 20 h 59 m \(6 h of working time\)$/m);
  assert.match(text, /^Since the MQL: seen under 1 s, in Slack 4 s, first contact 21 h$/m);
});
