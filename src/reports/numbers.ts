/** The numbers of a period with the names that people know. */
import { nameOf, teamName } from '../config/playbook/people.ts';
import { type GroupRow, reportRows, totalsOf } from '../db/reports/reports.ts';
import { rejectionText } from '../domain/reject-reasons.ts';
import type { Group, Noted, Period, Report } from '../domain/report.ts';
import type { Deps } from '../handoff/core/deps.ts';
import { periodsBefore } from './periods.ts';

/** The trend looks back over so many periods. */
const BEFORE = 4;

/** How the period went, as it stands now. Two statements. */
export async function reportOf(deps: Deps, workspaceId: string, period: Period): Promise<Report> {
  const now = deps.clock.now();
  const before = periodsBefore(period, BEFORE);
  const [{ groups, outcomes, rejects, cold, unrouted }, totals, { playbook }] = await Promise.all([
    reportRows(deps.db, workspaceId, period, now),
    totalsOf(deps.db, workspaceId, before, now),
    deps.playbook(workspaceId),
  ]);
  const of = (dimension: GroupRow['dimension'], name: (key: string) => string, none: string): Group[] =>
    groups
      .filter(group => group.dimension === dimension)
      .map(({ dimension: _, key, ...numbers }) => ({ name: key === null ? none : name(key), ...numbers }));
  const listed = ({ total, first }: typeof cold) => ({
    total,
    first: first.map(
      ({ rep, since, ...lead }): Noted => ({ ...lead, rep: rep && nameOf(playbook, rep), since: new Date(since) }),
    ),
  });
  const asIs = (key: string) => key;
  return {
    ...period,
    asOf: now,
    all: of('all', asIs, 'All')[0] ?? nothing('All'),
    reps: of('rep', email => nameOf(playbook, email), 'nobody'),
    teams: of('team', key => teamName(playbook, key), 'no team'),
    sources: of('source', asIs, 'unknown'),
    priorities: of('priority', asIs, 'unknown'),
    hours: of('hour', asIs, '').toSorted((one, next) => Number(one.name) - Number(next.name)),
    outcomes: outcomes.map(({ key, count }) => ({ name: key, count })),
    rejects: rejects.map(({ key, count }) => ({ name: rejectionText(key ?? 'other', null), count })),
    cold: listed(cold),
    unrouted: listed(unrouted),
    before: before.map((earlier, index) => ({ ...earlier, ...(totals[index] ?? nothing('')) })),
    threshold: playbook.mql.threshold,
  };
}

function nothing(name: string): Group {
  const unmeasured = { touchP50: null, touchP90: null, systemP50: null, systemP95: null };
  return { name, handoffs: 0, contacted: 0, promised: 0, kept: 0, ...unmeasured };
}
