/** Going live, and back to watching: one press of an admin. */
import { nameOf } from '../../config/playbook/people.ts';
import { lockRotation } from '../../db/people/rotation.ts';
import { type Mode, modeOf, setMode } from '../../db/workspaces/mode.ts';
import { notice } from '../../db/workspaces/notices.ts';
import type { Deps } from '../../handoff/core/deps.ts';
import type { Requester } from '../../handoff/core/rights.ts';
import { enqueue } from '../../jobs/queue.ts';
import { notifyAdmins } from '../../jobs/requests.ts';
import { adminOf, type NotAllowed } from '../playbook-versions.ts';

/** `already`: somebody was quicker. */
export type ModeChanged = { kind: 'done'; mode: Mode; already: boolean } | NotAllowed;

/**
 * Changes whether the workspace's leads are handed off. Leads that reps have already go on as they were: only what is
 * decided from now on is different. Every admin hears of it.
 */
export async function changeMode(deps: Deps, requester: Requester, mode: Mode): Promise<ModeChanged> {
  const admin = await adminOf(deps, requester);
  if ('kind' in admin) return admin;
  const { workspaceId } = requester;
  const at = deps.clock.now();
  const { playbook } = await deps.playbook(workspaceId);
  const changed = await deps.db.transaction(async trx => {
    // A decision under way ends first: its turn belongs to the mode it was made in.
    await lockRotation(trx, workspaceId, at);
    if (!(await setMode(trx, workspaceId, { mode, by: admin.email, at }))) return false;
    const text = newsOf(mode, nameOf(playbook, admin.email));
    await notice(trx, workspaceId, { key: `mode:${mode}:${at.getTime()}`, text }, at);
    await enqueue(trx, notifyAdmins(workspaceId));
    return true;
  });
  return { kind: 'done', mode, already: !changed };
}

function newsOf(mode: Mode, who: string): string {
  return mode === 'live'
    ? `${who} went live: every new MQL is handed to sales from now on. You can go back to watch mode on Home.`
    : `${who} went back to watch mode: new MQLs are only listed on Home. Leads that reps have already stay with them.`;
}

/** Is it live, since when and by whose word? The name is the playbook's. */
export async function modeWithName(
  deps: Deps,
  workspaceId: string,
): Promise<{ mode: Mode; since: Date | null; by: string | null }> {
  const [mode, { playbook }] = await Promise.all([modeOf(deps.db, workspaceId), deps.playbook(workspaceId)]);
  return { ...mode, by: mode.by === null ? null : nameOf(playbook, mode.by) };
}
