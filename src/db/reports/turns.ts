/** Turns of the rotation as they are charged. */
import type { Db } from '../connection.ts';

export interface ChargedTurns {
  team: string;
  email: string;
  turns: number;
}

/** Turns of these teams that were charged for what was given from `from` until just before `to`. */
export async function turnsOf(
  db: Db,
  workspaceId: string,
  { from, to, rotations }: { from: Date; to: Date; rotations: readonly string[] },
): Promise<ChargedTurns[]> {
  const { rows } = await db.raw(
    `select turn_team as team, turn_email as email, count(*)::int as turns from handoffs
     where workspace_id = :workspace and not is_test and assigned_at >= :from and assigned_at < :to
       and turn_team = any(:rotations) and turn_email is not null
     group by 1, 2 order by 1, 2`,
    { workspace: workspaceId, from, to, rotations: [...rotations] },
  );
  return rows;
}
