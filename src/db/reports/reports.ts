/** Numbers of a period, read from handoffs and their timelines; test leads are nobody's numbers. */
import type { Group, Noted, Period } from '../../domain/report.ts';
import type { Db } from '../connection.ts';

type Numbers = Omit<Group, 'name'>;
type Dimension = 'all' | 'rep' | 'team' | 'source' | 'priority' | 'hour';

/** Groups of one dimension, by what is stored: an address, a key, an hour; null: nobody, none. */
export interface GroupRow extends Numbers {
  dimension: Dimension;
  key: string | null;
}

export interface ReportRows {
  groups: GroupRow[];
  outcomes: { key: string; count: number }[];
  rejects: { key: string; count: number }[];
  cold: { total: number; first: NotedRow[] };
  unrouted: { total: number; first: NotedRow[] };
}

/** `rep`: their address. */
type NotedRow = Omit<Noted, 'since'> & { since: string };

/** The first few of a list are shown. */
const MOST_NOTED = 10;

/** The same arithmetic as `timeSplitOf` (domain/split.ts), in seconds. */
const SYSTEM = `case when delivered_at is not null then greatest(0, extract(epoch from
    delivered_at - least(crossed_at, seen_at)
    - case when assigned_at <= delivered_at then greatest(interval '0', assigned_at - opened_at) else interval '0' end)) end`;

/** What each handoff adds to the numbers. A promise that was broken once stays broken, whatever is logged later. */
const MEASURED = `
    contacted_at is not null as contacted,
    due_at is not null and (contacted_at is not null or due_at <= :now or breached_at is not null) as promised,
    coalesce(contacted_at <= due_at and breached_at is null, false) as kept,
    case when contacted_at >= assigned_at then extract(epoch from contacted_at - assigned_at) end as touch,
    ${SYSTEM} as system`;

const COUNTED = `
    count(*)::int as handoffs,
    (count(*) filter (where contacted))::int as contacted,
    (count(*) filter (where promised))::int as promised,
    (count(*) filter (where kept))::int as kept,
    percentile_cont(array[0.5, 0.9]) within group (order by touch) as touch,
    percentile_cont(array[0.5, 0.95]) within group (order by system) as system`;

const IN_PERIOD = 'workspace_id = :workspace and not is_test and opened_at >= :from and opened_at < :to';

const noted = (condition: string, since: string) => `
  select json_build_object('total', count(*)::int, 'first', coalesce(json_agg(line order by since, id)
    filter (where place <= ${MOST_NOTED}), '[]'))
  from (
    select handoffs.id, ${since} as since, row_number() over (order by ${since}, handoffs.id) as place,
           json_build_object('name', coalesce(nullif(leads.name, ''), leads.email), 'rep', rep_email,
             'company', judgement->'company'->>'name', 'since', ${since}) as line
    from handoffs join leads on leads.id = handoffs.lead_id
    where handoffs.workspace_id = :workspace and not is_test and ${condition}
  ) as listed`;

const LAST_TOUCH = 'coalesce(last_touch_at, contacted_at)';

const NUMBERS = `
  with cohort as (
    select source, priority, state, team, rep_email,
           extract(hour from opened_at at time zone :zone)::int as hour, ${MEASURED}
    from handoffs where ${IN_PERIOD}
  ), groups as (
    select case when grouping(rep_email) = 0 then 'rep' when grouping(team) = 0 then 'team'
                when grouping(source) = 0 then 'source' when grouping(priority) = 0 then 'priority'
                when grouping(hour) = 0 then 'hour' else 'all' end as dimension,
           coalesce(rep_email, team, source, priority, hour::text) as key, ${COUNTED}
    from cohort group by grouping sets ((), (rep_email), (team), (source), (priority), (hour))
  ), rejected as (
    select timeline.detail->>'reason' as key, count(*)::int as count from timeline
    join handoffs on handoffs.id = timeline.handoff_id
    where timeline.workspace_id = :workspace and kind = 'rejected' and timeline.at >= :from and timeline.at < :to
      and not is_test
    group by 1
  )
  select (select json_agg(groups order by handoffs desc, key) from groups) as groups,
         (select coalesce(json_agg(json_build_object('key', state, 'count', count) order by count desc, state), '[]')
          from (select state, count(*)::int from cohort group by state) as states) as outcomes,
         (select coalesce(json_agg(rejected order by count desc, key), '[]') from rejected) as rejects,
         (${noted(`state = 'contacted' and cold_notified_at >= ${LAST_TOUCH}`, LAST_TOUCH)}) as cold,
         (${noted(`state in ('opened', 'held')`, 'opened_at')}) as unrouted`;

