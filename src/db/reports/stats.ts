/** Numbers about handoffs and the people who had them. One statement, read from the rows and the timeline themselves. */
import type { Db } from '../connection.ts';

/** Whose handoffs, and when they were given: from `from` until just before `to`. */
export interface StatsFilter {
  /** Given to any of these people, … */
  reps: readonly string[];
  /** … or open to any of these teams (keys). */
  teams: readonly string[];
  /** Whose turns are counted, team by team. */
  rotations: readonly string[];
  from: Date;
  to: Date;
}

export interface StatsRows {
  /** Given in the period and not handed on since. The next four are of these. */
  given: number;
  claimed: number;
  contacted: number;
  /** Those whose promise is kept or broken by now, and how many are kept. */
  promised: number;
  kept: number;
  /** Between being given and the first touch; null without any. */
  medianMs: number | null;
  /** Still somebody's work, whenever they were given. */
  open: number;
  /** Turned down in the period, by whoever had them, the most frequent reason first. */
  rejected: { reason: string; count: number }[];
  /** Turns of the rotation that were charged for what was given in the period. */
  turns: { team: string; email: string; turns: number }[];
}

const OURS = '(rep_email = any(:reps) or team = any(:teams))';

const STATS = `
  with given as (
    select assigned_at, claimed_at, contacted_at, due_at from handoffs
    where workspace_id = :workspace and not is_test and assigned_at >= :from and assigned_at < :to and ${OURS}
  ), promised as (
    select contacted_at, due_at from given where due_at is not null and (contacted_at is not null or due_at <= :now)
  ), rejected as (
    select timeline.detail->>'reason' as reason, count(*)::int as count from timeline
    join handoffs on handoffs.id = timeline.handoff_id
    where timeline.workspace_id = :workspace and kind = 'rejected' and timeline.at >= :from and timeline.at < :to
      and not is_test and coalesce(timeline.detail->>'from', actor) = any(:reps)
    group by 1 order by 2 desc, 1
  ), charged as (
    select turn_team as team, turn_email as email, count(*)::int as turns from handoffs
    where workspace_id = :workspace and not is_test and assigned_at >= :from and assigned_at < :to
      and turn_team = any(:rotations) and turn_email is not null
    group by 1, 2 order by 1, 2
  )
  select (select count(*)::int from given) as given,
         (select count(claimed_at)::int from given) as claimed,
         (select count(contacted_at)::int from given) as contacted,
         (select count(*)::int from promised) as promised,
         (select count(*)::int from promised where contacted_at <= due_at) as kept,
         (select percentile_cont(0.5) within group (order by extract(epoch from contacted_at - assigned_at))
          from given where contacted_at >= assigned_at) as median,
         (select count(*)::int from handoffs where workspace_id = :workspace and not is_test
          and state in ('assigned', 'claimed', 'contacted') and ${OURS}) as open,
         (select coalesce(json_agg(rejected), '[]') from rejected) as rejected,
         (select coalesce(json_agg(charged), '[]') from charged) as turns`;

/** How it stands at `now`. */
export async function statsOf(db: Db, workspaceId: string, filter: StatsFilter, now: Date): Promise<StatsRows> {
  const { reps, teams, rotations, from, to } = filter;
  const { rows } = await db.raw(STATS, {
    workspace: workspaceId,
    reps: [...reps],
    teams: [...teams],
    rotations: [...rotations],
    from,
    to,
    now,
  });
  const { median, ...counted } = rows[0];
  return { ...counted, medianMs: median === null ? null : Math.round(Number(median) * 1_000) };
}
