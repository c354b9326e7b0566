/** What waits for a DM or channel is posted at the pace Slack takes, the most urgent first; other places do not wait. */
import { randomUUID } from 'node:crypto';
import type { Place, Posted } from '../../contracts/notifier.ts';
import {
  closePlace,
  doubt,
  handoffsOf,
  isAnybodyWaiting,
  putBack,
  stepOut,
  type Turn,
  takeTurn,
} from '../../db/card-queue.ts';
import { cardsPosted, dropCard } from '../../db/cards.ts';
import type { Db } from '../../db/connection.ts';
import type { Handoff } from '../../db/handoffs.ts';
import { entriesOfMany } from '../../db/timeline.ts';
import { isOpen } from '../../domain/handoff.ts';
import { parkJob } from '../../jobs/parked.ts';
import { changeAndEnqueue, enqueue } from '../../jobs/queue.ts';
import { deliverCard, followUpQueued, notifyAdmins, postQueued } from '../../jobs/requests.ts';
import { after, SECOND } from '../../lib/clock.ts';
import { RateLimited, Rejected } from '../../lib/errors.ts';
import type { Deps } from '../core/deps.ts';
import { digestNow, drawingOf } from './drawing.ts';
import { placeKey, placeOf } from './places.ts';
import { goElsewhere, post } from './posting.ts';

type Of = { workspaceId: string; place: string };

/** Posts the next message of a place's line and asks for the one after it. At most one Slack call, one more to look. */
export async function drain(deps: Deps, of: Of): Promise<void> {
  const { workspaceId, place } = of;
  const { playbook } = await deps.playbook(workspaceId);
  const turn = await takeTurn(deps.db, workspaceId, place, playbook.notify.burst, deps.clock.now());
  switch (turn.kind) {
    case 'empty':
      return;
    case 'closed':
      return comeBack(deps, of, turn.until);
    case 'under_way':
      return enqueue(deps.db, followUpQueued(workspaceId, place, turn.until, deps.clock.now()));
    default:
      return takeItsTurn(deps, of, turn);
  }
}

async function takeItsTurn(deps: Deps, of: Of, turn: Turn): Promise<void> {
  const { workspaceId, place } = of;
  try {
    if (turn.kind === 'card') await postCard(deps, of, turn);
    else await postDigest(deps, of, turn);
  } catch (error) {
    // Of what was certainly not posted nothing is known in Slack; everything else is looked for before the next try.
    if (error instanceof RateLimited && !turn.lookFirst) {
      await putBack(deps.db, workspaceId, place, handoffsOf(turn));
    } else {
      await doubt(deps.db, workspaceId, place, handoffsOf(turn), deps.clock.now());
    }
    if (!(error instanceof RateLimited)) throw error;
    await closePlace(deps.db, workspaceId, place, error.retryAt);
    return comeBack(deps, of, error.retryAt);
  }
  if (await isAnybodyWaiting(deps.db, workspaceId, place)) {
    await comeBack(deps, of, after(deps.clock.now(), SECOND));
  }
}

async function comeBack(deps: Deps, { workspaceId, place }: Of, at: Date): Promise<void> {
  await enqueue(deps.db, postQueued(workspaceId, place, at, deps.clock.now()));
}

/**
 * The line is given up on by the queue, so something in it is a fault of ours: what was tried in vain is left to a job of
 * its own, and nobody waits behind it. Runs in the parking transaction.
 */
export async function drainParked(deps: Deps, trx: Db, { workspaceId, place }: Of): Promise<void> {
  const alone = await stepOut(trx, workspaceId, place);
  const now = deps.clock.now();
  await enqueue(trx, postQueued(workspaceId, place, after(now, SECOND), now), ...alone.map(lead => deliverCard(lead)));
}

async function postCard(deps: Deps, { workspaceId, place }: Of, turn: Turn & { kind: 'card' }): Promise<void> {
  const drawing = await drawingOf(deps, { workspaceId, handoffId: turn.handoffId });
  // Closed, or gone, since it was taken from the line.
  if (!drawing || !isOpen(drawing.handoff.state)) return dropCard(deps.db, workspaceId, turn.handoffId, place);
  await unlessNowhere(deps, place, drawing.handoff, () => post(deps, drawing, placeOf(place), turn.lookFirst));
}

/** A card that no place takes is put aside with the reason, to be replayed; the line goes on. */
async function unlessNowhere(deps: Deps, place: string, handoff: Handoff, work: () => Promise<void>): Promise<void> {
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
        reason: error.message,
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

async function postDigest(deps: Deps, { workspaceId, place: key }: Of, turn: Turn & { kind: 'digest' }): Promise<void> {
  const { notifier } = await deps.vendors(workspaceId);
  const place = placeOf(key);
  const digest = await digestNow(deps, workspaceId, { ...turn, since: turn.waitingSince });
  try {
    await keep(deps, workspaceId, place, turn, await notifier.postDigest(place, digest, turn.lookFirst));
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    // What the place refuses to one it refuses to all; each card alone knows where else it may go.
    for (const handoffId of turn.handoffIds) {
      const drawing = await drawingOf(deps, { workspaceId, handoffId });
      if (drawing) {
        await unlessNowhere(deps, key, drawing.handoff, () => goElsewhere(deps, drawing, place, error));
      }
    }
  }
}

/** Every lead of the digest counts as delivered, and its story says how. */
async function keep(
  deps: Deps,
  workspaceId: string,
  place: Place,
  { handoffIds, digestId }: Turn & { kind: 'digest' },
  posted: Posted,
): Promise<void> {
  const at = deps.clock.now();
  const where = place.kind === 'dm' ? 'in a direct message' : `in ${place.channel}`;
  const others = handoffIds.length - 1;
  const text = `Listed ${where} with ${others} ${others === 1 ? 'other' : 'others'}: many arrived at once`;
  const detail = { ...posted, place: placeKey(place), digestId };
  const entries = [{ kind: 'card_posted' as const, at, text, detail }];
  const changes = [
    ...cardsPosted(deps.db, workspaceId, handoffIds, placeKey(place), posted, at),
    entriesOfMany(
      deps.db,
      handoffIds.map(handoffId => ({ of: { workspaceId, handoffId }, entries })),
    ),
  ];
  await changeAndEnqueue(deps.db, { changes });
}
