/** What a lead looks like when it arrives, for whoever has none yet: nobody's lead, with nothing to press. Pure. */
import type { ModalView } from '@slack/types';
import type { Card } from '../../../contracts/notifier.ts';
import { after, DAY, HOUR, MINUTE } from '../../../lib/clock.ts';
import { context, modal } from '../block-parts.ts';
import { cardMessage } from '../card.ts';

/** The card of an invented person, as it would arrive now with the facts that the playbook chooses. */
export function sampleCardModal(now: Date, facts?: Card['facts']): ModalView {
  const { blocks } = cardMessage({ ...sampleCard(now), ...(facts && { facts }) });
  return modal('A sample card', 'Close', [
    context('An invented lead. Yours arrive in this conversation, or in a channel of their team.'),
    ...blocks.filter(({ type }) => type !== 'actions'),
    context(
      'Below it: *Claim* says it is yours, *Log call* and *Email* count as first contact, and … has Details, Reassign, Snooze and Reject.',
    ),
  ]);
}

/** As it would arrive now. */
export function sampleCard(now: Date): Card {
  const at = (before: number) => after(now, -before).toISOString();
  return {
    workspaceId: '',
    handoffId: '',
    state: 'assigned',
    lead: {
      name: 'Emma Thompson',
      email: 'emma.thompson@acme.example',
      title: 'VP Operations',
      phone: '+1 415 555 0134',
      country: 'US',
      company: 'Acme Corp',
    },
    source: 'your marketing system',
    score: 63,
    fit: 100,
    priority: 'HIGH',
    flags: [],
    judgement: {
      email: { kind: 'business', domain: 'acme.example', reason: '' },
      company: { name: 'Acme Corp', domain: 'acme.example', confidence: 'high', reason: '' },
      title: { decisionMaker: 'yes', level: 'executive', reason: '' },
      robot: { suspect: false, reason: '' },
      fit: { score: 100, priority: 'HIGH', parts: [] },
      score: 63,
      outcome: 'route',
      reason: '',
      flags: [],
    },
    company: {
      name: 'Acme Corp',
      industry: 'Technology',
      employees: 750,
      city: 'San Francisco',
      state: 'CA',
      country: 'US',
      tech: [],
      origin: {},
    },
    activities: [
      { type: 'page_view', at: at(5 * MINUTE), detail: 'Pricing page' },
      { type: 'webinar', at: at(5 * DAY), detail: 'Product webinar' },
    ],
    answers: [],
    decision: { rule: '', facts: {}, to: { kind: 'nobody' }, candidates: [], skipped: [], reason: '' },
    respondWithinMs: HOUR,
    crm: { state: 'written', name: 'your CRM' },
    due: { at: after(now, HOUR).toISOString(), breached: false },
    optedOut: false,
    isTest: false,
    crossedAt: now.toISOString(),
  };
}
