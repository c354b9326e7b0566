/** What happens to a handoff is told under its cards, once under each, in the order in which it happened. */

import { closePlace, takeSlot } from '../../db/card-queue.ts';
import { forgetCard, type PostedCard, postedCards } from '../../db/cards.ts';
import { beginPost, type Due, doubtPost, oldestUntold, postEnded } from '../../db/thread-posts.ts';
import { after, SECOND } from '../../lib/clock.ts';
import { RateLimited, Rejected } from '../../lib/errors.ts';
import type { Deps } from '../core/deps.ts';
import { isGone, tellRefused } from './post-refused.ts';

type Of = { workspaceId: string; handoffId: string };

/** Puts the story up to this entry into the thread of every card that is a message of its own. */
export async function tellThreads(deps: Deps, { entryId, ...of }: Of & { entryId: number }): Promise<void> {
  let paced: RateLimited | undefined;
  for (const card of await postedCards(deps.db, of.workspaceId, of.handoffId)) {
    // A digest's thread would mix the stories of twenty leads.
    if (card.digestId) continue;
    try {
      await tellUnder(deps, of, card, entryId);
    } catch (error) {
      // One place that is busy holds up no other.
      if (!(error instanceof RateLimited)) throw error;
      if (!paced || error.retryAt < paced.retryAt) paced = error;
    }
  }
  if (paced) throw paced;
}

async function tellUnder(deps: Deps, of: Of, card: PostedCard, upTo: number): Promise<void> {
  for (;;) {
    const due = await oldestUntold(deps.db, of, card, upTo);
    if (!due) return;
    await slot(deps, of.workspaceId, card.place);
    if ((await tellOne(deps, of, card, due)) === 'gone') return;
  }
}

/** One entry under one card. One Slack call, one more after an unknown outcome. */
async function tellOne(deps: Deps, of: Of, card: PostedCard, { entryId, text }: Due): Promise<'told' | 'gone'> {
  const { workspaceId } = of;
  const begun = await beginPost(deps.db, of, entryId, card.place, deps.clock.now());
  if (begun === 'busy') throw soon('the same is being told there', after(deps.clock.now(), SECOND));
  const { notifier } = await deps.vendors(workspaceId);
  try {
    const { ts } = await notifier.reply(card, text, String(entryId), begun === 'again');
    await postEnded(deps.db, workspaceId, entryId, card.place, ts);
    return 'told';
  } catch (error) {
    if (!(error instanceof Rejected)) {
      await doubtPost(deps.db, workspaceId, entryId, card.place, deps.clock.now());
      if (error instanceof RateLimited) await closePlace(deps.db, workspaceId, card.place, error.retryAt);
      throw error;
    }
    return refused(deps, of, card, entryId, error);
  }
}

async function refused(
  deps: Deps,
  { workspaceId, handoffId }: Of,
  card: PostedCard,
  entryId: number,
  error: Rejected,
): Promise<'told' | 'gone'> {
  deps.log.warn({ err: error, handoffId, place: card.place }, 'Slack takes nothing under this card');
  if (isGone(error)) {
    await forgetCard(deps.db, workspaceId, card);
    return 'gone';
  }
  // The story keeps it; later entries get their own chance.
  await postEnded(deps.db, workspaceId, entryId, card.place, `refused: ${error.code}`);
  await tellRefused(deps.db, { workspaceId, place: card.place, error }, deps.clock.now());
  return 'told';
}

/**
 * Replies and alerts count as messages of their place: they take its slots, after the cards that wait there.
 * @throws RateLimited when the slot is taken
 */
export async function slot(deps: Deps, workspaceId: string, place: string): Promise<void> {
  const until = await takeSlot(deps.db, workspaceId, place, deps.clock.now());
  if (until) throw soon('the place has had its message of this second', until);
}

function soon(why: string, retryAt: Date): RateLimited {
  return new RateLimited(why, { service: 'slack', code: 'paced', retryAt });
}
