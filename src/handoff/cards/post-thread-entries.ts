/** What happens to a handoff is told under its cards, once under each, in the order in which it happened. */

import { pausePosting, takeSlotForMessage } from '../../db/cards/card-queue.ts';
import { forgetCard, type PostedCard, postedCards } from '../../db/cards/cards.ts';
import {
  beginPost,
  type DueEntry,
  markPostUnsure,
  oldestUnpostedEntry,
  settlePost,
} from '../../db/cards/thread-posts.ts';
import type { HandoffRef } from '../../jobs/catalogue.ts';
import { after, SECOND } from '../../lib/clock.ts';
import { RateLimited, Rejected } from '../../lib/errors.ts';
import type { Deps } from '../core/deps.ts';
import { mailNudge } from './mail-notice.ts';
import { isMessageGone, notifyPlaceRefused } from './post-refused.ts';

/** Puts the timeline up to this entry into the thread of every card that is a message of its own. */
export async function postThreadEntries(
  deps: Deps,
  { entryId, ...of }: HandoffRef & { entryId: number },
): Promise<void> {
  let limited: RateLimited | undefined;
  const cards = await postedCards(deps.db, of.workspaceId, of.handoffId);
  if (!cards.some(({ place }) => place.startsWith('dm:'))) await mailNudge(deps, of, entryId);
  for (const card of cards) {
    // A digest's thread would mix the timelines of twenty leads.
    if (card.digestId) continue;
    try {
      await postEntriesUnder(deps, of, card, entryId);
    } catch (error) {
      // One place that is busy holds up no other.
      if (!(error instanceof RateLimited)) throw error;
      if (!limited || error.retryAt < limited.retryAt) limited = error;
    }
  }
  if (limited) throw limited;
}

async function postEntriesUnder(deps: Deps, ref: HandoffRef, card: PostedCard, upTo: number): Promise<void> {
  for (;;) {
    const due = await oldestUnpostedEntry(deps.db, ref, card, upTo);
    if (!due) return;
    await takeSlotOrRetry(deps, ref.workspaceId, card.place);
    if ((await postEntry(deps, ref, card, due)) === 'gone') return;
  }
}

/** One entry under one card. One Slack call, one more after an unknown outcome. */
async function postEntry(
  deps: Deps,
  ref: HandoffRef,
  card: PostedCard,
  { entryId, text }: DueEntry,
): Promise<'told' | 'gone'> {
  const { workspaceId } = ref;
  const begun = await beginPost(deps.db, ref, entryId, card.place, deps.clock.now());
  if (begun === 'busy') throw retryAtSlot('the same is being told there', after(deps.clock.now(), SECOND));
  const { notifier } = await deps.vendors(workspaceId);
  try {
    const { ts } = await notifier.reply(card, text, String(entryId), begun === 'again');
    await settlePost(deps.db, workspaceId, entryId, card.place, ts);
    return 'told';
  } catch (error) {
    if (!(error instanceof Rejected)) {
      await markPostUnsure(deps.db, workspaceId, entryId, card.place, deps.clock.now());
      if (error instanceof RateLimited) await pausePosting(deps.db, workspaceId, card.place, error.retryAt);
      throw error;
    }
    return entryRefused(deps, ref, card, entryId, error);
  }
}

async function entryRefused(
  deps: Deps,
  { workspaceId, handoffId }: HandoffRef,
  card: PostedCard,
  entryId: number,
  error: Rejected,
): Promise<'told' | 'gone'> {
  deps.log.warn({ err: error, handoffId, place: card.place }, 'Slack takes nothing under this card');
  if (isMessageGone(error)) {
    await forgetCard(deps.db, workspaceId, card);
    return 'gone';
  }
  // The timeline keeps it; later entries get their own chance.
  await settlePost(deps.db, workspaceId, entryId, card.place, `refused: ${error.code}`);
  await notifyPlaceRefused(deps.db, { workspaceId, handoffId, place: card.place, error }, deps.clock.now());
  return 'told';
}

/**
 * Replies and alerts count as messages of their place: they take its slots, after the cards that wait there.
 * @throws RateLimited when the slot is taken
 */
export async function takeSlotOrRetry(deps: Deps, workspaceId: string, place: string): Promise<void> {
  const until = await takeSlotForMessage(deps.db, workspaceId, place, deps.clock.now());
  if (until) throw retryAtSlot('the place has had its message of this second', until);
}

function retryAtSlot(why: string, retryAt: Date): RateLimited {
  return new RateLimited(why, { service: 'slack', code: 'paced', retryAt });
}
