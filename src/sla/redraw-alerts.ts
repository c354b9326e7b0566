/** Alarms stand down: what they say is over, so they say how, and nothing is left to press. */
import type { Alert } from '../contracts/notifier.ts';
import { endAlert, standingAlerts } from '../db/handoffs/alerts.ts';
import { isOpen } from '../domain/handoff.ts';
import { type Drawing, drawingOf } from '../handoff/cards/drawing.ts';
import type { Deps } from '../handoff/core/deps.ts';
import type { HandoffRef, SlaMessage } from '../jobs/catalogue.ts';
import { Rejected } from '../lib/errors.ts';
import { alertOf } from './send-sla-message.ts';

/** Redraws the alarms of a lead that are over; safe to repeat. One Slack call for each, none while they hold. */
export async function redrawAlerts(deps: Deps, { workspaceId, handoffId }: HandoffRef): Promise<void> {
  const standing = await standingAlerts<SlaMessage>(deps.db, workspaceId, handoffId);
  if (standing.length === 0) return;
  const drawing = await drawingOf(deps, { workspaceId, handoffId });
  if (!drawing) return;
  const { notifier } = await deps.vendors(workspaceId);
  for (const { key, message, channel, ts } of standing) {
    const ended = endingOf(drawing, message, deps.clock.now());
    if (!ended) continue;
    try {
      await notifier.updateAlert({ channel, ts }, { ...(await alertOf(deps, drawing, message)), ended });
    } catch (error) {
      // The message is gone, or the channel: there is nothing to press either.
      if (!(error instanceof Rejected)) throw error;
      deps.log.warn({ err: error, workspaceId, handoffId }, 'an alarm could not be redrawn');
    }
    await endAlert(deps.db, workspaceId, key, deps.clock.now());
  }
}

/** Why an alarm is over, in words; undefined while it holds. Pure. */
export function endingOf(
  { handoff, card }: Pick<Drawing, 'handoff' | 'card'>,
  message: SlaMessage,
  now: Date,
): Alert['ended'] {
  const { state, assignedAt, contactedAt, lastTouchAt, ladderFrom } = handoff;
  const { what, of, at } = message;
  const who = card.rep?.name ?? 'the claim pool';
  if (!isOpen(state)) {
    const by = card.closed?.name ? ` by ${card.closed.name}` : '';
    return { text: `This lead is ${state}${by}.`, ...(card.closed && { at: card.closed.at }) };
  }
  const touched = lastTouchAt ?? contactedAt;
  const isReached = what === 'asked' || what === 'cold' ? touched && touched > new Date(at) : contactedAt;
  if (isReached) {
    const by = card.contacted?.name || 'Somebody';
    return { text: `${by} reached out.`, at: (touched ?? now).toISOString() };
  }
  if (assignedAt?.toISOString() !== of) return { text: `The lead is with ${who} now.` };
  if (what === 'escalate' && ladderFrom && ladderFrom > now) {
    return { text: `${who} was given more time.`, at: ladderFrom.toISOString() };
  }
  return undefined;
}
