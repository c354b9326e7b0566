/** From slots to an object: one measure, one way to show it, filters that can all hold; else a question back. Pure. */

import { wordAtFault } from './compose-checks.ts';
import { measureOf, RATES } from './compose-measure.ts';
import { periodsOf } from './compose-period.ts';
import type { QuestionAsker } from './known-values.ts';
import {
  type ByName,
  type Measured,
  type MeasureKey,
  STATUS_NAMES,
  type StatusName,
  type WhereObject,
} from './question-object.ts';
import type { Segment } from './question-scan.ts';
import type { Slots } from './question-slots.ts';

export type Composed = { question: Measured } | { ask: 'measure' | 'who' | 'period' } | { unread: string[] };

const TIMES: readonly MeasureKey[] = ['time_to_contact', 'rep_time', 'claim_time', 'system_time'];
const OF_TIME: readonly ByName[] = ['day', 'week', 'month'];
/** More of these is worse. */
const BAD: readonly StatusName[] = [
  'overdue',
  'breached',
  'rejected',
  'not_contacted',
  'cold',
  'lost',
  'unclaimed',
  'unrouted',
  'at_risk',
  'reassigned',
];
/** Leads in these have waited, and do still. */
const WAITING: readonly StatusName[] = [
  'not_contacted',
  'open',
  'unclaimed',
  'unrouted',
  'held',
  'record_pending',
  'at_risk',
  'overdue',
];

/** `asker`: whose team "my team" is. */
export function measuredFrom(segments: readonly Segment[], slots: Slots, asker: QuestionAsker): Composed {
  const what = measureOf(segments, slots);
  if ('unread' in what || 'ask' in what) return what;
  const { measure, statuses } = what;
  const stat = statOf(measure, slots);
  if (stat === 'unread') return { unread: ['average'] };
  const periods = periodsOf(segments, slots, statuses);
  if ('unread' in periods || 'ask' in periods) return periods;
  const within = slots.all('within');
  const older = slots.all('older');
  const late = statuses.includes('not_contacted') ? [...older, ...within] : older;
  const soon = statuses.includes('not_contacted') ? [] : within;
  const timed = measure === 'contacted_rate' || (measure === 'leads' && statuses.includes('contacted'));
  if (soon.length > 1 || (soon.length === 1 && !timed)) return { unread: [...soon] };
  if (
    late.length > 1 ||
    (late.length === 1 &&
      !(statuses.some(one => WAITING.includes(one)) || (statuses.length === 0 && measure === 'leads')))
  )
    return { unread: [...late] };
  const wrong = wordAtFault(segments, statuses, slots);
  if (wrong) return { unread: [wrong] };
  if (slots.has('why') && !statuses.includes('rejected')) return { unread: ['why'] };
  const by = [...new Set([...(slots.has('why') ? ['reason'] : []), ...slots.all('by')])] as ByName[];
  if (by.length > 2) return { unread: by.slice(2) };
  const grouped = groupsOf(by, slots);
  if (slots.all('show').includes('series') && !grouped.some(one => OF_TIME.includes(one)) && grouped.length < 2)
    grouped.push('week');
  const sort = sortOf(measure, statuses, grouped, slots);
  if (sort === 'ask') return { ask: 'measure' };
  if (sort === 'unread') return { unread: [...slots.all('rank')] };
  const show = showOf(measure, grouped, slots, periods.compare);
  const where = whereOf(statuses, slots, late, { measure, show, hasPeriod: periods.period !== undefined });
  const own = slots.has('myteam') ? ownTeam(asker) : {};
  if (!own) return { ask: 'who' };
  const whose = { ...where, ...own };
  const limit = slots.all('limit')[0];
  const every = everyOf(segments, slots);
  if (every === 'unread') return { unread: ['every'] };
  return {
    question: {
      measure,
      show,
      ...(stat && { stat }),
      ...(soon[0] && { within: soon[0] }),
      ...(Object.keys(whose).length > 0 && { where: whose }),
      ...(grouped.length > 0 && { by: grouped }),
      ...(periods.period && { period: periods.period }),
      ...(periods.compare && { compare: 'previous' as const }),
      ...(sort && { sort }),
      ...(limit && { limit: Number(limit) }),
      ...(every && { every: every as NonNullable<Measured['every']> }),
    },
  };
}

function statOf(measure: MeasureKey, slots: Slots): Measured['stat'] | 'unread' {
  const [said] = slots.all('stat') as NonNullable<Measured['stat']>[];
  if (TIMES.includes(measure)) return said ?? 'median';
  if (measure === 'score' || measure === 'fit') return said ?? 'average';
  return said && !RATES.includes(measure) && measure !== 'time_split' ? 'unread' : undefined;
}

