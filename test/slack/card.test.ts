import '../helpers/labels.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Card } from '../../src/contracts/notifier.ts';
import { cardMessage } from '../../src/slack/blocks/card.ts';
import { plainCard } from '../../src/slack/blocks/plain.ts';
import { emmasCard } from './cards.ts';
import { problemsInMessage } from './problems.ts';

/** Every text of a message, each on its own. */
function texts(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(texts);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, one]) =>
    key === 'text' && typeof one === 'string' ? [one] : texts(one),
  );
}

const buttonsOf = (card: Card) =>
  cardMessage(card).blocks.flatMap(block =>
    block.type === 'actions' ? block.elements.map(element => ('action_id' in element ? element.action_id : '')) : [],
  );

const said = (card: Card) => texts(cardMessage(card).blocks).join('\n');

test("Emma's card shows every fact a rep needs", () => {
  const card = emmasCard();
  const all = said(card);
  for (const fact of [
    'Emma Thompson — Acme Corp',
    '*VP Operations*',
    ':red_circle: HIGH',
    'score 63',
    'fit 100',
    'Contact within 1 hour',
    '<mailto:emma.thompson@acmecorp.com|emma.thompson@acmecorp.com>',
    '<tel:+14155550100|+1 415 555 0100>',
    'Acme Corp (acmecorp.com)',
    '750 employees  ·  Technology  ·  $50M revenue',
    'San Francisco, CA, United States',
    'HubSpot, Webinar',
    'Visited: Pricing page (<!date^1795194000^{date_short_pretty} at {time}|Nov 20, 2026, 9:00 AM PST>)',
    'Salesforce, HubSpot, NetSuite, AWS',
    'Assigned to *Marcus Chen*',
    '*Why Marcus Chen:* HIGH mid-market → Mid-market SDRs (weighted): Marcus is owed 0.67 of a turn',
    '*Fit 100 of 100*: industry 30, employees 25, country 20, title 25',
    'View in Salesforce',
  ]) {
    assert.ok(all.includes(fact), `not on the card: ${fact}\n${all}`);
  }
  const order = ['Pricing page', 'Integration guide', 'Product webinar'].map(what => all.indexOf(what));
  assert.deepEqual(
    order,
    order.toSorted((a, b) => a - b),
    'newest first',
  );
  assert.deepEqual(buttonsOf(card), ['claim', 'log_call', 'email', 'open_record', 'more']);
  assert.deepEqual(problemsInMessage(cardMessage(card).blocks), []);
  assert.equal(
    cardMessage(card).text,
    'HIGH lead: Emma Thompson — Acme Corp, VP Operations, score 63, fit 100, contact within 1 hour',
  );
});

test('a lead of whom nothing is known but an address has no empty places on its card', () => {
  const { judgement } = emmasCard();
  const bare = emmasCard({
    lead: { name: 'x@acme.example', email: 'x@acme.example', title: '', phone: ' ', company: undefined },
    leadSource: undefined,
    score: null,
    company: { origin: {} },
    activities: [],
    respondWithinMs: undefined,
    crm: { state: 'skipped', name: 'CRM' },
    judgement: { ...judgement, fit: { score: 0, priority: 'LOW', parts: [] } },
  });
  const all = said(bare);
  assert.doesNotMatch(all, /undefined|null|NaN|Phone|Company|intent|stack|score|View in/i);
  assert.doesNotMatch(all, /(·|,|—|:)\s*$/m, 'a separator separates nothing');
  assert.deepEqual(problemsInMessage(cardMessage(bare).blocks), []);
});

