import { markForThreads } from '../../db/cards/thread-posts.ts';
import type { Db } from '../../db/connection.ts';
import { type NewEntry, recordEntries } from '../../db/handoffs/timeline.ts';
import { changeAndEnqueue } from '../../jobs/queue.ts';
import { postToThreads } from '../../jobs/requests.ts';

/** Appends to a handoff's timeline what the threads of its cards are to show too; answers the entries' ids. */
export async function recordForThreads(
  trx: Db,
  of: { workspaceId: string; leadId: string; handoffId: string },
  ...entries: NewEntry[]
): Promise<number[]> {
  const { workspaceId, handoffId } = of;
  const ids = await recordEntries(trx, of, ...entries);
  if (ids.length === 0) return ids;
  await changeAndEnqueue(trx, {
    changes: [markForThreads(trx, of, ids)],
    jobs: ids.map(entryId => postToThreads({ workspaceId, id: handoffId }, entryId)),
  });
  return ids;
}
