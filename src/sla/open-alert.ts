import type { Alert } from '../contracts/notifier.ts';
import { newestAlert } from '../db/handoffs/alerts.ts';
import { drawingOf } from '../handoff/cards/drawing.ts';
import type { Deps } from '../handoff/core/deps.ts';
import type { HandoffRef, SlaMessage } from '../jobs/catalogue.ts';
import { endingOf } from './redraw-alerts.ts';
import { alertOf } from './send-sla-message.ts';

/** The newest alarm about a lead, as it would be said now; over when what it said is. Undefined when there was none. */
export async function openAlert(deps: Deps, of: HandoffRef): Promise<Alert | undefined> {
  const [newest, drawing] = await Promise.all([
    newestAlert<SlaMessage>(deps.db, of.workspaceId, of.handoffId),
    drawingOf(deps, of),
  ]);
  if (!newest || !drawing) return undefined;
  const ended = endingOf(drawing, newest.message, deps.clock.now());
  return { ...(await alertOf(deps, drawing, newest.message)), ...(ended && { ended }) };
}
