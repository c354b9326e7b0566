/** Messages that ask whose a record is to be. */
import type { OwnerChangeState } from '../../domain/owner-guard.ts';
import type { Db } from '../connection.ts';

/** One message that still has buttons, or says what is under way. */
export interface OwnerAsk {
  id: number;
  changeId: number;
  /** What was asked: how the change stood then. */
  state: OwnerChangeState;
  channel: string;
  ts: string;
  /** What the message says, so that nothing is said twice. */
  shown: string;
}

/** Keeps where it was asked; the same message is kept once. */
export async function keepOwnerAsk(
  db: Db,
  workspaceId: string,
  handoffId: string,
  ask: Omit<OwnerAsk, 'id'>,
  at: Date,
): Promise<void> {
  await db('owner_asks')
    .insert({
      workspace_id: workspaceId,
      handoff_id: handoffId,
      change_id: ask.changeId,
      state: ask.state,
      channel: ask.channel,
      ts: ask.ts,
      shown: ask.shown,
      asked_at: at,
    })
    .onConflict(['workspace_id', 'channel', 'ts'])
    .ignore();
}

/** Those of a handoff that have not ended, the oldest first. */
export async function openOwnerAsks(db: Db, workspaceId: string, handoffId: string): Promise<OwnerAsk[]> {
  return db('owner_asks')
    .where({ workspace_id: workspaceId, handoff_id: handoffId, ended_at: null })
    .orderBy('id')
    .select('id', 'change_id as changeId', 'state', 'channel', 'ts', 'shown');
}

/**
 * It says something else now; `endedAt`: for good. False when somebody else redrew it meanwhile: nobody knows whose words
 * came last, and it is open again.
 */
export async function ownerAskShows(
  db: Db,
  workspaceId: string,
  ask: OwnerAsk,
  shown: string,
  endedAt: Date | null,
): Promise<boolean> {
  const { rows } = await db.raw(
    `update owner_asks set shown = case when shown = :was then :shown else '' end,
            ended_at = case when shown = :was then :endedAt::timestamptz end
     where workspace_id = :workspaceId and id = :id
     returning shown`,
    { workspaceId, id: ask.id, was: ask.shown, shown, endedAt },
  );
  return rows[0]?.shown === shown;
}
