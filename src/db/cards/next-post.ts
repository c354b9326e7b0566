/** What a place posts next, of what waits there. Pure. */
import { randomUUID } from 'node:crypto';
import { after, SECOND } from '../../lib/clock.ts';

/** A post that began so long ago and is not known to have ended is looked for in Slack before it is tried again. */
export const POST_OVERDUE = 30 * SECOND;

/** Sections with a button each; Slack takes 50 blocks, readers fewer. */
const MOST_IN_DIGEST = 20;

/** What a place posts next, its slot taken and its cards marked as begun. */
export type NextPost =
  | { kind: 'card'; handoffId: string; lookFirst: boolean }
  | { kind: 'digest'; digestId: string; handoffIds: string[]; waitingSince: Date; lookFirst: boolean };

export type NothingToPost =
  | { kind: 'empty' }
  | { kind: 'closed'; until: Date }
  /** Everything that waits was begun by somebody who may still be at it; not so any more then. */
  | { kind: 'under_way'; until: Date };

export interface WaitingCard {
  handoff_id: string;
  rank: number;
  begun_at: Date | null;
  waiting_since: Date;
  digest_id: string | null;
}

/** The leads that a post is about. */
export function handoffIdsOf(post: NextPost): string[] {
  return post.kind === 'card' ? [post.handoffId] : post.handoffIds;
}

export function nextPost(waiting: readonly WaitingCard[], burst: number, now: Date): NextPost | NothingToPost {
  const overdue = after(now, -POST_OVERDUE);
  const ready = waiting.filter(one => one.begun_at === null || one.begun_at <= overdue);
  const [first] = ready;
  if (!first) return untilNotUnderWay(waiting, now);
  const urgent = ready.filter(one => one.rank === 0 && one.digest_id === null);
  const [mostUrgent] = urgent;
  if (mostUrgent && urgent.length <= burst) return cardPost(mostUrgent);
  const unfinished = ready.find(one => one.digest_id !== null);
  if (unfinished?.digest_id) {
    return digestPost(
      unfinished.digest_id,
      ready.filter(one => one.digest_id === unfinished.digest_id),
      true,
    );
  }
  // What may have been posted as a card of its own is looked for as such.
  const fresh = ready.filter(one => one.begun_at === null);
  if (fresh.length > burst) return digestPost(randomUUID(), fresh.slice(0, MOST_IN_DIGEST), false);
  return cardPost(first);
}

function untilNotUnderWay(waiting: readonly WaitingCard[], now: Date): NothingToPost {
  const begun = waiting.map(one => (one.begun_at ?? now).getTime());
  return begun.length > 0
    ? { kind: 'under_way', until: new Date(Math.min(...begun) + POST_OVERDUE) }
    : { kind: 'empty' };
}

function cardPost({ handoff_id: handoffId, begun_at: begun }: WaitingCard): NextPost {
  return { kind: 'card', handoffId, lookFirst: begun !== null };
}

function digestPost(digestId: string, waiting: readonly WaitingCard[], lookFirst: boolean): NextPost {
  const since = Math.min(...waiting.map(one => one.waiting_since.getTime()));
  return {
    kind: 'digest',
    digestId,
    handoffIds: waiting.map(one => one.handoff_id),
    waitingSince: new Date(since),
    lookFirst,
  };
}
