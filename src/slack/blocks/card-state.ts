/** How a lead stands, in a line or two of its card: one sign, bold words, a time. The sign never says more than the words. Pure. */
import type { Card } from '../../contracts/notifier.ts';
import { isOpen } from '../../domain/handoff.ts';
import { mrkdwn, oneLine } from '../escape.ts';
import { count, dated, duration, PRIORITY_SIGN } from './block-words.ts';

const SHORT = 200;
const SENTENCE = 400;
const NOTE = 140;

/** Safe mrkdwn; nothing for a lead without a promise that nobody has done anything about. */
export function stateLines(card: Card): string[] {
  if (card.state === 'held') return [':mag: *On hold*', mrkdwn(card.judgement.reason, SENTENCE)];
  if (!isOpen(card.state)) return closedLines(card);
  if (card.handedOn) return handedOnLines(card);
  const asleep = asleepLines(card);
  if (card.meeting) return [...meetingLines(card, card.meeting), ...asleep];
  if (card.contacted) return [...contactedLines(card), ...asleep];
  return asleep.length > 0 ? asleep : dueLine(card);
}

/** "overdue", "contact within 1 hour": for texts without marks; nothing where no promise can be kept any more. */
export function promiseWords(card: Card): string | undefined {
  if (!isPromised(card)) return undefined;
  if (card.due?.breached) return 'overdue';
  return card.respondWithinMs ? `contact within ${within(card, card.respondWithinMs)}` : undefined;
}

const isPromised = ({ contacted, state }: Card) => !contacted && (state === 'assigned' || state === 'claimed');

/** A day of working time is no day: eight of its hours may be three days away. */
const within = ({ inWorkingTime }: Card, milliseconds: number) => duration(milliseconds, inWorkingTime === true);

function dueLine(card: Card): string[] {
  const { due, pool, claimed, rep, respondWithinMs } = card;
  if (!isPromised(card)) return [];
  if (due?.breached) {
    const when = dated(due.at, 'was due {day} at {time}', rep?.timeZone);
    return [`:alarm_clock: *Overdue*${when ? ` · ${when}` : ''}`];
  }
  if (!respondWithinMs) return pool && !claimed ? ['*First to claim has it*'] : [];
  const by = due && dated(due.at, 'Contact {day} by {time}', rep?.timeZone);
  const first = pool && !claimed ? '*First to claim has it* · ' : '';
  return [`${PRIORITY_SIGN[card.priority]} ${first}*${by ?? `Contact within ${within(card, respondWithinMs)}`}*`];
}

/** Quiet, not hidden: by when it is due stands below. */
function asleepLines(card: Card): string[] {
  const { snoozedUntil, rep, due } = card;
  const until = snoozedUntil && dated(snoozedUntil, 'until {day} at {time}', rep?.timeZone);
  if (!until) return [];
  const by =
    isPromised(card) &&
    due &&
    dated(due.at, due.breached ? ': was due {day} at {time}' : ': contact {day} by {time}', rep?.timeZone);
  return [`:zzz: *Snoozed* ${until}`, `The SLA keeps running${by || ''}`];
}

/** How a touch begins in words, and what whoever made it did. */
const DID = [
  ['call', 'called'],
  ['e-mail', 'emailed'],
  ['meeting', 'booked a meeting'],
] as const;

function contactedLines({ contacted, rep, own }: Card): string[] {
  if (!contacted) return [];
  const { name, how, note, at } = contacted;
  const when = dated(at, '{day} at {time}', rep?.timeZone);
  const who = own && name === rep?.name ? 'You' : mrkdwn(name || 'Somebody', SHORT);
  const did = DID.find(([kind]) => how.startsWith(kind))?.[1] ?? `reached out (${mrkdwn(how, SHORT)})`;
  const said = note ? `: “${mrkdwn(oneLine(note), NOTE)}”` : outcomeOf(how);
  return [`:white_check_mark: *Contacted*${when ? ` · ${when}` : ''}`, `${who} ${did}${said}`];
}

/** ": connected" of "call: connected". */
function outcomeOf(how: string): string {
  const [, outcome] = how.split(': ');
  return outcome ? `: ${mrkdwn(outcome, SHORT)}` : '';
}

function meetingLines({ rep, own }: Card, { at, name, calls }: NonNullable<Card['meeting']>): string[] {
  const when = dated(at, '{day} at {time}', rep?.timeZone) ?? 'soon';
  const who = own && name === rep?.name ? 'you' : mrkdwn(name || 'the lead', SHORT);
  return [`:date: *Meeting* · ${when}`, `Booked by ${who}${calls > 0 ? `, after ${count(calls, 'call')}` : ''}`];
}

function handedOnLines({ rep, moved }: Card): string[] {
  const when = moved && dated(moved.at, ' moved it {day} at {time}', rep?.timeZone);
  return [
    `:arrow_right: *With ${rep ? mrkdwn(rep.name, SHORT) : 'somebody else'} now.* Nothing for you to do.`,
    ...(moved && when ? [`${mrkdwn(moved.name, SHORT)}${when}.`] : []),
  ];
}

const CLOSED: Record<string, string> = {
  won: ':trophy: *Won*',
  lost: ':no_entry_sign: *Lost*',
  rejected: ':no_entry_sign: *Rejected*',
  nurture: ':seedling: *In nurture*',
};

function closedLines({ state, closed, rep, own }: Card): string[] {
  const name = own && closed?.name === rep?.name ? 'you' : closed?.name && mrkdwn(closed.name, SHORT);
  const who = name ? ` by ${name}` : '';
  const at = closed && dated(closed.at, ', {day} at {time}', rep?.timeZone);
  const why = closed?.reason ? `: ${mrkdwn(closed.reason, SENTENCE)}` : '';
  const line = `${CLOSED[state] ?? `*${state}*`}${who}${at ?? ''}${why}`;
  return state === 'rejected' ? [line, 'Marketing sees the reason. It won’t count against your rotation.'] : [line];
}
