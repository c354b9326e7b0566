import type { Card } from '../../src/contracts/notifier.ts';
import type { Judgement } from '../../src/domain/decision.ts';

const judgement: Judgement = {
  email: { kind: 'business', domain: 'acmecorp.com', reason: 'acmecorp.com is a company' },
  company: { name: 'Acme Corp', domain: 'acmecorp.com', confidence: 'high', reason: 'named and confirmed' },
  title: { decisionMaker: 'yes', level: 'executive', reason: 'VP' },
  robot: { suspect: false, reason: 'visits pages' },
  fit: {
    score: 100,
    priority: 'HIGH',
    parts: [
      { part: 'industry', match: 'yes', points: 30, possible: 30, reason: 'Technology' },
      { part: 'employees', match: 'yes', points: 25, possible: 25, reason: '750' },
      { part: 'country', match: 'yes', points: 20, possible: 20, reason: 'US' },
      { part: 'title', match: 'yes', points: 25, possible: 25, reason: 'VP' },
    ],
  },
  score: 63,
  outcome: 'route',
  reason: 'Sent to sales: fit 100 is HIGH.',
  flags: [],
};

/** Emma Thompson's card, assigned to Marcus; give what differs. */
export function emmasCard(differs: Partial<Card> = {}): Card {
  return {
    workspaceId: 'w1',
    handoffId: '7f6b4c1e-0000-4000-8000-000000000001',
    state: 'assigned',
    lead: {
      name: 'Emma Thompson',
      email: 'emma.thompson@acmecorp.com',
      title: 'VP Operations',
      phone: '+1 415 555 0100',
      company: 'Acme Corp',
    },
    source: 'hubspot',
    leadSource: 'Webinar',
    score: 63,
    fit: 100,
    priority: 'HIGH',
    flags: [],
    judgement,
    company: {
      domain: 'acmecorp.com',
      name: 'Acme Corp',
      industry: 'Technology',
      employees: 750,
      revenue: 50_000_000,
      city: 'San Francisco',
      state: 'CA',
      country: 'US',
      tech: ['Salesforce', 'HubSpot', 'NetSuite', 'AWS'],
      origin: {},
    },
    activities: [
      { type: 'page_view', at: '2026-11-20T17:00:00.000Z', detail: 'Pricing page' },
      { type: 'webinar', at: '2026-11-12T17:00:00.000Z', detail: 'Product webinar' },
      { type: 'download', at: '2026-11-15T17:00:00.000Z', detail: 'Integration guide' },
    ],
    answers: [],
    rep: { name: 'Marcus Chen', email: 'marcus@example.com', slackId: 'U0MARCUS', timeZone: 'America/Los_Angeles' },
    decision: {
      rule: 'HIGH mid-market',
      facts: { priority: 'HIGH' },
      to: { kind: 'person', email: 'marcus@example.com', team: 'mid_market_sdr', via: 'team' },
      candidates: [{ email: 'marcus@example.com', standing: 'slightly behind' }],
      skipped: [],
      reason: 'HIGH mid-market → Mid-market SDRs (weighted): it was Marcus’s turn',
    },
    respondWithinMs: 3_600_000,
    crm: { state: 'written', name: 'salesforce', url: 'https://baton.example.com/open/7f6b4c1e' },
    optedOut: false,
    isTest: false,
    crossedAt: new Date().toISOString(),
    ...differs,
  };
}
