/** Cards that are there already show what is true now, whatever the state of their handoff. */

import type { Card, Place } from '../../contracts/notifier.ts';
import { cardsAndPosts, forgetCard, leadsOfDigest, type PostedCard, setDigestLineAside } from '../../db/cards/cards.ts';
import { POST_OVERDUE } from '../../db/cards/next-post.ts';
import { isOpen } from '../../domain/handoff.ts';
import type { HandoffRef } from '../../jobs/catalogue.ts';
import { enqueue } from '../../jobs/queue.ts';
import { redrawCards, redrawQuestions } from '../../jobs/requests.ts';
import { after, SECOND } from '../../lib/clock.ts';
import { Rejected, toError } from '../../lib/errors.ts';
import type { Deps } from '../core/deps.ts';
import { type Drawing, drawingOf, readDigest } from './drawing.ts';
import { adminPlaces, placeKey } from './places.ts';
import { isMessageGone, notifyPlaceRefused } from './post-refused.ts';
import { deliverToPlace, ownIn } from './posting.ts';

/** Redraws every posted card of the handoff, also of one that is closed. One Slack call a card. */
export async function redrawPostedCards(deps: Deps, ref: HandoffRef): Promise<void> {
  const drawing = await drawingOf(deps, ref);
  if (drawing) await redrawFrom(deps, drawing);
}

/** The same when it is known already what to draw. What one place refuses holds up no other. */
export async function redrawFrom(deps: Deps, drawing: Drawing): Promise<void> {
  const { workspaceId, id: handoffId } = drawing.handoff;
  const since = after(deps.clock.now(), -POST_OVERDUE);
  const { cards, underWay } = await cardsAndPosts(deps.db, workspaceId, handoffId, since);
  const failures: Error[] = [];
  let hasOwn = false;
  for (const card of cards) {
    try {
      const isThere = await redrawOne(deps, drawing, card);
      hasOwn ||= isThere && card.digestId === null;
    } catch (thrown) {
      failures.push(toError(thrown));
      hasOwn ||= card.digestId === null;
    }
  }
  if (!hasOwn) await postOwnCard(deps, drawing);
  // A card on its way was drawn from what was true before: it is there in a moment, and then it is its turn.
  if (underWay) await enqueue(deps.db, redrawCards(drawing.handoff, SECOND));
  if (drawing.handoff.ownerChange !== null) await enqueue(deps.db, redrawQuestions(drawing.handoff));
  const [failure] = failures;
  if (failure) throw failure;
}

/** Whoever has taken a lead needs its whole card, when it is a line of a digest, or its card was deleted. */
async function postOwnCard(deps: Deps, drawing: Drawing): Promise<void> {
  const { handoff, repSlackId, playbook } = drawing;
  if (
    playbook.notify.assigned === 'email' ||
    !repSlackId ||
    !handoff.claimedBy ||
    !handoff.deliveredAt ||
    !isOpen(handoff.state)
  )
    return;
  const place: Place = { kind: 'dm', slackId: repSlackId };
  await setDigestLineAside(deps.db, handoff.workspaceId, handoff.id, placeKey(place));
  await deliverToPlace(deps, drawing, place, { triedBefore: false });
}

/** Answers whether it is there. */
async function redrawOne(deps: Deps, drawing: Drawing, card: PostedCard): Promise<boolean> {
  const { handoff, notifier } = drawing;
  try {
    if (card.digestId) await redrawDigest(deps, drawing, card, card.digestId);
    else {
      const handedOn = (await isHandedOn(deps, drawing, card)) && HANDED_ON;
      await notifier.update(card, {
        ...drawing.card,
        ...handedOn,
        ...ownIn(drawing, card.place),
        ...undoIn(drawing, card),
      });
    }
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    if (isMessageGone(error)) {
      await forgetCard(deps.db, handoff.workspaceId, card);
      return false;
    }
    deps.log.warn({ err: error, handoffId: handoff.id, place: card.place }, 'a card cannot be redrawn');
    // One that is too old to be changed is followed by its thread, which tells the same.
    if (error.code === 'cant_update_message' || error.code === 'edit_window_closed') return true;
    await notifyPlaceRefused(
      deps.db,
      { workspaceId: handoff.workspaceId, handoffId: handoff.id, place: card.place, error },
      deps.clock.now(),
    );
  }
  return true;
}

const HANDED_ON = { handedOn: true };

/** In a channel everybody reads the card, and whoever did it too; in a DM only its owner. */
function undoIn({ undo }: Drawing, { place }: PostedCard): Pick<Card, 'undo'> {
  const isTheirs = undo && (!place.startsWith('dm:') || place === `dm:${undo.slackId}`);
  return isTheirs ? { undo: undo.id } : {};
}

/** A DM of somebody who had the lead; an admin's may be there because no other place took it. */
async function isHandedOn(
  deps: Deps,
  { handoff, playbook, repSlackId }: Drawing,
  { place }: PostedCard,
): Promise<boolean> {
  if (!place.startsWith('dm:') || repSlackId === undefined || place === `dm:${repSlackId}`) return false;
  const admins = await adminPlaces(deps, handoff.workspaceId, playbook);
  return !admins.some(admin => placeKey(admin) === place);
}

async function redrawDigest(deps: Deps, drawing: Drawing, card: PostedCard, digestId: string): Promise<void> {
  const { workspaceId } = drawing.handoff;
  const handoffIds = await leadsOfDigest(deps.db, workspaceId, digestId);
  const digest = await readDigest(deps, workspaceId, { digestId, handoffIds, since: card.postedAt });
  await drawing.notifier.updateDigest(card, digest);
}
