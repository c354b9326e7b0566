/** Leads as Home lists them: who, how much time is left, and what can be done. Pure. */
import type { KnownBlock, Overflow } from '@slack/types';
import type { HandoffSummary } from '../../../db/handoffs/handoff-list.ts';
import { MINUTE } from '../../../lib/clock.ts';
import { mrkdwn, plain } from '../../escape.ts';
import { actions, button, overflow, section } from '../block-parts.ts';
import { dated, duration, moment, PRIORITY_SIGN, STATE } from '../block-words.ts';

/** Claim on Home: the card's own claim, and Home is drawn anew. */
export const HOME_CLAIM = 'home_claim';

const NAME = 120;

/** What the card's menu offers as well; the card's own listener answers. */
const VERBS: [verb: string, label: string][] = [
  ['reassign', 'Reassign…'],
  ['reject', 'Reject…'],
  ['snooze', 'Snooze…'],
  ['why', 'Why this rep?'],
  ['timeline', 'Timeline'],
];

/** A lead of one's own: two blocks, with the buttons of its card. */
export function ownLead(lead: HandoffSummary, now: Date): KnownBlock[] {
  const unclaimed = lead.state === 'assigned' && lead.claimedBy === null;
  return [
    { ...section(...rowLines(lead, now)), accessory: menu(lead) },
    actions([
      ...(unclaimed ? [{ ...button(HOME_CLAIM, 'Claim', lead.id), style: 'primary' as const }] : []),
      button('log_call', 'Log call', lead.id),
      button('email', 'Email', lead.id),
    ]),
  ];
}

/** The same in one block, beside one that stands open: who, until when, and everything else under View. */
export function ownRow(lead: HandoffSummary, now: Date): KnownBlock {
  return { ...section(...rowLines(lead, now)), accessory: viewButton(lead) };
}

const viewButton = (lead: HandoffSummary) => ({
  ...button('details', 'View', lead.id),
  accessibility_label: plain(`View ${lead.name || lead.email}`, 75),
});

/** A lead of somebody's; `rep` is their name. Whoever only looks may open it. */
export function teamLead(lead: HandoffSummary, rep: string | undefined, now: Date, acts = true): KnownBlock {
  const who = rep ? `with *${mrkdwn(rep, NAME)}*` : 'first to claim has it';
  return { ...section(...rowLines(lead, now, who)), accessory: acts ? menu(lead) : viewButton(lead) };
}

/** Three lines: who; how it stands; with whom, how urgent, and where it is on its way. */
function rowLines(lead: HandoffSummary, now: Date, holder?: string): string[] {
  const { name, email, company, priority, score, state } = lead;
  const who = `*${mrkdwn(name || email, NAME)}*${company ? ` · ${mrkdwn(company, NAME)}` : ''}`;
  const facts = [holder, priority, score === null ? undefined : `score ${score}`, STATE[state]];
  return [who, timeText(lead, now), facts.filter(Boolean).join(' · ')];
}

function menu({ id }: HandoffSummary): Overflow {
  return overflow(
    'more',
    VERBS.map(([verb, words]) => [`${verb}:${id}`, words]),
  );
}

type Timed = Pick<HandoffSummary, 'dueAt' | 'contactedAt' | 'snoozedUntil' | 'priority'>;

/** How it stands, as on a card: one sign, bold words, and the moment itself, which does not age as Home stands still. */
export function timeText(lead: Timed, now: Date): string {
  const snoozed =
    lead.snoozedUntil && lead.snoozedUntil > now
      ? [`:zzz: snoozed until ${moment(lead.snoozedUntil.toISOString())}`]
      : [];
  return [timeLeft(lead, now), ...snoozed].join('  ·  ');
}

function timeLeft({ dueAt, contactedAt, priority }: Timed, now: Date): string {
  if (contactedAt) return `:white_check_mark: *Contacted* · ${dated(contactedAt.toISOString(), '{day} at {time}')}`;
  if (!dueAt) return 'no SLA';
  const at = dueAt.toISOString();
  return dueAt <= now
    ? `:alarm_clock: *Overdue* · ${dated(at, 'was due {day} at {time}')}`
    : `${PRIORITY_SIGN[priority]} *${dated(at, 'Contact {day} by {time}')}*`;
}

/** Of a minute that has begun nothing is promised: 59:59 is 59 minutes. */
function whole(milliseconds: number): string {
  return duration(Math.floor(milliseconds / MINUTE) * MINUTE);
}

/** The same for plain text. */
export function plainTimeLeft({ dueAt, contactedAt }: Timed, now: Date): string {
  if (contactedAt) return 'contacted';
  if (!dueAt) return 'no SLA';
  const left = dueAt.getTime() - now.getTime();
  return left <= 0 ? `overdue by ${whole(-left)}` : `due in ${whole(left)}`;
}
