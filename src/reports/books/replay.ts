/** Mending a gap: the keyed job that would have made it equal is asked for once more, or the signal enters as a poll would. */
import type { Signal } from '../../contracts/source.ts';
import { forgetCard } from '../../db/cards/cards.ts';
import type { Db } from '../../db/connection.ts';
import { handoffById } from '../../db/handoffs/handoffs.ts';
import { storeSignals } from '../../db/handoffs/inbox.ts';
import { touchesOf } from '../../db/handoffs/touches.ts';
import { gapById, type KnownGap, markReplayed, unexplainedGaps } from '../../db/reports/book-gaps.ts';
import { bookedHandoffs } from '../../db/reports/booked.ts';
import type { Deps } from '../../handoff/core/deps.ts';
import { enqueue, enqueueMany, type NewJob } from '../../jobs/queue.ts';
import {
  deliverCard,
  processSignals,
  queueTouchFeedback,
  readSignalNow,
  replayBookGap,
  writeRecord,
} from '../../jobs/requests.ts';

/** Every gap that nobody can explain is mended by a job of its own; answers how many. */
export async function replayBooks({ db }: Pick<Deps, 'db'>, workspaceId: string): Promise<number> {
  return db.transaction(async trx => {
    const gaps = await unexplainedGaps(trx, workspaceId);
    await enqueueMany(
      trx,
      gaps.map(({ id }) => replayBookGap(workspaceId, id)),
    );
    return gaps.length;
  });
}

/** One gap; one that is closed meanwhile is left alone. */
export async function replayGap(
  deps: Deps,
  { workspaceId, gapId }: { workspaceId: string; gapId: number },
): Promise<void> {
  const now = deps.clock.now();
  await deps.db.transaction(async trx => {
    const gap = await gapById(trx, workspaceId, gapId);
    if (!gap) return;
    if (gap.side === 'source') await replaySignal(trx, workspaceId, gap, now);
    else await enqueue(trx, ...(await jobsOf(trx, workspaceId, gap)));
    await markReplayed(trx, workspaceId, [gapId], now);
  });
}

/** What never reached Baton comes in as a poll would have told it: whether it is a crossing is decided anew. */
async function replaySignal(trx: Db, workspaceId: string, gap: KnownGap, now: Date): Promise<void> {
  if (gap.class === 'waiting' || gap.class === 'parked') {
    if (gap.inboxId !== undefined) await enqueue(trx, readSignalNow(workspaceId, gap.inboxId));
    return;
  }
  const signal: Signal = {
    contactId: gap.contactId,
    occurredAt: gap.at.toISOString(),
    via: 'poll',
    dedupeKey: `books:${gap.contactId}:${now.toISOString()}`,
  };
  await storeSignals(trx, workspaceId, { source: gap.source, signals: [signal], receivedAt: now }, processSignals);
}

/** By the side that lacks it. */
async function jobsOf(trx: Db, workspaceId: string, gap: KnownGap): Promise<NewJob[]> {
  const handoff = gap.handoffId && (await handoffById(trx, workspaceId, gap.handoffId));
  if (!handoff) return [];
  if (gap.side === 'crm' || gap.class === 'owner' || gap.class === 'score') return [writeRecord(handoff)];
  if (gap.class === 'touch') {
    const touches = await touchesOf(trx, workspaceId, handoff.id);
    return touches.flatMap(touch => queueTouchFeedback(handoff, touch));
  }
  const span = { from: gap.at, to: gap.at, settled: gap.at };
  const [booked] = await bookedHandoffs(trx, workspaceId, { ...span, ids: [handoff.id] });
  if (gap.class === 'not_found' && booked?.card) await forgetCard(trx, workspaceId, booked.card);
  return [deliverCard(handoff)];
}
