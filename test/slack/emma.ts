/** Emma's handoff as lists show it, and the example's playbook. */
import type { HandoffSummary } from '../../src/db/handoffs/handoff-list.ts';
import { EXAMPLE, playbookIn } from '../helpers/playbook.ts';
import { emmasCard } from './cards.ts';

export const emma: HandoffSummary = {
  id: emmasCard().handoffId,
  state: 'assigned',
  priority: 'HIGH',
  score: 63,
  name: 'Emma Thompson',
  email: 'emma.thompson@acmecorp.com',
  company: 'Acme Corp',
  repEmail: 'marcus@example.com',
  team: 'mid_market_sdr',
  crossedAt: new Date('2026-11-24T17:59:00Z'),
  seenAt: new Date('2026-11-24T18:00:00Z'),
  openedAt: new Date('2026-11-24T18:00:00Z'),
  deliveredAt: new Date('2026-11-24T18:00:01Z'),
  claimedBy: null,
  dueAt: null,
  contactedAt: null,
  snoozedUntil: null,
  recordState: 'written',
  phone: '+1 415 555 0100',
  country: null,
  why: 'On to routing: fit 100 is HIGH.',
};

export const PLAYBOOK = playbookIn(EXAMPLE);