/** How it stands at `now`. Whoever stands in two dimensions under one name is told apart by the dimension. */
export async function reportRows(db: Db, workspaceId: string, period: Period, now: Date): Promise<ReportRows> {
  const { from, to, zone } = period;
  const { rows } = await db.raw(NUMBERS, { workspace: workspaceId, from, to, zone, now });
  const [{ groups, ...others }] = rows;
  return { ...others, groups: groups.map(toGroup) };
}

/** The same of several periods, each as a whole. */
export async function totalsOf(
  db: Db,
  workspaceId: string,
  periods: readonly Pick<Period, 'from' | 'to'>[],
  now: Date,
): Promise<Numbers[]> {
  const { rows } = await db.raw(
    `select period.place, totals.* from unnest(:froms::timestamptz[], :tos::timestamptz[]) with ordinality
       as period("from", "to", place)
     cross join lateral (
       select ${COUNTED} from (
         select ${MEASURED} from handoffs
         where workspace_id = :workspace and not is_test and opened_at >= period."from" and opened_at < period."to"
       ) as cohort
     ) as totals order by period.place`,
    { workspace: workspaceId, froms: periods.map(({ from }) => from), tos: periods.map(({ to }) => to), now },
  );
  return rows.map((row: CountedRow) => toNumbers(row));
}

interface CountedRow {
  handoffs: number;
  contacted: number;
  promised: number;
  kept: number;
  touch: [number, number] | null;
  system: [number, number] | null;
}

function toGroup(row: CountedRow & { dimension: Dimension; key: string | null }): GroupRow {
  return { dimension: row.dimension, key: row.key, ...toNumbers(row) };
}

function toNumbers({ touch, system, handoffs, contacted, promised, kept }: CountedRow): Numbers {
  return {
    handoffs,
    contacted,
    promised,
    kept,
    touchP50: milliseconds(touch?.[0]),
    touchP90: milliseconds(touch?.[1]),
    systemP50: milliseconds(system?.[0]),
    systemP95: milliseconds(system?.[1]),
  };
}

function milliseconds(seconds: number | null | undefined): number | null {
  return seconds === null || seconds === undefined ? null : Math.round(seconds * 1_000);
}

/** One handoff of the period, for a table of all of them. */
export interface ReportLead {
  name: string;
  email: string;
  company: string | null;
  source: string;
  priority: string;
  state: string;
  repEmail: string | null;
  team: string | null;
  score: number | null;
  crossedAt: Date;
  assignedAt: Date | null;
  deliveredAt: Date | null;
  claimedAt: Date | null;
  contactedAt: Date | null;
  dueAt: Date | null;
  promised: boolean;
  kept: boolean;
  closedReason: string | null;
  /** Seconds; from the crossing to the card, and from being given to the first touch. */
  system: number | null;
  touch: number | null;
}

/** More would be no table that anybody opens. */
const MOST_LEADS = 50_000;

/** The handoffs of the period, in the order in which they came. */
export async function reportLeads(db: Db, workspaceId: string, period: Period, now: Date): Promise<ReportLead[]> {
  const { from, to } = period;
  const { rows } = await db.raw(
    `select leads.name, leads.email, judgement->'company'->>'name' as company, source, priority, state,
            rep_email as "repEmail", team, score, crossed_at as "crossedAt", assigned_at as "assignedAt", delivered_at as "deliveredAt",
            claimed_at as "claimedAt", contacted_at as "contactedAt", due_at as "dueAt",
            closed_reason as "closedReason", ${MEASURED}
     from handoffs join leads on leads.id = handoffs.lead_id
     where handoffs.workspace_id = :workspace and not is_test and opened_at >= :from and opened_at < :to
     order by opened_at, handoffs.id limit ${MOST_LEADS}`,
    { workspace: workspaceId, from, to, now },
  );
  return rows.map((row: ReportLead) => ({
    ...row,
    system: row.system === null ? null : Number(row.system),
    touch: row.touch === null ? null : Number(row.touch),
  }));
}
