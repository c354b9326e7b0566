/** What people did about a lead: evidence that somebody reached out. */
import type { Db } from '../connection.ts';

export type TouchKind = 'call' | 'email' | 'meeting' | 'task';

export interface Touch {
  id: string;
  workspaceId: string;
  handoffId: string;
  kind: TouchKind;
  /** Where it was told: `slack`, or a vendor's name. */
  origin: string;
  /** Of the playbook; null: nobody Baton knows. */
  byEmail: string | null;
  at: Date;
  /** Outcome, direction, minutes, subject …: what the kind has. */
  detail: Record<string, unknown>;
  crmState: 'pending' | 'written' | 'parked' | 'skipped';
  crmId: string | null;
  createdAt: Date;
}

/** A row for a new touch; nothing happens until it is awaited. */
export function insertTouch(trx: Db, touch: Touch): ReturnType<Db['queryBuilder']> {
  return trx('touches').insert({
    id: touch.id,
    workspace_id: touch.workspaceId,
    handoff_id: touch.handoffId,
    kind: touch.kind,
    origin: touch.origin,
    by_email: touch.byEmail,
    at: touch.at,
    detail: JSON.stringify(touch.detail),
    crm_state: touch.crmState,
    crm_id: touch.crmId,
    created_at: touch.createdAt,
  });
}

export async function touchById(db: Db, workspaceId: string, id: string): Promise<Touch | undefined> {
  const row = await db('touches').where({ workspace_id: workspaceId, id }).first();
  return row && toTouch(row);
}

/** Of a handoff, the earliest first. */
export async function touchesOf(db: Db, workspaceId: string, handoffId: string): Promise<Touch[]> {
  const rows = await db('touches').where({ workspace_id: workspaceId, handoff_id: handoffId }).orderBy(['at', 'id']);
  return rows.map(toTouch);
}

export async function updateTouch(
  trx: Db,
  workspaceId: string,
  id: string,
  changes: Pick<Touch, 'crmState'> & { crmId?: string },
): Promise<void> {
  await trx('touches')
    .where({ workspace_id: workspaceId, id })
    .update({ crm_state: changes.crmState, ...(changes.crmId && { crm_id: changes.crmId }) });
}

function toTouch(row: {
  id: string;
  workspace_id: string;
  handoff_id: string;
  kind: TouchKind;
  origin: string;
  by_email: string | null;
  at: Date;
  detail: Record<string, unknown>;
  crm_state: Touch['crmState'];
  crm_id: string | null;
  created_at: Date;
}): Touch {
  return {
    id: row.id,
    workspaceId: row.workspace_id,
    handoffId: row.handoff_id,
    kind: row.kind,
    origin: row.origin,
    byEmail: row.by_email,
    at: row.at,
    detail: row.detail,
    crmState: row.crm_state,
    crmId: row.crm_id,
    createdAt: row.created_at,
  };
}

/** Is there a touch for this record of the CRM, whoever told of it? */
export async function hasTouchOf(db: Db, workspaceId: string, crmId: string): Promise<boolean> {
  const row = await db('touches').where({ workspace_id: workspaceId, crm_id: crmId }).first('id');
  return row !== undefined;
}
