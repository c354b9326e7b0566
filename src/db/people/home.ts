/** What Home shows, counted in the database: people may have hundreds of open leads. */
import type { Priority } from '../../domain/decision.ts';
import type { Db } from '../connection.ts';
import { type Absence, toAbsence } from './people.ts';

/** Whose leads: of these people or of these teams (keys); `everybody`: of the whole workspace. */
export type LoadScope = 'everybody' | { reps: readonly string[]; teams: readonly string[] };

/** Open leads of one person in one team; null: nobody's, or no team's. */
export interface Load {
  team: string | null;
  rep: string | null;
  open: number;
  /** Nobody has contacted it yet. The next three are of these. */
  untouched: number;
  /** Nobody has claimed it either. */
  unclaimed: number;
  /** The promise is broken. */
  breached: number;
  /** The promise ends soon: before the priority's own moment. */
  atRisk: number;
}

const LOADS = `
  select team, rep_email as rep, count(*)::int as open,
         (count(*) filter (where contacted_at is null))::int as untouched,
         (count(*) filter (where contacted_at is null and state = 'assigned' and claimed_by is null))::int as unclaimed,
         (count(*) filter (where contacted_at is null and due_at <= :now))::int as breached,
         (count(*) filter (where contacted_at is null and due_at > :now and due_at <= case priority
            when 'HIGH' then :high::timestamptz when 'MEDIUM' then :medium::timestamptz else :low::timestamptz end
         ))::int as "atRisk"
  from handoffs
  where workspace_id = :workspace and not is_test and state in ('assigned', 'claimed', 'contacted')
    and (:everybody or rep_email = any(:reps) or team = any(:teams))
  group by 1, 2 order by 1, 2`;

/** One statement, whatever the number of leads: a row for each person in each team. */
export async function loadsOf(
  db: Db,
  workspaceId: string,
  scope: LoadScope,
  { now, riskBefore }: { now: Date; riskBefore: Record<Priority, Date> },
): Promise<Load[]> {
  const { reps, teams } = scope === 'everybody' ? { reps: [], teams: [] } : scope;
  const { rows } = await db.raw(LOADS, {
    workspace: workspaceId,
    everybody: scope === 'everybody',
    reps: [...reps],
    teams: [...teams],
    now,
    high: riskBefore.HIGH,
    medium: riskBefore.MEDIUM,
    low: riskBefore.LOW,
  });
  return rows;
}

/** Leads that judging kept from sales. */
export interface Kept {
  held: number;
  /** Since then. */
  nurture: number;
}

/** One statement; `since` bounds those in nurture, which are many after a year. */
export async function keptLeads(db: Db, workspaceId: string, since: Date): Promise<Kept> {
  const { rows } = await db.raw(
    `select (count(*) filter (where state = 'held'))::int as held,
            (count(*) filter (where state = 'nurture'))::int as nurture
     from handoffs
     where workspace_id = ? and not is_test and (state = 'held' or (state = 'nurture' and opened_at >= ?))`,
    [workspaceId, since],
  );
  return rows[0];
}

/** What a person's share of the rotation came from. */
export interface ShareHistory {
  /** Turns of these teams, by everybody. */
  turns: { team: string; email: string; turns: number }[];
  /** The person's own absences in that time, the first in front. */
  absences: Absence[];
}

const HISTORY = `
  select (select coalesce(json_agg(turn), '[]') from (
            select turn_team as team, turn_email as email, count(*)::int as turns from handoffs
            where workspace_id = :workspace and not is_test and assigned_at >= :from and assigned_at <= :now
              and turn_team = any(:teams) and turn_email is not null
            group by 1, 2 order by 1, 2) as turn) as turns,
         (select coalesce(json_agg(absences order by starts_at), '[]') from absences
          where workspace_id = :workspace and email = :email and starts_at <= :now
            and (ends_at is null or ends_at > :from)) as absences`;

/** From `from` until now; one statement. */
export async function shareHistory(
  db: Db,
  workspaceId: string,
  { email, teams, from, now }: { email: string; teams: readonly string[]; from: Date; now: Date },
): Promise<ShareHistory> {
  const { rows } = await db.raw(HISTORY, { workspace: workspaceId, email, teams: [...teams], from, now });
  const { turns, absences } = rows[0];
  return { turns, absences: absences.map(toAbsence) };
}
