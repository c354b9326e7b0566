import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SALESFORCE } from '../../../test/helpers/crm.ts';
import { playbookIn } from '../../../test/helpers/playbook.ts';
import type { Playbook } from '../../config/playbook.ts';
import type { Handoff } from '../../db/handoffs/handoffs.ts';
import type { Contact } from '../../domain/lead.ts';
import type { Facts } from '../core/facts.ts';
import { crmValues } from './mapping.ts';

const HEAD = `
version: 1
mql: { threshold: 50 }
fit:
  points: { industry: 30, employees: 25, country: 20, title: 25 }
  priority: { high: 70, medium: 40 }
people: [{ email: ana@example.com, name: Ana Ruiz, time_zone: UTC }]
teams:
  pool: { name: Inbound pool, assign: claim, channel: "#pool", crm_queue: Inbound_queue, members: [{ person: ana@example.com }] }
fallback: { person: ana@example.com }
`;

function playbookWith(crm: string): Playbook {
  return playbookIn(`${HEAD}crm:\n${crm}`);
}

const HANDOFF = {
  id: '6f1c2d3e-0000-4000-8000-000000000001',
  source: 'hubspot',
  score: 63,
  priority: 'HIGH',
  crossedAt: new Date('2026-11-24T18:00:00Z'),
  recordedAt: null,
  repEmail: 'ana@example.com',
  team: null,
  decision: { rule: 'HIGH mid-market', reason: 'It is Ana’s turn.' },
  judgement: {
    company: { name: 'Acme Corp', domain: 'acmecorp.com', confidence: 'high', reason: '' },
    fit: { score: 100, priority: 'HIGH', parts: [] },
    reason: 'Business address.',
  },
  facts: {
    contact: {
      source: 'hubspot',
      id: '1',
      email: 'emma@acmecorp.com',
      firstName: 'Emma',
      lastName: 'Thompson',
      campaign: 'Autumn webinar',
      properties: { lead_tier: 'gold', 'odd name': 'x' },
      scoreHistory: [],
      activities: [],
    },
    company: { origin: {}, name: 'Acme Corp', tech: ['AWS', 'NetSuite'], revenue: 50_000_000 },
    missing: [],
  },
} as unknown as Handoff<Facts>;

function valuesOf(crm: string, change: Partial<Handoff<Facts>> = {}, contact: Partial<Contact> = {}) {
  const { facts } = HANDOFF;
  const handoff = { ...HANDOFF, facts: { ...facts, contact: { ...facts.contact, ...contact } }, ...change };
  return crmValues(handoff, playbookWith(crm), 'https://baton.example.com', SALESFORCE.traits);
}

const one = (template: string, contact: Partial<Contact> = {}) =>
  valuesOf(`  custom: { Lead: { X__c: ${JSON.stringify(template)} } }`, {}, contact).custom?.Lead?.X__c;

test('what a template may say', () => {
  const table: [template: string, value: string | undefined][] = [
    ['Baton', 'Baton'],
    ['{{ mql.score }}/{{ mql.fit }} {{ mql.priority }}', '63/100 HIGH'],
    ['{{ mql.date }} {{ mql.at }}', '2026-11-24 2026-11-24T18:00:00.000Z'],
    ['{{ handoff.url }}', `https://baton.example.com/open/${HANDOFF.id}`],
    ['{{ handoff.rule }}: {{ handoff.routing }}', 'HIGH mid-market: It is Ana’s turn.'],
    ['{{ company.tech }}', 'AWS; NetSuite'],
    ['{{ rep.name | upcase }}', 'ANA RUIZ'],
    ['{{ property.lead_tier }}', 'gold'],
    ['{{ property["odd name"] }}', 'x'],
    ['{{ property.unheard_of | default: "none" }}', 'none'],
    ['{{ property.__proto__ }}{{ property.constructor }}', undefined],
    ['{{ lead.title }}', undefined],
    ['  {{ lead.phone }}  ', undefined],
    ['{% if mql.priority == "HIGH" %}A{% else %}B{% endif %}', 'A'],
    ['{% assign half = mql.score | divided_by: 2 %}{{ half }}', '31.5'],
  ];
  for (const [template, value] of table) assert.equal(one(template), value, template);
});

test('what a lead typed is never read as a template', () => {
  assert.equal(one('{{ lead.first_name }}', { firstName: '{{ rep.email }}\u0000' }), '{{ rep.email }}');
  assert.equal(one('{{ property.lead_tier }}', { properties: { lead_tier: '{% raw %}' } }), '{% raw %}');
});

test('a template that cannot be filled in for a lead costs its field, and says so', () => {
  const { custom, unfilled } = valuesOf(
    '  custom: { Lead: { Share__c: "{% assign n = property.turns | plus: 0 %}{% for i in (1..n) %}x{% endfor %}", Note__c: fine } }',
    {},
    { properties: { turns: '100000000' } },
  );
  assert.deepEqual(custom, { Lead: { Note__c: 'fine' } });
  assert.equal(unfilled?.length, 1);
  assert.match(
    unfilled?.[0] ?? '',
    /^The playbook's template for Lead\.Share__c could not be filled in: a loop turns too often/,
  );
});

test('deal, campaign and group', () => {
  const campaign = '  campaign: { name: "{{ lead.campaign }}" }';
  assert.deepEqual(valuesOf(campaign), {
    dealName: 'Acme Corp: Emma Thompson',
    campaign: { name: 'Autumn webinar', status: 'Responded' },
  });
  assert.equal(valuesOf(campaign, {}, { campaign: ' ' }).campaign, undefined, 'no campaign, no member');
  assert.equal(
    valuesOf(campaign, { recordedAt: new Date('2026-11-24T18:00:00Z') }).campaign,
    undefined,
    'a member since the first write',
  );
  const unclaimed = { repEmail: null, team: 'pool' };
  assert.equal(valuesOf(campaign, unclaimed).group, 'Inbound_queue');
  assert.equal(valuesOf(campaign, { team: 'pool' }).group, undefined, 'somebody has it');
});

test('defaults of the follow-up are for the first write alone: its rep may have changed them', () => {
  const crm = '  defaults: { Lead: { Segment__c: Unknown }, Task: { Kind__c: Call } }';
  assert.deepEqual(valuesOf(crm).defaults, { Lead: { Segment__c: 'Unknown' }, Task: { Kind__c: 'Call' } });
  assert.deepEqual(valuesOf(crm, { recordedAt: new Date('2026-11-24T18:00:00Z') }).defaults, {
    Lead: { Segment__c: 'Unknown' },
  });
});
