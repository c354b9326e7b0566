/** The Slack side of a handoff: cards, each once in each place, at the pace a place can take, and their redrawing. */
import {
  beginCard,
  cardsPosted,
  digestOf,
  dropCard,
  forgetCard,
  holdCard,
  type PostedCard,
  postedCards,
} from '../db/cards.ts';
import type { Handoff } from '../db/handoffs.ts';
import { notice } from '../db/notices.ts';
import { entriesOf, tell } from '../db/timeline.ts';
import type { Priority } from '../domain/decision.ts';
import { isOpen } from '../domain/handoff.ts';
import { changeAndEnqueue, enqueue, type NewJob } from '../jobs/queue.ts';
import { RateLimited, Rejected } from '../lib/errors.ts';
import type { Deps } from './deps.ts';
import { type Drawing, digestNow, drawingOf } from './drawing.ts';
import type { Place, Posted } from './notifier.ts';
import { placeKey, placesFor, whoeverIsLeft } from './places.ts';

type Of = { workspaceId: string; handoffId: string };

const RANK: Record<Priority, number> = { HIGH: 0, MEDIUM: 1, LOW: 2 };

/** Puts the card wherever the playbook says; safe to repeat. One Slack call a place. */
export async function notify(deps: Deps, of: Of, attempt: number): Promise<void> {
  const drawing = await drawingOf(deps, of);
  if (!drawing || !isOpen(drawing.handoff.state)) return;
  const { handoff, playbook, repSlackId } = drawing;
  let news = false;
  for (const place of await placesFor(deps, handoff, playbook, repSlackId)) {
    if (await deliver(deps, drawing, place, attempt > 1)) news = true;
  }
  // Somebody asked for a card that is there already: then what it shows may be old.
  if (!news) await redraw(deps, drawing);
}

/** Posts to one place, or puts the card in its line, unless it is there; answers whether anything was done. */
async function deliver(deps: Deps, drawing: Drawing, place: Place, triedBefore: boolean): Promise<boolean> {
  const { handoff } = drawing;
  const { workspaceId, id: handoffId } = handoff;
  const key = placeKey(place);
  const rank = RANK[handoff.priority];
  const begun = await beginCard(deps.db, workspaceId, { handoffId, place: key, rank }, deps.clock.now());
  if (begun.kind === 'posted') return false;
  if (begun.kind === 'wait') {
    await enqueue(deps.db, drainJob(workspaceId, key, begun.until, deps.clock.now()));
    return true;
  }
  try {
    await post(deps, drawing, place, begun.lookFirst || triedBefore);
  } catch (error) {
    if (!(error instanceof RateLimited)) throw error;
    await hold(deps, handoff, key, error.retryAt);
  }
  return true;
}

/** Slack takes no more there just now: the card joins the place's line, and only that place waits. */
async function hold(deps: Deps, { workspaceId, id: handoffId }: Handoff, place: string, until: Date): Promise<void> {
  const now = deps.clock.now();
  await deps.db.transaction(async trx => {
    await holdCard(trx, workspaceId, { handoffId, place }, now, until);
    await enqueue(trx, drainJob(workspaceId, place, until, now));
  });
}

/** The job that posts what waits for a place, when its slot is free. */
export function drainJob(workspaceId: string, place: string, at: Date, now: Date): NewJob {
  return {
    name: 'place.drain',
    payload: { workspaceId, place },
    key: `drain:${workspaceId}:${place}`,
    delayMs: Math.max(0, at.getTime() - now.getTime()),
    priority: 'high',
  };
}

/**
 * Posts the card to a place whose slot is taken; what Slack refuses for good goes elsewhere.
 * @throws RateLimited, Unavailable: the card is not there, or nobody knows
 */
export async function post(deps: Deps, drawing: Drawing, place: Place, lookFirst: boolean): Promise<void> {
  const { notifier, card } = drawing;
  try {
    await keep(deps, drawing, place, await notifier.post(place, card, lookFirst));
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    await refused(deps, drawing, place, error);
  }
}

