import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CompanyFacts, Contact } from '../../domain/lead.ts';
import { judgeCompany } from './company.ts';
import { judgeEmail } from './email.ts';

type Case = [
  what: string,
  contact: Partial<Contact>,
  facts: Partial<CompanyFacts>,
  name: string | undefined,
  domain: string | undefined,
  confidence: string,
];

const cases: Case[] = [
  ['business address', { email: 'e@acmecorp.com' }, {}, undefined, 'acmecorp.com', 'high'],
  ['business address and name', { email: 'e@acmecorp.com', company: ' Acme ' }, {}, 'Acme', 'acmecorp.com', 'high'],
  [
    'enrichment names it',
    { email: 'e@acmecorp.com', company: 'acme' },
    { name: 'Acme Corp' },
    'Acme Corp',
    'acmecorp.com',
    'high',
  ],
  [
    'free address, website',
    { email: 'e@gmail.com', website: 'https://www.acmecorp.com/x' },
    {},
    undefined,
    'acmecorp.com',
    'high',
  ],
  ['free address, typed name', { email: 'e@gmail.com', company: 'Acme' }, {}, 'Acme', undefined, 'high'],
  [
    'free address, enriched',
    { email: 'e@gmail.com' },
    { name: 'Acme', domain: 'acmecorp.com' },
    'Acme',
    'acmecorp.com',
    'high',
  ],
  ['free address only', { email: 'e@gmail.com' }, {}, undefined, undefined, 'low'],
  ['free address as website', { email: 'e@gmail.com', website: 'gmail.com' }, {}, undefined, undefined, 'low'],
  ['a name that is none', { email: 'e@gmail.com', company: 'N/A' }, {}, undefined, undefined, 'low'],
  ['another', { email: 'e@gmail.com', company: ' - ' }, {}, undefined, undefined, 'low'],
  ['self-employed', { email: 'e@gmail.com', company: 'Self-Employed' }, {}, undefined, undefined, 'low'],
  ['disposable address', { email: 'e@mailinator.com' }, {}, undefined, undefined, 'low'],
  ['no address', {}, {}, undefined, undefined, 'low'],
  ['odd website', { email: 'e@gmail.com', website: 'javascript:alert(1)//' }, {}, undefined, undefined, 'low'],
];

for (const [what, contact, facts, name, domain, confidence] of cases) {
  test(`${what}: ${confidence}`, () => {
    const whole: Contact = { source: 'hubspot', id: '1', properties: {}, scoreHistory: [], activities: [], ...contact };
    const verdict = judgeCompany(whole, judgeEmail(whole.email), { origin: {}, ...facts });
    assert.deepEqual([verdict.name, verdict.domain, verdict.confidence], [name, domain, confidence]);
    assert.match(verdict.reason, /^the company is /);
  });
}
