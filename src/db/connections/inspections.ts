/** The last comparison of a workspace's CRM with its playbook. */
import type { SetupFinding } from '../../contracts/crm-setup.ts';
import type { Db } from '../connection.ts';

export interface Inspection {
  /** The Slack user who wants to hear of it. */
  askedBy: string;
  askedAt: Date;
  /** Null while it is under way. */
  doneAt: Date | null;
  findings: SetupFinding[];
  /** Why there are none. */
  failure: string | null;
}

/** A new one takes the last one's place; what that found stays readable until this one is done. */
export async function beginInspection(trx: Db, workspaceId: string, askedBy: string, now: Date): Promise<void> {
  await trx('crm_inspections')
    .insert({ workspace_id: workspaceId, asked_by: askedBy, asked_at: now })
    .onConflict('workspace_id')
    .merge({ asked_by: askedBy, asked_at: now, done_at: null });
}

export async function inspectionOf(db: Db, workspaceId: string): Promise<Inspection | undefined> {
  const row = await db('crm_inspections').where({ workspace_id: workspaceId }).first();
  return (
    row && {
      askedBy: row.asked_by,
      askedAt: row.asked_at,
      doneAt: row.done_at,
      findings: row.findings ?? [],
      failure: row.failure,
    }
  );
}

/** What came of the one asked for at that time; a newer one is not touched. */
export async function finishInspection(
  db: Db,
  workspaceId: string,
  askedAt: Date,
  outcome: { findings: readonly SetupFinding[]; failure?: string },
  now: Date,
): Promise<void> {
  await db('crm_inspections')
    .where({ workspace_id: workspaceId, asked_at: askedAt })
    .update({ done_at: now, findings: JSON.stringify(outcome.findings), failure: outcome.failure ?? null });
}
