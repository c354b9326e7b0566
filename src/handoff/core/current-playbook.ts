import type { Playbook } from '../../config/playbook.ts';
import { newestPlaybook } from '../../db/workspaces/playbooks.ts';
import type { Deps } from './deps.ts';

/**
 * The newest playbook, asked of the database: `deps.playbook` may be some seconds behind an edit made by another process,
 * which is too late for the work that the edit itself asks for.
 */
export async function currentPlaybook({ db, playbook }: Deps, workspaceId: string): Promise<Playbook> {
  const newest = await newestPlaybook(db, workspaceId);
  return (await playbook(workspaceId, newest?.version)).playbook;
}
