import type { Db } from './connection.ts';
import { type Absence, type Person, toAbsence, toPerson } from './people.ts';

/** team → member → turns owed (see domain/rotation.ts). */
export type Lags = Record<string, Record<string, number>>;

const ROTATION_LOCKS = 0x6262;

/** Everything that changes from choice to choice, as it stands under the lock. */
export interface Books {
  lags: Lags;
  people: Person[];
  absences: Absence[];
}

/**
 * Takes the workspace's place at the rotation until the transaction ends, so that choices follow one another however
 * many processes route at once; other workspaces do not wait. Two round trips: what is read must be read after the
 * lock is held, and one statement sees only what was there when it began.
 */
export async function lockRotation(trx: Db, workspaceId: string, now: Date): Promise<Books> {
  await trx.raw('select pg_advisory_xact_lock(?, hashtext(?))', [ROTATION_LOCKS, workspaceId]);
  return readBooks(trx, workspaceId, now);
}

/** The same to look at only: nobody waits, and a turn may be taken a moment later. */
export async function readBooks(db: Db, workspaceId: string, now: Date): Promise<Books> {
  const { rows } = await db.raw(
    `select (select coalesce(json_agg(rotation), '[]') from rotation where workspace_id = :workspace) as turns,
            (select coalesce(json_agg(people), '[]') from people where workspace_id = :workspace) as people,
            (select coalesce(json_agg(absences), '[]') from absences
             where workspace_id = :workspace and (ends_at is null or ends_at > :now)) as absences`,
    { workspace: workspaceId, now },
  );
  const { turns, people, absences } = rows[0];
  const lags: Lags = {};
  for (const { team, email, lag } of turns) lags[team] = { ...lags[team], [email]: lag };
  return { lags, people: people.map(toPerson), absences: absences.map(toAbsence) };
}

/** A team's books after a turn: `taken` is who had it, or `returned` who handed it back. */
export interface Turn {
  team: string;
  lags: Record<string, number>;
  taken?: string;
  returned?: string;
}

/** Writes a team's books after a turn. `given` counts the turns somebody had and kept. */
export async function saveTurn(trx: Db, workspaceId: string, { team, lags, taken, returned }: Turn): Promise<void> {
  const rows = Object.entries(lags).map(([email, lag]) => ({
    email,
    lag,
    given: email === taken ? 1 : email === returned ? -1 : 0,
  }));
  if (rows.length === 0) return;
  await trx.raw(
    `insert into rotation (workspace_id, team, email, lag, given)
     select ?::uuid, ?, email, lag, given from json_to_recordset(?::json) as turn(email text, lag double precision, given bigint)
     on conflict (workspace_id, team, email) do update set lag = excluded.lag, given = rotation.given + excluded.given`,
    [workspaceId, team, JSON.stringify(rows)],
  );
}
