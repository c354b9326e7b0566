import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RoutingConditions } from '../../config/playbook.ts';
import type { CrmOwner } from '../../contracts/crm-records.ts';
import { matches } from './conditions.ts';
import type { RouteFacts } from './route.ts';

const OWNER: CrmOwner = { id: '005', email: 'tom@example.com', active: true, kind: 'user' };

const EMMA: RouteFacts = {
  priority: 'HIGH',
  score: 63,
  employees: 750,
  industry: 'COMPUTER_SOFTWARE',
  country: 'DE',
  leadSource: 'Partner Referral',
  productInterest: 'CRM;Billing',
  answers: {},
  unsubscribed: false,
  source: 'hubspot',
  titleLevel: 'executive',
  emailKind: 'business',
  icpIndustries: ['Technology', 'Software'],
  properties: { lead_tier: 'gold', seats: '25', empty: ' ' },
  account: null,
};

const NOTHING: RouteFacts = {
  priority: 'LOW',
  score: null,
  answers: {},
  unsubscribed: false,
  source: 'form',
  titleLevel: 'unknown',
  emailKind: 'malformed',
  icpIndustries: ['Technology'],
  properties: {},
};

const account = (kind: CrmOwner['kind']) => ({ account: { name: 'Acme', owner: { ...OWNER, kind } } });

interface Case {
  when: RoutingConditions;
  facts?: Partial<RouteFacts>;
  yes: boolean;
  why: string;
}

function check(cases: Case[], base: RouteFacts): void {
  for (const { when, facts, yes, why } of cases) {
    it(`${JSON.stringify(when)} ${yes ? 'matches' : 'does not match'}: ${why}`, () => {
      const match = matches(when, { ...base, ...facts });
      assert.deepEqual({ yes: match.yes, why: match.why }, { yes, why });
    });
  }
}

describe('what is known', () => {
  check(
    [
      { when: {}, yes: true, why: 'takes every lead' },
      { when: { priority: ['HIGH', 'MEDIUM'] }, yes: true, why: 'priority HIGH' },
      { when: { priority: ['MEDIUM', 'LOW'] }, yes: false, why: 'priority HIGH, not MEDIUM or LOW' },
      { when: { score: { min: 63 } }, yes: true, why: 'score 63 (at least 63)' },
      { when: { score: { above: 63 } }, yes: false, why: 'score 63, not above 63' },
      { when: { score: { min: 0 } }, facts: { score: 0 }, yes: true, why: 'score 0 (at least 0)' },
      { when: { employees: { min: 200, max: 750 } }, yes: true, why: 'employees 750 (at least 200 and at most 750)' },
      { when: { employees: { below: 750 } }, yes: false, why: 'employees 750, not below 750' },
      { when: { employees: { above: 1000 } }, yes: false, why: 'employees 750, not above 1000' },
      { when: { industry: ['in_icp'] }, yes: true, why: 'industry "COMPUTER_SOFTWARE"' },
      { when: { industry: ['Retail', 'Software'] }, yes: true, why: 'industry "COMPUTER_SOFTWARE"' },
      { when: { industry: ['Retail'] }, yes: false, why: 'industry "COMPUTER_SOFTWARE", not Retail' },
      { when: { country: ['US', 'DE'] }, yes: true, why: 'country Germany' },
      { when: { country: ['US', 'GB'] }, yes: false, why: 'country Germany, not United States or United Kingdom' },
      { when: { region: ['EMEA'] }, yes: true, why: 'region Germany (in EMEA)' },
      { when: { region: ['APAC', 'LATAM'] }, yes: false, why: 'region Germany, not in APAC or LATAM' },
      { when: { title: ['executive'] }, yes: true, why: 'title executive' },
      { when: { title: ['manager'] }, yes: false, why: 'title executive, not manager' },
      { when: { email: ['free'] }, yes: false, why: 'email business, not free' },
      { when: { source: ['hubspot', 'form'] }, yes: true, why: 'source hubspot' },
      { when: { source: ['marketo'] }, yes: false, why: 'source hubspot, not marketo' },
      { when: { lead_source: ['partner  referral'] }, yes: true, why: 'lead source "Partner Referral"' },
      { when: { lead_source: ['Partner'] }, yes: false, why: 'lead source "Partner Referral", not Partner' },
      { when: { product_interest: ['billing'] }, yes: true, why: 'product interest "CRM;Billing"' },
      { when: { product_interest: ['Bill'] }, yes: false, why: 'product interest "CRM;Billing", not Bill' },
      { when: { unsubscribed: false }, yes: true, why: 'unsubscribed no' },
      { when: { unsubscribed: true }, yes: false, why: 'unsubscribed no, not yes' },
      { when: { property: { lead_tier: ['Gold'] } }, yes: true, why: 'lead_tier "gold"' },
      { when: { property: { lead_tier: ['gold'], seats: ['25'] } }, yes: true, why: 'lead_tier "gold"; seats "25"' },
      { when: { property: { lead_tier: ['silver'] } }, yes: false, why: 'lead_tier "gold", not silver' },
      { when: { account_owner: 'none' }, yes: true, why: 'the account has no owner' },
      { when: { account_owner: 'exists' }, yes: false, why: 'the account has no owner' },
      { when: { account_owner: 'exists' }, facts: account('user'), yes: true, why: 'the account has an owner' },
      { when: { account_owner: 'exists' }, facts: account('group'), yes: false, why: 'the account has no owner' },
      {
        when: { priority: ['HIGH'], employees: { above: 200 } },
        yes: true,
        why: 'priority HIGH, employees 750 (above 200)',
      },
      {
        when: { priority: ['LOW'], employees: { above: 1000 }, score: { min: 1 } },
        yes: false,
        why: 'priority HIGH, not LOW; employees 750, not above 1000',
      },
    ],
    EMMA,
  );
});