async function keep(deps: Deps, { handoff, card }: Drawing, place: Place, posted: Posted): Promise<void> {
  const { workspaceId, id: handoffId, leadId } = handoff;
  const at = deps.clock.now();
  const where = place.kind === 'dm' ? `to ${card.rep?.name ?? 'an admin'}` : `in ${place.channel}`;
  await changeAndEnqueue(deps.db, [
    ...cardsPosted(deps.db, workspaceId, [handoffId], placeKey(place), posted, at),
    entriesOf(deps.db, { workspaceId, handoffId, leadId }, [
      {
        kind: 'card_posted',
        at,
        text: `Card posted ${where}${card.crm.state === 'pending' ? `, ${card.crm.name} pending` : ''}`,
        detail: { ...posted, place: placeKey(place) },
      },
    ]),
  ]);
}

/** A DM that Slack refuses for good goes to a channel or the admins; a refused channel goes to the others. */
async function refused(deps: Deps, drawing: Drawing, place: Place, error: Rejected): Promise<void> {
  const { handoff, playbook } = drawing;
  const { workspaceId, id: handoffId, leadId } = handoff;
  const key = placeKey(place);
  const [next] = await whoeverIsLeft(deps, handoff, playbook, [place]);
  if (!next) throw error;
  const at = deps.clock.now();
  await deps.db.transaction(async trx => {
    await dropCard(trx, workspaceId, handoffId, key);
    await tell(
      trx,
      { workspaceId, handoffId, leadId },
      {
        kind: 'card_failed',
        at,
        actor: 'slack',
        text: `Slack refused the card (${error.message}); it goes elsewhere.`,
        detail: { place: key, code: error.code },
      },
    );
    const whose = place.kind === 'dm' ? `to ${handoff.repEmail}` : `in ${place.channel}`;
    const text = `Slack refuses Baton's cards ${whose} (${error.message}). They go elsewhere meanwhile; please mend the cause.`;
    await notice(trx, workspaceId, { key: `card_refused:${key}:${error.code}`, text }, at);
    await enqueue(trx, { name: 'admin.tell', payload: { workspaceId }, key: `tell:${workspaceId}` });
  });
  await deliver(deps, drawing, next, false);
}

/** Redraws every posted card of the handoff, whatever its state. One Slack call a card. */
export async function refresh(deps: Deps, of: Of): Promise<void> {
  const drawing = await drawingOf(deps, of);
  if (drawing) await redraw(deps, drawing);
}

async function redraw(deps: Deps, drawing: Drawing): Promise<void> {
  const { handoff } = drawing;
  const cards = await postedCards(deps.db, handoff.workspaceId, handoff.id);
  for (const card of cards) await redrawOne(deps, drawing, card);
  const onlyLines = cards.length > 0 && cards.every(card => card.digestId !== null);
  // Whoever takes a lead from a digest needs the whole card.
  if (onlyLines && drawing.repSlackId && handoff.claimedBy && isOpen(handoff.state)) {
    await deliver(deps, drawing, { kind: 'dm', slackId: drawing.repSlackId }, false);
  }
}

async function redrawOne(deps: Deps, drawing: Drawing, card: PostedCard): Promise<void> {
  const { handoff, notifier, repSlackId } = drawing;
  const former = card.place.startsWith('dm:') && repSlackId !== undefined && card.place !== `dm:${repSlackId}`;
  try {
    if (card.digestId) await redrawDigest(deps, drawing, card, card.digestId);
    else await notifier.update(card, { ...drawing.card, ...(former && { handedOn: true }) });
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    if (error.code === 'message_not_found') return forgetCard(deps.db, handoff.workspaceId, card);
    if (error.code !== 'cant_update_message' && error.code !== 'edit_window_closed') throw error;
    deps.log.warn({ err: error, handoffId: handoff.id }, 'a card can no longer be redrawn; its thread goes on');
  }
}

async function redrawDigest(
  deps: Deps,
  { handoff, notifier }: Drawing,
  card: PostedCard,
  digestId: string,
): Promise<void> {
  const known = await digestOf(deps.db, handoff.workspaceId, digestId);
  if (known) await notifier.updateDigest(card, await digestNow(deps, handoff.workspaceId, { digestId, ...known }));
}
