/** New cards: into a place at the rate it can take, or elsewhere when it takes none. */

import { nameOf } from '../../config/playbook/people.ts';
import type { Card, Place, Posted } from '../../contracts/notifier.ts';
import { beginCard, markUnsure, queueCard, requeueCard } from '../../db/cards/card-queue.ts';
import { dropCard, markPosted } from '../../db/cards/cards.ts';
import type { Handoff } from '../../db/handoffs/handoffs.ts';
import { entriesOf, recordEntries } from '../../db/handoffs/timeline.ts';
import type { Priority } from '../../domain/decision.ts';
import { failureReason } from '../../domain/failure-words.ts';
import { serviceName } from '../../domain/service-name.ts';
import { changeAndEnqueue, enqueue } from '../../jobs/queue.ts';
import { postQueued } from '../../jobs/requests.ts';
import { SECOND } from '../../lib/clock.ts';
import { RateLimited, Rejected } from '../../lib/errors.ts';
import type { Deps } from '../core/deps.ts';
import type { Drawing } from './drawing.ts';
import { fallbackPlaces, placeKey } from './places.ts';
import { notifyPlaceRefused } from './post-refused.ts';

const PRIORITY_RANK: Record<Priority, number> = { HIGH: 0, MEDIUM: 1, LOW: 2 };

/**
 * Posts to one place, or puts the card in its queue, unless it is there; answers whether anything was done. `wanted`: the
 * places whose queues it stays in; those of all others it leaves.
 */
export async function deliverToPlace(
  deps: Deps,
  drawing: Drawing,
  place: Place,
  { triedBefore, wanted }: { triedBefore: boolean; wanted?: readonly string[] },
): Promise<boolean> {
  const { handoff } = drawing;
  const { workspaceId, id: handoffId } = handoff;
  const key = placeKey(place);
  const card = { handoffId, place: key, rank: PRIORITY_RANK[handoff.priority], ...(wanted && { wanted }) };
  const begun = await beginCard(deps.db, workspaceId, card, deps.clock.now());
  if (begun.kind === 'posted') return false;
  if (begun.kind === 'wait') {
    await enqueue(deps.db, postQueued(workspaceId, key, begun.until, deps.clock.now()));
    return true;
  }
  const lookFirst = begun.lookFirst || triedBefore;
  try {
    await postCard(deps, drawing, place, lookFirst);
  } catch (error) {
    if (!(error instanceof RateLimited)) {
      // Should it have to queue at its next try, it must not count as under way there.
      await markUnsure(deps.db, workspaceId, key, [handoffId], deps.clock.now());
      throw error;
    }
    await requeue(deps, handoff, { place: key, unsure: lookFirst }, error.retryAt);
  }
  return true;
}

/** Slack takes no more there just now: the card joins the place's queue, and only that place waits. */
async function requeue(
  deps: Deps,
  { workspaceId, id: handoffId }: Handoff,
  { place, unsure }: { place: string; unsure: boolean },
  until: Date,
): Promise<void> {
  const now = deps.clock.now();
  await deps.db.transaction(async trx => {
    await requeueCard(trx, workspaceId, { handoffId, place, unsure }, now, until);
    await enqueue(trx, postQueued(workspaceId, place, until, now));
  });
}

/**
 * Posts the card to a place whose slot is taken; what Slack refuses for good goes elsewhere.
 * @throws RateLimited, Unavailable: the card is not there, or nobody knows; Rejected: no place is left
 */
export async function postCard(deps: Deps, drawing: Drawing, place: Place, lookFirst: boolean): Promise<void> {
  const { notifier } = drawing;
  const own = ownIn(drawing, placeKey(place));
  const card = { ...drawing.card, ...own, ...(own.own && drawing.isFirst && { first: true as const }) };
  try {
    await recordPosted(deps, drawing, place, await notifier.post(place, card, lookFirst));
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    await moveToNextPlace(deps, drawing, place, error);
  }
}

/** In the DM of whoever has the lead the card speaks to them. */
export function ownIn({ repSlackId }: Drawing, place: string): Pick<Card, 'own'> {
  return repSlackId !== undefined && place === `dm:${repSlackId}` ? { own: true } : {};
}

async function recordPosted(deps: Deps, { handoff, card }: Drawing, place: Place, posted: Posted): Promise<void> {
  const { workspaceId, id: handoffId, leadId } = handoff;
  const at = deps.clock.now();
  const where = place.kind === 'dm' ? `to ${card.rep?.name ?? 'an admin'}` : `in ${place.channel}`;
  const changes = [
    ...markPosted(deps.db, workspaceId, [handoffId], placeKey(place), posted, at),
    entriesOf(deps.db, { workspaceId, handoffId, leadId }, [
      {
        kind: 'card_posted',
        at,
        text: `Card posted ${where}${card.crm.state === 'pending' ? `, ${serviceName(card.crm.name)} pending` : ''}`,
        detail: { ...posted, place: placeKey(place) },
      },
    ]),
  ];
  await changeAndEnqueue(deps.db, { changes });
  if (handoff.deliveredAt || handoff.isTest) return;
  deps.metrics?.delivered((at.getTime() - handoff.crossedAt.getTime()) / SECOND);
}

/**
 * A DM that Slack refuses for good goes to a channel or the admins, a refused channel to the others: into their queue,
 * in the transaction that gives this one up, so that no crash comes between.
 * @throws Rejected when no place is left
 */
export async function moveToNextPlace(deps: Deps, drawing: Drawing, place: Place, error: Rejected): Promise<void> {
  const { handoff, playbook } = drawing;
  const { workspaceId, id: handoffId, leadId } = handoff;
  const key = placeKey(place);
  const others = (await fallbackPlaces(deps, handoff, playbook, [])).map(placeKey);
  // Only onwards: two places that both refuse would send it to one another for ever.
  const next = others[others.indexOf(key) + 1];
  if (!next) throw error;
  const at = deps.clock.now();
  await deps.db.transaction(async trx => {
    await dropCard(trx, workspaceId, handoffId, key);
    await recordEntries(
      trx,
      { workspaceId, handoffId, leadId },
      {
        kind: 'card_failed',
        at,
        actor: 'slack',
        text: `Slack refused the card (${failureReason(error)}); it goes elsewhere.`,
        detail: { place: key, code: error.code },
      },
    );
    const whose = place.kind === 'dm' ? `to ${nameOf(playbook, handoff.repEmail ?? '')}` : `in ${place.channel}`;
    await notifyPlaceRefused(trx, { workspaceId, handoffId, place: key, error, whose }, at);
    await queueCard(trx, workspaceId, { handoffId, place: next, rank: PRIORITY_RANK[handoff.priority] }, at);
    await enqueue(trx, postQueued(workspaceId, next, at, at));
  });
}
