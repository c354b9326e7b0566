/**
 * What the words of a question mean in SQL: one definition of each, for Slack, reports and files alike. `h` is a handoff, `s`
 * one person's turn with it. Bound by name: `:now`, `:zone`, and for `at_risk` the moment of each priority.
 */
import { lossesSql, stageTimes } from './funnel-sql.ts';

/** How a lead stands, in words people ask with; of several all hold. */
export const STATUS = {
  open: `h.state not in ('won', 'lost', 'rejected', 'nurture')`,
  not_contacted: `h.contacted_at is null and h.state in ('opened', 'held', 'assigned', 'claimed')`,
  contacted: 'h.contacted_at is not null',
  unclaimed: `h.state = 'assigned' and h.rep_email is null and h.contacted_at is null`,
  claimed: 'h.claimed_by is not null',
  at_risk: `h.contacted_at is null and h.state in ('assigned', 'claimed') and h.due_at < case h.priority
              when 'HIGH' then :riskHigh::timestamptz when 'MEDIUM' then :riskMedium::timestamptz
              else :riskLow::timestamptz end`,
  overdue: `h.contacted_at is null and h.state in ('opened', 'held', 'assigned', 'claimed') and h.due_at <= :now`,
  breached: `(h.breached_at is not null or exists (select from stints s where s.handoff_id = h.id and BROKEN))`,
  cold: `h.state = 'contacted' and h.cold_notified_at >= coalesce(h.last_touch_at, h.contacted_at)`,
  unrouted: `h.state in ('opened', 'held')`,
  held: `h.state = 'held'`,
  nurture: `h.state = 'nurture'`,
  rejected: `h.state = 'rejected'`,
  reassigned: '(select count(*) from stints s where s.handoff_id = h.id and s.rep_email is not null) > 1',
  opportunity: `(h.opportunity_at is not null or h.state = 'won')`,
  won: `h.state = 'won'`,
  lost: `h.state = 'lost'`,
  record_pending: `h.record_state = 'pending'`,
} as const;

/** A turn that was due without a touch, or touched too late. What ended before it was due is neither kept nor broken. */
const BROKEN = `s.due_at is not null and (s.breached_at is not null or case when s.touched_at is not null
    then s.touched_at > s.due_at else s.due_at <= coalesce(s.ended_at, :now) end)`;
const KEPT = `s.due_at is not null and s.touched_at is not null and not (${BROKEN})`;
const RUNNING = `s.due_at > :now and s.touched_at is null and s.ended_at is null and not (${BROKEN})`;
/** Turned down before it was due: nobody owed the lead a call any more. */
const REJECTED_EARLY = `s.ended_how = 'rejected' and s.touched_at is null and s.due_at is not null and not (${BROKEN})`;

/** The condition of a status. */
export function statusSql(status: keyof typeof STATUS): string {
  return `(${STATUS[status].replace('BROKEN', BROKEN)})`;
}

/** Leads that sales owes an answer: all but those that the rules left to nurture. */
const OWED = `not (h.state = 'nurture' and h.assigned_at is null)`;

const seconds = (from: string, to: string) => `extract(epoch from ${to} - ${from})`;

/** The same arithmetic as `timeSplitOf` (domain/time-split.ts), in seconds; the turn before it was delivered is the first. */
export const SYSTEM_TIME = `case when h.delivered_at is not null then greatest(0, extract(epoch from
    h.delivered_at - least(h.crossed_at, h.seen_at)
    - case when h.assigned_at <= h.delivered_at then greatest(interval '0', h.assigned_at - h.opened_at)
      else interval '0' end)) end`;
/** When somebody became an MQL, by the earlier of two clocks. */
export const START = 'least(h.crossed_at, h.seen_at)';
/** `greatest` skips nulls: without the condition whatever has not happened took 0 seconds. */
const known = (condition: string, sql: string) => `case when ${condition} then greatest(0, ${sql}) end`;
const TIME_TO_CONTACT = known('h.contacted_at is not null', seconds(START, 'h.contacted_at'));
const CLAIM_TIME = known(
  'h.claimed_at is not null and h.delivered_at is not null',
  seconds('h.delivered_at', 'h.claimed_at'),
);
/** Of the first turn in which somebody reached out; null before. */
const FIRST_REP_TIME = `(select extract(epoch from t.touched_at - t.from_at) from stints t
    where t.handoff_id = h.id and t.touched_at is not null order by t.id limit 1)`;
