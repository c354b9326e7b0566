/** The set-up's steps as far as people said something about them; the rest is read from what is there. */
import type { Db } from '../connection.ts';

export const SETUP_STEPS = ['source', 'crm', 'people', 'rules', 'test', 'live'] as const;
export type SetupStepName = (typeof SETUP_STEPS)[number];

export interface SetupStepRow {
  step: SetupStepName;
  /** Said to be done, or not needed. */
  doneAt: Date | null;
  skipped: boolean;
  /** Address of whoever was asked to do it. */
  askedOf: string | null;
}

/** What was said about the steps, and whether all of them were done once. One round trip. */
export async function setupStepsOf(
  db: Db,
  workspaceId: string,
): Promise<{ setUpAt: Date | null; steps: SetupStepRow[]; testDelivered: boolean }> {
  const { rows } = await db.raw(
    `select set_up_at,
            (select coalesce(json_agg(setup_steps), '[]') from setup_steps where workspace_id = :workspace) as steps,
            exists (select 1 from handoffs where workspace_id = :workspace and is_test and delivered_at is not null) as tested
     from workspaces where id = :workspace`,
    { workspace: workspaceId },
  );
  const [row] = rows;
  return {
    setUpAt: row?.set_up_at ?? null,
    steps: (row?.steps ?? []).map(toStep),
    testDelivered: row?.tested ?? false,
  };
}

function toStep(row: {
  step: SetupStepName;
  done_at: string | null;
  skipped: boolean;
  asked_of: string | null;
}): SetupStepRow {
  return {
    step: row.step,
    doneAt: row.done_at === null ? null : new Date(row.done_at),
    skipped: row.skipped,
    askedOf: row.asked_of,
  };
}

/** Somebody says that a step is done, or not needed; null: that it is to be done after all. */
export async function sayStep(
  db: Db,
  workspaceId: string,
  step: SetupStepName,
  said: { at: Date; by: string; skipped: boolean } | null,
): Promise<void> {
  const values = { done_at: said?.at ?? null, done_by: said?.by ?? null, skipped: said?.skipped ?? false };
  await db('setup_steps')
    .insert({ workspace_id: workspaceId, step, ...values })
    .onConflict(['workspace_id', 'step'])
    .merge(values);
}

/** Somebody is asked to do a step. */
export async function askForStep(
  db: Db,
  workspaceId: string,
  step: SetupStepName,
  { of, by, at }: { of: string; by: string; at: Date },
): Promise<void> {
  const values = { asked_of: of, asked_by: by, asked_at: at };
  await db('setup_steps')
    .insert({ workspace_id: workspaceId, step, ...values })
    .onConflict(['workspace_id', 'step'])
    .merge(values);
}

/** All steps are done: the checklist has done its work, and does not come back. */
export async function noteSetUp(db: Db, workspaceId: string, at: Date): Promise<void> {
  await db('workspaces').where({ id: workspaceId, set_up_at: null }).update({ set_up_at: at });
}

/** Is the checklist still to be shown? */
export async function isSettingUp(db: Db, workspaceId: string): Promise<boolean> {
  const row = await db('workspaces').where({ id: workspaceId }).first('set_up_at');
  return row !== undefined && row.set_up_at === null;
}
