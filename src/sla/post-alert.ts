/** Where an alert goes: to the person, and where that cannot be, to whoever is left. Never nowhere. */
import type { Playbook } from '../config/playbook.ts';
import type { Alert, OwnerAlert, Place, Posted } from '../contracts/notifier.ts';
import { pausePosting } from '../db/cards/card-queue.ts';
import type { Handoff } from '../db/handoffs/handoffs.ts';
import type { Absence } from '../db/people/people.ts';
import { fallbackPlaces, placeKey } from '../handoff/cards/places.ts';
import { notifyPlaceRefused } from '../handoff/cards/post-refused.ts';
import { takeSlotOrRetry } from '../handoff/cards/post-thread-entries.ts';
import type { Deps } from '../handoff/core/deps.ts';
import { slackIdOf } from '../handoff/core/directory.ts';
import { RateLimited, Rejected } from '../lib/errors.ts';
import { managersOf } from './managers.ts';

export interface AlertContext {
  handoff: Pick<Handoff, 'workspaceId' | 'repEmail' | 'team'>;
  /** The newest playbook: who is there now. */
  people: Playbook;
  absences: readonly Absence[];
  now: Date;
}

/** The rep's DM, unless they are away; then, or for a pool, wherever the team reads it. */
export async function placesOfRep(deps: Deps, context: AlertContext): Promise<Place[]> {
  const { handoff, people } = context;
  const own =
    handoff.repEmail && !isAway(context, handoff.repEmail)
      ? await directMessages(deps, context, [handoff.repEmail])
      : [];
  return [...own, ...(await fallbackPlaces(deps, handoff, people, own))];
}

/** The DM of the nearest manager who is there; of one who is away only when nobody else is. */
export async function placesOfManagers(deps: Deps, context: AlertContext): Promise<Place[]> {
  const { handoff, people } = context;
  const managers = managersOf(people, handoff);
  const there = managers.filter(email => !isAway(context, email));
  const own = await directMessages(deps, context, [...there, ...managers.filter(email => isAway(context, email))]);
  return [...own, ...(await fallbackPlaces(deps, handoff, people, own))];
}

async function directMessages(deps: Deps, { handoff }: AlertContext, emails: readonly string[]): Promise<Place[]> {
  const ids = await Promise.all(emails.map(email => slackIdOf(deps, handoff.workspaceId, email)));
  return ids.filter(id => id !== undefined).map(slackId => ({ kind: 'dm', slackId }));
}

export function isAway({ absences, now }: AlertContext, email: string): boolean {
  return absences.some(one => one.email === email && one.from <= now && (one.until === null || one.until > now));
}

/**
 * Posts to the first place that takes it, and answers where it stands; the admins hear of those that refuse.
 * @throws RateLimited, Unavailable: nothing was posted, or nobody knows; Rejected: no place takes it
 */
export async function postAlert(
  deps: Deps,
  { workspaceId }: Pick<Handoff, 'workspaceId'>,
  places: readonly Place[],
  alert: Alert | OwnerAlert,
  lookFirst: boolean,
): Promise<Posted> {
  const { notifier } = await deps.vendors(workspaceId);
  return postToFirst(deps, workspaceId, places, place => notifier.alert(place, alert, lookFirst));
}

/**
 * The same for any message.
 * @throws as postAlert
 */
export async function postToFirst(
  deps: Deps,
  workspaceId: string,
  places: readonly Place[],
  post: (place: Place) => Promise<Posted>,
): Promise<Posted> {
  let refusal = new Rejected('no Slack place is left for this: neither a person, nor a channel, nor an admin', {
    service: 'slack',
    code: 'nowhere_to_post',
  });
  for (const place of places) {
    await takeSlotOrRetry(deps, workspaceId, placeKey(place));
    try {
      return await post(place);
    } catch (error) {
      if (error instanceof RateLimited) await pausePosting(deps.db, workspaceId, placeKey(place), error.retryAt);
      if (!(error instanceof Rejected)) throw error;
      refusal = error;
      deps.log.warn({ err: error, place: placeKey(place) }, 'an alert goes elsewhere');
      const at = deps.clock.now();
      await deps.db.transaction(trx => notifyPlaceRefused(trx, { workspaceId, place: placeKey(place), error }, at));
    }
  }
  throw refusal;
}
