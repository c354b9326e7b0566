/** Comparisons of the sources, Baton, the CRM and Slack: which there were, how far one is, and what it found. */
import { randomUUID } from 'node:crypto';
import type { SourceCrossing } from '../../contracts/source.ts';
import type { Receipt } from '../../domain/books.ts';
import type { Db } from '../connection.ts';

export interface Books {
  id: string;
  /** Crossings from then until before then. */
  from: Date;
  to: Date;
  /** The Slack user who asked; null: the nightly one. */
  askedBy: string | null;
  begunAt: Date;
  /** Null: it is under way. */
  doneAt: Date | null;
  progress: BooksProgress;
  receipts: Receipt[];
}

/** What was read of each source so far. */
export type BooksProgress = Readonly<Record<string, SourceProgress>>;

export interface SourceProgress {
  crossings: SourceCrossing[];
  /** Null: it is read. */
  cursor: Record<string, unknown> | null;
  calls: number;
  /** Why it could not be asked, in words. */
  unasked?: string;
}

interface NewBooks {
  from: Date;
  to: Date;
  /** The day of the workspace whose night it is (YYYY-MM-DD); absent: somebody asked. */
  night?: string;
  askedBy?: string;
}

/** Begins one; undefined: that night's was begun already. */
export async function beginBooks(
  trx: Db,
  workspaceId: string,
  { from, to, night, askedBy }: NewBooks,
  now: Date,
): Promise<string | undefined> {
  const row = {
    ...{ id: randomUUID(), workspace_id: workspaceId, from_at: from, to_at: to, begun_at: now },
    ...{ night: night ?? null, asked_by: askedBy ?? null },
  };
  const [made] = await trx('books').insert(row).onConflict(['workspace_id', 'night']).ignore().returning('id');
  return made?.id;
}

export async function booksById(db: Db, workspaceId: string, id: string): Promise<Books | undefined> {
  const row = await db('books').where({ workspace_id: workspaceId, id }).first();
  return row && toBooks(row);
}

/** The last that came to its end, and whether another is under way. One round trip. */
export async function newestBooks(
  db: Db,
  workspaceId: string,
): Promise<{ last: Books | undefined; underWay: Books | undefined }> {
  const { rows } = await db.raw(
    `(select * from books where workspace_id = :workspaceId and done_at is not null order by begun_at desc limit 1)
     union all
     (select * from books where workspace_id = :workspaceId and done_at is null order by begun_at desc limit 1)`,
    { workspaceId },
  );
  const all: Books[] = rows.map(toBooks);
  return { last: all.find(one => one.doneAt !== null), underWay: all.find(one => one.doneAt === null) };
}

/** The one that ended before this one began; undefined: it is the first. */
export async function booksBefore(db: Db, workspaceId: string, begunAt: Date): Promise<Books | undefined> {
  const row = await db('books')
    .where({ workspace_id: workspaceId })
    .whereNotNull('done_at')
    .where('begun_at', '<', begunAt)
    .orderBy('begun_at', 'desc')
    .first();
  return row && toBooks(row);
}

/**
 * Up to when every source that can be asked was, by the comparisons since then; undefined: there were none. Of a source that did
 * not answer the time before is still to be compared. One round trip.
 */
export async function comparedUntil(db: Db, workspaceId: string, since: Date): Promise<Date | undefined> {
  const { rows } = await db.raw(
    `select coalesce(max(to_at) filter (where jsonb_path_exists(receipts, '$[*].unasked') is false), min(from_at)) as until
     from books where workspace_id = ? and done_at is not null and begun_at >= ?`,
    [workspaceId, since],
  );
  return rows[0]?.until ?? undefined;
}

/** What was read of a source is kept: a page that was read is read once. */
export async function saveProgress(
  db: Db,
  workspaceId: string,
  { id, source, progress }: { id: string; source: string; progress: SourceProgress },
): Promise<void> {
  await db('books')
    .where({ workspace_id: workspaceId, id })
    .update({ progress: db.raw('progress || ?::jsonb', [JSON.stringify({ [source]: progress })]) });
}

export async function finishBooks(
  trx: Db,
  workspaceId: string,
  { id, receipts }: { id: string; receipts: readonly Receipt[] },
  now: Date,
): Promise<void> {
  await trx('books')
    .where({ workspace_id: workspaceId, id })
    .update({ done_at: now, progress: '{}', receipts: JSON.stringify(receipts) });
}

/** Those of long ago; what they found stays in the gaps. */
export async function forgetBooks(db: Db, before: Date): Promise<number> {
  return db('books').where('begun_at', '<', before).delete();
}

function toBooks(row: Record<string, unknown>): Books {
  return {
    id: row.id as string,
    from: row.from_at as Date,
    to: row.to_at as Date,
    askedBy: row.asked_by as string | null,
    begunAt: row.begun_at as Date,
    doneAt: row.done_at as Date | null,
    progress: row.progress as BooksProgress,
    receipts: (row.receipts ?? []) as Receipt[],
  };
}
