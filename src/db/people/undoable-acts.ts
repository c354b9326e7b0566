/** The newest thing a person did about a lead or their absence, with what was before: it can be taken back for a while. */
import type { Db } from '../connection.ts';

export type UndoableKind = 'claim' | 'reassign' | 'reject' | 'snooze' | 'away';

/** `before` and `after` are what the act changes, as JSON has it: moments are ISO 8601. */
export interface UndoableAct {
  id: string;
  workspaceId: string;
  /** Id of a handoff, or `away:` and an address. */
  subject: string;
  handoffId: string | null;
  kind: UndoableKind;
  /** Address of whoever did it. */
  actor: string;
  at: Date;
  before: unknown;
  after: unknown;
  /** The last entry of the handoff's timeline once it was done. */
  entryId: number | null;
}

/** In place of the one before about the same subject: only the newest can be taken back. One round trip. */
export async function saveUndoableAct(trx: Db, act: UndoableAct): Promise<void> {
  const row = {
    id: act.id,
    workspace_id: act.workspaceId,
    subject: act.subject,
    handoff_id: act.handoffId,
    kind: act.kind,
    actor: act.actor,
    at: act.at,
    before: JSON.stringify(act.before),
    after: JSON.stringify(act.after),
    entry_id: act.entryId,
  };
  await trx('undoable_acts').insert(row).onConflict(['workspace_id', 'subject']).merge();
}

export async function undoableActById(db: Db, workspaceId: string, id: string): Promise<UndoableAct | undefined> {
  const row = await db('undoable_acts').where({ workspace_id: workspaceId, id }).first();
  return row && toAct(row);
}

/** The newest about a handoff, done since then. */
export async function undoableActOf(
  db: Db,
  workspaceId: string,
  handoffId: string,
  since: Date,
): Promise<UndoableAct | undefined> {
  const row = await db('undoable_acts')
    .where({ workspace_id: workspaceId, handoff_id: handoffId })
    .andWhere('at', '>', since)
    .first();
  return row && toAct(row);
}

export async function forgetUndoableAct(trx: Db, workspaceId: string, id: string): Promise<void> {
  await trx('undoable_acts').where({ workspace_id: workspaceId, id }).delete();
}

/** What can be taken back no more, of every workspace; answers how many. */
export async function forgetOldActs(db: Db, before: Date): Promise<number> {
  return db('undoable_acts').where('at', '<', before).delete();
}

function toAct(row: Record<string, unknown>): UndoableAct {
  return {
    id: row.id as string,
    workspaceId: row.workspace_id as string,
    subject: row.subject as string,
    handoffId: row.handoff_id as string | null,
    kind: row.kind as UndoableKind,
    actor: row.actor as string,
    at: row.at as Date,
    before: row.before,
    after: row.after,
    entryId: row.entry_id === null ? null : Number(row.entry_id),
  };
}
