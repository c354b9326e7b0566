import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Signal } from '../../contracts/source.ts';
import type { Contact } from '../../domain/lead.ts';
import { DAY } from '../../lib/clock.ts';
import { type Before, type CrossingInput, crossing, firstLook } from './crossing.ts';

const STAGES = { hubspot: ['marketingqualifiedlead'] };
const mql: CrossingInput['mql'] = {
  threshold: 50,
  score_property: { hubspot: 'hubspotscore', marketo: 'leadScore', pardot: 'score', activecampaign: 'score' },
  require_lifecycle: false,
  requalify_after: 90 * DAY,
  backfill: 0,
};
const at = (day: string) => new Date(`2026-11-${day}T12:00:00Z`);
const signal = (score: number | undefined, day: string): Signal => ({
  contactId: '1',
  occurredAt: at(day).toISOString(),
  via: 'webhook',
  dedupeKey: `${day}:${score}`,
  ...(score !== undefined && { score }),
});
const contact = (history: [number | null, string][], lifecycleStage?: string): Contact => ({
  source: 'hubspot',
  id: '1',
  properties: {},
  scoreHistory: history.map(([score, day]) => ({ score, at: at(day).toISOString() })),
  activities: [],
  ...(lifecycleStage && { lifecycleStage }),
});

for (const [name, given, before, expected] of [
  ['first score ever, above: history must be asked', signal(63, '10'), undefined, 'maybe+history'],
  ['known below, now above', signal(63, '10'), { score: 47, at: at('09') }, 'maybe'],
  ['exactly at the threshold counts', signal(50, '10'), { score: 49, at: at('09') }, 'maybe'],
  ['below', signal(49, '10'), { score: 47, at: at('09') }, 'below'],
  ['already above', signal(80, '10'), { score: 63, at: at('09') }, 'above_before'],
  ['older than what is known', signal(63, '08'), { score: 47, at: at('09') }, 'stale'],
  ['a stage without a score', signal(undefined, '10'), undefined, 'maybe+history'],
  ['a stage when already above', signal(undefined, '10'), { score: 55, at: at('09') }, 'above_before'],
] as const) {
  test(`first look: ${name}`, () => {
    const look = firstLook(given, 'hubspot', before, mql);
    assert.equal(look.kind === 'no' ? look.code : look.historyNeeded ? 'maybe+history' : 'maybe', expected);
  });
}

for (const [name, given, before, expected] of [
  ['a score that was cleared is below', { score: null }, { score: 63, at: at('09') }, 'below'],
  ['after it was cleared the next climb counts', { score: 70 }, { score: null, at: at('09') }, 'maybe'],
  [
    'a late stage does not make a score late',
    { score: 63, lifecycleStage: 'lead' },
    { score: 47, at: at('09'), stage: 'lead', stageAt: at('11') },
    'maybe',
  ],
  ['a late score is no news', { score: 63 }, { score: 47, at: at('11'), stage: 'lead', stageAt: at('08') }, 'stale'],
  [
    'a new contact whose score was decided meanwhile',
    { event: { kind: 'created' } },
    { score: 20, at: at('10') },
    'stale',
  ],
  [
    'a merge is looked at whatever is known',
    { event: { kind: 'merged', from: ['2'] } },
    { score: 80, at: at('09') },
    'maybe',
  ],
  [
    'polled after months, above as ever: it may have been below unseen',
    { via: 'poll', score: 70 },
    { score: 63, at: at('01'), crossedAt: new Date('2026-07-01T00:00:00Z') },
    'maybe',
  ],
] as [string, Partial<Signal>, Before, string][]) {
  test(`first look: ${name}`, () => {
    const look = firstLook({ ...signal(undefined, '10'), ...given }, 'hubspot', before, mql);
    assert.equal(look.kind === 'no' ? look.code : 'maybe', expected);
  });
}

