/** Rejections, as the stories tell of them: a lead may be turned down more than once. */
import type { Db } from '../connection.ts';

export interface Rejected {
  reason: string | null;
  count: number;
}

/** Why leads were turned down in a time, the most frequent reason first. `reps`: only those that these people had. */
export async function rejectionsOf(
  db: Db,
  workspaceId: string,
  { from, to }: { from: Date; to: Date },
  reps?: readonly string[],
): Promise<Rejected[]> {
  const { rows } = await db.raw(
    `select timeline.detail->>'reason' as reason, count(*)::int as count from timeline
     join handoffs on handoffs.id = timeline.handoff_id
     where timeline.workspace_id = :workspace and kind = 'rejected' and timeline.at >= :from and timeline.at < :to
       and not is_test and (not :some or coalesce(timeline.detail->>'from', actor) = any(:reps))
     group by 1 order by 2 desc, 1`,
    { workspace: workspaceId, from, to, some: reps !== undefined, reps: [...(reps ?? [])] },
  );
  return rows;
}