const FIT = `(h.judgement->'fit'->>'score')::float`;
const WITHIN = `h.contacted_at is not null and h.contacted_at <= ${START} + :within * interval '1 second'`;
/** Contacted, or old enough to tell that it was not in time. */
const TOLD_BY_NOW = `(h.contacted_at is not null or ${START} + :within * interval '1 second' <= :now::timestamptz)`;
const REP_TIME = seconds('s.from_at', 's.touched_at');

/** Of a lead: broken once is broken, whoever had it; null: nothing was promised, or it is not over yet. */
export const LEAD_KEPT = `case
    when h.breached_at is not null or exists (select from stints s where s.handoff_id = h.id and ${BROKEN}) then false
    when h.due_at is null then null
    when h.contacted_at is not null then h.contacted_at <= h.due_at
    when h.due_at <= :now and h.state in ('opened', 'held', 'assigned', 'claimed') then false end`;

interface Measure {
  /** Counted over leads, or over people's turns with them. */
  over: 'leads' | 'turns';
  sql: string;
}

const count = (over: Measure['over'], condition: string): Measure => ({
  over,
  sql: `(count(*) filter (where ${condition}))::int`,
});
const part = (over: Measure['over'], of: string, all: string): Measure => ({
  over,
  sql: `(count(*) filter (where ${of}))::float / nullif(count(*) filter (where ${all}), 0)`,
});
const times = <N extends string>(name: N, over: Measure['over'], sql: string) =>
  ({
    [`${name}.average`]: { over, sql: `(avg(${sql}))::float` },
    [`${name}.median`]: { over, sql: `percentile_cont(0.5) within group (order by ${sql})` },
    [`${name}.p90`]: { over, sql: `percentile_cont(0.9) within group (order by ${sql})` },
    [`${name}.p95`]: { over, sql: `percentile_cont(0.95) within group (order by ${sql})` },
  }) as Record<`${N}.${'average' | 'median' | 'p90' | 'p95'}`, Measure>;

/** In front of somebody, and not taken. */
const UNCLAIMED_YET = `h.delivered_at is not null and h.claimed_at is null and h.state = 'assigned' and h.contacted_at is null`;
const UNDELIVERED = `h.delivered_at is null and h.state in ('opened', 'assigned')`;
/** Both medians are of the same leads. */
const splitMedian = (sql: string): Measure => ({
  over: 'leads',
  sql: `percentile_cont(0.5) within group (order by ${sql}) filter (where ${SYSTEM_TIME} is not null and ${FIRST_REP_TIME} is not null)`,
});

const LOSSES = lossesSql({ owed: OWED, opportunity: STATUS.opportunity, start: START });
const losses = Object.fromEntries(
  Object.entries(LOSSES).map(([name, condition]) => [name, count('leads', condition)]),
) as Record<keyof typeof LOSSES, Measure>;
const STAGE_TIMES = stageTimes({ start: START });

/** How soon sales reached out, in stretches that follow one another: seconds, the last without an end. */
export const SOON = [300, 900, 3_600, 14_400, 86_400] as const;
const soon = Object.fromEntries(
  [...SOON, null].map((until, index) => {
    const from = SOON[index - 1] ?? -1;
    const isIn = `${TIME_TO_CONTACT} > ${from}${until === null ? '' : ` and ${TIME_TO_CONTACT} <= ${until}`}`;
    return [`contacted_in.${until ?? 'later'}`, count('leads', `${OWED} and ${isIn}`)];
  }),
) as Record<`contacted_in.${(typeof SOON)[number] | 'later'}`, Measure>;

type Standing = `stands.${keyof typeof STATUS}`;
const standings = Object.fromEntries(
  (Object.keys(STATUS) as (keyof typeof STATUS)[]).map(status => [
    `stands.${status}`,
    count('leads', statusSql(status)),
  ]),
) as Record<Standing, Measure>;

