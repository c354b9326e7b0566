import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { CrmStanding } from '../../contracts/crm-records.ts';
import type { BookedHandoff, ContactEvidence } from '../../db/reports/booked.ts';
import { addsUp, BOOK_CLASSES } from '../../domain/books.ts';
import { DAY, HOUR, MINUTE } from '../../lib/clock.ts';
import { balance } from './balance.ts';
import { crmClass, type Known, slackClass, unequal } from './other-sides.ts';
import { type AskedSource, sourceSide } from './source-side.ts';

const NOW = new Date('2026-11-25T11:30:00Z');
const ago = (milliseconds: number) => new Date(NOW.getTime() - milliseconds);

function known(contactId: string, differs: Partial<ContactEvidence> = {}): ContactEvidence {
  const nothing = { handoffs: [], signals: [], lastCrossedAt: null, isGone: false, isErased: false };
  return { contactId, ...nothing, score: null, scoreAt: null, ...differs };
}

function askedOf(evidence: ContactEvidence[], at: string | undefined, differs: Partial<AskedSource> = {}): AskedSource {
  return {
    source: 'map',
    crossings: evidence.map(({ contactId }) => ({ contactId, score: 60, ...(at && { at }) })),
    evidence: new Map(evidence.map(one => [one.contactId, one])),
    newsFrom: ago(30 * DAY),
    requalifyAfter: 90 * DAY,
    threshold: 50,
    from: ago(26 * HOUR),
    ...differs,
  };
}

const signal = (outcome: string | null, at: Date, status: 'new' | 'done' | 'parked' = 'done') => ({
  ...{ id: 7, status, outcome, occurredAt: at },
});

const CROSSED = ago(5 * HOUR);
const LATER = ago(4 * HOUR);
const handoffAt = (crossedAt: Date, isTest = false) => ({ id: 'h1', crossedAt, isTest });

/** What is known of the contact → the class of its crossing; undefined: it was handed off. */
const SOURCE_CLASSES: [
  keyof (typeof BOOK_CLASSES)['source'] | undefined,
  Partial<ContactEvidence>,
  Partial<AskedSource>?,
][] = [
  [undefined, { handoffs: [handoffAt(CROSSED)] }],
  ['never_delivered', {}],
  ['never_delivered', { signals: [signal('below', ago(6 * HOUR))] }],
  ['unexplained', { signals: [signal('above_before', LATER)] }],
  ['waiting', { signals: [signal(null, CROSSED, 'new')] }],
  ['parked', { signals: [signal('parked: no such contact', CROSSED, 'parked')] }],
  ['below_threshold_when_seen', { signals: [signal('lifecycle', LATER)] }],
  ['before_connection', {}, { newsFrom: ago(HOUR) }],
  ['before_connection', { signals: [signal('history', LATER)] }],
  ['requalify_guard', { lastCrossedAt: ago(3 * DAY), handoffs: [handoffAt(ago(3 * DAY))] }],
  ['watch_mode', { signals: [signal('watched', LATER)] }],
  ['test', { handoffs: [handoffAt(CROSSED, true)], signals: [signal('handed_off', LATER)] }],
  ['erased', { isErased: true }],
  ['gone', { isGone: true }],
];

test('each crossing that is no handoff is of one class', () => {
  for (const [expected, evidence, differs] of SOURCE_CLASSES) {
    const side = sourceSide(askedOf([known('1', evidence)], CROSSED.toISOString(), differs), new Set());
    assert.deepEqual([side.listed, side.gaps[0]?.class], [1, expected]);
  }
  const parked = sourceSide(askedOf([known('1', SOURCE_CLASSES[5]?.[1])], CROSSED.toISOString()), new Set());
  assert.deepEqual([parked.gaps[0]?.why, parked.gaps[0]?.inboxId], ['no such contact', 7]);
});

test('two contacts of one person, and a source without history', () => {
  const twins = [known('1', { handoffs: [handoffAt(CROSSED)] }), known('2', { handoffs: [handoffAt(CROSSED)] })];
  assert.deepEqual(
    sourceSide(askedOf(twins, CROSSED.toISOString()), new Set()).gaps.map(one => one.class),
    ['same_person'],
  );
  const long = known('1', { score: 60, scoreAt: ago(9 * DAY) });
  assert.deepEqual(
    sourceSide(askedOf([long], undefined), new Set()).gaps.map(one => one.class),
    ['known_before'],
  );
});

test('a crossing just before the time counts only where its handoff is of the time', () => {
  const before = ago(26 * HOUR + 30 * MINUTE);
  const one = askedOf([known('1', { handoffs: [handoffAt(ago(25 * HOUR))] })], before.toISOString());
  assert.equal(sourceSide(one, new Set(['h1'])).listed, 1);
  assert.equal(sourceSide(one, new Set()).listed, 0);
});

function handoff(differs: Partial<Omit<BookedHandoff, 'record'>> & { record?: Partial<BookedHandoff['record']> } = {}) {
  const record = {
    state: 'written',
    kind: 'lead',
    id: 'r1',
    crm: 'crm',
    note: null,
    ownerId: 'u1',
    isShared: false,
  } as const;
  const whole: BookedHandoff = {
    ...{ id: 'h1', source: 'map', contactId: '1', leadId: 'l1', state: 'assigned', priority: 'HIGH', score: 60 },
    ...{
      crossedAt: CROSSED,
      openedAt: CROSSED,
      isErased: false,
      deliveredAt: LATER,
      card: { channel: 'C', ts: '1.0' },
    },
    ...{ isQueued: false, isMailed: false, wasRefused: false, parked: [], untold: 0 },
    ...differs,
    record: { ...record, ...differs.record },
  };
  return whole;
}

