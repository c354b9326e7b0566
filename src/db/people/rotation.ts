import type { Knex } from 'knex';
import type { Db } from '../connection.ts';
import { type Absence, type Person, toAbsence, toPerson } from './people.ts';

/** team → member → turns owed (see domain/rotation.ts). */
export type RotationCredits = Record<string, Record<string, number>>;

/** Everything that changes from choice to choice, as it stands under the lock. */
export interface RotationState {
  credits: RotationCredits;
  people: Person[];
  absences: Absence[];
}

/**
 * Takes the workspace's place at the rotation until the transaction ends, so that choices follow one another however
 * many processes route at once, and reads the credits as they are then. Other workspaces do not wait. One round trip.
 */
export async function lockRotation(trx: Db, workspaceId: string, now: Date): Promise<RotationState> {
  const { rows } = await trx.raw('select turns, people, absences from lock_rotation(?, ?)', [workspaceId, now]);
  return toRotationState(rows[0]);
}

/** The same to look at only: nobody waits, and a turn may be taken a moment later. */
export async function readRotation(db: Db, workspaceId: string, now: Date): Promise<RotationState> {
  const { rows } = await db.raw(
    `select (select coalesce(json_agg(rotation), '[]') from rotation where workspace_id = :workspace) as turns,
            (select coalesce(json_agg(people), '[]') from people where workspace_id = :workspace) as people,
            (select coalesce(json_agg(absences), '[]') from absences
             where workspace_id = :workspace and (ends_at is null or ends_at > :now)) as absences`,
    { workspace: workspaceId, now },
  );
  return toRotationState(rows[0]);
}

interface RotationRow {
  turns: { team: string; email: string; credits: number }[];
  people: Parameters<typeof toPerson>[0][];
  absences: Parameters<typeof toAbsence>[0][];
}

function toRotationState({ turns, people, absences }: RotationRow): RotationState {
  const credits: RotationCredits = {};
  for (const { team, email, credits: owed } of turns) {
    credits[team] ??= {};
    credits[team][email] = owed;
  }
  return { credits, people: people.map(toPerson), absences: absences.map(toAbsence) };
}

/** A team's credits after a turn: `taken` is who had it, or `returned` who handed it back. */
export interface RotationTurn {
  team: string;
  credits: Record<string, number>;
  taken?: string;
  returned?: string;
}

/** Writes a team's credits after a turn. `given` counts the turns somebody had and kept. Nothing happens until awaited. */
export function saveTurn(trx: Db, workspaceId: string, { team, credits, taken, returned }: RotationTurn): Knex.Raw {
  const rows = Object.entries(credits).map(([email, owed]) => ({
    email,
    credits: owed,
    given: email === taken ? 1 : email === returned ? -1 : 0,
  }));
  return trx.raw(
    `insert into rotation (workspace_id, team, email, credits, given)
     select ?::uuid, ?, email, credits, given from json_to_recordset(?::json) as turn(email text, credits double precision, given bigint)
     on conflict (workspace_id, team, email) do update set credits = excluded.credits, given = rotation.given + excluded.given`,
    [workspaceId, team, JSON.stringify(rows)],
  );
}
