/** books: do the sources, Baton, the CRM and Slack have the same leads? */
import { parseDuration } from '../../../config/duration.ts';
import { answer } from '../../blocks/mql/answer.ts';
import { booksAnswer, booksBegunAnswer, booksReplayedAnswer } from '../../blocks/mql/books.ts';
import { strangeWordAnswer } from '../../blocks/mql/misread.ts';
import { refusalText } from '../../blocks/refusals.ts';
import type { Word } from '../mql/asked.ts';

const USAGE = '[24h|30d|90d|replay]';
const SHOWN = 20;

export const books: Word = {
  word: 'books',
  group: 'baton',
  usage: USAGE,
  does: 'do the sources, Baton, the CRM and Slack have the same leads? compare them, and replay what is missing',
  who: 'managers, viewers and admins look; admins compare and replay',
  examples: ['books', 'books 30d', 'books replay'],
  aliases: ['reconcile', 'reconciliation', 'receipts'],
  async run({ deps, by, actor, now, text }) {
    const typed = text.trim().toLowerCase();
    const { books: service } = deps;
    if (typed === '') {
      const seen = await service.look(by, { limit: SHOWN, offset: 0 });
      return 'kind' in seen ? answer([refusalText(seen, now)]) : booksAnswer(seen, now, actor.admin);
    }
    if (typed === 'replay') {
      const done = await service.replay(by);
      return done.kind === 'done' ? booksReplayedAnswer(done.gaps) : answer([refusalText(done, now)]);
    }
    const back = parseDuration(typed);
    if (!back) return strangeWordAnswer(typed, '30d', `/mql books ${USAGE}`);
    const begun = await service.ask({ ...by, back });
    return begun.kind === 'begun' ? booksBegunAnswer(begun.back) : answer([refusalText(begun, now)]);
  },
};
