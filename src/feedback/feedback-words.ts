import type { Db } from '../db/connection.ts';
import { handoffById } from '../db/handoffs/handoffs.ts';
import { recordEntries } from '../db/handoffs/timeline.ts';
import { type TouchKind, touchById } from '../db/handoffs/touches.ts';
import { serviceName } from '../domain/service-name.ts';
import type { Deps } from '../handoff/core/deps.ts';
import type { HandoffRef, TouchRef } from '../jobs/catalogue.ts';

export const NOUN: Record<TouchKind, string> = { call: 'call', email: 'mail', meeting: 'meeting', task: 'task' };

/** The source refused what was to be written, or its connection must be renewed: the timeline says so. */
export async function feedbackParked(
  deps: Deps,
  trx: Db,
  payload: TouchRef | HandoffRef,
  reason: string,
  reference: string,
): Promise<void> {
  const { workspaceId } = payload;
  const touch = 'touchId' in payload ? await touchById(trx, workspaceId, payload.touchId) : undefined;
  const handoffId = 'handoffId' in payload ? payload.handoffId : touch?.handoffId;
  const handoff = handoffId && (await handoffById(trx, workspaceId, handoffId));
  if (!handoff) return;
  const label = serviceName(handoff.source);
  const what = touch
    ? `The ${NOUN[touch.kind]} could not be logged in ${label}`
    : `${label} could not be brought up to date`;
  await recordEntries(
    trx,
    { workspaceId, leadId: handoff.leadId, handoffId: handoff.id },
    {
      kind: 'feedback_parked',
      at: deps.clock.now(),
      text: `${what}: ${reason} (reference ${reference}). It is kept here, and can be replayed once the cause is fixed.`,
      detail: { reference, ...(touch && { touch: touch.id }) },
    },
  );
}
