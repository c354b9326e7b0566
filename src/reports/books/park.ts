/** A gap that replaying did not mend is put aside with its reason, among all other work that waits for a person. */
import type { Db } from '../../db/connection.ts';
import type { KnownGap } from '../../db/reports/book-gaps.ts';
import { classWords } from '../../domain/books.ts';
import { parkJob } from '../../jobs/parked.ts';
import { enqueue } from '../../jobs/queue.ts';
import { notifyAdmins, replayBookGap } from '../../jobs/requests.ts';

export async function parkGaps(trx: Db, workspaceId: string, gaps: readonly KnownGap[], at: Date): Promise<void> {
  for (const { id, side, class: name, why } of gaps) {
    const { name: job, payload } = replayBookGap(workspaceId, id);
    await parkJob(trx, {
      ...{ workspaceId, at, job, payload, verdict: 'refused', code: `${side}.${name}` },
      reason: `a lead is still ${classWords(side, name)} after it was replayed${why ? ` (${why})` : ''}`,
      reference: `gap-${id}`,
    });
  }
  if (gaps.length > 0) await enqueue(trx, notifyAdmins(workspaceId));
}
