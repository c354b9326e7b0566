/** What was written back to the source, and what was begun and may have been written. */

import type { Db } from '../connection.ts';
import type { Handoff } from './handoffs.ts';

/** `touch:<id>` or what is kept up to date on the contact. */
export type FeedbackItem = `touch:${string}` | 'stage' | 'reason' | 'owner' | 'list' | 'nurture';

export interface WrittenFeedback {
  what: string;
  value: string;
  /** Null: begun, and nobody knows whether it arrived. */
  writtenAt: Date | null;
}

export async function feedbackOf(db: Db, workspaceId: string, handoffId: string): Promise<WrittenFeedback[]> {
  const rows = await db('feedback').where({ workspace_id: workspaceId, handoff_id: handoffId });
  return rows.map(row => ({ what: row.what, value: row.value, writtenAt: row.written_at }));
}

/** Notes what is about to be written, before it is: its echo may come sooner than its answer. */
export async function beginFeedback(
  db: Db,
  { workspaceId, id, source, contactId }: Pick<Handoff, 'workspaceId' | 'id' | 'source' | 'contactId'>,
  { what, value }: { what: FeedbackItem; value: string },
  at: Date,
): Promise<void> {
  await db.raw(
    `insert into feedback as known (workspace_id, handoff_id, what, source, contact_id, value, begun_at)
     values (?, ?, ?, ?, ?, ?, ?)
     on conflict (handoff_id, what) do update set
       value = excluded.value, written_at = null,
       begun_at = case when known.value = excluded.value and known.written_at is null
                       then known.begun_at else excluded.begun_at end`,
    [workspaceId, id, what, source, contactId, value, at],
  );
}

/** It was refused, or never asked: nothing of it can have been written. */
export async function forgetFeedback(
  db: Db,
  { workspaceId, id }: Pick<Handoff, 'workspaceId' | 'id'>,
  what: FeedbackItem,
): Promise<void> {
  await db('feedback').where({ workspace_id: workspaceId, handoff_id: id, what, written_at: null }).delete();
}

/** A handoff by which a lead was put into nurture at its source, and not taken out. */
export interface Nurtured {
  handoffId: string;
  source: string;
  contactId: string;
}

/** One round trip. */
export async function nurturedOf(db: Db, workspaceId: string, leadId: string): Promise<Nurtured[]> {
  return db('feedback')
    .join('handoffs', 'handoffs.id', 'feedback.handoff_id')
    .where({ 'feedback.workspace_id': workspaceId, lead_id: leadId, what: 'nurture' })
    .whereNot('value', 'like', '-%')
    .select('handoffs.id as handoffId', 'handoffs.source', 'handoffs.contact_id as contactId');
}

/** It was written. */
export async function settleFeedback(
  trx: Db,
  { workspaceId, id }: Pick<Handoff, 'workspaceId' | 'id'>,
  what: FeedbackItem,
  at: Date,
): Promise<void> {
  await trx('feedback').where({ workspace_id: workspaceId, handoff_id: id, what }).update({ written_at: at });
}

/** Is this stage, at this time, the one that Baton itself wrote there? Two clocks may differ by a minute. */
export async function isEcho(
  db: Db,
  workspaceId: string,
  { source, contactId, stage, at }: { source: string; contactId: string; stage: string; at: Date },
): Promise<boolean> {
  const row = await db('feedback')
    .where({ workspace_id: workspaceId, source, contact_id: contactId, what: 'stage', value: stage })
    .whereRaw(
      `?::timestamptz between begun_at - interval '1 minute'
               and coalesce(written_at, 'infinity') + interval '1 minute'`,
      [at],
    )
    .first('what');
  return row !== undefined;
}
