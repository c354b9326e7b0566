import type { Db } from './connection.ts';

/** team → member → turns owed (see domain/rotation.ts). */
export type Lags = Record<string, Record<string, number>>;

const ROTATION_LOCKS = 0x6262;

/**
 * Takes the workspace's place at the rotation until the transaction ends, so that choices follow one another however
 * many processes route at once; other workspaces do not wait. Answers the books as they then stand.
 */
export async function lockRotation(trx: Db, workspaceId: string): Promise<Lags> {
  await trx.raw('select pg_advisory_xact_lock(?, hashtext(?))', [ROTATION_LOCKS, workspaceId]);
  const rows: { team: string; email: string; lag: number }[] = await trx('rotation')
    .where({ workspace_id: workspaceId })
    .select('team', 'email', 'lag');
  const lags: Lags = {};
  for (const row of rows) lags[row.team] = { ...lags[row.team], [row.email]: row.lag };
  return lags;
}

/** Writes a team's books after a turn; `taken` is who had it. */
export async function saveTurn(
  trx: Db,
  workspaceId: string,
  { team, lags, taken }: { team: string; lags: Record<string, number>; taken: string },
): Promise<void> {
  const rows = Object.entries(lags).map(([email, lag]) => ({ email, lag, given: email === taken ? 1 : 0 }));
  if (rows.length === 0) return;
  await trx.raw(
    `insert into rotation (workspace_id, team, email, lag, given)
     select ?::uuid, ?, email, lag, given from json_to_recordset(?::json) as turn(email text, lag double precision, given bigint)
     on conflict (workspace_id, team, email) do update set lag = excluded.lag, given = rotation.given + excluded.given`,
    [workspaceId, team, JSON.stringify(rows)],
  );
}
