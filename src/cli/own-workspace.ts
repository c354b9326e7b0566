/** Which workspace of the database is the environment's own. */
import type { Env } from '../config/env.ts';
import type { Db } from '../db/connection.ts';
import { allWorkspaces, type Workspace, workspaceByHookKey } from '../db/workspaces/workspaces.ts';

/**
 * The one that has the environment's hook key; where nobody has it because it was changed since the last start, the only
 * one there is. Undefined before the first start. Up to three round trips.
 */
export async function ownWorkspace(db: Db, { HOOK_KEY }: Pick<Env, 'HOOK_KEY'>): Promise<Workspace | undefined> {
  const { rows } = await db.raw(`select to_regclass('workspaces') is not null as ready`);
  if (!rows[0].ready) return undefined;
  const known = HOOK_KEY === undefined ? undefined : await workspaceByHookKey(db, HOOK_KEY);
  if (known) return known;
  const [only, ...others] = await allWorkspaces(db);
  return others.length === 0 ? only : undefined;
}
