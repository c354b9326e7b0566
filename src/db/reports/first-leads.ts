import type { Db } from '../connection.ts';

/** Whether anything ever came through. */
export interface Seen {
  /** A handoff that is no test. */
  lead: boolean;
  /** A score that a source told. */
  score: boolean;
}

export async function seenSoFar(db: Db, workspaceId: string): Promise<Seen> {
  const { rows } = await db.raw(
    `select exists (select from handoffs where workspace_id = :id and not is_test) as lead,
            exists (select from source_contacts
                    where workspace_id = :id and source <> 'manual' and score is not null) as score`,
    { id: workspaceId },
  );
  return rows[0];
}
