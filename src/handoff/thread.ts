/** What happens to a handoff is told under its cards, once under each, in Slack's own order. */
import { beginThreadPost, forgetCard, postedCards, takeSlot, threadPosted } from '../db/cards.ts';
import { entryById } from '../db/timeline.ts';
import { RateLimited, Rejected } from '../lib/errors.ts';
import type { Deps } from './deps.ts';

/** Puts one entry of the story into the thread of every card that is a message of its own. One Slack call a card. */
export async function tellThreads(
  deps: Deps,
  { workspaceId, handoffId, entryId }: { workspaceId: string; handoffId: string; entryId: number },
): Promise<void> {
  const entry = await entryById(deps.db, workspaceId, entryId);
  if (!entry) return;
  const { notifier } = await deps.vendors(workspaceId);
  for (const card of await postedCards(deps.db, workspaceId, handoffId)) {
    // A digest's thread would mix the stories of twenty leads.
    if (card.digestId) continue;
    const begun = await beginThreadPost(deps.db, workspaceId, entryId, card.place);
    if (begun === 'posted') continue;
    await slot(deps, workspaceId, card.place);
    try {
      const { ts } = await notifier.reply(card, entry.text, String(entryId), begun === 'again');
      await threadPosted(deps.db, workspaceId, entryId, card.place, ts);
    } catch (error) {
      if (!(error instanceof Rejected)) throw error;
      // Somebody deleted the card, or it went with its channel: there is nothing left to tell it under.
      await forgetCard(deps.db, workspaceId, card);
      deps.log.warn({ err: error, handoffId }, 'the thread of a card is gone');
    }
  }
}

/**
 * Replies and alerts count as messages of their place: they take its slots, after the cards that wait there.
 * @throws RateLimited when the slot is taken
 */
export async function slot(deps: Deps, workspaceId: string, place: string): Promise<void> {
  const until = await takeSlot(deps.db, workspaceId, place, deps.clock.now());
  if (until)
    throw new RateLimited('the place has had its message of this second', {
      service: 'slack',
      code: 'paced',
      retryAt: until,
    });
}
