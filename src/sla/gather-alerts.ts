/** Many alarms for one manager become one message. */
import { randomUUID } from 'node:crypto';
import type { Place } from '../contracts/notifier.ts';
import { gatherAlerts, recentAlerts, waitingAlerts } from '../db/handoffs/alerts.ts';
import { placeKey } from '../handoff/cards/places.ts';
import type { Deps } from '../handoff/core/deps.ts';
import { enqueue } from '../jobs/queue.ts';
import { postAlertDigest } from '../jobs/requests.ts';
import { after, MINUTE } from '../lib/clock.ts';
import { type AlertContext, placesOfManagers } from './post-alert.ts';

/** Alarms so soon after one another are of one burst: they join the message that stands, which tells nobody anew. */
const ONE_BURST = 10 * MINUTE;

/** A block and a button each; Slack takes 50 blocks. */
const MOST_IN_DIGEST = 40;

/**
 * Puts an alarm into one message with the others of its manager when, with those that were posted a moment ago, they are
 * more than `notify.burst`; answers whether it is in one. Two or three round trips, and those that find each waiting
 * alarm's manager.
 */
export async function joinDigest(
  deps: Deps,
  context: AlertContext,
  key: string,
  places: readonly Place[],
): Promise<boolean> {
  const [first] = places;
  if (!first) return false;
  const { workspaceId } = context.handoff;
  const place = placeKey(first);
  const [waiting, recent] = await Promise.all([
    waitingAlerts(deps.db, workspaceId),
    recentAlerts(deps.db, workspaceId, place, after(context.now, -ONE_BURST)),
  ]);
  const own = waiting.find(one => one.key === key);
  // It was begun before, alone or with others: whoever posts it finds out.
  if (!own) return false;
  const mates = await withSameManager(deps, context, waiting, place);
  if (recent.count + mates.length <= context.people.notify.burst) return false;
  const room = recent.digestId ? MOST_IN_DIGEST - recent.inDigest : 0;
  const digestId = recent.digestId && room > 0 ? recent.digestId : randomUUID();
  const keys = [key, ...mates.filter(mate => mate !== key)].slice(0, room > 0 ? room : MOST_IN_DIGEST);
  await deps.db.transaction(async trx => {
    const gathered = await gatherAlerts(trx, workspaceId, { keys, place, digestId });
    if (gathered > 0) await enqueue(trx, postAlertDigest(workspaceId, digestId));
  });
  return true;
}

/** The keys of those that would go to this place first. */
async function withSameManager(
  deps: Deps,
  context: AlertContext,
  waiting: Awaited<ReturnType<typeof waitingAlerts>>,
  place: string,
): Promise<string[]> {
  const known = new Map<string, string | undefined>();
  const keys: string[] = [];
  for (const { key, ...handoff } of waiting) {
    const whose = JSON.stringify([handoff.repEmail, handoff.team]);
    if (!known.has(whose)) {
      const [first] = await placesOfManagers(deps, { ...context, handoff });
      known.set(whose, first && placeKey(first));
    }
    if (known.get(whose) === place) keys.push(key);
  }
  return keys;
}
