/** Who hears of the books: whoever asked, and the admins of what nobody can explain, once, and when it is mended. */
import { type Books, booksBefore, booksById } from '../../db/reports/books.ts';
import { notice } from '../../db/workspaces/notices.ts';
import type { Deps } from '../../handoff/core/deps.ts';
import { enqueue } from '../../jobs/queue.ts';
import { notifyAdmins } from '../../jobs/requests.ts';
import { IN_FLIGHT_LINE, receiptLine, unequalLine, unexplainedIn, verdictLine } from './books-words.ts';

export async function tellOfBooks(deps: Deps, workspaceId: string, booksId: string, attempt: number): Promise<void> {
  const books = await booksById(deps.db, workspaceId, booksId);
  if (!books?.doneAt) return;
  const { crm, notifier } = await deps.vendors(workspaceId);
  if (books.askedBy !== null) {
    const note = { key: `books:${booksId}`, since: books.begunAt };
    const place = { kind: 'dm', slackId: books.askedBy } as const;
    await notifier.notify(place, booksText(books, crm?.name), note, attempt > 1);
  }
  await tellAdmins(deps, workspaceId, books);
}

/** Told when more is unexplained than the time before, and when nothing is any more: one word a cause. */
async function tellAdmins({ db, clock }: Deps, workspaceId: string, books: Books): Promise<void> {
  const before = await booksBefore(db, workspaceId, books.begunAt);
  const [was, is] = [unexplainedIn(before?.receipts ?? []), unexplainedIn(books.receipts)];
  if (is <= was && !(is === 0 && was > 0)) return;
  const text =
    is === 0
      ? 'The books add up again: every gap is explained or fixed.'
      : `The books do not add up: ${verdictLine(books.receipts)} \`/mql books\` shows them, and replays what is missing.`;
  await db.transaction(async trx => {
    const isNew = await notice(trx, workspaceId, { key: `books:${books.id}`, text }, clock.now());
    if (isNew) await enqueue(trx, notifyAdmins(workspaceId));
  });
}

/** All of it, for a direct message. */
function booksText({ receipts }: Books, crm: string | undefined): string {
  const lines = receipts.flatMap(one => [receiptLine(one, crm), unequalLine(one) ?? []].flat());
  return [verdictLine(receipts), ...lines, `${IN_FLIGHT_LINE} More of it: /mql books`].join('\n');
}