const base: CrossingInput = {
  signal: signal(63, '10'),
  before: { score: 47, at: at('09') },
  contact: contact([]),
  score: 63,
  mql,
  connectedAt: at('01'),
  lastCrossedAt: null,
};

for (const [name, change, expected] of [
  ['from a known 47 to 63', {}, 'crossing'],
  ['the contact has fallen below since', { score: 44 }, 'below'],
  ['decided meanwhile through another signal', { before: { score: 63, at: at('10') } }, 'above_before'],
  ['no score at all', { score: null }, 'no_score'],
  [
    'unknown before, history says it crossed after the connection',
    {
      before: undefined,
      contact: contact([
        [47, '02'],
        [63, '10'],
      ]),
    },
    'crossing',
  ],
  [
    'unknown before, history says it crossed long ago',
    {
      before: undefined,
      contact: contact([
        [63, '01'],
        [80, '10'],
      ]),
      connectedAt: at('05'),
    },
    'history',
  ],
  [
    '… unless the backfill reaches back so far',
    {
      before: undefined,
      contact: contact([
        [63, '01'],
        [80, '10'],
      ]),
      connectedAt: at('05'),
      mql: { ...mql, backfill: 5 * DAY },
    },
    'crossing',
  ],
  [
    'fell below and came back: the last climb counts',
    {
      before: undefined,
      contact: contact([
        [63, '01'],
        [40, '06'],
        [63, '10'],
      ]),
      connectedAt: at('05'),
    },
    'crossing',
  ],
  ['unknown before and no history kept', { before: undefined }, 'crossing'],
  ['handed off a week ago', { lastCrossedAt: at('03') }, 'repeated'],
  ['handed off longer ago than requalify_after', { lastCrossedAt: new Date('2026-07-01T00:00:00Z') }, 'crossing'],
  ['the MQL stage is asked for and missing', { mql: { ...mql, require_lifecycle: STAGES } }, 'lifecycle'],
  [
    'the MQL stage is asked for and there',
    { mql: { ...mql, require_lifecycle: STAGES }, contact: contact([], 'marketingqualifiedlead') },
    'crossing',
  ],
  [
    'known above, and below since by the contact’s own history',
    {
      before: { score: 63, at: at('05') },
      contact: contact([
        [63, '05'],
        [null, '07'],
        [63, '10'],
      ]),
    },
    'crossing',
  ],
  [
    'the score was enough before, the stage was not',
    {
      mql: { ...mql, require_lifecycle: STAGES },
      before: { score: 63, at: at('09'), stage: 'lead', stageAt: at('09') },
      contact: contact([], 'marketingqualifiedlead'),
    },
    'crossing',
  ],
  [
    'a source that keeps no stages is asked for none',
    { mql: { ...mql, require_lifecycle: { other: ['x'] } } },
    'crossing',
  ],
] as [string, Partial<CrossingInput>, string][]) {
  test(`crossing: ${name}`, () => {
    const outcome = crossing({ ...base, ...change });
    assert.equal(outcome.kind === 'no' ? outcome.code : outcome.kind, expected);
    assert.ok(outcome.reason.length > 10);
  });
}

test('what a person hands off counts whatever the score, but nobody is given a lead that somebody has', () => {
  const byHand: Signal = { contactId: 'm1', occurredAt: at('10').toISOString(), via: 'manual', dedupeKey: 'm1' };
  const known = { score: 80, at: at('11') };
  assert.deepEqual(firstLook(byHand, 'manual', known, mql), { kind: 'maybe', historyNeeded: false });
  const given = { ...base, signal: byHand, before: known, score: null, lastCrossedAt: at('09') };
  const yes = crossing(given);
  assert.deepEqual([yes.kind, yes.kind === 'crossing' && yes.score], ['crossing', null]);
  const no = crossing({ ...given, hasIt: 'Marcus Chen has the lead already' });
  assert.deepEqual(no, { kind: 'no', code: 'open', reason: 'Marcus Chen has the lead already' });
});
