/** What the ladder says to people. To the rep: what waits, and the next deed. To the manager: `alarm.ts`. Pure. */
import type { Button, Overflow } from '@slack/types';
import type { Alert, Card } from '../../../contracts/notifier.ts';
import type { SlaMessageKind } from '../../../domain/ladder.ts';
import { mrkdwn, mrkdwnLines, oneLine } from '../../escape.ts';
import { actions, menu, option, section } from '../block-parts.ts';
import { dated, moment, vendorName } from '../block-words.ts';
import { leadButton, recordUrl } from '../buttons.ts';
import { emailLink, phoneLink } from '../card.ts';
import { stateLines } from '../card-state.ts';
import { about } from '../modals/modal-parts.ts';
import { ALARM_MORE, ALERT_ACTIONS, type AlertMessage, alarmMessage, endedMessage } from './alarm.ts';

export { ALERT_ACTIONS } from './alarm.ts';

const NAME = 120;
const NOTE = 1_500;

/** Slack draws this; nothing in it is longer than Slack takes. */
export function alertMessage(alert: Alert): AlertMessage {
  if (alert.ended) return endedMessage(alert, alert.ended);
  if (alert.kind === 'escalate' || alert.kind === 'stuck') return alarmMessage(alert);
  const [first = '', ...rest] = LINES[alert.kind](alert);
  const { card } = alert;
  const reach = [phoneLink(card.lead), emailLink(card.lead.email)].filter(line => line !== undefined);
  return {
    text: first,
    blocks: [section(first, ...rest, ...stateLines(card), ...reach), actions(repsActions(alert), ALERT_ACTIONS)],
  };
}

const leadOf = ({ lead }: Card) => about({ name: lead.name, email: lead.email, company: lead.company ?? null });

/** Whoever has it, by name: in a channel, "you" would be nobody. */
function holder({ rep, pool }: Card): string {
  if (rep) return `*${mrkdwn(rep.name, NAME)}*`;
  return pool ? `*${mrkdwn(pool.team, NAME)}*` : 'Everybody';
}

const LINES: Record<Exclude<SlaMessageKind, 'escalate' | 'stuck'>, (alert: Alert) => string[]> = {
  remind: ({ card }) => [
    card.rep
      ? `${holder(card)}, ${leadOf(card)} is waiting: nobody has reached out yet.`
      : `${holder(card)}: ${leadOf(card)} is waiting, and nobody has claimed this lead yet.`,
  ],
  idle: ({ card, since }) => {
    const at = dated(card.claimed?.at ?? since, ' {day} at {time}', card.rep?.timeZone) ?? '';
    return [`${holder(card)}, you claimed ${leadOf(card)}${at}. No contact is logged yet. Have you reached the lead?`];
  },
  cold: ({ card, did }) => {
    const last = did.findLast(({ kind }) => kind === 'touched' || kind === 'email_sent')?.at ?? card.contacted?.at;
    const when = last && moment(last, card.rep?.timeZone);
    return [
      `${holder(card)}, nothing has happened with ${leadOf(card)}${when ? ` since ${when}` : ''}. Is there a next step?`,
    ];
  },
  asked: ({ card, by, note }) => [
    `${holder(card)}, *${mrkdwn(by ?? 'Your manager', NAME)}* asks about ${leadOf(card)}:`,
    ...mrkdwnLines(note ?? '', NOTE)
      .split('\n')
      .map(line => `&gt; ${line}`),
  ],
  more_time: ({ card, by, until }) => {
    const when = until && moment(until, card.rep?.timeZone);
    return [
      `${holder(card)}, *${mrkdwn(by ?? 'Your manager', NAME)}* gives you more time for ${leadOf(card)}${when ? `: until ${when}` : ''}.`,
    ];
  },
};

/** The next deed first; what is rarely wanted is in the menu. */
function repsActions({ card }: Alert): (Button | Overflow)[] {
  const claimable = card.state === 'assigned' && !card.claimed;
  const buttons = [
    ...(claimable ? [leadButton(card, 'claim', 'Claim')] : []),
    leadButton(card, 'log_call', 'Log call'),
    ...(oneLine(card.lead.email) ? [leadButton(card, 'email', 'Email')] : []),
  ];
  const [first, ...rest] = buttons;
  return [...(first ? [{ ...first, style: 'primary' as const }] : []), ...rest, repsMenu(card)];
}

function repsMenu(card: Card): Overflow {
  const url = recordUrl(card.crm);
  const line = (verb: string, words: string) => option(`${verb}:${card.handoffId}`, words);
  return menu(ALARM_MORE, [
    line('details', 'Details'),
    ...(card.rep ? [line('hand_back', 'Hand it back')] : []),
    ...(url ? [{ ...line('open', `Open in ${vendorName(card.crm.name)}`), url }] : []),
  ]);
}