/** The teams somebody manages, else those they are in, else the people they manage; undefined: they have no team. */
function ownTeam({ manages, teams, reports }: QuestionAsker): Pick<WhereObject, 'team' | 'rep'> | undefined {
  const keys = manages.length > 0 ? manages : teams;
  if (keys.length > 0) return { team: [...keys] };
  return reports.length > 0 ? { rep: [...reports] } : undefined;
}

/** Two values of one kind that are compared make a table of them. */
function groupsOf(by: readonly ByName[], slots: Slots): ByName[] {
  if (by.length > 0 || !slots.has('compare', 'contrast')) return [...by];
  const among = (['rep', 'team', 'lead_source', 'campaign', 'region', 'country', 'priority'] as const).find(
    kind => new Set(slots.all(kind)).size > 1,
  );
  return among ? [among] : [];
}

function sortOf(
  measure: MeasureKey,
  statuses: readonly StatusName[],
  by: readonly ByName[],
  slots: Slots,
): 'highest' | 'lowest' | 'ask' | 'unread' | undefined {
  const ranks = slots.all('rank');
  const [rank] = ranks.filter(one => one !== 'best' && one !== 'worst').concat(ranks);
  if (!rank) return undefined;
  if (by.length === 0) return 'unread';
  if (rank === 'slowest' || rank === 'fastest')
    return TIMES.includes(measure) ? (rank === 'slowest' ? 'highest' : 'lowest') : 'ask';
  if (rank === 'highest' || rank === 'lowest') return rank;
  const isBad = TIMES.includes(measure) || statuses.some(status => BAD.includes(status));
  if (measure === 'leads' && statuses.length === 0 && !slots.has('limit') && !slots.has('show')) return 'ask';
  if (slots.has('limit') && measure === 'leads') return rank === 'best' ? 'highest' : 'lowest';
  return (rank === 'best') === isBad ? 'lowest' : 'highest';
}

function showOf(measure: MeasureKey, by: readonly ByName[], slots: Slots, compare: boolean): Measured['show'] {
  const shows = slots.all('show');
  if (measure === 'funnel' || measure === 'time_split') return 'table';
  if (by.some(one => OF_TIME.includes(one))) return 'series';
  if (by.length > 0) return 'table';
  if (shows.includes('series')) return 'series';
  if (measure !== 'leads' || compare) return 'number';
  return shows.includes('number') ? 'number' : 'list';
}

function whereOf(
  statuses: readonly StatusName[],
  slots: Slots,
  late: readonly string[],
  { measure, show, hasPeriod }: { measure: MeasureKey; show: Measured['show']; hasPeriod: boolean },
): WhereObject {
  const isWhose = slots.has('me', 'rep') || slots.all('by').includes('rep');
  const isNow = slots.has('now') || (slots.has('have') && isWhose && measure === 'leads' && show !== 'series');
  const status = statuses.length === 0 && isNow && !hasPeriod && measure === 'leads' ? (['open'] as const) : statuses;
  // "Unclaimed leads I can take": nobody has them.
  const isMine = slots.has('me') && !statuses.includes('unclaimed');
  const rep = [...new Set([...(isMine ? ['me'] : []), ...slots.all('rep')])];
  const lists = (
    ['team', 'lead_source', 'campaign', 'source', 'reason', 'country', 'region', 'industry', 'rule', 'flag'] as const
  ).flatMap(kind => {
    const values = [...new Set(slots.all(kind))];
    return values.length > 0 ? [[kind, values] as const] : [];
  });
  const priority = [...new Set(slots.all('priority'))] as ('HIGH' | 'MEDIUM' | 'LOW')[];
  const ranges = (['employees', 'score'] as const).flatMap(field => {
    const ends = (['from', 'to', 'above', 'below'] as const).flatMap(end =>
      slots
        .all(`range.${field}.${end}`)
        .slice(0, 1)
        .map(value => [end, Number(value)] as const),
    );
    return ends.length > 0 ? [[field, Object.fromEntries(ends)] as const] : [];
  });
  return {
    ...(status.length > 0 && { status: STATUS_NAMES.filter(one => status.some(given => given === one)) }),
    ...(rep.length > 0 && { rep }),
    ...Object.fromEntries(lists),
    ...(priority.length > 0 && { priority }),
    ...Object.fromEntries(ranges),
    ...(late[0] && { older: late[0] }),
  };
}

/** In front, or behind what is to be shown: "how many come in every Monday" asks for something else. */
function everyOf(segments: readonly Segment[], slots: Slots): string | undefined {
  const [every] = slots.all('every');
  if (!every) return undefined;
  const at = segments.findIndex(({ effects }) => effects.some(({ kind }) => kind === 'every'));
  const isFirst = segments
    .slice(0, at)
    .every(({ effects }) => effects.length > 0 && effects.every(({ kind }) => kind === 'filler'));
  const isAsked = segments
    .slice(0, 2)
    .some(({ effects }) => effects.some(({ kind, value }) => kind === 'show' && value === 'list'));
  return isFirst || (isAsked && at === segments.length - 1) ? every : 'unread';
}
