/** The books in a line, for Home and `/mql doctor`. Pure. */
import type { Books } from '../../db/reports/books.ts';
import { unexplainedIn, verdictLine } from '../../reports/books/books-words.ts';
import { ago } from './block-words.ts';

/** How the newest comparison came out; undefined: there was none yet. */
export function booksLine(last: Books | undefined, now: Date): string | undefined {
  if (!last?.doneAt) return undefined;
  const sign = unexplainedIn(last.receipts) > 0 ? ':warning:' : ':white_check_mark:';
  return `${sign} The books, compared ${ago(last.doneAt, now)}: ${verdictLine(last.receipts)} \`/mql books\` shows them.`;
}
