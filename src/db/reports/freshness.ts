/** How new the numbers are: what came last, and what is still to be written. */
import type { Db } from '../connection.ts';

export interface Freshness {
  /** When a source last told of anything. */
  newestSignal: Date | null;
  /** Leads whose record the CRM does not have yet. */
  waitingWrites: number;
}

/** One round trip. */
export async function freshnessOf(db: Db, workspaceId: string): Promise<Freshness> {
  const { rows } = await db.raw(
    `select (select max(last_signal_at) from connections where workspace_id = :id) as "newestSignal",
            (select count(*)::int from handoffs where workspace_id = :id and record_state = 'pending' and not is_test)
              as "waitingWrites"`,
    { id: workspaceId },
  );
  return rows[0];
}
