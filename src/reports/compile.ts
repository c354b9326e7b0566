/** A question as an object, made ready for SQL: whose leads, which days, what of it. Pure. */
import { parseDuration } from '../config/duration.ts';
import type { Playbook } from '../config/playbook.ts';
import { riskBefore } from '../handoff/queries/rep-home.ts';
import { after, DAY, SECOND } from '../lib/clock.ts';
import type { QuestionAsker } from '../questions/known-values.ts';
import type { Measured, StatusName } from '../questions/question-object.ts';
import { daysOf, periodBefore } from '../questions/question-periods.ts';
import type { Asked, AskScope, MeasureName } from './question.ts';

/** Who asks, where and when. */
export interface AskedBy {
  workspaceId: string;
  asker: QuestionAsker;
  playbook: Playbook;
  zone: string;
  now: Date;
}

/** Leads are counted as they stand now, whenever they came. */
const STANDING: readonly StatusName[] = [
  'open',
  'not_contacted',
  'unclaimed',
  'at_risk',
  'overdue',
  'cold',
  'unrouted',
  'held',
  'record_pending',
];

/** Days of a question about what went on that names no period. */
export const USUAL_DAYS = 30;

export interface Compiled {
  asked: Asked;
  /** The same of the period before; present where the question compares, and for every number of a named period. */
  before?: Asked;
  /** Nobody said when, so it is the last 30 days. */
  isUsualPeriod: boolean;
}

/** What SQL is asked. A period of none is 30 days, except for lists and for what stands now. */
export function compiled(question: Measured, by: AskedBy): Compiled {
  const { workspaceId, asker, playbook, zone, now } = by;
  const { where = {}, within, show, measure } = question;
  const { older, rep, status, employees, score, ...values } = where;
  const isStanding = show === 'list' || (status ?? []).some(one => STANDING.includes(one));
  const named = question.period;
  const period = named ? daysOf(named, { now, zone }) : isStanding ? undefined : lastDays(now, zone);
  const scope = scopeOf(asker, show);
  const asked: Asked = {
    workspaceId,
    zone,
    now,
    riskBefore: riskBefore(playbook, now),
    where: {
      ...values,
      ...(status && { status }),
      ...(employees && { employees: defined(employees) }),
      ...(score && { score: defined(score) }),
      ...(rep && { rep: rep.map(one => (one === 'me' ? asker.email : one)) }),
    },
    ...(period && { period: { from: period.from, to: period.to } }),
    ...(scope && { scope }),
    ...(older && { startedBy: after(now, -(parseDuration(older) ?? 0)) }),
    ...(within && { within: (parseDuration(within) ?? 0) / SECOND, isOfWithin: measure === 'leads' }),
  };
  const before = named
    ? periodBefore(named, { now, zone })
    : period && { from: after(period.from, -USUAL_DAYS * DAY), to: period.from };
  const isCompared = show === 'number' || question.compare === 'previous';
  return {
    asked,
    ...(before && isCompared && !named?.startsWith('2000-') && { before: { ...asked, period: before } }),
    isUsualPeriod: period !== undefined && named === undefined,
  };
}

function lastDays(now: Date, zone: string): { from: Date; to: Date } {
  return daysOf(`last_${USUAL_DAYS}_days`, { now, zone });
}

/** Reps see their own leads and those nobody has taken; totals may be of their teams. Managers see their teams and people. */
function scopeOf(
  { seesAll, email, reports, teams, manages }: QuestionAsker,
  show: Measured['show'],
): AskScope | undefined {
  if (seesAll) return undefined;
  if (reports.length > 0 || manages.length > 0) {
    return { reps: [email, ...reports], teams, unclaimed: true, unowned: true };
  }
  return { reps: [email], teams: show === 'list' ? [] : teams, unclaimed: true };
}

const defined = <T extends object>(range: T) =>
  Object.fromEntries(Object.entries(range).filter(([, value]) => value !== undefined)) as { [K in keyof T]?: number };

/** The measure of the compiler that a question's is. */
export function measureNameOf({ measure, stat = 'median', within }: Measured): MeasureName {
  switch (measure) {
    case 'leads':
    case 'sla_rate':
    case 'opportunity_rate':
    case 'win_rate':
      return measure;
    case 'contacted_rate':
      return within ? 'contacted_within' : 'contacted_rate';
    case 'time_split':
      return 'split_rep.median';
    case 'funnel':
      return 'leads';
    default:
      return `${measure}.${stat}`;
  }
}
