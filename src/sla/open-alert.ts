import type { Alert } from '../contracts/notifier.ts';
import { newestAlert } from '../db/handoffs/alerts.ts';
import { handoffById } from '../db/handoffs/handoffs.ts';
import { drawingOf } from '../handoff/cards/drawing.ts';
import type { Deps } from '../handoff/core/deps.ts';
import { nextRep } from '../handoff/route/next-rep.ts';
import type { HandoffRef, SlaMessage } from '../jobs/catalogue.ts';
import { endingOf } from './alert-ending.ts';
import { alertOf } from './send-sla-message.ts';

/** Who would get a lead now if its manager gave it to the next in the rotation. */
export async function nextRepOf(
  deps: Deps,
  { workspaceId, handoffId }: HandoffRef,
): Promise<{ email: string; name: string } | undefined> {
  const [handoff, { playbook }] = await Promise.all([
    handoffById(deps.db, workspaceId, handoffId),
    deps.playbook(workspaceId),
  ]);
  return handoff && nextRep(deps.db, handoff, playbook, deps.clock.now());
}

/** The newest alarm about a lead, as it would be said now; over when what it said is. Undefined when there was none. */
export async function openAlert(deps: Deps, of: HandoffRef): Promise<Alert | undefined> {
  const [newest, drawing] = await Promise.all([
    newestAlert<SlaMessage>(deps.db, of.workspaceId, of.handoffId),
    drawingOf(deps, of),
  ]);
  if (!newest || !drawing) return undefined;
  const ended = endingOf({ ...drawing, now: deps.clock.now() }, newest.message);
  return { ...(await alertOf(deps, drawing, newest.message)), ...(ended && { ended }) };
}
