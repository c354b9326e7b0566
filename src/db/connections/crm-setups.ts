import type { Db } from '../connection.ts';

/** Setting up the CRM, as an admin asked for it. */
export interface SetupRun {
  id: string;
  /** Slack user. */
  askedBy: string;
  askedAt: Date;
  /** The message that tells of it. */
  posted: { channel: string; ts: string } | null;
  finishedAt: Date | null;
  /** How it ended, in words; null while it is under way. */
  outcome: string | null;
}

/** Begins one, unless another is under way: that one is answered then, and `isNew` is false. */
export async function beginSetup(
  trx: Db,
  workspaceId: string,
  given: { id: string; askedBy: string; at: Date },
): Promise<{ run: SetupRun; isNew: boolean }> {
  const rows = await trx('crm_setups')
    .insert({ id: given.id, workspace_id: workspaceId, asked_by: given.askedBy, asked_at: given.at })
    .onConflict(trx.raw('(workspace_id) where finished_at is null'))
    .ignore()
    .returning('*');
  if (rows[0]) return { run: runOf(rows[0]), isNew: true };
  const [underWay] = await trx('crm_setups').where({ workspace_id: workspaceId, finished_at: null });
  // It ended between the two statements: the next press begins one.
  const newest =
    underWay ?? (await trx('crm_setups').where({ workspace_id: workspaceId }).orderBy('asked_at', 'desc').first());
  return { run: runOf(newest), isNew: false };
}

export async function setupRun(db: Db, workspaceId: string, id: string): Promise<SetupRun | undefined> {
  const row = await db('crm_setups').where({ workspace_id: workspaceId, id }).first();
  return row && runOf(row);
}

/** The one under way, else the last. */
export async function newestSetup(db: Db, workspaceId: string): Promise<SetupRun | undefined> {
  const row = await db('crm_setups').where({ workspace_id: workspaceId }).orderBy('asked_at', 'desc').first();
  return row && runOf(row);
}

export async function setupPosted(
  db: Db,
  workspaceId: string,
  id: string,
  { channel, ts }: { channel: string; ts: string },
): Promise<void> {
  await db('crm_setups').where({ workspace_id: workspaceId, id }).update({ channel, ts });
}

/** The first end counts. */
export async function finishSetup(db: Db, workspaceId: string, id: string, outcome: string, at: Date): Promise<void> {
  await db('crm_setups')
    .where({ workspace_id: workspaceId, id, finished_at: null })
    .update({ finished_at: at, outcome });
}

interface Row {
  id: string;
  asked_by: string;
  asked_at: Date;
  channel: string | null;
  ts: string | null;
  finished_at: Date | null;
  outcome: string | null;
}

function runOf({ id, asked_by, asked_at, channel, ts, finished_at, outcome }: Row): SetupRun {
  return {
    id,
    askedBy: asked_by,
    askedAt: asked_at,
    posted: channel !== null && ts !== null ? { channel, ts } : null,
    finishedAt: finished_at,
    outcome,
  };
}
