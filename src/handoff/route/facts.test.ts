import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { owner, playbook, to } from '../../../test/helpers/route-samples.ts';
import { type CrmMatch, NO_OWNER } from '../../contracts/crm-records.ts';
import type { Facts } from '../core/facts.ts';
import { type RouteFacts, routeFacts } from './route.ts';

describe('facts out of the CRM match', () => {
  const lead = (open: boolean) => ({ id: '00Q1', open, owner: owner('priya'), createdAt: '2026-01-01T00:00:00Z' });
  const contact = (companyId?: string) => ({
    id: '003',
    owner: owner('chan'),
    createdAt: '2026-01-01T00:00:00Z',
    ...(companyId && { companyId }),
  });
  const acme = { id: '001', name: 'Acme', owner: owner('tom'), createdAt: '2026-01-01T00:00:00Z' };
  const none = { kind: 'none' } as const;
  const one = <T>(record: T) => ({ kind: 'one', record }) as const;
  const cases: [name: string, match: CrmMatch | undefined, expected: Partial<RouteFacts>][] = [
    ['not asked', undefined, {}],
    ['nothing', { lead: none, contact: none, company: none }, { account: null }],
    [
      'many open leads',
      { lead: { kind: 'many', record: lead(true), others: ['00Q2'] }, contact: none, company: none },
      { account: null, record: { kind: 'lead', id: '00Q1', owner: owner('priya') } },
    ],
    ['a closed lead', { lead: one(lead(false)), contact: none, company: none }, { account: null }],
    [
      'a contact without account',
      { lead: none, contact: one(contact()), company: none },
      { account: null, record: { kind: 'contact', id: '003', owner: owner('chan') } },
    ],
    [
      'a contact of an account',
      { lead: none, contact: one(contact('001')), company: one(acme) },
      { account: { name: 'Acme', owner: owner('tom') }, contactOfAccount: true },
    ],
    [
      'a contact of an account who has bought nothing',
      { lead: none, contact: one({ ...contact('001'), customer: false }), company: one(acme) },
      { account: { name: 'Acme', owner: owner('tom') }, record: { kind: 'contact', id: '003', owner: owner('chan') } },
    ],
    [
      'a contact that nobody owns',
      { lead: none, contact: one({ ...contact(), owner: NO_OWNER }), company: none },
      { account: null },
    ],
    [
      'an account by its domain',
      { lead: none, contact: none, company: one(acme) },
      { account: { name: 'Acme', owner: owner('tom') } },
    ],
  ];
  for (const [name, match, expected] of cases) {
    it(name, () => {
      const facts: Facts = {
        contact: {
          source: 'hubspot',
          id: '1',
          properties: { a: 'b' },
          scoreHistory: [],
          activities: [],
          country: 'Germany',
        },
        company: { employees: 750, origin: {} },
        missing: [],
        ...(match && { match }),
      };
      const made = routeFacts(
        facts,
        {
          email: { kind: 'business', reason: '' },
          company: { confidence: 'low', reason: '' },
          title: { decisionMaker: 'yes', level: 'manager', reason: '' },
          robot: { suspect: false, reason: '' },
          fit: { score: 50, priority: 'MEDIUM', parts: [] },
          score: 51,
          outcome: 'route',
          reason: '',
          flags: [],
        },
        playbook(to('nurture')),
      );
      assert.deepEqual(made, {
        priority: 'MEDIUM',
        score: 51,
        employees: 750,
        country: 'DE',
        answers: {},
        unsubscribed: false,
        source: 'hubspot',
        titleLevel: 'manager',
        emailKind: 'business',
        icpIndustries: ['Technology'],
        properties: { a: 'b' },
        ...expected,
      });
    });
  }
});
