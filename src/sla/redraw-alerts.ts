/** Alarms stand down: what they say is over, so they say how, and nothing is left to press. */
import { type Ending, endAlert, type StandingAlert, standingAlerts } from '../db/handoffs/alerts.ts';
import { isOpen } from '../domain/handoff.ts';
import { type Drawing, drawingOf } from '../handoff/cards/drawing.ts';
import type { Deps } from '../handoff/core/deps.ts';
import type { HandoffRef, SlaMessage } from '../jobs/catalogue.ts';
import { enqueue } from '../jobs/queue.ts';
import { postAlertDigest } from '../jobs/requests.ts';
import { Rejected } from '../lib/errors.ts';
import { alertOf } from './send-sla-message.ts';

/**
 * Redraws the alarms of a lead that are over; safe to repeat. One Slack call for each that stands alone, a job for the
 * message of several, none while they hold.
 */
export async function redrawAlerts(deps: Deps, { workspaceId, handoffId }: HandoffRef): Promise<void> {
  const standing = await standingAlerts<SlaMessage>(deps.db, workspaceId, handoffId);
  if (standing.length === 0) return;
  const drawing = await drawingOf(deps, { workspaceId, handoffId });
  if (!drawing) return;
  const now = deps.clock.now();
  for (const alert of standing) {
    const { key, message, digestId } = alert;
    const ended = endingOf(drawing, message, now);
    if (!ended) continue;
    if (digestId === null) await redrawOne(deps, drawing, alert, ended);
    await deps.db.transaction(async trx => {
      await endAlert(trx, workspaceId, key, now, ended);
      if (digestId !== null) await enqueue(trx, postAlertDigest(workspaceId, digestId));
    });
  }
}

async function redrawOne(
  deps: Deps,
  drawing: Drawing,
  { message, channel, ts }: StandingAlert<SlaMessage>,
  ended: Ending,
): Promise<void> {
  if (channel === null || ts === null) return;
  const { workspaceId, id: handoffId } = drawing.handoff;
  try {
    await drawing.notifier.updateAlert({ channel, ts }, { ...(await alertOf(deps, drawing, message)), ended });
  } catch (error) {
    // The message is gone, or the channel: there is nothing to press either.
    if (!(error instanceof Rejected)) throw error;
    deps.log.warn({ err: error, workspaceId, handoffId }, 'an alarm could not be redrawn');
  }
}

/** Why an alarm is over, in words; undefined while it holds. Pure. */
export function endingOf(
  { handoff, card }: Pick<Drawing, 'handoff' | 'card'>,
  message: SlaMessage,
  now: Date,
): Ending | undefined {
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
