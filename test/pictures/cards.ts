/** The card in each of its states, and the messages that are built from numbers alone. */
import type { Card } from '../../src/contracts/notifier.ts';
import { HOUR, MINUTE } from '../../src/lib/clock.ts';
import { cardMessage } from '../../src/slack/blocks/card.ts';
import { emmasCard } from '../slack/cards.ts';
import type { Surface } from './draw.ts';

/** Tuesday, 10:20 in Los Angeles. */
export const NOW = new Date('2026-11-24T18:20:00Z');
const at = (minutes: number) => new Date(NOW.getTime() + minutes * MINUTE).toISOString();

const BASE: Partial<Card> = {
  own: true,
  crossedAt: at(-5),
  due: { at: at(55), breached: false },
  activities: [
    { type: 'page_view', at: at(-8), detail: 'Pricing page' },
    { type: 'page_view', at: at(-20), detail: 'Pricing page' },
    { type: 'page_view', at: at(-40), detail: 'Pricing page' },
    { type: 'webinar', at: at(-5 * 24 * 60), detail: 'Product webinar' },
  ],
};
const split = { systemMs: 900, person: { ms: 18 * MINUTE, workMs: 18 * MINUTE }, steps: [] };
const contacted = { name: 'Marcus Chen', at: at(-2), how: 'call: connected', note: 'Wants a demo for her team of 12' };
const claimed: Partial<Card> = { state: 'claimed', claimed: { name: 'Marcus Chen', at: at(-3) } };
const late: Partial<Card> = { due: { at: at(-31), breached: true }, reassignedAt: at(149) };
const bookingUrl = 'https://calendar.example.com/marcus';

const STATES: Record<string, [says: string, differs: Partial<Card>]> = {
  new: ['New, in the rep’s DM', {}],
  first: ['The first card of somebody’s life', { first: true }],
  claimed: ['Claimed: the next deed is the call', { ...claimed, bookingUrl }],
  undo: ['Claimed a moment ago: it can be taken back', { ...claimed, undo: 'u' }],
  contacted: ['Contacted: the meeting is next', { ...claimed, state: 'contacted', contacted, split, bookingUrl }],
  booked: [
    'A meeting is booked',
    { ...claimed, state: 'contacted', contacted, split, meeting: { at: at(26 * 60), name: 'Marcus Chen', calls: 2 } },
  ],
  overdue: ['Overdue', late],
  snoozed: ['Snoozed: quiet, not hidden', { ...claimed, snoozedUntil: at(40) }],
  'handed-on': [
    'Given to somebody else',
    {
      handedOn: true,
      own: undefined as never,
      rep: { name: 'Priya Nair', email: 'priya@example.com', slackId: 'U0PRIYA', timeZone: 'America/New_York' },
      moved: { name: 'Dana Ruiz', at: at(-1) },
    },
  ],
  held: [
    'On hold, for the admins',
    {
      state: 'held',
      own: undefined as never,
      rep: undefined as never,
      due: undefined as never,
      judgement: { ...emmasCard().judgement, reason: 'Looks like a mail scanner: 14 links clicked in 2 seconds.' },
    },
  ],
  pending: ['The CRM does not answer: that never stops the call', { crm: { state: 'pending', name: 'salesforce' } }],
  rejected: [
    'Rejected: closed is small',
    { state: 'rejected', closed: { name: 'Marcus Chen', at: at(-1), reason: 'Competitor' } },
  ],
  won: ['Won', { state: 'won', closed: { name: '', at: at(-1) } }],
  lost: ['Lost', { state: 'lost', closed: { name: '', at: at(-1) } }],
  pool: [
    'First to claim has it, in the team’s channel',
    { own: undefined as never, rep: undefined as never, pool: { team: 'SDRs' } },
  ],
  channel: ['In a team’s channel: the mention notifies its rep', { own: undefined as never }],
  test: ['A test lead is never mistaken', { isTest: true }],
};

/** The lead's card in every state, as a phone shows it; the new and the late one on a desktop as well. */
export function cardSurfaces(): Surface[] {
  const blocksOf = (differs: Partial<Card>) => {
    const { respondWithinMs = HOUR, ...card } = emmasCard({ ...BASE, ...differs });
    return cardMessage({ ...card, respondWithinMs }).blocks;
  };
  const phone = Object.entries(STATES).map(([state, [says, differs]]): Surface => {
    return { name: `card-${state}`, says, blocks: blocksOf(differs) };
  });
  const desktop = (['new', 'overdue'] as const).map((state): Surface => {
    const [says, differs] = STATES[state] ?? ['', {}];
    return { name: `card-${state}-desktop`, says: `${says}, on a desktop`, blocks: blocksOf(differs), isWide: true };
  });
  return [...phone, ...desktop];
}
