import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { EXAMPLE, playbookIn } from '../../../../test/helpers/playbook.ts';
import type { HandoffSummary } from '../../../db/handoffs/handoff-list.ts';
import type { Person } from '../../../db/people/people.ts';
import { lookedFor, whoIsMeant } from './lead-words.ts';
import { readList } from './list-words.ts';
import { readStats } from './period.ts';
import { asTyped, firstWord } from './typed.ts';
import { type Directory, readWho } from './who.ts';

const playbook = playbookIn(EXAMPLE.replace('name: Chan Li', 'name: Chan Nair'));
const inSlack = (email: string, slackId: string): Person => ({
  email,
  slackId,
  slackActive: true,
  slackAsked: true,
  crmUserId: null,
  crmActive: null,
  crmAsked: false,
});
const directory: Directory = {
  playbook,
  people: [inSlack('priya@example.com', 'U0PRIYA'), inSlack('gone@example.com', 'U0GONE')],
  me: 'marcus@example.com',
};

const typed: [raw: string, text: string][] = [
  ['  show   Emma  ', 'show Emma'],
  ['reassign emma to <@U0PRIYA|priya> please', 'reassign emma to <@U0PRIYA> please'],
  ['reassign emma to<@W12>', 'reassign emma to <@W12>'],
  ['show <mailto:emma@acmecorp.com|emma@acmecorp.com>', 'show emma@acmecorp.com'],
  ['show <https://acme.example/lightning/r/Lead/00Q1/view>', 'show https://acme.example/lightning/r/Lead/00Q1/view'],
  ['show <http://acmecorp.com|acmecorp.com>', 'show http://acmecorp.com'],
  ['show AT&amp;T', 'show AT&T'],
  ['show “O’Brien”', 'show "O\'Brien"'],
  ['&lt;!channel&gt;', '<!channel>'],
  ['list <!subteam^S012|@sdrs>', 'list @sdrs'],
  ['&amp;lt;', '&lt;'],
  ['show a\u200bb\u202e', 'show ab'],
];

describe('what Slack delivers', () => {
  for (const [raw, text] of typed) test(`“${raw}”`, () => assert.equal(asTyped(raw), text));
  test('the first word is free of slashes, colons and capitals', () => {
    assert.deepEqual(firstWord('/WHY: Emma'), { word: 'why', rest: 'Emma' });
    assert.deepEqual(firstWord(''), { word: '', rest: '' });
  });
});

const ID = '7f6b4c1e-0000-4000-8000-000000000001';
const leads: [said: string, lookedFor: string][] = [
  ['Emma Thompson', 'Emma Thompson'],
  ['"Emma Thompson"', 'Emma Thompson'],
  ['<LEAD>', 'LEAD'],
  ['Emma Thompson?', 'Emma Thompson'],
  ['emma at Acme', 'emma Acme'],
  ['Emma Thompson (Acme Corp)', 'Emma Thompson Acme Corp'],
  ['lead emma', 'emma'],
  ['of', 'of'],
  ['Emma <Emma@AcmeCorp.com>', 'emma@acmecorp.com'],
  ['mailto:emma@acmecorp.com', 'emma@acmecorp.com'],
  [`https://baton.example.com/open/${ID}`, ID],
  [ID.toUpperCase(), ID],
  ['00Q000000000001', '00Q000000000001'],
  ['00Q000000000001AAA', '00Q000000000001AAA'],
  ['https://crm.example/r/Lead/00Q000000000001AAA/view', 'https://crm.example/r/Lead/00Q000000000001AAA/view'],
  ['https://crm.example/p?id=003000000000001AAA&x=1', 'https://crm.example/p?id=003000000000001AAA&x=1'],
  ['https://acmecorp.example', 'https://acmecorp.example'],
  ['https://[', 'https://['],
  ['', ''],
  ['""', ''],
];