const states: [what: string, differs: Partial<Card>, says: RegExp, buttons: string[]][] = [
  [
    'a pool',
    { rep: undefined, pool: { team: 'SDRs' } },
    /First to claim has it\* \(SDRs\)/,
    ['claim', 'log_call', 'email', 'open_record', 'more'],
  ],
  [
    'claimed',
    { state: 'claimed', claimed: { name: 'Priya Nair', at: '2026-11-20T17:00:00.000Z' } },
    /\*Claimed by Priya Nair\* <!date\^1795194000\^/,
    ['log_call', 'email', 'open_record', 'more'],
  ],
  [
    'contacted',
    {
      state: 'contacted',
      contacted: { name: 'Marcus Chen', at: '2026-11-20T17:00:00.000Z', how: 'call: connected' },
    },
    /\*Contacted by Marcus Chen\* <!date\^1795194000\^.*> \(call: connected\)/,
    ['log_call', 'email', 'open_record', 'more'],
  ],
  [
    'overdue',
    { due: { at: '2026-11-20T17:00:00.000Z', breached: true } },
    /\*Overdue\* since <!date\^1795194000\^/,
    ['claim', 'log_call', 'email', 'open_record', 'more'],
  ],
  [
    'due',
    { due: { at: '2026-11-20T17:00:00.000Z', breached: false } },
    /\*Contact within 1 hour\*, by <!date\^1795194000\^/,
    ['claim', 'log_call', 'email', 'open_record', 'more'],
  ],
  [
    'snoozed',
    { state: 'claimed', snoozedUntil: '2026-11-20T17:00:00.000Z' },
    /Snoozed until <!date\^1795194000\^/,
    ['log_call', 'email', 'open_record', 'more'],
  ],
  [
    'reassigned',
    { previously: { name: 'Tom <!here>' } },
    /Assigned to \*Marcus Chen\*, before that with Tom &lt;!here&gt;/,
    ['claim', 'log_call', 'email', 'open_record', 'more'],
  ],
  ['no longer the reader’s', { handedOn: true }, /\*This lead is with Marcus Chen now\*/, ['open_record']],
  [
    'rejected',
    { state: 'rejected', closed: { name: 'Priya Nair', at: '2026-11-20T17:00:00.000Z', reason: 'Duplicate: twice' } },
    /This lead is \*rejected\* by Priya Nair <!date\^1795194000\^.*>: Duplicate: twice/,
    ['reopen', 'open_record'],
  ],
  ['in nurture', { state: 'nurture' }, /This lead is \*in nurture\*/, ['reopen', 'open_record']],
  ['held', { state: 'held' }, /\*held for a person to decide\*/, ['release', 'nurture', 'open_record']],
  [
    'a test',
    { isTest: true },
    /^TEST: Emma Thompson/,
    ['claim', 'log_call', 'email', 'open_record', 'test_cleanup', 'more'],
  ],
  ['won', { state: 'won' }, /This lead is \*won\*/, ['open_record']],
  [
    'Salesforce away',
    { crm: { state: 'pending', name: 'salesforce' } },
    /Salesforce pending: the record will be filled in/,
    ['claim', 'log_call', 'email', 'more'],
  ],
  [
    'Salesforce refused',
    { crm: { state: 'parked', name: 'salesforce', note: 'REQUIRED_FIELD_MISSING: Region__c' } },
    /Not in Salesforce yet: REQUIRED_FIELD_MISSING: Region__c/,
    ['claim', 'log_call', 'email', 'more'],
  ],
  [
    'flags',
    { flags: ['free_email', 'brand_new_flag'] },
    /Mind:\* free e-mail address; brand new flag/,
    ['claim', 'log_call', 'email', 'open_record', 'more'],
  ],
  ['no address', { lead: { name: 'Emma', email: '' } }, /Emma/, ['claim', 'log_call', 'open_record', 'more']],
];

for (const [what, differs, says, buttons] of states) {
  test(`card: ${what}`, () => {
    const card = emmasCard(differs);
    assert.match(said(card), says);
    assert.deepEqual(buttonsOf(card), buttons);
    assert.deepEqual(problemsInMessage(cardMessage(card).blocks), []);
  });
}

test('a promise that nobody can still keep is not shown', () => {
  assert.doesNotMatch(said(emmasCard({ state: 'contacted' })), /within|Overdue/);
  const contacted = { name: 'Marcus Chen', at: '2026-11-20T17:00:00.000Z', how: 'e-mail' };
  assert.doesNotMatch(said(emmasCard({ contacted })), /within/);
});

test('what a source calls ORGANIC_SEARCH is said in words; what people named stays', () => {
  assert.match(said(emmasCard({ leadSource: 'ORGANIC_SEARCH' })), /HubSpot, Organic search/);
  assert.match(said(emmasCard({ leadSource: 'Webinar Q3' })), /HubSpot, Webinar Q3/);
});

test('names that every object has are names like any other', () => {
  const card = emmasCard({ source: '__proto__', flags: ['constructor'], crm: { state: 'pending', name: '__proto__' } });
  assert.match(said(card), /＿＿proto＿＿ pending/);
  assert.match(said(card), /Mind:\* constructor/);
});

test('a script behind "View" is no button', () => {
  const card = emmasCard({ crm: { state: 'written', name: 'salesforce', url: 'javascript:alert(1)' } });
  assert.ok(!buttonsOf(card).includes('open_record'));
});

