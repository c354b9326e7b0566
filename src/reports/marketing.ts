/** Marketing's numbers of a period, over the compiler that answers questions: the shared page and files count the same. */
import { nameOf, teamName } from '../config/playbook/people.ts';
import type { LeadFates, MarketingReport, Period } from '../domain/report.ts';
import type { Deps } from '../handoff/core/deps.ts';
import type { Measured } from '../questions/question-object.ts';
import { groupNames } from './answer-names.ts';
import { type AskedBy, compiled } from './compile.ts';
import { milliseconds } from './numbers.ts';
import { periodsBefore } from './periods.ts';
import { type Asked, type By, type MeasureName, type TallyRow, tally } from './question.ts';
import { listedLeads } from './question-lists.ts';

/** The trend looks back over so many periods. */
const BEFORE = 5;
const MOST_WAITING = 5;

const FATES = [
  'leads',
  'owed',
  'reached',
  'contacted',
  'opportunities',
  'won',
  'rejected',
  'in_nurture',
  'stands.held',
  'waiting',
  'time_to_contact.median',
] as const satisfies readonly MeasureName[];
type Row = TallyRow<(typeof FATES)[number]>;

const GROUPINGS = [[], ['campaign'], ['lead_source'], ['reason']] as const satisfies By[][];

/** "2026-11-23/2026-11-29": the days of a period as questions name them. */
export function daysOf({ from, to, zone }: Period): { first: string; last: string; named: string } {
  const day = (at: number) =>
    Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDate().toString();
  const [first, last] = [day(from.getTime()), day(to.getTime() - 1)];
  return { first, last, named: `${first}/${last}` };
}

/** How the period went, as it stands now, with the reader's rights. Three statements at once. */
export async function marketingReportOf(
  { db }: Pick<Deps, 'db'>,
  period: Period,
  by: AskedBy,
): Promise<MarketingReport> {
  const question: Measured = { measure: 'leads', show: 'table', period: daysOf(period).named };
  const { asked } = compiled(question, by);
  const waiting = compiled({ ...question, show: 'list', where: { status: ['not_contacted'] } }, by).asked;
  const [[all = [], campaigns = [], sources = [], reasons = []], listed, before] = await Promise.all([
    tally(db, asked, FATES, GROUPINGS),
    listedLeads(db, waiting, 'due', MOST_WAITING),
    fatesBefore(db, asked, periodsBefore(period, BEFORE)),
  ]);
  const { playbook, zone } = by;
  return {
    kind: 'marketing',
    ...period,
    asOf: by.now,
    all: fatesOf(all[0]),
    campaigns: named(campaigns, key => groupNames(['campaign'], playbook, zone).of(key)),
    sources: named(sources, key => groupNames(['lead_source'], playbook, zone).of(key)),
    rejects: named(reasons, key => groupNames(['reason'], playbook, zone).of(key))
      .filter(({ rejected }) => rejected > 0)
      .map(({ name, rejected }) => ({ name, count: rejected })),
    waiting: {
      total: listed.total,
      first: listed.leads.map(({ name, company, campaign, rep, team, openedAt }) => ({
        name,
        company,
        campaign,
        holder: rep ? nameOf(playbook, rep) : team && teamName(playbook, team),
        since: openedAt,
      })),
    },
    before,
    threshold: playbook.mql.threshold,
  };
}

/** The same of periods that follow one another. One statement. */
async function fatesBefore(
  db: Deps['db'],
  asked: Asked,
  periods: readonly Period[],
): Promise<MarketingReport['before']> {
  const [first, last] = [periods[0], periods.at(-1)];
  if (!first || !last) return [];
  const all = { ...asked, period: { from: first.from, to: last.to }, starts: periods.map(({ from }) => from) };
  const [found = []] = await tally(db, all, FATES, [['span']]);
  return periods.map((period, index) => ({
    ...period,
    ...fatesOf(found.find(({ key }) => Number(key[0]) === index + 1)),
  }));
}

/** The largest in front. */
function named(rows: readonly Row[], nameIn: (key: Row['key']) => string[]): (LeadFates & { name: string })[] {
  return rows
    .map(row => ({ name: nameIn(row.key)[0] ?? 'unknown', ...fatesOf(row) }))
    .toSorted((one, other) => other.leads - one.leads || (one.name < other.name ? -1 : 1));
}

function fatesOf(row: Row | undefined): LeadFates {
  const of = (name: (typeof FATES)[number]) => row?.numbers[name] ?? 0;
  return {
    leads: of('leads'),
    owed: of('owed'),
    reached: of('reached'),
    contacted: of('contacted'),
    opportunities: of('opportunities'),
    won: of('won'),
    rejected: of('rejected'),
    nurture: of('in_nurture'),
    held: of('stands.held'),
    waiting: of('waiting'),
    contactP50: milliseconds(row?.numbers['time_to_contact.median'] ?? null),
  };
}
