/**
 * Questions about leads, compiled to SQL: one set of definitions and one scope for `/mql stats`, reports and files. The object
 * is what questions in words are read into: what is measured, of which leads, of which period, by what.
 */
import type { Db } from '../db/connection.ts';
import type { Priority } from '../domain/decision.ts';
import {
  type DIMENSIONS,
  dimensionSql,
  LEAD_KEPT,
  LISTS,
  MEASURES,
  RANGES,
  START,
  type STATUS,
  SYSTEM_TIME,
  statusSql,
  VALUES,
} from './question-sql.ts';

export type MeasureName = keyof typeof MEASURES;
export type By = keyof typeof DIMENSIONS;
type Over = 'leads' | 'turns';
type Range = Partial<Record<'from' | 'to' | 'above' | 'below', number>>;

/** Which leads; all that is given holds, and of several values any. */
export interface Where
  extends Partial<Record<keyof typeof VALUES | keyof typeof LISTS | 'rep' | 'team', readonly string[]>>,
    Partial<Record<keyof typeof RANGES, Range>> {
  status?: readonly (keyof typeof STATUS)[];
}

/** A question about some leads of a workspace. */
export interface Question {
  where?: Where;
  /** Of leads that were opened from then until just before. Absent: whenever. */
  period?: { from: Date; to: Date };
  /** By whose days and hours. */
  zone: string;
}

/** Whose leads somebody may be told of; absent: everybody's. */
export interface AskScope {
  /** Those of any of these people, … */
  reps: readonly string[];
  /** … or of any of these teams (keys). */
  teams: readonly string[];
  /** … and those that lie in a pool, or were given to nobody at all. */
  unclaimed?: boolean;
  unowned?: boolean;
}

export interface Asked extends Question {
  workspaceId: string;
  scope?: AskScope;
  now: Date;
  /** Before which a lead of that priority is at risk; needed for that status alone. */
  riskBefore?: Record<Priority, Date>;
  /** Became an MQL by then. */
  startedBy?: Date;
  /** Seconds: of leads that were contacted so soon; what `contacted_within` measures by. */
  within?: number;
  /** Whether only leads that were contacted `within` are meant. */
  isOfWithin?: boolean;
  /** Who became an MQL since then is too young to be an opportunity, or won; absent: nobody knows how long that takes. */
  youngSince?: { deal: Date | null; win: Date | null };
  /** Where periods that follow one another begin, for `span`. */
  starts?: readonly Date[];
}

/** One group: what its leads have in common, and what was measured of them. */
export interface TallyRow<M extends MeasureName> {
  /** In the order of `by`; null: nobody, nothing. */
  key: (string | null)[];
  numbers: Record<M, number | null>;
}

/**
 * Measures leads and turns by each of some groupings; `[]` is all of them together. One statement, whatever is asked. A group
 * without a lead may have turns: whoever had leads and has none any more.
 */
export async function tally<M extends MeasureName>(
  db: Db,
  asked: Asked,
  measures: readonly M[],
  groupings: readonly (readonly By[])[],
): Promise<TallyRow<M>[][]> {
  const used = [...new Set(groupings.flat())];
  const parts = (['leads', 'turns'] as const).map(over => {
    const own = measures.filter(name => MEASURES[name].over === over);
    return own.length > 0 ? groupedSql(asked, over, own, groupings, used) : undefined;
  });
  const sql = parts.map(part => (part ? `(select coalesce(json_agg(found), '[]') from (${part}) as found)` : `'[]'`));
  const { rows } = await db.raw(`select ${sql[0]} as leads, ${sql[1]} as turns`, bindingsOf(asked));
  const [{ leads, turns }] = rows;
  return groupings.map(by => merge(measures, by, [...leads, ...turns], bitsOf(by, used)));
}

type Found = Record<string, string | number | null> & { bits: number };

