/** What waits for a DM or channel is posted at the rate Slack takes, the most urgent first; other places do not wait. */
import { randomUUID } from 'node:crypto';
import type { Place, Posted } from '../../contracts/notifier.ts';
import {
  hasQueuedCards,
  leaveQueue,
  markUnsure,
  pausePosting,
  returnToQueue,
  takeSlotForCards,
} from '../../db/cards/card-queue.ts';
import { crossingsDelivered, dropCard, markPosted } from '../../db/cards/cards.ts';
import { handoffIdsOf, type NextPost } from '../../db/cards/next-post.ts';
import type { Db } from '../../db/connection.ts';
import type { Handoff } from '../../db/handoffs/handoffs.ts';
import { entriesOfMany } from '../../db/handoffs/timeline.ts';
import { failureReason } from '../../domain/failure-words.ts';
import { isOpen } from '../../domain/handoff.ts';
import { parkJob } from '../../jobs/parked.ts';
import { changeAndEnqueue, enqueue } from '../../jobs/queue.ts';
import { deliverCard, followUpQueued, notifyAdmins, postQueued } from '../../jobs/requests.ts';
import { after, SECOND } from '../../lib/clock.ts';
import { RateLimited, Rejected } from '../../lib/errors.ts';
import type { Deps } from '../core/deps.ts';
import { drawingOf, readDigest } from './drawing.ts';
import { placeFromKey, placeKey } from './places.ts';
import { moveToNextPlace, postCard } from './posting.ts';

type QueueRef = { workspaceId: string; place: string };

/** Posts the next message of a place's queue and asks for the one after it. At most one Slack call, one more to look. */
export async function postQueuedCards(deps: Deps, ref: QueueRef): Promise<void> {
  const { workspaceId, place } = ref;
  const { playbook } = await deps.playbook(workspaceId);
  const post = await takeSlotForCards(deps.db, workspaceId, place, playbook.notify.burst, deps.clock.now());
  switch (post.kind) {
    case 'empty':
      return;
    case 'closed':
      return requestNext(deps, ref, post.until);
    case 'under_way':
      return enqueue(deps.db, followUpQueued(workspaceId, place, post.until, deps.clock.now()));
    default:
      return postNext(deps, ref, post);
  }
}

async function postNext(deps: Deps, ref: QueueRef, post: NextPost): Promise<void> {
  const { workspaceId, place } = ref;
  try {
    if (post.kind === 'card') await postQueuedCard(deps, ref, post);
    else await postDigest(deps, ref, post);
  } catch (error) {
    // Of what was certainly not posted nothing is known in Slack; everything else is looked for before the next try.
    if (error instanceof RateLimited && !post.lookFirst) {
      await returnToQueue(deps.db, workspaceId, place, handoffIdsOf(post));
    } else {
      await markUnsure(deps.db, workspaceId, place, handoffIdsOf(post), deps.clock.now());
    }
    if (!(error instanceof RateLimited)) throw error;
    await pausePosting(deps.db, workspaceId, place, error.retryAt);
    return requestNext(deps, ref, error.retryAt);
  }
  if (await hasQueuedCards(deps.db, workspaceId, place)) {
    await requestNext(deps, ref, after(deps.clock.now(), SECOND));
  }
}

async function requestNext(deps: Deps, { workspaceId, place }: QueueRef, at: Date): Promise<void> {
  await enqueue(deps.db, postQueued(workspaceId, place, at, deps.clock.now()));
}

/**
 * The job queue gave up on this place's queue, so something in it is a fault of ours: what was tried in vain is left to
 * a job of its own, and nobody waits behind it. Runs in the parking transaction.
 */
export async function queuedCardsParked(deps: Deps, trx: Db, { workspaceId, place }: QueueRef): Promise<void> {
  const alone = await leaveQueue(trx, workspaceId, place);
  const now = deps.clock.now();
  await enqueue(trx, postQueued(workspaceId, place, after(now, SECOND), now), ...alone.map(lead => deliverCard(lead)));
}

async function postQueuedCard(
  deps: Deps,
  { workspaceId, place }: QueueRef,
  post: NextPost & { kind: 'card' },
): Promise<void> {
  const drawing = await drawingOf(deps, { workspaceId, handoffId: post.handoffId });
  // Closed, or gone, since it was taken from the queue.
  if (!drawing || !isOpen(drawing.handoff.state)) return dropCard(deps.db, workspaceId, post.handoffId, place);
  await parkIfNoPlace(deps, place, drawing.handoff, () => postCard(deps, drawing, placeFromKey(place), post.lookFirst));
}

/** A card that no place takes is put aside with the reason, to be replayed; the queue goes on. */
async function parkIfNoPlace(deps: Deps, place: string, handoff: Handoff, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    const { workspaceId, id: handoffId } = handoff;
    const { name: job, payload } = deliverCard(handoff);
    const reference = randomUUID().slice(0, 8);
    deps.log.warn({ err: error, handoffId, place, reference }, 'no place takes this card');
    await deps.db.transaction(async trx => {
      await dropCard(trx, workspaceId, handoffId, place);
      await parkJob(trx, {
        workspaceId,
        job,
        payload,
        urgent: handoff.priority === 'HIGH',
        reason: failureReason(error),
        verdict: 'refused',
        vendor: error.service,
        role: 'chat',
        ...(error.code && { code: error.code }),
        reference,
        at: deps.clock.now(),
      });
      await enqueue(trx, notifyAdmins(workspaceId));
    });
  }
}

async function postDigest(
  deps: Deps,
  { workspaceId, place: key }: QueueRef,
  post: NextPost & { kind: 'digest' },
): Promise<void> {
  const { notifier } = await deps.vendors(workspaceId);
  const place = placeFromKey(key);
  const digest = await readDigest(deps, workspaceId, { ...post, since: post.waitingSince });
  try {
    await recordDigest(deps, workspaceId, place, post, await notifier.postDigest(place, digest, post.lookFirst));
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    // What the place refuses to one it refuses to all; each card alone knows where else it may go.
    for (const handoffId of post.handoffIds) {
      const drawing = await drawingOf(deps, { workspaceId, handoffId });
      if (drawing) {
        await parkIfNoPlace(deps, key, drawing.handoff, () => moveToNextPlace(deps, drawing, place, error));
      }
    }
  }
}

/** Every lead of the digest counts as delivered, and its timeline says how. */
async function recordDigest(
  deps: Deps,
  workspaceId: string,
  place: Place,
  { handoffIds, digestId }: NextPost & { kind: 'digest' },
  posted: Posted,
): Promise<void> {
  const at = deps.clock.now();
  const where = place.kind === 'dm' ? 'in a direct message' : `in ${place.channel}`;
  const others = handoffIds.length - 1;
  const text = `Listed ${where} with ${others} ${others === 1 ? 'other' : 'others'}: many arrived at once`;
  const detail = { ...posted, place: placeKey(place), digestId };
  const entries = [{ kind: 'card_posted' as const, at, text, detail }];
  const changes = [
    ...markPosted(deps.db, workspaceId, handoffIds, placeKey(place), posted, at),
    entriesOfMany(
      deps.db,
      handoffIds.map(handoffId => ({ of: { workspaceId, handoffId }, entries })),
    ),
  ];
  await changeAndEnqueue(deps.db, { changes });
  for (const crossedAt of await crossingsDelivered(deps.db, workspaceId, handoffIds, at)) {
    deps.metrics?.delivered((at.getTime() - crossedAt.getTime()) / SECOND);
  }
}
