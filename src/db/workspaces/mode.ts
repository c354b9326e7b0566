/** Does a workspace only watch, or is it live? And what it has watched. */
import type { Judgement, RoutingDecision } from '../../domain/decision.ts';
import type { Change, Db } from '../connection.ts';

export type Mode = 'watch' | 'live';

export interface WorkspaceMode {
  mode: Mode;
  /** Null: since it was made. */
  since: Date | null;
  /** E-mail of whoever said so last; null: nobody did. */
  by: string | null;
}

/** One round trip. */
export async function modeOf(db: Db, workspaceId: string): Promise<WorkspaceMode> {
  const row = await db('workspaces').where({ id: workspaceId }).first('mode', 'mode_since', 'mode_by');
  return { mode: row?.mode ?? 'live', since: row?.mode_since ?? null, by: row?.mode_by ?? null };
}

/**
 * Changes the mode; answers false where it was that already. The turns that leads take while it watches are nobody's: the
 * rotation is kept as it was before, and put back when it goes live. Hold the rotation's lock, and the transaction.
 */
export async function setMode(
  trx: Db,
  workspaceId: string,
  { mode, by, at }: { mode: Mode; by: string; at: Date },
): Promise<boolean> {
  const changed = await trx('workspaces')
    .where({ id: workspaceId })
    .andWhereNot({ mode })
    .update({ mode, mode_since: at, mode_by: by });
  if (changed === 0) return false;
  if (mode === 'watch') await keepRotation(trx, workspaceId);
  else for (const change of rotationBack(trx, workspaceId)) await change;
  return true;
}

/** A workspace that is made watches from the start, and has no rotation yet. */
export async function beginWatching(trx: Db, workspaceId: string, at: Date): Promise<void> {
  await trx('workspaces')
    .where({ id: workspaceId })
    .update({ mode: 'watch', mode_since: at, rotation_before: '[]', set_up_at: null });
}

async function keepRotation(trx: Db, workspaceId: string): Promise<void> {
  await trx.raw(
    `update workspaces set rotation_before =
       (select coalesce(jsonb_agg(rotation), '[]') from rotation where workspace_id = :workspace)
     where id = :workspace`,
    { workspace: workspaceId },
  );
}

function rotationBack(trx: Db, workspaceId: string): Change[] {
  return [
    trx('rotation').where({ workspace_id: workspaceId }).delete(),
    trx.raw(
      `insert into rotation select kept.* from workspaces, jsonb_populate_recordset(null::rotation, rotation_before) as kept
       where workspaces.id = ? and rotation_before is not null`,
      [workspaceId],
    ),
    trx('workspaces').where({ id: workspaceId }).update({ rotation_before: null }),
  ];
}

/** One lead that would have been handed off. */
export interface WatchedLead {
  name: string;
  at: Date;
  /** What would have been: a sentence for people. */
  text: string;
  judgement: Judgement;
  decision: RoutingDecision | null;
}

/** The newest leads watched since then, newest first, and how many there are. One round trip. */
export async function watchedLeads(
  db: Db,
  workspaceId: string,
  { since, limit }: { since: Date; limit: number },
): Promise<{ rows: WatchedLead[]; total: number }> {
  const { rows } = await db.raw(
    `select l.name, t.at, t.text, t.detail, count(*) over ()::int as total
     from timeline t join leads l on l.id = t.lead_id and l.workspace_id = t.workspace_id
     where t.workspace_id = :workspace and t.kind = 'watched' and t.at >= :since
     order by t.id desc limit :limit`,
    { workspace: workspaceId, since, limit },
  );
  return {
    rows: rows.map(
      (row: { name: string; at: Date; text: string; detail: Pick<WatchedLead, 'judgement' | 'decision'> }) => ({
        name: row.name,
        at: row.at,
        text: row.text,
        ...row.detail,
      }),
    ),
    total: rows[0]?.total ?? 0,
  };
}
