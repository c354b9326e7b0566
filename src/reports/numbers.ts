/** The numbers of a period with the names that people know. */
import { nameOf, teamName } from '../config/playbook/people.ts';
import { type Rejected, rejectionsOf } from '../db/reports/rejections.ts';
import { rejectionText } from '../domain/reject-reasons.ts';
import type { Group, Noted, Period, Report } from '../domain/report.ts';
import type { Deps } from '../handoff/core/deps.ts';
import { periodsBefore } from './periods.ts';
import { type Asked, type By, type MeasureName, type TallyRow, tally } from './question.ts';
import { firstLeads, type LookedAt } from './question-lists.ts';

/** The trend looks back over so many periods. */
const BEFORE = 4;
/** The first few of a list are shown. */
const MOST_NOTED = 10;

/** What a report says of each group. */
export const REPORTED = [
  'leads',
  'contacted',
  'sla_due',
  'sla_kept',
  'rejected_early',
  'rep_time.median',
  'rep_time.p90',
  'system_time.median',
  'system_time.p95',
] as const satisfies readonly MeasureName[];
type Reported = (typeof REPORTED)[number];

const GROUPINGS = [[], ['rep'], ['team'], ['source'], ['priority'], ['hour'], ['outcome']] as const satisfies By[][];

/** How the period went, as it stands now. Five statements at once. */
export async function reportOf(deps: Deps, workspaceId: string, period: Period): Promise<Report> {
  const now = deps.clock.now();
  const { zone } = period;
  const asked: Asked = { workspaceId, zone, period, now };
  const current: Asked = { workspaceId, zone, now };
  const noted = (status: 'cold' | 'unrouted', since: 'opened' | 'last_touch') =>
    firstLeads(deps.db, { ...current, where: { status: [status] } }, since, MOST_NOTED);
  const [found, before, rejected, cold, unrouted, { playbook }] = await Promise.all([
    tally(deps.db, asked, REPORTED, GROUPINGS),
    totalsBefore(deps, asked, periodsBefore(period, BEFORE)),
    rejectionsOf(deps.db, workspaceId, period),
    noted('cold', 'last_touch'),
    noted('unrouted', 'opened'),
    deps.playbook(workspaceId),
  ]);
  const [all, reps, teams, sources, priorities, hours, outcomes] = found;
  const asIs = (key: string) => key;
  const listed = ({ total, first }: { total: number; first: LookedAt[] }) => ({
    total,
    first: first.map(
      ({ rep, since, ...lead }): Noted => ({ ...lead, rep: rep && nameOf(playbook, rep), since: new Date(since) }),
    ),
  });
  return {
    ...period,
    asOf: now,
    all: groupsOf(all, asIs, 'All')[0] ?? nothing('All'),
    reps: groupsOf(reps, email => nameOf(playbook, email), 'nobody'),
    teams: groupsOf(teams, key => teamName(playbook, key), 'no team'),
    sources: groupsOf(sources, asIs, 'unknown'),
    priorities: groupsOf(priorities, asIs, 'unknown'),
    hours: groupsOf(hours, asIs, '').toSorted((one, next) => Number(one.name) - Number(next.name)),
    outcomes: groupsOf(outcomes, asIs, '')
      .filter(({ handoffs }) => handoffs > 0)
      .map(({ name, handoffs: count }) => ({ name, count })),
    rejects: rejected.map(({ reason, count }: Rejected) => ({ name: rejectionText(reason ?? 'other', null), count })),
    cold: listed(cold),
    unrouted: listed(unrouted),
    before,
    threshold: playbook.mql.threshold,
  };
}

/** The same of periods that follow one another, the oldest first. */
async function totalsBefore(deps: Deps, asked: Asked, periods: readonly Period[]): Promise<Report['before']> {
  const [first, last] = [periods[0], periods.at(-1)];
  if (!first || !last) return [];
  const all = { ...asked, period: { from: first.from, to: last.to }, starts: periods.map(({ from }) => from) };
  const [found] = await tally(deps.db, all, REPORTED, [['span']]);
  return periods.map((period, index) => {
    const row = found?.find(({ key }) => Number(key[0]) === index + 1);
    return { ...period, ...(row ? numbersOf(row) : nothing('')) };
  });
}

/** The largest in front. */
function groupsOf(rows: TallyRow<Reported>[] | undefined, name: (key: string) => string, none: string): Group[] {
  const groups = (rows ?? []).map(row => {
    const [key = null] = row.key;
    return { name: key === null ? none : name(key), ...numbersOf(row) };
  });
  return groups.toSorted((one, next) => next.handoffs - one.handoffs || (one.name < next.name ? -1 : 1));
}

function numbersOf({ numbers }: TallyRow<Reported>): Omit<Group, 'name'> {
  return {
    handoffs: numbers.leads ?? 0,
    contacted: numbers.contacted ?? 0,
    promised: numbers.sla_due ?? 0,
    kept: numbers.sla_kept ?? 0,
    ...(numbers.rejected_early && { rejectedEarly: numbers.rejected_early }),
    touchP50: milliseconds(numbers['rep_time.median']),
    touchP90: milliseconds(numbers['rep_time.p90']),
    systemP50: milliseconds(numbers['system_time.median']),
    systemP95: milliseconds(numbers['system_time.p95']),
  };
}

export function milliseconds(seconds: number | null): number | null {
  return seconds === null ? null : Math.round(seconds * 1_000);
}

function nothing(name: string): Group {
  const unmeasured = { touchP50: null, touchP90: null, systemP50: null, systemP95: null };
  return { name, handoffs: 0, contacted: 0, promised: 0, kept: 0, ...unmeasured };
}