describe('what is unknown holds against nothing', () => {
  check(
    [
      { when: { score: { min: -1000 } }, yes: false, why: 'score unknown' },
      { when: { employees: { below: 10 } }, yes: false, why: 'employees unknown' },
      { when: { employees: { below: 10 } }, facts: { employees: Number.NaN }, yes: false, why: 'employees unknown' },
      { when: { industry: ['in_icp'] }, yes: false, why: 'industry unknown' },
      { when: { country: ['US'] }, yes: false, why: 'country unknown' },
      { when: { region: ['EMEA'] }, yes: false, why: 'region unknown' },
      { when: { title: ['manager'] }, yes: false, why: 'title unknown, not manager' },
      { when: { title: ['unknown'] }, yes: true, why: 'title unknown' },
      { when: { lead_source: ['Web'] }, yes: false, why: 'lead source unknown' },
      { when: { lead_source: ['Web'] }, facts: { leadSource: '  ' }, yes: false, why: 'lead source unknown' },
      { when: { product_interest: ['Web'] }, yes: false, why: 'product interest unknown' },
      { when: { property: { lead_tier: ['gold'] } }, yes: false, why: 'lead_tier unknown' },
      { when: { property: { constructor: ['gold'] } }, yes: false, why: 'constructor unknown' },
      { when: { account_owner: 'exists' }, yes: false, why: 'account owner unknown' },
      { when: { account_owner: 'none' }, yes: false, why: 'account owner unknown' },
    ],
    NOTHING,
  );
});

describe('what the decision keeps', () => {
  it('has every fact looked at under its name, whether it held or not', () => {
    const { saw } = matches(
      {
        priority: ['LOW'],
        employees: { above: 1 },
        region: ['EMEA'],
        lead_source: ['x'],
        property: { lead_tier: ['a'], b: ['c'] },
      },
      { ...EMMA, leadSource: undefined } as RouteFacts,
    );
    assert.deepEqual(saw, {
      priority: 'HIGH',
      employees: 750,
      region: ['EMEA', 'EUROPE', 'EU', 'DACH'],
      lead_source: 'unknown',
      'property.lead_tier': 'gold',
      'property.b': 'unknown',
    });
  });

  it('shortens what a lead typed', () => {
    const { saw, why } = matches({ lead_source: ['x'] }, { ...EMMA, leadSource: `a\nb${'c'.repeat(5_000)}` });
    assert.equal(String(saw.lead_source).length, 200);
    assert.ok(why.length < 120 && !why.includes('\n'));
  });
});
