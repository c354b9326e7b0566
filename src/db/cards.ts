import type { Db } from './connection.ts';

/** A card in one place. `ts` null: a post was begun and nobody knows yet whether it arrived. */
export interface PostedCard {
  place: string;
  channel: string | null;
  ts: string | null;
}

/**
 * Notes, before posting, that a post to `place` begins. Answers what is known of an earlier try: a second try must look
 * in Slack first, or one lead gets two cards.
 */
export async function beginCard(
  db: Db,
  workspaceId: string,
  handoffId: string,
  place: string,
): Promise<{ begunBefore: boolean; posted: PostedCard | null }> {
  const made = await db('cards')
    .insert({ workspace_id: workspaceId, handoff_id: handoffId, place })
    .onConflict()
    .ignore()
    .returning('place');
  if (made.length > 0) return { begunBefore: false, posted: null };
  const row = await db('cards').where({ workspace_id: workspaceId, handoff_id: handoffId, place }).first();
  return { begunBefore: true, posted: row?.ts ? { place, channel: row.channel, ts: row.ts } : null };
}

/** Keeps where the card is, and with the first one that the lead is delivered. */
export async function cardPosted(
  trx: Db,
  workspaceId: string,
  handoffId: string,
  place: string,
  posted: { channel: string; ts: string },
  at: Date,
): Promise<void> {
  await trx.raw(
    `with card as (
       update cards set channel = ?, ts = ?, posted_at = ? where workspace_id = ? and handoff_id = ? and place = ?
     )
     update handoffs set delivered_at = coalesce(delivered_at, ?) where workspace_id = ? and id = ?`,
    [posted.channel, posted.ts, at, workspaceId, handoffId, place, at, workspaceId, handoffId],
  );
}

/** Cards that are really there, to be redrawn. */
export async function postedCards(
  db: Db,
  workspaceId: string,
  handoffId: string,
): Promise<{ place: string; channel: string; ts: string }[]> {
  return db('cards')
    .where({ workspace_id: workspaceId, handoff_id: handoffId })
    .whereNotNull('ts')
    .select('place', 'channel', 'ts');
}
