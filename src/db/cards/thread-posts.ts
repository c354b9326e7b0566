/** Which entries of a timeline belong under its cards, and under which card each was told. */
import { after } from '../../lib/clock.ts';
import type { Db } from '../connection.ts';
import { POST_OVERDUE } from './next-post.ts';

/** Not the name of a place: the entry is for every thread of its handoff. */
const EVERY_THREAD = '*';

/** Marks entries as meant for the threads of the handoff's cards; nothing happens until it is awaited. */
export function markForThreads(
  trx: Db,
  of: { workspaceId: string; handoffId: string },
  entryIds: readonly number[],
): ReturnType<Db['queryBuilder']> {
  return trx('thread_posts').insert(
    entryIds.map(id => ({
      workspace_id: of.workspaceId,
      handoff_id: of.handoffId,
      timeline_id: id,
      place: EVERY_THREAD,
    })),
  );
}

/** An entry to be told under one card. */
export interface DueEntry {
  entryId: number;
  text: string;
}

/** The oldest entry up to `upTo` that is still to be told under a card; a card tells nothing older than itself. */
export async function oldestUnpostedEntry(
  db: Db,
  of: { workspaceId: string; handoffId: string },
  card: { place: string; postedAt: Date },
  upTo: number,
): Promise<DueEntry | undefined> {
  const { rows } = await db.raw(
    `select t.id as "entryId", t.text
     from thread_posts meant join timeline t on t.id = meant.timeline_id
     where meant.workspace_id = :workspace and meant.handoff_id = :handoff and meant.place = '${EVERY_THREAD}'
       and t.id <= :upTo and t.at >= :since
       and not exists (select from thread_posts told
                       where told.timeline_id = t.id and told.place = :place and told.ts is not null)
     order by t.id limit 1`,
    { workspace: of.workspaceId, handoff: of.handoffId, upTo, since: card.postedAt, place: card.place },
  );
  return rows[0];
}

/** `again`: an earlier try came to an unknown end. `busy`: somebody may be at it this moment. */
export type PostStart = 'new' | 'again' | 'busy';

/** Begins telling an entry under a card. One round trip. */
export async function beginPost(
  db: Db,
  of: { workspaceId: string; handoffId: string },
  entryId: number,
  place: string,
  now: Date,
): Promise<PostStart> {
  const { rows } = await db.raw(
    `insert into thread_posts as known (workspace_id, handoff_id, timeline_id, place, begun_at)
     values (:workspace, :handoff, :entry, :place, :now)
     on conflict (timeline_id, place) do update set begun_at = excluded.begun_at
     where known.ts is null and known.begun_at <= :overdue
     returning xmax = 0 as fresh`,
    {
      workspace: of.workspaceId,
      handoff: of.handoffId,
      entry: entryId,
      place,
      now,
      overdue: after(now, -POST_OVERDUE),
    },
  );
  const [row] = rows;
  if (!row) return 'busy';
  return row.fresh ? 'new' : 'again';
}

/** It came to an unknown end: the next try need not wait, and looks first. */
export async function markPostUnsure(
  db: Db,
  workspaceId: string,
  entryId: number,
  place: string,
  now: Date,
): Promise<void> {
  await db('thread_posts')
    .where({ workspace_id: workspaceId, timeline_id: entryId, place, ts: null })
    .update({ begun_at: after(now, -POST_OVERDUE) });
}

/** Where it stands; for what is never to be told there, why not. */
export async function settlePost(
  db: Db,
  workspaceId: string,
  entryId: number,
  place: string,
  ts: string,
): Promise<void> {
  await db('thread_posts').where({ workspace_id: workspaceId, timeline_id: entryId, place }).update({ ts });
}