const summary = (email: string, name: string, id = email): HandoffSummary => ({
  id,
  state: 'assigned',
  priority: 'HIGH',
  score: 63,
  name,
  email,
  company: null,
  repEmail: null,
  team: null,
  claimedBy: null,
  crossedAt: new Date(0),
  seenAt: new Date(0),
  openedAt: new Date(0),
  deliveredAt: null,
  dueAt: null,
  contactedAt: null,
  snoozedUntil: null,
  recordState: 'written',
  phone: null,
  country: null,
  why: '',
});

describe('a lead', () => {
  for (const [said, text] of leads) test(`“${said}”`, () => assert.equal(lookedFor(said), text));

  test('whatever is typed, the look-up stays short and never breaks', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'grapheme' }), fc.webUrl(), fc.emailAddress()), said => {
        assert.ok(lookedFor(said).length <= 200);
      }),
    );
  });

  test('the newest of one person, the one that fits exactly, else a question', () => {
    const [old, young] = [summary('emma@acme.example', 'Emma', 'old'), summary('emma@acme.example', 'Emma', 'new')];
    const other = summary('emma@acme.example.org', 'Emma Thompson');
    assert.deepEqual(whoIsMeant([], 'x'), { kind: 'none' });
    assert.deepEqual(whoIsMeant([young, old], 'emma'), { kind: 'one', lead: young });
    assert.deepEqual(whoIsMeant([other, young, old], 'emma@acme.example'), { kind: 'one', lead: young });
    assert.deepEqual(whoIsMeant([young, other], 'emma thompson'), { kind: 'one', lead: other });
    assert.deepEqual(whoIsMeant([young, other], 'acme'), { kind: 'ambiguous', leads: [young, other] });
  });
});

const who: [said: string, key: string | undefined, rest?: string][] = [
  ['<@U0PRIYA> she knows them', 'priya@example.com', 'she knows them'],
  ['@priya', 'priya@example.com', ''],
  ['Priya, please', 'priya@example.com', 'please'],
  ['marcus chen: call now', 'marcus@example.com', 'call now'],
  ['PRIYA@example.com', 'priya@example.com', ''],
  ['me', 'marcus@example.com', ''],
  ['Okafor', 'tom@example.com', ''],
  ['mid_market_sdr', 'mid_market_sdr', ''],
  ['team mid-market sdrs they are free', 'mid_market_sdr', 'they are free'],
  ['the team SDRs', 'sdr', ''],
  ['emea sdr', 'emea_sdr', ''],
  ['next', 'next', ''],
  ['next in line because', 'next', 'because'],
  ['nextdoor', undefined],
  ['tomorrow', undefined],
  ['', undefined],
];

describe('a person, a team, or the next', () => {
  for (const [said, key, rest] of who) {
    test(`“${said}”`, () => {
      const read = readWho(said, directory, ['person', 'team', 'next']);
      if (read.kind !== 'found') return assert.equal(key, undefined, read.kind);
      const { who: found } = read;
      const named = found.kind === 'person' ? found.email : found.kind === 'team' ? found.team : 'next';
      assert.deepEqual([named, read.rest], [key, rest]);
    });
  }

  test('two of one name are a question, a slip a suggestion, a stranger a stranger', () => {
    const ambiguous = readWho('nair please', directory);
    assert.deepEqual(ambiguous.kind === 'ambiguous' && ambiguous.names.map(({ name }) => name), [
      'Priya Nair',
      'Chan Nair',
    ]);
    assert.deepEqual(readWho('Prija', directory), { kind: 'none', typed: 'Prija', meant: 'Priya' });
    assert.deepEqual(readWho('<@U0GONE> x', directory), { kind: 'stranger', slackId: 'U0GONE' });
    assert.deepEqual(readWho('<@UNOBODY>', directory), { kind: 'stranger', slackId: 'UNOBODY' });
    assert.equal(readWho('sdrs', directory).kind, 'none', 'teams only where they are taken');
  });
});

