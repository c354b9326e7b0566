/** One alarm as a message of its own. */
import type { Alert, Place } from '../contracts/notifier.ts';
import { beginAlert, keepAlert, returnAlert } from '../db/handoffs/alerts.ts';
import type { Handoff } from '../db/handoffs/handoffs.ts';
import { placeKey } from '../handoff/cards/places.ts';
import type { Deps } from '../handoff/core/deps.ts';
import { enqueue } from '../jobs/queue.ts';
import { redrawCards } from '../jobs/requests.ts';
import { RateLimited } from '../lib/errors.ts';
import { postAlert } from './post-alert.ts';
import { shownOf } from './waiting-alert.ts';

/**
 * Posts it to the first place that takes it, unless it stands already, alone or with others.
 * @throws as postAlert
 */
export async function postAlone(
  deps: Deps,
  handoff: Handoff,
  places: readonly Place[],
  alert: Alert,
  triedBefore: boolean,
): Promise<void> {
  const { workspaceId } = handoff;
  const { key } = alert;
  const [first] = places;
  const begun = await beginAlert(
    deps.db,
    workspaceId,
    { key, place: first ? placeKey(first) : null },
    deps.clock.now(),
  );
  if (!begun) return;
  try {
    const posted = await postAlert(deps, handoff, places, alert, begun.lookFirst || triedBefore);
    await keepAlert(deps.db, workspaceId, { ...posted, key, shown: shownOf(alert) });
  } catch (error) {
    // While it waits for its place, it may yet become one of many.
    if (error instanceof RateLimited && !begun.lookFirst) await returnAlert(deps.db, workspaceId, key);
    throw error;
  }
  // Somebody may have called before it was known where the alarm stands.
  await enqueue(deps.db, redrawCards(handoff));
}