/** All the groupings in one scan. */
function groupedSql(
  asked: Asked,
  over: Over,
  measures: readonly MeasureName[],
  groupings: readonly (readonly By[])[],
  used: readonly By[],
): string {
  const column = (by: By) => `d."by_${by}"`;
  const numbers = measures.map(name => `${MEASURES[name].sql} as "${name}"`);
  const keys = used.map(by => `${column(by)}::text`);
  const bits = used.length > 0 ? `grouping(${used.map(column).join(', ')})` : '0';
  const named = used.map(by => `${dimensionSql(by, over)} as "by_${by}"`).join(', ');
  const dimensions = used.length > 0 ? `cross join lateral (select ${named}) as d` : '';
  const sets = groupings.map(by => `(${by.map(column).join(', ')})`).join(', ');
  return `select ${[`${bits} as bits`, ...keys, ...numbers].join(', ')} from ${fromSql(asked, over, dimensions)}
    group by grouping sets (${sets})`;
}

/** What PostgreSQL's `grouping` says of the rows of a grouping: a bit for each dimension that is not of it. */
function bitsOf(by: readonly By[], used: readonly By[]): number {
  return used.reduce((bits, one) => bits * 2 + (by.includes(one) ? 0 : 1), 0);
}

function merge<M extends MeasureName>(
  measures: readonly M[],
  by: readonly By[],
  found: readonly Found[],
  bits: number,
): TallyRow<M>[] {
  const groups = new Map<string, TallyRow<M>>();
  for (const row of found) {
    if (row.bits !== bits) continue;
    const key = by.map(one => row[`by_${one}`] as string | null);
    const id = JSON.stringify(key);
    const group = groups.get(id) ?? { key, numbers: emptyNumbers(measures) };
    for (const name of measures) if (row[name] !== undefined) group.numbers[name] = row[name] as number | null;
    groups.set(id, group);
  }
  return [...groups.values()];
}

/** Where nothing was found a count is 0, and nothing else is known. */
function emptyNumbers<M extends MeasureName>(measures: readonly M[]): Record<M, number | null> {
  const isCount = (name: M) => MEASURES[name].sql.endsWith('::int');
  return Object.fromEntries(measures.map(name => [name, isCount(name) ? 0 : null])) as Record<M, number | null>;
}

/** One lead of a question, for a table of all of them. */
export interface LeadRow {
  name: string;
  email: string;
  company: string | null;
  source: string;
  leadSource: string | null;
  campaign: string | null;
  priority: string;
  state: string;
  repEmail: string | null;
  team: string | null;
  score: number | null;
  crossedAt: Date;
  deliveredAt: Date | null;
  claimedAt: Date | null;
  contactedAt: Date | null;
  dueAt: Date | null;
  closedReason: string | null;
  /** Kept, broken, or null: not over, or nothing was promised. */
  kept: boolean | null;
  /** Seconds from the crossing to the card. */
  system: number | null;
  /** The first turn in which somebody reached out: whose, since when, and the touch. */
  touchedBy: string | null;
  touchedTeam: string | null;
  touchedFrom: Date | null;
  touchedAt: Date | null;
}

/** More would be no table that anybody opens. */
const MOST_LEADS = 50_000;

/** The leads of a question in the order in which they came. One statement. */
export async function leadRows(db: Db, asked: Asked): Promise<LeadRow[]> {
  const { rows } = await db.raw(
    `select leads.name, leads.email, judgement->'company'->>'name' as company, h.source, h.lead_source as "leadSource",
            h.campaign, h.priority, h.state, h.rep_email as "repEmail", h.team, h.score, h.crossed_at as "crossedAt",
            h.delivered_at as "deliveredAt", h.claimed_at as "claimedAt", h.contacted_at as "contactedAt",
            h.due_at as "dueAt", h.closed_reason as "closedReason", ${LEAD_KEPT} as kept, ${SYSTEM_TIME} as system,
            turn.rep_email as "touchedBy", turn.team as "touchedTeam", turn.from_at as "touchedFrom",
            turn.touched_at as "touchedAt"
     from ${fromSql(
       asked,
       'leads',
       `join leads on leads.id = h.lead_id
       left join lateral (select * from stints where handoff_id = h.id and touched_at is not null order by id limit 1)
         as turn on true`,
     )}
     order by h.opened_at, h.id limit ${MOST_LEADS}`,
    bindingsOf(asked),
  );
  return rows.map((row: LeadRow) => ({ ...row, system: row.system === null ? null : Number(row.system) }));
}

