/** Alarms change with their lead: one message a lead, which says when it is over and leaves nothing to press then. */
import type { Alert, AlertEnding } from '../contracts/notifier.ts';
import { endAlert, keepShown, type StandingAlert, standingAlerts } from '../db/handoffs/alerts.ts';
import { timelineOf } from '../db/handoffs/timeline.ts';
import { type Drawing, drawingOf } from '../handoff/cards/drawing.ts';
import type { Deps } from '../handoff/core/deps.ts';
import { slackIdOf } from '../handoff/core/directory.ts';
import type { HandoffRef, SlaMessage } from '../jobs/catalogue.ts';
import { enqueue } from '../jobs/queue.ts';
import { postAlertDigest } from '../jobs/requests.ts';
import { Rejected } from '../lib/errors.ts';
import { type EndingContext, endingOf } from './alert-ending.ts';
import { isForManager } from './managers.ts';
import { alertOf } from './send-sla-message.ts';
import { shownOf } from './waiting-alert.ts';

type Standing = StandingAlert<SlaMessage>;

/** In a list an alarm that was told again says so; a message of its own is taken away. */
const TOLD_AGAIN: AlertEnding = { text: 'Told again in a newer message.' };

/**
 * Redraws the alarms of a lead that say what is not true any more; safe to repeat. One Slack call for each that stands
 * alone, a job for the message of several, none while they say what is true.
 */
export async function redrawAlerts(deps: Deps, { workspaceId, handoffId }: HandoffRef): Promise<void> {
  const standing = await standingAlerts<SlaMessage>(deps.db, workspaceId, handoffId);
  if (standing.length === 0) return;
  const drawing = await drawingOf(deps, { workspaceId, handoffId });
  if (!drawing) return;
  const timeline = await timelineOf(deps.db, workspaceId, handoffId);
  const moved = timeline.findLast(({ kind }) => kind === 'reassigned' || kind === 'claimed');
  for (const alert of standing) {
    if (isToldAgain(alert, standing)) {
      await supersede(deps, drawing, alert);
      continue;
    }
    const context = {
      ...drawing,
      moved,
      reader: await readerOf(deps, drawing, moved?.actor, alert),
      now: deps.clock.now(),
    };
    await redrawOne(deps, drawing, alert, endingOf(context, alert.message) ?? givenTime(context, alert));
  }
}

/** A list does not change with the time that is given: the alarm comes again as one of its own. */
function givenTime({ handoff, card, now }: EndingContext & Pick<Drawing, 'handoff' | 'card'>, alert: Standing) {
  const { ladderFrom } = handoff;
  if (alert.digestId === null || alert.message.what !== 'escalate' || !ladderFrom || ladderFrom <= now)
    return undefined;
  return { text: `${card.rep?.name ?? 'The pool'} was given more time.`, at: ladderFrom.toISOString() };
}

/** Does a newer alarm about the same lead stand in the same place? */
function isToldAgain({ message, place, key }: Standing, standing: readonly Standing[]): boolean {
  return (
    isForManager(message.what) &&
    standing.some(
      one => one.key !== key && one.place === place && isForManager(one.message.what) && one.message.at > message.at,
    )
  );
}

async function supersede(deps: Deps, { handoff, notifier }: Drawing, alert: Standing): Promise<void> {
  const { key, digestId, channel, ts } = alert;
  if (digestId === null && channel !== null && ts !== null) await notifier.remove({ channel, ts });
  await end(deps, handoff.workspaceId, { key, digestId }, TOLD_AGAIN);
}

/** The address of whoever reads the alarm, where it is one of those it speaks of. */
async function readerOf(
  deps: Deps,
  { handoff }: Drawing,
  mover: string | undefined,
  { place }: Standing,
): Promise<string | undefined> {
  if (!place?.startsWith('dm:')) return undefined;
  for (const email of new Set([mover, handoff.repEmail])) {
    if (email && place === `dm:${await slackIdOf(deps, handoff.workspaceId, email)}`) return email;
  }
  return undefined;
}

async function redrawOne(deps: Deps, drawing: Drawing, alert: Standing, ended: AlertEnding | undefined): Promise<void> {
  const { workspaceId } = drawing.handoff;
  const { key, digestId, message, shown } = alert;
  if (digestId === null) {
    const now = { ...(await alertOf(deps, drawing, message)), ...(ended && { ended }) };
    const says = shownOf(now);
    if (says !== shown) {
      await update(deps, drawing, alert, now);
      await keepShown(deps.db, workspaceId, key, says);
    }
  }
  // As long as it can be taken back there, it is not over; a list has no room for that.
  if (ended && (digestId !== null || !ended.moved?.undo)) await end(deps, workspaceId, { key, digestId }, ended);
}

/** It is over; the message it shares with others is drawn anew. */
async function end(
  deps: Deps,
  workspaceId: string,
  { key, digestId }: Pick<Standing, 'key' | 'digestId'>,
  ended: AlertEnding,
): Promise<void> {
  await deps.db.transaction(async trx => {
    await endAlert(trx, workspaceId, key, deps.clock.now(), ended);
    if (digestId !== null) await enqueue(trx, postAlertDigest(workspaceId, digestId));
  });
}

async function update(deps: Deps, drawing: Drawing, { channel, ts }: Standing, alert: Alert): Promise<void> {
  if (channel === null || ts === null) return;
  const { workspaceId, id: handoffId } = drawing.handoff;
  try {
    await drawing.notifier.updateAlert({ channel, ts }, alert);
  } catch (error) {
    // The message is gone, or the channel: there is nothing to press either.
    if (!(error instanceof Rejected)) throw error;
    deps.log.warn({ err: error, workspaceId, handoffId }, 'an alarm could not be redrawn');
  }
}
