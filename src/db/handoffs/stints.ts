/**
 * Stints: each person's turn with a handoff, one row after the other. The lead's own promise stands on the handoff and
 * never moves; a stint has a due time of its own, by the calendar of whoever has it.
 */
import type { Knex } from 'knex';
import type { Db } from '../connection.ts';
import { storable } from './storable.ts';

/** How a turn ended: by whom it was moved on, or what became of the lead. */
export type StintEnd = 'reassigned' | 'claimed' | 'rejected' | 'reopened' | 'nurture' | 'won' | 'lost';

export interface Stint {
  handoffId: string;
  /** Null: it lay in the claim pool of `team`. */
  repEmail: string | null;
  team: string | null;
  from: Date;
  /** By when this turn's first touch is promised; null: nothing is, or the lead was reached before. */
  due: Date | null;
  breached: Date | null;
  /** The first touch of this turn. */
  touched: Date | null;
  ended: Date | null;
  how: StintEnd | null;
}

interface HandoffKey {
  workspaceId: string;
  handoffId: string;
}

/** The row of a turn that begins; nothing happens until it is awaited. */
export function beginStint(
  trx: Db,
  { workspaceId, handoffId }: HandoffKey,
  { repEmail, team, from, due }: Pick<Stint, 'repEmail' | 'team' | 'from' | 'due'>,
): Knex.QueryBuilder {
  return trx('stints').insert({
    workspace_id: workspaceId,
    handoff_id: handoffId,
    rep_email: repEmail,
    team,
    from_at: from,
    due_at: due,
  });
}

/** Ends the turn that runs, if one does: what was due by then and not done stays broken. One round trip. */
export async function endStint(trx: Db, { workspaceId, handoffId }: HandoffKey, at: Date, how: StintEnd) {
  await trx.raw(
    `update stints set ended_at = :at, ended_how = :how,
            breached_at = coalesce(breached_at, case when touched_at is null and due_at <= :at then due_at end)
     where workspace_id = :workspaceId and handoff_id = :handoffId and ended_at is null`,
    { workspaceId, handoffId, at, how },
  );
}

/**
 * A touch of the turn in which it was made; of a pool's, of whoever took the lead by it. `known`: when it counts as done; told
 * later than it was due, it keeps no promise. Whoever has the lead by now owes no first touch any more. One round trip.
 */
export async function touchStint(trx: Db, { workspaceId, handoffId }: HandoffKey, at: Date, known: Date) {
  await trx.raw(
    `with touched as (
       select id from stints where workspace_id = :workspaceId and handoff_id = :handoffId
         and (ended_at is null or (ended_at > :at and rep_email is not null)) order by id limit 1
     ), freed as (
       update stints set due_at = null where handoff_id = :handoffId and ended_at is null and touched_at is null
         and breached_at is null and due_at >= :known and id not in (select id from touched)
     )
     update stints set touched_at = least(touched_at, greatest(:at, from_at)),
            breached_at = coalesce(breached_at, case when touched_at is null and due_at < :known then due_at end)
     where id in (select id from touched)`,
    { workspaceId, handoffId, at, known },
  );
}

/** The touch of the turn that runs proved nothing: it owes a first touch again, by this time. One round trip. */
export async function reopenStint(trx: Db, { workspaceId, handoffId }: HandoffKey, due: Date | null): Promise<void> {
  await trx('stints')
    .where({ workspace_id: workspaceId, handoff_id: handoffId })
    .whereNull('ended_at')
    .update({ touched_at: null, due_at: due });
}

/** Whatever ended a turn at this moment did not happen: the turn that began then goes, the one before runs on. Two round trips. */
export async function reopenStintEnded(trx: Db, { workspaceId, handoffId }: HandoffKey, at: Date): Promise<void> {
  const of = { workspace_id: workspaceId, handoff_id: handoffId };
  await trx('stints').where(of).andWhere('from_at', at).whereNull('ended_at').whereNull('touched_at').delete();
  await trx('stints').where(of).andWhere('ended_at', at).update({ ended_at: null, ended_how: null });
}

/** Every turn of a handoff, the first in front. */
export async function stintsOf(db: Db, workspaceId: string, handoffId: string): Promise<Stint[]> {
  const rows = await db('stints').where({ workspace_id: workspaceId, handoff_id: handoffId }).orderBy('id');
  return rows.map(row => ({
    handoffId: row.handoff_id,
    repEmail: row.rep_email,
    team: row.team,
    from: row.from_at,
    due: row.due_at,
    breached: row.breached_at,
    touched: row.touched_at,
    ended: row.ended_at,
    how: row.ended_how,
  }));
}

/** New due times of turns that run; nothing happens until it is awaited. */
export function saveStintDues(trx: Db, dues: readonly { id: number; dueAt: Date | null }[]): Knex.Raw {
  return trx.raw(
    `update stints set due_at = found."dueAt" from jsonb_to_recordset(?) as found(id bigint, "dueAt" timestamptz)
     where stints.id = found.id`,
    [storable(dues)],
  );
}

/** Did this person have no other lead before? One round trip, by an index. */
export async function hadNoLead(
  db: Db,
  { workspaceId, handoffId }: { workspaceId: string; handoffId: string },
  email: string,
): Promise<boolean> {
  const { rows } = await db.raw(
    `select not exists (select from stints
       where workspace_id = :workspaceId and rep_email = :email and handoff_id <> :handoffId) as first`,
    { workspaceId, handoffId, email },
  );
  return rows[0].first;
}
