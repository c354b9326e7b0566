/** The Slack side of a handoff: a card in every place where the playbook wants one; of a held one, for the admins. */
import { isOpen } from '../../domain/handoff.ts';
import type { Deps } from '../core/deps.ts';
import { drawingOf } from './drawing.ts';
import { placeKey, placesFor, placesOfHeld } from './places.ts';
import { deliverToPlace } from './posting.ts';
import { redrawFrom } from './redraw-cards.ts';

/** Puts the card wherever the playbook says; safe to repeat. One Slack call a place. */
export async function deliverCards(
  deps: Deps,
  of: { workspaceId: string; handoffId: string },
  attempt: number,
): Promise<void> {
  const drawing = await drawingOf(deps, of);
  if (!drawing) return;
  const { handoff, playbook, repSlackId } = drawing;
  const isHeld = handoff.state === 'held';
  if (!isOpen(handoff.state) && !isHeld) return;
  const places = isHeld
    ? await placesOfHeld(deps, handoff, playbook)
    : await placesFor(deps, handoff, playbook, repSlackId);
  const how = { triedBefore: attempt > 1, wanted: places.map(placeKey) };
  let news = false;
  for (const place of places) {
    if (await deliverToPlace(deps, drawing, place, how)) news = true;
  }
  // Somebody asked for a card that is there already: then what it shows may be old.
  if (!news) await redrawFrom(deps, drawing);
}