/** The leads, or the turns, that a question is about: the one scope of all that is told. */
export function fromSql(asked: Asked, over: Over, joined = ''): string {
  const { where = {}, period, scope } = asked;
  const whose = over === 'leads' ? 'h' : 's';
  const from = over === 'leads' ? 'handoffs h' : 'stints s join handoffs h on h.id = s.handoff_id';
  const conditions = [
    'h.workspace_id = :workspace and not h.is_test',
    period && 'h.opened_at >= :from and h.opened_at < :to',
    scope && scopeSql(scope, whose),
    asked.startedBy && `${START} <= :startedBy`,
    asked.isOfWithin && `h.contacted_at <= ${START} + :within * interval '1 second'`,
    where.rep && `${whose}.rep_email = any(:rep)`,
    where.team && `${whose}.team = any(:team)`,
    ...(where.status ?? []).map(statusSql),
    ...keysOf(VALUES).map(name => where[name] && `${VALUES[name]} = any(:${name})`),
    ...keysOf(LISTS).map(name => where[name] && `${LISTS[name]} && :${name}::text[]`),
    ...keysOf(RANGES).flatMap(name => rangeSql(RANGES[name], name, where[name] ?? {})),
  ];
  return `${from} ${joined} where ${conditions.filter(Boolean).join(' and ')}`;
}

/** Whose leads, or turns, somebody is told of: the rights of every question, report and file. */
function scopeSql({ unclaimed, unowned }: AskScope, whose: 'h' | 's'): string {
  const ways = [
    `${whose}.rep_email = any(:scopeReps)`,
    `${whose}.team = any(:scopeTeams)`,
    unclaimed && `(h.state = 'assigned' and h.rep_email is null)`,
    unowned && '(h.rep_email is null and h.team is null)',
  ];
  return `(${ways.filter(Boolean).join(' or ')})`;
}

const COMPARE = { from: '>=', to: '<=', above: '>', below: '<' } as const;

const rangeSql = (column: string, name: string, range: Range) =>
  keysOf(COMPARE).map(end => range[end] !== undefined && `${column} ${COMPARE[end]} :${name}_${end}`);

export function bindingsOf({
  workspaceId,
  where = {},
  period,
  zone,
  scope,
  now,
  riskBefore,
  starts,
  startedBy,
  within,
  youngSince,
}: Asked) {
  const ranges = keysOf(RANGES).flatMap(name =>
    keysOf(COMPARE).map(end => [`${name}_${end}`, where[name]?.[end] ?? null] as const),
  );
  const lists = [...keysOf(VALUES), ...keysOf(LISTS), 'rep' as const, 'team' as const].map(
    name => [name, [...(where[name] ?? [])]] as const,
  );
  return {
    ...Object.fromEntries<unknown>([...ranges, ...lists]),
    workspace: workspaceId,
    from: period?.from ?? null,
    to: period?.to ?? null,
    zone,
    scopeReps: [...(scope?.reps ?? [])],
    scopeTeams: [...(scope?.teams ?? [])],
    now,
    riskHigh: riskBefore?.HIGH ?? now,
    riskMedium: riskBefore?.MEDIUM ?? now,
    riskLow: riskBefore?.LOW ?? now,
    starts: [...(starts ?? [])],
    startedBy: startedBy ?? null,
    within: within ?? 0,
    youngForDeal: youngSince?.deal ?? null,
    youngForWin: youngSince?.win ?? null,
  };
}

function keysOf<T extends object>(of: T): (keyof T & string)[] {
  return Object.keys(of) as (keyof T & string)[];
}
