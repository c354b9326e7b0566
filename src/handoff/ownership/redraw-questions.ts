import type { NewJob } from '../../jobs/queue.ts';

/** Questions about the owner of a handoff's record are brought up to date wherever they were asked. */
export function redrawAsksJob({ workspaceId, handoffId }: { workspaceId: string; handoffId: string }): NewJob {
  return {
    name: 'owner.redraw',
    payload: { workspaceId, handoffId },
    key: `owner-redraw:${handoffId}`,
    priority: 'high',
  };
}
