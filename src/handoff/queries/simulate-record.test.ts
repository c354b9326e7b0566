import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SALESFORCE, SMALL } from '../../../test/helpers/crm.ts';
import { playbook, to } from '../../../test/helpers/route-samples.ts';
import type { CrmMatch } from '../../contracts/crm-records.ts';
import type { Judgement, RoutingDecision } from '../../domain/decision.ts';
import { recordWords } from './simulate-record.ts';

const none = { kind: 'none' } as const;
const NOBODY: CrmMatch = { lead: none, contact: none, company: none };
const judgement = {
  outcome: 'route',
  email: { kind: 'business', domain: 'acmecorp.com', reason: '' },
  company: { name: 'Acme', confidence: 'high', reason: '' },
} as unknown as Judgement;
const decision = (crm: RoutingDecision['crm']): RoutingDecision => ({
  rule: 'The rule',
  facts: {},
  to: { kind: 'person', email: 'marcus@example.com', via: 'rule' },
  candidates: [],
  skipped: [],
  reason: '',
  ...(crm && { crm }),
});

const rules = playbook(to('{ team: always }'));

test('what would be written is said in the words of the CRM, as far as it can', () => {
  const words = (crm: RoutingDecision['crm'], { traits }: typeof SALESFORCE, match = NOBODY) =>
    recordWords({ judgement, decision: decision(crm), traits, match, playbook: rules });
  assert.equal(words('lead', SALESFORCE), 'a new Lead would be made, owned by Marcus Chen.');
  assert.equal(words('lead', SMALL), 'a new Person would be made, owned by Marcus Chen.');
  assert.equal(
    words('account_based', SALESFORCE),
    'an Account, a Contact, an Opportunity of Acme would be made, owned by Marcus Chen.',
  );
  assert.equal(words('account_based', SMALL), 'a new Person would be made, owned by Marcus Chen.');
  const owner = { id: 'u', active: true, kind: 'user' as const };
  const contact = { kind: 'one' as const, record: { id: 'p-7', owner, createdAt: '2026-01-01T00:00:00Z' } };
  assert.equal(
    words('lead', SMALL, { ...NOBODY, contact }),
    'the Person p-7 that is there would be updated, and keep its owner.',
  );
});