const evil = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '<!channel>',
    '<@U0MARCUS>',
    '*x*',
    '@channel',
    '\u202egnp.exe',
    '&'.repeat(9_000),
    'w'.repeat(20_000),
    '👩‍💻'.repeat(3_000),
    '<https://evil.example|Salesforce>',
    '>quoted\n>>>more',
    ':red_circle: HIGH',
  ),
  fc.string({ unit: 'binary', maxLength: 300 }),
);
const maybe = fc.option(evil, { nil: undefined });
const STATES = ['assigned', 'claimed', 'contacted', 'held', 'won', 'lost', 'rejected', 'nurture'] as const;
const hostileCard = fc
  .record({
    name: evil,
    email: evil,
    title: maybe,
    phone: maybe,
    company: maybe,
    leadSource: maybe,
    industry: maybe,
    city: maybe,
    country: maybe,
    domain: maybe,
    tech: fc.array(evil, { maxLength: 50 }),
    details: fc.array(fc.record({ detail: evil, at: fc.oneof(evil, fc.constant('2026-11-20T17:00:00.000Z')) }), {
      maxLength: 40,
    }),
    reason: evil,
    note: evil,
    url: evil,
    team: evil,
    person: evil,
    how: evil,
    closing: evil,
    state: fc.constantFrom(...STATES),
    handedOn: fc.boolean(),
    isTest: fc.boolean(),
    breached: fc.boolean(),
    when: fc.oneof(evil, fc.constant('2026-11-20T17:00:00.000Z')),
    revenue: fc.option(fc.double(), { nil: undefined }),
    employees: fc.option(fc.double(), { nil: undefined }),
  })
  .map(given =>
    emmasCard({
      lead: { name: given.name, email: given.email, title: given.title, phone: given.phone, company: given.company },
      leadSource: given.leadSource,
      company: {
        industry: given.industry,
        city: given.city,
        country: given.country,
        domain: given.domain,
        tech: given.tech,
        revenue: given.revenue,
        employees: given.employees,
        origin: {},
      },
      activities: given.details.map(one => ({ type: 'page_view', ...one })),
      decision: { ...emmasCard().decision, reason: given.reason },
      crm: { state: 'parked', name: 'salesforce', note: given.note, url: given.url },
      state: given.state,
      ...(given.handedOn
        ? { handedOn: true, rep: { name: given.person, email: given.email, timeZone: given.team } }
        : { rep: undefined, pool: { team: given.team } }),
      isTest: given.isTest,
      previously: { name: given.person },
      claimed: { name: given.person, at: given.when },
      ...(given.breached && { contacted: { name: given.person, at: given.when, how: given.how } }),
      due: { at: given.when, breached: given.breached },
      snoozedUntil: given.when,
      closed: { name: given.person, at: given.when, reason: given.closing },
    }),
  );

test('whatever a lead typed, Slack takes the card, and nothing on it is a command', () => {
  fc.assert(
    fc.property(hostileCard, card => {
      const { text, blocks } = cardMessage(card);
      assert.deepEqual(problemsInMessage(blocks), []);
      assert.ok(text.length > 0 && text.length <= 4_000);
      for (const one of [text, ...blocks.filter(block => block.type !== 'header').flatMap(texts)]) {
        // The only angle brackets left are our own links and dates.
        const bare = one.replace(/<(mailto|tel|https?):[^<>|]*\|[^<>]*>|<!date\^\d+\^[^<>|]*\|[^<>]*>/g, '');
        assert.doesNotMatch(bare, /[<>]/);
        assert.doesNotMatch(one, /undefined|NaN|[\u202a-\u202e]/);
      }
    }),
    { numRuns: 200 },
  );
});

test('the same as text alone: short enough, nothing in it a command, and how to go on', () => {
  fc.assert(
    fc.property(hostileCard, card => {
      const text = plainCard(card)('ab12cd34');
      assert.ok(text.length <= 4_000);
      assert.match(text, /reference ab12cd34\.$/);
      assert.doesNotMatch(text.replace(/<(mailto|tel):[^<>|]*\|[^<>]*>/g, ''), /[<>]|undefined/);
    }),
    { numRuns: 200 },
  );
  const free = plainCard(emmasCard({ rep: undefined, pool: { team: 'SDRs' } }))('ab12cd34');
  assert.match(free, /Emma Thompson.*\n<tel:.*\n<mailto:.*\nType `\/mql claim` and the lead’s name to take it\.\n/);
});

test('what a reader may decide and ask is in two menus, each line naming the handoff', () => {
  const card = emmasCard();
  const lines = JSON.stringify(cardMessage(card).blocks).match(/"value":"[a-z]+:[^"]+"/g);
  const verbs = ['why', 'timeline', 'reassign', 'reject', 'snooze', 'away'];
  assert.deepEqual(
    lines,
    verbs.map(verb => `"value":"${verb}:${card.handoffId}"`),
  );
});
