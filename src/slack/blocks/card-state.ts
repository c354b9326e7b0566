/** How a lead stands, in a line or two of its card: one sign, bold words, a time. The sign never says more than the words. Pure. */
import type { Card } from '../../contracts/notifier.ts';
import { isOpen } from '../../domain/handoff.ts';
import { mrkdwn } from '../escape.ts';
import { dated, duration, moment, PRIORITY_SIGN } from './block-words.ts';

const SHORT = 200;
const SENTENCE = 400;

/** Safe mrkdwn; nothing for a lead without a promise that nobody has done anything about. */
export function stateLines(card: Card): string[] {
  if (card.state === 'held') return [':mag: *On hold*', mrkdwn(card.judgement.reason, SENTENCE)];
  if (!isOpen(card.state)) return closedLines(card);
  if (card.handedOn) return handedOnLines(card);
  if (card.contacted) return [...contactedLines(card), ...asleepLine(card)];
  return [...asleepLine(card), ...dueLine(card)];
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
  const promise = `Contact within ${within(card, respondWithinMs)}`;
  const by = due && dated(due.at, `${promise}, {day} by {time}`, rep?.timeZone);
  const first = pool && !claimed ? '*First to claim has it* · ' : '';
  return [`${PRIORITY_SIGN[card.priority]} ${first}*${by ?? promise}*`];
}

function asleepLine({ snoozedUntil, rep }: Card): string[] {
  const until = snoozedUntil && dated(snoozedUntil, 'until {day} at {time}', rep?.timeZone);
  return until ? [`:zzz: *Snoozed* ${until}; the SLA keeps running`] : [];
}

function contactedLines({ contacted, rep }: Card): string[] {
  if (!contacted) return [];
  const when = dated(contacted.at, '{day} at {time}', rep?.timeZone);
  const who = `${mrkdwn(contacted.name, SHORT)}: ${mrkdwn(contacted.how, SHORT)}`;
  return [`:white_check_mark: *Contacted*${when ? ` · ${when}` : ''}`, who];
}

function handedOnLines({ rep }: Card): string[] {
  return [`:arrow_right: *With ${rep ? mrkdwn(rep.name, SHORT) : 'somebody else'} now.* Nothing for you to do.`];
}

const CLOSED: Record<string, string> = {
  won: ':trophy: *Won*',
  lost: ':no_entry_sign: *Lost*',
  rejected: ':no_entry_sign: *Rejected*',
  nurture: ':seedling: *In nurture*',
};

function closedLines({ state, closed, rep }: Card): string[] {
  const who = closed?.name ? ` by ${mrkdwn(closed.name, SHORT)}` : '';
  const at = closed && moment(closed.at, rep?.timeZone);
  const why = closed?.reason ? `: ${mrkdwn(closed.reason, SENTENCE)}` : '';
  return [`${CLOSED[state] ?? `*${state}*`}${who}${at ? ` ${at}` : ''}${why}`];
}
