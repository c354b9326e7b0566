import '../helpers/labels.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Card } from '../../src/contracts/notifier.ts';
import { cardMessage } from '../../src/slack/blocks/card.ts';
import { detailsModal } from '../../src/slack/blocks/modals/details.ts';
import { plainCard } from '../../src/slack/blocks/plain.ts';
import { emmasCard } from './cards.ts';
import { emma } from './emma.ts';
import { problemsInMessage, problemsInView } from './problems.ts';

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

test('Emma’s card: who, by when, why now, how to reach her and what next, within a dozen lines', () => {
  const due = { at: '2026-11-20T18:00:00.000Z', breached: false };
  const { text, blocks } = cardMessage(emmasCard({ due }));
  const by = '<!date^1795197600^Contact {date_long_pretty} by {time}|Contact by Nov 20, 2026, 10:00 AM PST>';
  const visited = '<!date^1795194000^, {date_long_pretty} at {time}|, Nov 20, 2026, 9:00 AM PST>';
  assert.deepEqual(texts(blocks.slice(0, -1)).join('\n').split('\n'), [
    'Emma Thompson · Acme Corp',
    'VP Operations · *HIGH* · for <@U0MARCUS>',
    `:red_circle: *${by}*`,
    `Pricing page${visited}, after downloaded: Integration guide`,
    '<tel:+14155550100|+1 415 555 0100>',
    '<mailto:emma.thompson@acmecorp.com|emma.thompson@acmecorp.com>',
    '750 people · Technology · San Francisco',
    'Score 63, fit 100 · <https://baton.example.com/open/7f6b4c1e|Salesforce>',
  ]);
  assert.deepEqual(buttonsOf(emmasCard()), ['claim', 'log_call', 'email', 'more']);
  assert.deepEqual(problemsInMessage(blocks), []);
  assert.equal(text, 'HIGH lead: Emma Thompson, VP Operations at Acme Corp, contact within 1 hour');
});