const mine = { kind: 'mine' } as const;
const all = { kind: 'all' } as const;
const lists: [said: string, kind: string, whose: object, page?: number][] = [
  ['', 'open', mine],
  ['mine', 'open', mine],
  ['my leads', 'open', mine],
  ['open', 'open', all],
  ['all', 'open', all],
  ['team', 'open', { kind: 'teams' }],
  ['my team', 'open', { kind: 'teams' }],
  ['at-risk', 'at-risk', all],
  ['At Risk', 'at-risk', all],
  ['at-risk mine', 'at-risk', mine],
  ['unclaimed', 'unclaimed', all],
  ['team unclaimed', 'unclaimed', { kind: 'teams' }],
  ['@priya', 'open', { kind: 'person', email: 'priya@example.com' }],
  ['<@U0PRIYA> at-risk', 'at-risk', { kind: 'person', email: 'priya@example.com' }],
  ['late leads of Mid-market SDRs', 'at-risk', { kind: 'team', team: 'mid_market_sdr' }],
  ['me', 'open', mine],
  ['team page 3', 'open', { kind: 'teams' }, 2],
  ['page 2', 'open', mine, 1],
  ['page 0', 'open', mine, 0],
];

describe('a list', () => {
  for (const [said, kind, whose, page = 0] of lists) {
    test(`“${said}”`, () =>
      assert.deepEqual(readList(said, directory), { kind: 'found', asked: { kind, whose, page } }));
  }

  test('a slip is a suggestion', () => {
    assert.deepEqual(readList('unclamed', directory), { kind: 'unknown', typed: 'unclamed', meant: 'unclaimed' });
    assert.deepEqual(readList('zzz', directory), { kind: 'unknown', typed: 'zzz' });
    assert.equal(readList('nair', directory).kind, 'ambiguous');
    assert.equal(readList('<@U9>', directory).kind, 'stranger');
  });
});

const HERE = { now: new Date('2026-11-24T04:00:00Z'), zone: 'America/New_York' };
const periods: [said: string, whose: string, words: string, from: string, to: string][] = [
  ['', 'me', 'this month', '2026-11-01T04:00:00.000Z', '2026-12-01T05:00:00.000Z'],
  ['me today', 'me', 'today', '2026-11-23T05:00:00.000Z', '2026-11-24T05:00:00.000Z'],
  ['yesterday', 'me', 'yesterday', '2026-11-22T05:00:00.000Z', '2026-11-23T05:00:00.000Z'],
  ['team week', 'team', 'this week', '2026-11-23T05:00:00.000Z', '2026-11-30T05:00:00.000Z'],
  ['last week team', 'team', 'last week', '2026-11-16T05:00:00.000Z', '2026-11-23T05:00:00.000Z'],
  ['our quarter', 'team', 'this quarter', '2026-10-01T04:00:00.000Z', '2027-01-01T05:00:00.000Z'],
  ['last quarter', 'me', 'last quarter', '2026-07-01T04:00:00.000Z', '2026-10-01T04:00:00.000Z'],
  ['this year', 'me', 'this year', '2026-01-01T05:00:00.000Z', '2027-01-01T05:00:00.000Z'],
];

describe('a period', () => {
  for (const [said, whose, words, from, to] of periods) {
    test(`“${said}”`, () => {
      const read = readStats(said, HERE);
      assert.ok(read.ok);
      const { period } = read.asked;
      assert.deepEqual(
        [read.asked.whose, period.words, period.from.toISOString(), period.to.toISOString()],
        [whose, words, from, to],
      );
    });
  }

  test('a slip is a suggestion', () => {
    assert.deepEqual(readStats('team montj', HERE), { ok: false, typed: 'montj', meant: 'month' });
    assert.deepEqual(readStats('constructor', HERE), { ok: false, typed: 'constructor' });
  });
});
