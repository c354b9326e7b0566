/** `/mql books`: receipts that add up, and the leads that are not equal everywhere. Pure. */
import type { KnownGap } from '../../../db/reports/book-gaps.ts';
import { classWords, standingOf } from '../../../domain/books.ts';
import { DAY } from '../../../lib/clock.ts';
import type { BooksView } from '../../../reports/books/books-service.ts';
import {
  IN_FLIGHT_LINE,
  receiptLine,
  unequalLine,
  unexplainedIn,
  verdictLine,
} from '../../../reports/books/books-words.ts';
import { clip, mrkdwn } from '../../escape.ts';
import { ago, count, moment, vendorName } from '../block-words.ts';
import { type Answer, answer, buttons, command } from './answer.ts';

const NAME = 80;
const SENTENCE = 200;

/** @param isAdmin they may compare anew, and replay */
export function booksAnswer(view: BooksView, now: Date, isAdmin: boolean): Answer {
  const { last, underWay, crm, gaps, total } = view;
  const waits = underWay ? ['A comparison is under way.'] : [];
  const check = command('Compare again', 'books 26h');
  if (!last?.doneAt) {
    const never =
      'The books are compared every night at half past three: who became an MQL in each source, what Baton handed off, and what the CRM and Slack have of it.';
    return answer(['*The books*: nothing was compared yet.', never, ...waits], ...(isAdmin ? [buttons(check)] : []));
  }
  const [from, to] = [moment(last.from.toISOString()), moment(last.to.toISOString())];
  const sign = unexplainedIn(last.receipts) > 0 ? ':warning:' : ':white_check_mark:';
  const lines = last.receipts.flatMap(one => {
    const more = unequalLine(one);
    return [`• ${mrkdwn(receiptLine(one, crm), 600)}`, ...(more ? [mrkdwn(more, SENTENCE)] : [])];
  });
  const shown = gaps.map(gap => gapLine(gap, now));
  const rest = total > gaps.length ? [`… and ${count(total - gaps.length, 'gap')} more.`] : [];
  const canReplay = gaps.some(gap => standingOf(gap.side, gap.class) === 'unexplained' && !gap.parkedAt);
  const replay = command('Replay what is missing', 'books replay', { primary: true });
  return answer(
    [
      `${sign} *The books*, compared ${ago(last.doneAt, now)}: ${verdictLine(last.receipts)}`,
      `Crossings from ${from} to ${to}. ${IN_FLIGHT_LINE}`,
      ...lines,
      ...(shown.length > 0 ? ['*Not equal everywhere*', ...shown, ...rest] : []),
      ...waits,
    ],
    ...(isAdmin ? [buttons(...(canReplay ? [replay] : []), check)] : []),
  );
}

function gapLine(
  { side, class: name, source, contactId, name: lead, why, parkedAt, firstSeenAt }: KnownGap,
  now: Date,
) {
  const who = lead
    ? `*${mrkdwn(lead, NAME)}*`
    : `contact ${mrkdwn(contactId, NAME)} of ${mrkdwn(vendorName(source), NAME)}`;
  const how = parkedAt ? 'replayed without success: see Health' : `seen ${ago(firstSeenAt, now)}`;
  return clip(`• ${who}: ${classWords(side, name)}${why ? ` (${mrkdwn(why, SENTENCE)})` : ''}, ${how}`, 500);
}

export function booksBegunAnswer(back: number): Answer {
  const time = back % DAY === 0 ? count(back / DAY, 'day') : count(Math.round(back / (DAY / 24)), 'hour');
  return answer([
    `I am comparing the last ${time}: the sources, Baton, the CRM and Slack. What I find comes to your direct messages with Baton.`,
  ]);
}

export function booksReplayedAnswer(gaps: number): Answer {
  if (gaps === 0) return answer(['Nothing is left to replay: no gap is unexplained.']);
  const said = `${count(gaps, 'gap')} ${gaps === 1 ? 'is' : 'are'} being replayed. The next comparison says whether that helped; what it did not shows under Health.`;
  return answer([said], buttons(command('Compare again', 'books 26h')));
}