/** What can be measured; times in seconds, rates from 0 to 1. */
export const MEASURES = {
  leads: count('leads', 'true'),
  claimed: count('leads', 'h.claimed_at is not null'),
  contacted: count('leads', 'h.contacted_at is not null'),
  sla_kept: count('turns', KEPT),
  sla_due: count('turns', `(${KEPT}) or (${BROKEN})`),
  rejected_early: count('turns', REJECTED_EARLY),
  contacted_rate: part('leads', `h.contacted_at is not null and ${OWED}`, OWED),
  opportunity_rate: part('leads', `${STATUS.opportunity} and ${OWED}`, OWED),
  contacted_within: part('leads', `${WITHIN} and ${OWED}`, `${OWED} and ${TOLD_BY_NOW}`),
  told_by_now: count('leads', `${OWED} and ${TOLD_BY_NOW}`),
  owed: count('leads', OWED),
  delivered: count('leads', 'h.delivered_at is not null'),
  claimed_or_later: count(
    'leads',
    `(h.claimed_at is not null or h.contacted_at is not null or h.state in ('won', 'lost'))`,
  ),
  opportunities: count('leads', STATUS.opportunity),
  won: count('leads', STATUS.won),
  in_nurture: count('leads', `not (${OWED})`),
  /** Of those that sales owes an answer: somebody reached out, or they were closed without that; the rest is `waiting`. */
  reached: count('leads', `h.contacted_at is not null and ${OWED}`),
  closed_unreached: count(
    'leads',
    `h.contacted_at is null and ${OWED} and h.state not in ('opened', 'held', 'assigned', 'claimed')`,
  ),
  rejected: count('leads', STATUS.rejected),
  /** Nobody has reached out to them, and since when the oldest waits (seconds since 1970). */
  waiting: count('leads', STATUS.not_contacted),
  waiting_since: {
    over: 'leads',
    sql: `extract(epoch from min(${START}) filter (where ${STATUS.not_contacted}))::float`,
  },
  unclaimed_yet: count('leads', UNCLAIMED_YET),
  unclaimed_since: {
    over: 'leads',
    sql: `extract(epoch from min(h.delivered_at) filter (where ${UNCLAIMED_YET}))::float`,
  },
  undelivered: count('leads', UNDELIVERED),
  undelivered_since: { over: 'leads', sql: `extract(epoch from min(${START}) filter (where ${UNDELIVERED}))::float` },
  'split_system.median': splitMedian(SYSTEM_TIME),
  'split_rep.median': splitMedian(FIRST_REP_TIME),
  split: count('leads', `${SYSTEM_TIME} is not null and ${FIRST_REP_TIME} is not null`),
  win_rate: part('leads', `h.state = 'won' and ${OWED}`, OWED),
  sla_rate: part('turns', KEPT, `(${KEPT}) or (${BROKEN})`),
  ...times('rep_time', 'turns', REP_TIME),
  ...times('time_to_contact', 'leads', TIME_TO_CONTACT),
  ...times('claim_time', 'leads', CLAIM_TIME),
  ...times('system_time', 'leads', SYSTEM_TIME),
  ...times('score', 'leads', 'h.score'),
  ...times('fit', 'leads', FIT),
  ...standings,
  ...losses,
  ...soon,
  ...times('opportunity_after', 'leads', STAGE_TIMES.opportunity),
  ...times('won_after', 'leads', STAGE_TIMES.won),
  /** Turns whose time has not come yet. */
  sla_running: count('turns', RUNNING),
} satisfies Record<string, Measure>;

const local = (format: string) => `to_char(h.opened_at at time zone :zone, '${format}')`;

/** What leads are grouped by. People and teams are those of the turn where turns are counted. */
export const DIMENSIONS = {
  rep: 'WHOSE.rep_email',
  team: 'WHOSE.team',
  lead_source: 'h.lead_source',
  original_source: 'h.original_source',
  campaign: 'h.campaign',
  source: 'h.source',
  priority: 'h.priority',
  outcome: 'h.state',
  reason: 'h.closed_reason',
  country: 'h.country',
  region: 'h.regions[1]',
  industry: 'h.industry',
  rule: 'h.rule',
  hour: local('FMHH24'),
  weekday: local('ID'),
  day: local('YYYY-MM-DD'),
  week: local('IYYY-IW'),
  month: local('YYYY-MM'),
  /** Of periods that follow one another, which: 1 is the first. */
  span: 'width_bucket(h.opened_at, :starts::timestamptz[])',
} as const;

/** A dimension over leads or over turns. */
export function dimensionSql(by: keyof typeof DIMENSIONS, over: Measure['over']): string {
  return DIMENSIONS[by].replace('WHOSE', over === 'leads' ? 'h' : 's');
}

/** Fields of `where` that name values of a column. */
export const VALUES = {
  lead_source: 'h.lead_source',
  campaign: 'h.campaign',
  source: 'h.source',
  priority: 'h.priority',
  reason: 'h.closed_reason',
  country: 'h.country',
  industry: 'h.industry',
  rule: 'h.rule',
} as const;
/** … of a column of several. */
export const LISTS = { region: 'h.regions', flag: 'h.flags' } as const;
/** … that are a range of numbers. */
export const RANGES = { employees: 'h.employees', score: 'h.score' } as const;
