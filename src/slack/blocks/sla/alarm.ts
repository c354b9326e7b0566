/**
 * An alarm to a manager: who waits, with whom and since when, what comes next, and one press that helps. The message of
 * a lead changes with it: waiting with more time, with somebody else, over. Pure.
 */
import type { Button, KnownBlock, Overflow } from '@slack/types';
import type { Alert, AlertEnding } from '../../../contracts/notifier.ts';
import type { StepKind } from '../../../domain/ladder.ts';
import { spanWords } from '../../../domain/time-split.ts';
import type { TimelineEntry } from '../../../domain/timeline.ts';
import { HOUR, MINUTE } from '../../../lib/clock.ts';
import { clip, mrkdwn, oneLine } from '../../escape.ts';
import { actions, context, header, menu, option, section } from '../block-parts.ts';
import { count, dated, PRIORITY_SIGN, vendorName } from '../block-words.ts';
import { leadButton, named, recordUrl } from '../buttons.ts';
import { undoButton } from '../undo.ts';

/** Tells a press on an alert from one on a card. */
export const ALERT_ACTIONS = 'baton_alert';
export const ALARM_MORE = 'sla_more';

const NAME = 120;
const TITLE = 80;
const FIRST_NAME = 16;
const NOTE = 1_500;

/** Of blocks that a modal takes as well. */
export interface AlertMessage {
  text: string;
  blocks: KnownBlock[];
}

/** What a manager reads while the alarm holds. */
export function alarmMessage(alert: Alert): AlertMessage {
  const { until, kind } = alert;
  const name = leadName(alert);
  const title = kind === 'stuck' ? `Nobody left: ${name}` : until ? `Waiting: ${name}` : `No contact yet: ${name}`;
  const blocks = [
    header(title),
    section(aboutLine(alert), ...(until ? waitingLines(alert, until) : dueLines(alert))),
    until ? undefined : context([...nextLine(alert), ...elapsedLine(alert)].join('\n')),
    actions(alarmActions(alert), ALERT_ACTIONS),
  ];
  return { text: notification(alert, title), blocks: blocks.filter(block => block !== undefined) };
}

/** "VP Operations, Acme Corp · *HIGH*". */
function aboutLine({ card }: Alert): string {
  const who = [card.lead.title, card.lead.company].filter(Boolean).map(part => mrkdwn(part ?? '', TITLE));
  return [who.join(', '), `*${card.priority}*`].filter(Boolean).join(' · ');
}

function dueLines({ card, holderSince, did }: Alert): string[] {
  const { due, claimed, rep } = card;
  const since = holderSince && dated(holderSince, ' since {time}', rep?.timeZone);
  const claim = claimed ? 'claimed' : 'not claimed';
  return [
    ...(due ? [dueLine(card, due)] : []),
    `With *${holderOf(card)}*${since ?? ''}, ${claim}`,
    ...heardLine('Reminded', 'reminded', did, rep?.timeZone),
    ...heardLine('Asked', 'asked', did, rep?.timeZone),
  ];
}

function dueLine({ priority, rep }: Alert['card'], { at, breached }: { at: string; breached: boolean }): string {
  const words = breached ? 'was due {day} at {time}' : 'Contact {day} by {time}';
  const when = dated(at, words, rep?.timeZone) ?? '';
  return breached ? `:alarm_clock: *Overdue* · ${when}` : `${PRIORITY_SIGN[priority]} *${when}*`;
}

function waitingLines({ card, did }: Alert, until: string): string[] {
  const time = dated(until, ' has until {time}', card.rep?.timeZone) ?? ' has more time';
  return [
    `:hourglass_flowing_sand: *${holderOf(card)}${time}*`,
    ...heardLine('Asked', 'asked', did, card.rep?.timeZone),
  ];
}

/** "Reminded 6:51 PM and 7:06 PM": at most the last three. */
function heardLine(
  verb: string,
  kind: TimelineEntry['kind'],
  did: readonly TimelineEntry[],
  timeZone: string | undefined,
): string[] {
  const times = did.filter(one => one.kind === kind).slice(-3);
  const said = times.flatMap(({ at }) => dated(at, '{time}', timeZone) ?? []);
  const last = said.pop();
  if (last === undefined) return [];
  return [`${verb} ${said.length > 0 ? `${said.join(', ')} and ${last}` : last}`];
}

/** Whoever has it, by name: in a channel, "you" would be nobody. */
function holderOf({ rep, pool }: Alert['card']): string {
  return mrkdwn(rep?.name ?? pool?.team ?? 'nobody', NAME);
}

const THEN: Record<StepKind, string> = {
  nudge: 'a line goes into the thread {day} at {time}',
  remind: 'the rep is reminded {day} at {time}',
  escalate: 'you hear of it again {day} at {time}',
  reassign: 'the lead is reassigned {day} at {time}',
};

function nextLine({ next, kind, card }: Alert): string[] {
  const words = next && dated(next.at, `If nobody acts, ${THEN[next.do]}`, card.rep?.timeZone);
  if (words) return [words];
  return [
    kind === 'stuck' ? 'Nobody is free to take it: please decide.' : 'Nothing more happens by itself: please decide.',
  ];
}

