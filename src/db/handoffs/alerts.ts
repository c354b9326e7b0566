/** Alarms of the ladder as they stand in Slack. */
import type { Db } from '../connection.ts';

/** `M`: what was to be said, as its job has it. */
export interface StandingAlert<M> {
  key: string;
  message: M;
  channel: string;
  ts: string;
}

/** An alarm was posted; the same one again changes nothing. */
export async function keepAlert<M>(
  db: Db,
  { workspaceId, handoffId }: { workspaceId: string; handoffId: string },
  { key, message, channel, ts }: StandingAlert<M>,
): Promise<void> {
  const row = { workspace_id: workspaceId, handoff_id: handoffId, key, message: JSON.stringify(message), channel, ts };
  await db('alerts').insert(row).onConflict(['workspace_id', 'key']).ignore();
}

/** Those of a handoff that are not over. */
export async function standingAlerts<M>(db: Db, workspaceId: string, handoffId: string): Promise<StandingAlert<M>[]> {
  return db('alerts')
    .where({ workspace_id: workspaceId, handoff_id: handoffId, ended_at: null })
    .orderBy('key')
    .select('key', 'message', 'channel', 'ts');
}

export async function endAlert(db: Db, workspaceId: string, key: string, at: Date): Promise<void> {
  await db('alerts').where({ workspace_id: workspaceId, key }).update({ ended_at: at });
}
