/** What the ladder says: to the rep, what waits; to the manager, what did not happen and what can be done. Pure. */
import type { Button, KnownBlock } from '@slack/types';
import type { Alert, Card } from '../../../contracts/notifier.ts';
import type { SlaMessageKind, StepKind } from '../../../domain/ladder.ts';
import { spanWords } from '../../../domain/time-split.ts';
import { mrkdwn, mrkdwnLines, oneLine } from '../../escape.ts';
import { actions, context, fields, section } from '../block-parts.ts';
import { duration, moment, PRIORITY } from '../block-words.ts';
import { leadButton, recordButtons } from '../buttons.ts';
import { emailLink, phoneLink } from '../card.ts';
import { timelineLines } from '../lead.ts';
import { about } from '../modals/modal-parts.ts';

/** Tells a press on an alert from one on a card. */
export const ALERT_ACTIONS = 'baton_alert';

const NAME = 120;
const TITLE = 200;
const NOTE = 1_500;
/** Of what the rep did: the rest is in the timeline. */
const MOST_DEEDS = 6;

/** Of blocks that a modal takes as well. */
interface AlertMessage {
  text: string;
  blocks: KnownBlock[];
}

/** Slack draws this; nothing in it is longer than Slack takes. */
export function alertMessage(alert: Alert): AlertMessage {
  if (alert.ended) return endedMessage(alert, alert.ended);
  const upwards = alert.kind === 'escalate' || alert.kind === 'stuck';
  const [first = '', ...rest] = LINES[alert.kind](alert);
  const blocks = [
    section(...[first, ...rest, facts(alert.card), ...promise(alert.card)].filter(Boolean)),
    upwards ? section(elapsedLine(alert), ...recentActivity(alert)) : undefined,
    contactFields(alert.card),
    upwards ? context(nextLine(alert)) : undefined,
    actions([...(upwards ? managersButtons(alert) : repsButtons(alert)), ...recordButtons(alert.card)], ALERT_ACTIONS),
  ];
  return { text: first, blocks: blocks.filter(block => block !== undefined) };
}

/** An alarm that is over: about whom, and how it ended. */
function endedMessage({ card }: Alert, { text, at }: NonNullable<Alert['ended']>): AlertMessage {
  const when = at === undefined ? '' : ` (${moment(at, card.rep?.timeZone)})`;
  const line = `:white_check_mark: ${leadOf(card)}: ${mrkdwn(text, NOTE)}${when}`;
  return { text: line, blocks: [section(line)] };
}

const leadOf = ({ lead }: Card) => about({ name: lead.name, email: lead.email, company: lead.company ?? null });

/** Whoever has it, by name: in a channel, "you" would be nobody. */
function holder({ rep, pool }: Card): string {
  if (rep) return `*${mrkdwn(rep.name, NAME)}*`;
  return pool ? `*${mrkdwn(pool.team, NAME)}*` : 'Everybody';
}

const LINES: Record<SlaMessageKind, (alert: Alert) => string[]> = {
  remind: ({ card }) => [
    card.rep
      ? `:alarm_clock: ${holder(card)}, ${leadOf(card)} is waiting: nobody has reached out yet.`
      : `:alarm_clock: ${holder(card)}: ${leadOf(card)} is waiting, and nobody has claimed this lead yet.`,
  ],
  idle: ({ card, since }) => {
    const at = card.claimed?.at ?? since;
    const ago = duration(Math.max(0, Date.parse(since) - Date.parse(at)));
    return [`:wave: ${holder(card)}, you claimed ${leadOf(card)} ${ago} ago. Have you reached the lead?`];
  },
  cold: ({ card, did }) => {
    const last = did.findLast(({ kind }) => kind === 'touched' || kind === 'email_sent')?.at ?? card.contacted?.at;
    const when = last && moment(last, card.rep?.timeZone);
    return [
      `:snowflake: ${holder(card)}, nothing has happened with ${leadOf(card)}${when ? ` since ${when}` : ''}. Is there a next step?`,
    ];
  },
  asked: ({ card, by, note }) => [
    `:speech_balloon: ${holder(card)}, *${mrkdwn(by ?? 'Your manager', NAME)}* asks about ${leadOf(card)}:`,
    ...mrkdwnLines(note ?? '', NOTE)
      .split('\n')
      .map(line => `&gt; ${line}`),
  ],
  more_time: ({ card, by, until }) => {
    const when = until && moment(until, card.rep?.timeZone);
    return [
      `:hourglass_flowing_sand: ${holder(card)}, *${mrkdwn(by ?? 'Your manager', NAME)}* gives you more time for ${leadOf(card)}${when ? `: until ${when}` : ''}.`,
    ];
  },
  escalate: ({ card }) => [
    card.rep
      ? `:rotating_light: ${holder(card)} has not reached out to ${leadOf(card)}.`
      : `:rotating_light: Nobody of ${holder(card)} has claimed ${leadOf(card)}.`,
  ],
  stuck: ({ card }) => [
    `:rotating_light: ${leadOf(card)} has nobody left to go to, and nobody has reached out. It stops with you.`,
  ],
};