test('under Details stands every fact a rep may want', () => {
  const view = detailsModal({ lead: emma, card: emmasCard(), entries: [], zone: 'America/Los_Angeles' });
  const all = texts(view.blocks).join('\n');
  for (const fact of [
    '*Emma Thompson* — Acme Corp',
    'VP Operations',
    '<tel:+14155550100|+1 415 555 0100>',
    'Came through HubSpot, Webinar',
    'View in Salesforce',
    'Visited: Pricing page (<!date^1795194000^{date_short_pretty} at {time}|Nov 20, 2026, 9:00 AM PST>)',
    'Acme Corp (acmecorp.com)',
    'In Salesforce',
    'Owner *Marcus Chen*',
    '750 employees  ·  Technology  ·  $50M revenue',
    'San Francisco, CA, United States',
    'Uses Salesforce, HubSpot, NetSuite, AWS',
    'Why Marcus Chen',
    'HIGH mid-market → Mid-market SDRs (weighted): it was Marcus’s turn',
    '*Fit 100 of 100*: industry 30, employees 25, country 20, title 25',
  ]) {
    assert.ok(all.includes(fact), `not under Details: ${fact}\n${all}`);
  }
  const order = ['Pricing page', 'Integration guide', 'Product webinar'].map(what => all.indexOf(what));
  assert.deepEqual(
    order,
    order.toSorted((a, b) => a - b),
    'newest first',
  );
  assert.equal(view.title.text, 'Emma Thompson');
  assert.deepEqual(problemsInView(view, 'modal'), []);
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

const OPEN = ['claim', 'log_call', 'email', 'more'];
test('the first card of somebody’s life explains its buttons; no other does', () => {
  const ofMine = (differs: Partial<Card>) =>
    JSON.stringify(cardMessage(emmasCard({ own: true, ...differs })).blocks.at(-1));
  assert.match(ofMine({ first: true }), /Your first lead: \*Claim\* says it’s yours/);
  assert.doesNotMatch(ofMine({}), /Your first lead/);
});

const HELD_BY_SOMEBODY = ['log_call', 'email', 'more'];
const states: [what: string, differs: Partial<Card>, says: RegExp, buttons: string[]][] = [
  [
    'a pool, whose phone number waits for the claim',
    { rep: undefined, pool: { team: 'SDRs' } },
    /^(?!.*tel:).*· SDRs\n:red_circle: \*First to claim has it\* · \*Contact within 1 hour\*(?!.*mailto:)/s,
    ['claim', 'details'],
  ],
  [
    'claimed',
    { state: 'claimed', claimed: { name: 'Priya Nair', at: '2026-11-20T17:00:00.000Z' } },
    /· claimed by Priya Nair\n/,
    HELD_BY_SOMEBODY,
  ],
  [
    'contacted',
    {
      state: 'contacted',
      contacted: { name: 'Marcus Chen', at: '2026-11-20T17:00:00.000Z', how: 'call: connected' },
    },
    /:white_check_mark: \*Contacted\* · <!date\^1795194000\^.*>\nMarcus Chen called: connected/,
    HELD_BY_SOMEBODY,
  ],
  [
    'contacted by its reader, who wrote a note and takes bookings',
    {
      ...{ own: true, state: 'contacted', bookingUrl: 'https://cal.example.com/marcus' },
      contacted: {
        name: 'Marcus Chen',
        at: '2026-11-20T17:00:00.000Z',
        how: 'call: connected',
        note: 'Send *pricing*',
      },
    },
    /\nYou called: “Send ∗pricing∗”\n/,
    ['book', ...HELD_BY_SOMEBODY],
  ],
  [
    'a meeting is to come: nothing is urgent',
    {
      ...{ own: true, state: 'contacted', meeting: { at: '2026-11-24T17:00:00.000Z', name: 'Marcus Chen', calls: 2 } },
      contacted: { name: 'Marcus Chen', at: '2026-11-20T17:00:00.000Z', how: 'call: connected' },
    },
    /:date: \*Meeting\* · <!date\^1795539600\^.*>\nBooked by you, after 2 calls\n/,
    HELD_BY_SOMEBODY,
  ],
  [
    'claimed by its reader',
    { own: true, state: 'claimed', claimed: { name: 'Marcus Chen', at: '2026-11-20T17:00:00.000Z' } },
    /VP Operations · \*HIGH\* · yours\n/,
    HELD_BY_SOMEBODY,
  ],
  [
    'overdue: called, or handed on; no Claim, as the call claims as well',
    { due: { at: '2026-11-20T17:00:00.000Z', breached: true }, reassignedAt: '2026-11-20T18:00:00.000Z' },
    /:alarm_clock: \*Overdue\* · <!date\^1795194000\^was due \{date_long_pretty\} at \{time\}\|.*\^If nobody acts, reassigned \{date/s,
    ['log_call', 'email', 'reassign', 'more'],
  ],
  [
    'a promise in working time is said in hours, never in days',
    { priority: 'MEDIUM', respondWithinMs: 86_400_000, inWorkingTime: true },
    /:large_orange_circle: \*Contact within 24 working hours\*/,
    OPEN,
  ],
  [
    'snoozed',
    { state: 'claimed', snoozedUntil: '2026-11-20T17:00:00.000Z' },
    /:zzz: \*Snoozed\* <!date\^1795194000\^until \{date_long_pretty\} at \{time\}\|.*>\nThe SLA keeps running(?!.*people)/s,
    ['log_call', 'email', 'wake', 'more'],
  ],
  ['reassigned', { previously: { name: 'Tom <!here>' } }, /Before: Tom &lt;!here&gt;/, OPEN],
  [
    'no longer the reader’s: a line, and nothing to press',
    { handedOn: true, moved: { name: 'Dana Ruiz', at: '2026-11-20T17:00:00.000Z' } },
    /^\*Emma Thompson\* · Acme Corp\n:arrow_right: \*With Marcus Chen now\.\* Nothing for you to do\.\nDana Ruiz<!date.* moved it/,
    [],
  ],
  [
    'rejected',
    { state: 'rejected', closed: { name: 'Priya Nair', at: '2026-11-20T17:00:00.000Z', reason: 'Duplicate: twice' } },
    /:no_entry_sign: \*Rejected\* by Priya Nair<!date\^1795194000\^, \{date_long_pretty\} at \{time\}.*>: Duplicate: twice/,
    ['reopen', 'details'],
  ],
  [
    'rejected just now by its reader: Undo in the place of Reopen',
    { own: true, undo: 'u1', state: 'rejected', closed: { name: 'Marcus Chen', at: '2026-11-20T17:00:00.000Z' } },
    /\*Rejected\* by you/,
    ['undo', 'details'],
  ],
  ['in nurture', { state: 'nurture' }, /\*In nurture\*/, ['reopen', 'details']],
  ['held', { state: 'held' }, /\*On hold\*\nSent to sales/, ['release', 'nurture', 'details']],
  ['a test', { isTest: true }, /^Test: Emma Thompson/, ['claim', 'log_call', 'test_cleanup', 'more']],
  ['won', { state: 'won' }, /:trophy: \*Won\*/, ['details']],
  [
    'Salesforce away',
    { crm: { state: 'pending', name: 'salesforce' } },
    /Score 63, fit 100 · Salesforce pending, saved as soon as it answers/,
    OPEN,
  ],
  [
    'Salesforce refused',
    { crm: { state: 'parked', name: 'salesforce', note: 'REQUIRED_FIELD_MISSING: Region__c' } },
    /Not in Salesforce yet: REQUIRED_FIELD_MISSING: Region__c/,
    OPEN,
  ],
  ['flags', { flags: ['free_email', 'new_flag', 'third'] }, /free e-mail address, new flag, and 1 more/, OPEN],
  ['no address', { lead: { name: 'Emma', email: '' } }, /Emma/, ['claim', 'log_call', 'more']],
  [
    'answers',
    { answers: ['One', 'Two', 'Three', 'Four', 'Five'].map(question => ({ question, answer: 'yes' })) },
    /• One: yes\n• Two: yes\n• Three: yes\n• Four: yes\nand 1 more answer under Details/,
    OPEN,
  ],
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
  const came = (leadSource: string) =>
    texts(detailsModal({ lead: emma, card: emmasCard({ leadSource }), entries: [], zone: 'UTC' }).blocks).join('\n');
  assert.match(came('ORGANIC_SEARCH'), /HubSpot, Organic search/);
  assert.match(came('Webinar Q3'), /HubSpot, Webinar Q3/);
});

test('names that every object has are names like any other', () => {
  const card = emmasCard({ source: '__proto__', flags: ['constructor'], crm: { state: 'pending', name: '__proto__' } });
  assert.match(said(card), /＿＿proto＿＿ pending/);
  assert.match(said(card), /:warning: constructor/);
});

test('a script behind the record is no link', () => {
  const card = emmasCard({ crm: { state: 'written', name: 'salesforce', url: 'javascript:alert(1)' } });
  assert.doesNotMatch(said(card), /javascript|Salesforce/);
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
    { numRuns: 100 },
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
    { numRuns: 100 },
  );
  const free = plainCard(emmasCard({ rep: undefined, pool: { team: 'SDRs' } }))('ab12cd34');
  assert.match(free, /Emma Thompson.*\nType `\/mql claim` and the lead’s name to take it\.\n/);
});

test('what a reader may decide is in one menu, each line naming the handoff', () => {
  const card = emmasCard();
  const lines = JSON.stringify(cardMessage(card).blocks).match(/"value":"[a-z]+:[^"]+"/g);
  const verbs = ['details', 'reassign', 'snooze', 'edit', 'reject'];
  assert.deepEqual(
    lines,
    verbs.map(verb => `"value":"${verb}:${card.handoffId}"`),
  );
});

test('Details link the lead’s own LinkedIn page and no other, and say how the company is funded', () => {
  const { lead, company } = emmasCard();
  const detailsOf = (linkedin: string, funding?: string) => {
    const card = emmasCard({ lead: { ...lead, linkedin }, company: { ...company, ...(funding && { funding }) } });
    return texts(detailsModal({ lead: emma, card, entries: [], zone: 'UTC' }).blocks).join('\n');
  };
  assert.match(
    detailsOf('https://www.linkedin.com/in/emma', 'Series *B*'),
    /<https:\/\/www\.linkedin\.com\/in\/emma\|LinkedIn>[\s\S]*Funding: Series ∗B∗/,
  );
  assert.doesNotMatch(detailsOf('https://evil.example/linkedin.com/'), /LinkedIn|evil|Funding/);
});

test('the first three lines say who, why now, by when and what next, in every state that is work', () => {
  const due = { at: '2026-11-20T18:00:00.000Z', breached: false };
  const at = '2026-11-20T17:00:00.000Z';
  const works: Partial<Card>[] = [
    { due },
    { due, own: true, state: 'claimed', claimed: { name: 'Marcus Chen', at } },
    { due: { ...due, breached: true } },
    { due, snoozedUntil: at },
    { state: 'contacted', contacted: { name: 'Marcus Chen', at, how: 'call: connected' } },
  ];
  for (const differs of works) {
    const { blocks } = cardMessage(emmasCard(differs));
    const [title = '', about = '', state = '', then = '', ...rest] = texts(blocks.slice(0, -1)).join('\n').split('\n');
    assert.equal(title, 'Emma Thompson · Acme Corp');
    assert.match(about, /^VP Operations · \*HIGH\*/);
    assert.match(state, /^:\w+: \S*.*<!date\^/, 'by when, or since when');
    assert.match(then, /Pricing page|SLA keeps running|called/, 'why now, or what happened');
    assert.ok(rest.length + 5 <= 12, `a dozen lines: ${rest.length + 5}`);
    assert.equal(blocks.at(-1)?.type, 'actions');
  }
});

test('the playbook chooses which facts stand in small print, and in which order; what nobody knows is left out', () => {
  const company = { ...emmasCard().company, funding: 'Series *B*' };
  const facts = [
    ['funding', 'size', 'revenue'],
    ['stack', 'seniority', 'record'],
  ] as const;
  assert.match(
    said(emmasCard({ company, facts })),
    /\nSeries ∗B∗ · 750 people · \$50M revenue\nUses Salesforce, HubSpot, NetSuite · <https.*\|Salesforce>$/m,
  );
});
