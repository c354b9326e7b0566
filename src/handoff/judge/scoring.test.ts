import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ProfileConditions, Scoring } from '../../config/playbook.ts';
import type { Activity, ActivityType } from '../../domain/lead.ts';
import { type ConditionFacts, meets } from './conditions.ts';
import { ownScore } from './scoring.ts';

const NOW = new Date('2026-03-10T12:00:00Z');

const FACTS: ConditionFacts = {
  answers: {},
  unsubscribed: false,
  source: 'hubspot',
  properties: { lead_tier: 'Gold' },
  titleLevel: 'executive',
  emailKind: 'business',
  icpIndustries: ['Technology'],
  industry: 'Information Technology',
  employees: 750,
  country: 'US',
  leadSource: 'Partner Referral',
};

function did(type: ActivityType, at: string, detail: string): Activity {
  return { type, at: `2026-03-${at}:00Z`, detail };
}

function behaviour(name: string, points: number, activities: Activity[]): number {
  const scoring: Scoring = { behaviour: { [name]: points }, profile: [], negative: [] };
  return ownScore(scoring, activities, FACTS, NOW).score;
}

const behaviours: [what: string, name: string, points: number, activities: Activity[], expected: number][] = [
  ['each mail opened', 'email_opened', 2, [did('email_open', '01T10:00', 'A'), did('email_open', '02T10:00', 'B')], 4],
  ['a mail reopened', 'email_opened', 2, [did('email_open', '01T10:00', 'A'), did('email_open', '01T11:00', 'A')], 2],
  ['a mail clicked', 'email_clicked', 5, [did('email_click', '01T10:00', 'A')], 5],
  ['an open is no click', 'email_clicked', 5, [did('email_open', '01T10:00', 'A')], 0],
  ['the pricing page', 'pricing_page_visited', 15, [did('page_view', '01T10:00', '/en/pricing?plan=1')], 15],
  ['a page that is not pricing', 'pricing_page_visited', 15, [did('page_view', '01T10:00', '/repricinger')], 0],
  ['a webinar', 'webinar_attended', 20, [did('webinar', '01T10:00', 'Product webinar')], 20],
  ['a webinar only registered for', 'webinar_attended', 20, [did('webinar', '01T10:00', 'Registered: product')], 0],
  ['a demo form', 'demo_requested', 30, [did('form', '01T10:00', 'Request a Demo')], 30],
  ['another form', 'demo_requested', 30, [did('form', '01T10:00', 'Democracy survey')], 0],
  ['a guide', 'guide_downloaded', 8, [did('download', '01T10:00', 'Integration guide')], 8],
  ['a guide by form', 'guide_downloaded', 8, [did('form', '01T10:00', 'integration_guide_download')], 8],
  ['the future', 'email_opened', 2, [did('email_open', '11T10:00', 'A')], 0],
  ['an unreadable time', 'email_opened', 2, [{ type: 'email_open', at: 'soon', detail: 'A' }], 0],
  [
    'three visits in a week',
    'website_visits_3_in_7d',
    10,
    [did('page_view', '05T10:00', '/'), did('page_view', '06T10:00', '/'), did('page_view', '07T10:00', '/')],
    10,
  ],
  [
    'three pages of one visit',
    'website_visits_3_in_7d',
    10,
    [did('page_view', '05T10:00', '/'), did('page_view', '05T10:05', '/a'), did('page_view', '05T10:09', '/b')],
    0,
  ],
  [
    'three visits, one too old',
    'website_visits_3_in_7d',
    10,
    [did('page_view', '01T10:00', '/'), did('page_view', '06T10:00', '/'), did('page_view', '07T10:00', '/')],
    0,
  ],
];

for (const [what, name, points, activities, expected] of behaviours) {
  test(`${what}: ${name} gives ${expected}`, () => assert.equal(behaviour(name, points, activities), expected));
}

test('profile and negative rules add up, each named with its reason', () => {
  const scoring: Scoring = {
    behaviour: { email_opened: 2, demo_requested: 30 },
    profile: [
      { when: { title: ['executive'] }, points: 15 },
      { when: { title: ['manager'] }, points: 10 },
      { when: { employees: { min: 200, max: 1000 } }, points: 10 },
      { when: { industry: ['in_icp'] }, points: 10 },
    ],
    negative: [
      { when: { email: ['free'] }, points: -15 },
      { when: { unsubscribed: true }, points: -50 },
    ],
  };
  const opened = [did('email_open', '01T10:00', 'A')];
  const verdict = ownScore(scoring, opened, FACTS, NOW);
  assert.deepEqual(
    verdict.parts.map(part => [part.rule, part.points, part.reason]),
    [
      ['email_opened', 2, 'email opened, once'],
      ['title executive', 15, 'matches title executive'],
      ['employees min 200 max 1000', 10, 'matches employees min 200 max 1000'],
      ['industry in_icp', 10, 'matches industry in_icp'],
    ],
  );
  assert.equal(verdict.score, 37);
  const gone = ownScore(scoring, opened, { ...FACTS, emailKind: 'free', unsubscribed: true }, NOW);
  assert.equal(gone.score, 37 - 65);
});

const conditions: [when: ProfileConditions, holds: boolean][] = [
  [{}, true],
  [{ country: ['US', 'CA'] }, true],
  [{ country: ['DE'] }, false],
  [{ region: ['EMEA', 'NA'] }, true],
  [{ region: ['EMEA'] }, false],
  [{ employees: { above: 750 } }, false],
  [{ employees: { min: 750 } }, true],
  [{ lead_source: ['partner referral'] }, true],
  [{ lead_source: ['Partner'] }, false],
  [{ product_interest: ['Platform'] }, false],
  [{ source: ['hubspot'] }, true],
  [{ source: ['marketo'] }, false],
  [{ email: ['business', 'free'] }, true],
  [{ unsubscribed: false }, true],
  [{ property: { lead_tier: ['gold'] } }, true],
  [{ property: { lead_tier: ['silver'] } }, false],
  [{ property: { lead_tier: ['gold'], other: ['x'] } }, false],
  [{ property: { constructor: ['x'] } }, false],
  [{ industry: ['Technology'], country: ['DE'] }, false],
];

for (const [when, holds] of conditions) {
  test(`${JSON.stringify(when)} ${holds ? 'holds' : 'does not hold'}`, () => assert.equal(meets(when, FACTS), holds));
}

test('a condition on what is unknown never holds', () => {
  const { industry: _, employees: __, country: ___, ...unknown } = FACTS;
  for (const when of [
    { industry: ['in_icp'] },
    { employees: { below: 10 } },
    { country: ['US'] },
    { region: ['NA'] },
  ]) {
    assert.equal(meets(when, unknown), false);
  }
});