function facts({ lead, priority, score, fit }: Card): string {
  const title = lead.title && mrkdwn(lead.title, TITLE);
  return [PRIORITY[priority], score === null ? undefined : `score ${score}`, `fit ${fit}`, title]
    .filter(Boolean)
    .join('  ·  ');
}

function promise({ due, contacted, respondWithinMs, rep }: Card): string[] {
  const when = due && moment(due.at, rep?.timeZone);
  if (contacted || !when) return [];
  const within = respondWithinMs ? ` within ${duration(respondWithinMs)}` : '';
  return [`*Contact was promised${within}*: ${due.breached ? 'overdue since' : 'by'} ${when}`];
}

/** Nobody is blamed for what the system, or somebody before them, took. */
function elapsedLine({ elapsed, card }: Alert): string {
  const who = card.rep ? mrkdwn(card.rep.name, NAME) : 'the pool';
  const working = elapsed.repWorking === undefined ? '' : `, ${spanWords(elapsed.repWorking)} of it in working hours`;
  const parts = [
    `system ${spanWords(elapsed.system)}`,
    elapsed.before > 0 ? `others before ${spanWords(elapsed.before)}` : undefined,
    `${who} ${spanWords(elapsed.rep)}${working}`,
  ];
  const all = spanWords(elapsed.system + elapsed.before + elapsed.rep);
  return `*${all} since the crossing:* ${parts.filter(Boolean).join('  ·  ')}`;
}

function recentActivity({ did, card }: Alert): string[] {
  const who = card.rep ? mrkdwn(card.rep.name, NAME) : 'the pool';
  if (did.length === 0) return [`*What ${who} did:* nothing that Baton knows of`];
  return [`*What ${who} did and heard:*`, ...timelineLines(did.slice(-MOST_DEEDS), card.rep?.timeZone)];
}

function contactFields({ lead }: Card): KnownBlock | undefined {
  const [email, phone] = [emailLink(lead.email), phoneLink(lead)];
  const shown = [email && `*Email*\n${email}`, phone && `*Phone*\n${phone}`].filter(field => field !== undefined);
  return fields(shown.filter(field => field !== ''));
}

const THEN: Record<StepKind, string> = {
  nudge: 'a line in the thread',
  remind: 'the rep is reminded',
  escalate: 'you hear of it again',
  reassign: 'it goes to the next in line',
};

function nextLine({ next, card }: Alert): string {
  const when = next && moment(next.at, card.rep?.timeZone);
  return next && when
    ? `*Unless something happens:* ${THEN[next.do]} ${when}`
    : 'Nothing more happens by itself: please decide.';
}

function managersButtons(alert: Alert): Button[] {
  const { card, kind } = alert;
  const rep = card.rep && oneLine(card.rep.name);
  return [
    leadButton(card, 'sla_reassign', 'Reassign…'),
    { ...leadButton(card, 'sla_take', 'Take it'), style: 'primary' },
    ...(rep && kind === 'escalate' ? [leadButton(card, 'sla_more_time', 'Give 30 more minutes')] : []),
    ...(rep ? [leadButton(card, 'sla_ask', `Ask ${rep}…`)] : []),
  ];
}

function repsButtons({ card }: Alert): Button[] {
  const claimable = card.state === 'assigned' && !card.claimed;
  return [
    ...(claimable ? [{ ...leadButton(card, 'claim', 'Claim'), style: 'primary' as const }] : []),
    leadButton(card, 'log_call', 'Log call'),
    ...(oneLine(card.lead.email) ? [leadButton(card, 'email', 'Email')] : []),
    ...(card.rep ? [leadButton(card, 'sla_hand_back', 'Hand it back')] : []),
  ];
}