/** Nobody is blamed for what the system, or somebody before them, took. */
function elapsedLine({ elapsed }: Alert): string[] {
  const parts = [
    elapsed.system >= MINUTE ? `Baton took ${spanWords(elapsed.system)}` : undefined,
    elapsed.before > 0 ? `others had it for ${spanWords(elapsed.before)}` : undefined,
  ].filter(part => part !== undefined);
  return parts.length > 0 ? [`Before that ${parts.join(', ')}`] : [];
}

function alarmActions(alert: Alert): (Button | Overflow)[] {
  const { card, nextRep, until, kind } = alert;
  const give = nextRep
    ? named(
        leadButton(card, 'sla_give', `Give to ${firstName(nextRep.name)}`),
        `Give ${leadName(alert)} to ${nextRep.name}`,
      )
    : leadButton(card, 'sla_take', 'Take it');
  const wait = card.rep && kind === 'escalate' && !until;
  return [
    until ? give : { ...give, style: 'primary' },
    ...(wait
      ? [named(leadButton(card, 'sla_more_time', 'Wait 30 min'), `Give ${card.rep?.name} 30 more minutes`)]
      : []),
    alarmMenu(alert),
  ];
}

/** Slack takes five lines. */
function alarmMenu({ card, nextRep }: Alert): Overflow {
  const url = recordUrl(card.crm);
  const line = (verb: string, words: string) => option(`${verb}:${card.handoffId}`, words);
  return menu(ALARM_MORE, [
    ...(card.rep ? [line('ask', `Ask ${firstName(card.rep.name)}…`)] : []),
    line('reassign', 'Someone else…'),
    ...(nextRep ? [line('take', 'Take it myself')] : []),
    line('details', 'Details'),
    ...(url ? [{ ...line('open', `Open in ${vendorName(card.crm.name)}`), url }] : []),
  ]);
}

function notification({ card, nextRep, kind }: Alert, title: string): string {
  const about = [mrkdwn(title, NAME * 2), card.lead.company && mrkdwn(card.lead.company, TITLE), card.priority];
  const next = nextRep ? `Give it to ${mrkdwn(nextRep.name, NAME)}` : 'Take it';
  const wait = kind === 'escalate' && card.rep ? ', or wait 30 minutes' : '';
  return `${about.filter(Boolean).join(', ')}. With ${holderOf(card)}. ${next}${wait}.`;
}

function leadName({ card }: Pick<Alert, 'card'>): string {
  return clip(oneLine(card.lead.name) || oneLine(card.lead.email) || 'Unknown person', NAME);
}

/** What a button calls a person. */
export function firstName(name: string): string {
  return clip(oneLine(name).split(' ')[0] || 'them', FIRST_NAME);
}

/** An alarm that is over: about whom, and how it ended. */
export function endedMessage(alert: Alert, ended: AlertEnding): AlertMessage {
  const line = `${ended.moved ? ':arrow_right:' : ':white_check_mark:'} *${mrkdwn(leadName(alert), NAME)}*${endingWords(ended, alert)}`;
  const undo = ended.moved?.undo;
  return {
    text: line,
    blocks: [undo === undefined ? section(line) : { ...section(line), accessory: undoButton(undo) }],
  };
}

function endingWords(ended: AlertEnding, { card }: Alert): string {
  const zone = card.rep?.timeZone;
  if (ended.reached) return `: ${reachedWords(ended, ended.reached, zone)} Nothing for you to do.`;
  if (ended.moved) {
    const { to, by, due } = ended.moved;
    const when = ended.at && dated(ended.at, ' moved it {day} at {time}', zone);
    const until = due && dated(due, '; due {day} by {time}', zone);
    return ` is with *${mrkdwn(to, NAME)}* now.${by && when ? ` ${mrkdwn(by, NAME)}${when}${until ?? ''}.` : ''}`;
  }
  const when = ended.at && dated(ended.at, ' ({day} at {time})', zone);
  return `: ${mrkdwn(ended.text, NOTE)}${when ?? ''} Nothing for you to do.`;
}

/** "Priya called today at 7:39 PM, 33 min late." */
export function reachedWords(
  { at }: AlertEnding,
  { who, did, lateMs }: NonNullable<AlertEnding['reached']>,
  timeZone?: string,
): string {
  const when = at && dated(at, ` ${did} {day} at {time}`, timeZone);
  return `${mrkdwn(who, NAME)}${when || ` ${did}`}${lateMs ? `, ${lateWords(lateMs)} late` : ''}.`;
}

function lateWords(ms: number): string {
  if (ms < MINUTE) return 'less than a minute';
  const [hours, minutes] = [Math.floor(ms / HOUR), Math.floor((ms % HOUR) / MINUTE)];
  return hours > 0 ? `${count(hours, 'hour')}${minutes > 0 ? ` ${minutes} min` : ''}` : `${minutes} min`;
}
