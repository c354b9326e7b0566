/** What waits for a DM or channel is posted at the pace Slack takes, the most urgent first; other places do not wait. */
import { cardsPosted, closePlace, isAnybodyWaiting, putBack, type Turn, takeTurn } from '../db/cards.ts';
import { entriesOf } from '../db/timeline.ts';
import { changeAndEnqueue, enqueue } from '../jobs/queue.ts';
import { after, SECOND } from '../lib/clock.ts';
import { RateLimited, Rejected } from '../lib/errors.ts';
import type { Deps } from './deps.ts';
import { digestNow, drawingOf } from './drawing.ts';
import type { Place, Posted } from './notifier.ts';
import { drainJob, post } from './notify.ts';
import { placeKey, placeOf } from './places.ts';

type Of = { workspaceId: string; place: string };

/** Posts the next message of a place's line and asks for the one after it. At most one Slack call. */
export async function drain(deps: Deps, of: Of): Promise<void> {
  const { workspaceId, place } = of;
  const { playbook } = await deps.playbook(workspaceId);
  const turn = await takeTurn(deps.db, workspaceId, place, playbook.notify.burst, deps.clock.now());
  if (turn.kind === 'empty') return;
  if (turn.kind === 'closed') return comeBack(deps, of, turn.until);
  try {
    if (turn.kind === 'card') await postCard(deps, of, turn);
    else await postDigest(deps, of, turn);
  } catch (error) {
    if (!(error instanceof RateLimited)) throw error;
    await putBack(deps.db, workspaceId, place, turn.kind === 'card' ? [turn.handoffId] : turn.handoffIds);
    await closePlace(deps.db, workspaceId, place, error.retryAt);
    return comeBack(deps, of, error.retryAt);
  }
  if (await isAnybodyWaiting(deps.db, workspaceId, place)) {
    await comeBack(deps, of, after(deps.clock.now(), SECOND));
  }
}

async function comeBack(deps: Deps, { workspaceId, place }: Of, at: Date): Promise<void> {
  await enqueue(deps.db, drainJob(workspaceId, place, at, deps.clock.now()));
}

async function postCard(deps: Deps, { workspaceId, place }: Of, turn: Turn & { kind: 'card' }): Promise<void> {
  const drawing = await drawingOf(deps, { workspaceId, handoffId: turn.handoffId });
  if (drawing) await post(deps, drawing, placeOf(place), turn.lookFirst);
}

async function postDigest(deps: Deps, { workspaceId, place: key }: Of, turn: Turn & { kind: 'digest' }): Promise<void> {
  const { notifier } = await deps.vendors(workspaceId);
  const place = placeOf(key);
  const digest = await digestNow(deps, workspaceId, turn);
  try {
    await keep(deps, workspaceId, place, turn, await notifier.postDigest(place, digest, turn.lookFirst));
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    // Each card alone knows where else it may go.
    for (const handoffId of turn.handoffIds) {
      const drawing = await drawingOf(deps, { workspaceId, handoffId });
      if (drawing) await post(deps, drawing, place, false);
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
  const text = `Listed ${where} with ${handoffIds.length - 1} more: many arrived at once`;
  const detail = { ...posted, place: placeKey(place), digestId };
  await changeAndEnqueue(deps.db, [
    ...cardsPosted(deps.db, workspaceId, handoffIds, placeKey(place), posted, at),
    ...handoffIds.map(handoffId =>
      entriesOf(deps.db, { workspaceId, handoffId }, [{ kind: 'card_posted', at, text, detail }]),
    ),
  ]);
}