function about(differs: Partial<Known> = {}): Known {
  const usual = { crm: 'crm', standing: undefined, isCardGone: false, waitsForShift: false, tellsSource: true };
  return { now: NOW, ...usual, ...differs };
}

const OLD = { openedAt: ago(2 * DAY) };
const put = (job: string, verdict: string) => ({ parked: [{ job, verdict, reason: 'why' }] });

test('each handoff that is not in the CRM is of one class', () => {
  const moved: CrmStanding = { kind: 'moved', by: 'merge', now: { kind: 'lead', id: 'r2' } };
  const cases: [string | undefined, BookedHandoff, Known?][] = [
    [undefined, handoff()],
    [undefined, handoff(), about({ standing: { ...moved, by: 'conversion' } })],
    ['by_rule', handoff({ state: 'nurture', record: { state: 'skipped' } })],
    ['no_crm', handoff({ record: { state: 'skipped' } })],
    ['other_crm', handoff({ record: { crm: 'old' } })],
    ['waiting', handoff({ record: { state: 'pending' } })],
    ['waiting', handoff({ ...OLD, ...put('handoff.record', 'waiting_for_connection'), record: { state: 'pending' } })],
    ['parked', handoff({ ...put('handoff.record', 'refused'), record: { state: 'pending' } })],
    ['parked', handoff({ record: { state: 'parked', note: 'a rule' } })],
    ['never_recorded', handoff({ ...OLD, record: { state: 'pending' } })],
    ['deleted', handoff(), about({ standing: { kind: 'deleted' } })],
    ['merged', handoff(), about({ standing: moved })],
  ];
  for (const [expected, one, more = about()] of cases) assert.equal(crmClass(one, more)?.class, expected);
  assert.deepEqual(new Set(cases.flatMap(([name]) => name ?? [])), new Set(Object.keys(BOOK_CLASSES.crm)));
});

test('each handoff that is not in Slack is of one class', () => {
  const none = { deliveredAt: null, card: null };
  const cases: [string | undefined, BookedHandoff, Known?][] = [
    [undefined, handoff()],
    ['not_found', handoff(), about({ isCardGone: true })],
    [undefined, handoff({ state: 'won' }), about({ isCardGone: true })],
    ['by_rule', handoff({ ...none, state: 'nurture' })],
    ['by_rule', handoff(none), about({ waitsForShift: true })],
    ['by_mail', handoff({ ...none, isMailed: true })],
    ['pace', handoff({ ...none, isQueued: true })],
    ['refused', handoff({ ...none, wasRefused: true })],
    ['parked', handoff({ ...none, ...put('handoff.notify', 'bug') })],
    ['waiting', handoff({ ...none, ...put('handoff.notify', 'waiting_for_connection') })],
    ['waiting', handoff({ ...none, openedAt: ago(20 * MINUTE) })],
    ['never_posted', handoff(none)],
  ];
  for (const [expected, one, more = about()] of cases) assert.equal(slackClass(one, more)?.class, expected);
  assert.deepEqual(new Set(cases.flatMap(([name]) => name ?? [])), new Set(Object.keys(BOOK_CLASSES.slack)));
});

test('what differs although it is there', () => {
  const of = (one: BookedHandoff, standing?: CrmStanding) =>
    unequal(one, about({ standing })).map(found => found.class);
  assert.deepEqual(of(handoff(), { kind: 'here', ownerId: 'u1', score: 60 }), []);
  assert.deepEqual(of(handoff({ untold: 1 }), { kind: 'here', ownerId: 'u2', score: 12 }), ['owner', 'score', 'touch']);
  assert.deepEqual(
    of(handoff({ record: { ownerId: null, isShared: true } }), { kind: 'here', ownerId: 'u2', score: 12 }),
    [],
  );
});

test('receipts add up, whatever became of the leads', () => {
  const state = fc.constantFrom<BookedHandoff['state']>('assigned', 'nurture', 'won', 'held');
  const lead = fc.record({
    state,
    record: fc.constantFrom<BookedHandoff['record']['state']>('written', 'pending', 'parked', 'skipped'),
    delivered: fc.boolean(),
    listed: fc.boolean(),
    inTime: fc.boolean(),
    twin: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(lead), fc.nat({ max: 9 }), fc.boolean(), (leads, strangers, two) => {
      const handoffs = leads.map((one, at) =>
        handoff({
          ...{ id: `h${at}`, contactId: `${at}`, source: two && at % 2 ? 'other' : 'map', state: one.state },
          ...{ deliveredAt: one.delivered ? LATER : null, record: { state: one.record } },
        }),
      );
      const of = (source: string) => {
        const own = leads.flatMap((one, at) => {
          const id = `h${at}`;
          const evidence = (contactId: string) =>
            known(contactId, { handoffs: [{ id, crossedAt: CROSSED, isTest: false }] });
          const isIts = one.listed && handoffs[at]?.source === source;
          return isIts ? [evidence(`${at}`), ...(one.twin ? [evidence(`twin${at}`)] : [])] : [];
        });
        const others = Array.from({ length: strangers }, (_, at) => known(`stranger${at}`));
        return { ...askedOf([...own, ...others], CROSSED.toISOString()), source };
      };
      const inTime = new Set(handoffs.filter((_, at) => leads[at]?.inTime).map(one => one.id));
      const { receipts } = balance({
        ...{ asked: [of('map')], unasked: two ? { other: 'away' } : {}, handoffs, inTime },
        ...{ knownOf: () => about(), lookedInCrm: new Set<string>(), lookedInSlack: new Set<string>() },
      });
      for (const receipt of receipts) assert.ok(addsUp(receipt), JSON.stringify(receipt));
    }),
    { numRuns: 100 },
  );
});
