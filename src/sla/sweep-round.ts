/** One round of looks at ladders: what cannot be looked at is met once in it, however many leads run by it. */
import type { DueHandoff, LeftOut } from '../db/handoffs/ladder.ts';
import type { Deps } from '../handoff/core/deps.ts';
import { toError } from '../lib/errors.ts';

export interface SweepRound {
  /** Whose playbooks that could not be read are not read again. */
  deps: Deps;
  leftOut: LeftOut;
}

export function beginRound(deps: Deps): SweepRound {
  const leftOut: LeftOut = { handoffs: [], playbooks: [] };
  const unread = new Map<string, unknown>();
  const playbook: Deps['playbook'] = async (workspaceId, version) => {
    const key = `${workspaceId}:${version ?? 'newest'}`;
    if (unread.has(key)) throw unread.get(key);
    try {
      return await deps.playbook(workspaceId, version);
    } catch (thrown) {
      unread.set(key, thrown);
      leftOut.playbooks.push({ workspaceId, version: version ?? null });
      deps.log.error(
        { err: toError(thrown), workspaceId, version },
        'a playbook cannot be read: ladders that run by it are left out until the next round',
      );
      throw thrown;
    }
  };
  return { deps: { ...deps, playbook }, leftOut };
}

/** Was it, or the playbook it runs by, met in this round and not to be looked at? */
export function isLeftOut({ leftOut }: SweepRound, { id, workspaceId, playbookVersion }: DueHandoff): boolean {
  return (
    leftOut.handoffs.includes(id) ||
    leftOut.playbooks.some(
      one => one.workspaceId === workspaceId && (one.version === null || one.version === playbookVersion),
    )
  );
}

/** Leaves one lead out of the rest of the round, and says why. */
export function leaveOut({ deps, leftOut }: SweepRound, { id, workspaceId }: DueHandoff, thrown: unknown): void {
  leftOut.handoffs.push(id);
  deps.log.error({ err: toError(thrown), workspaceId, handoffId: id }, 'a ladder could not be looked at');
}
