/** From slots to an object: one measure, one way to show it, filters that can all hold; else a question back. Pure. */

import type { QuestionAsker } from './known-values.ts';
import type { ByName, Measured, MeasureKey, PeriodName, StatusName, WhereObject } from './question-object.ts';
import { STATUS_NAMES } from './question-object.ts';
import type { Segment } from './question-scan.ts';
import type { Slots } from './question-slots.ts';

export type Composed = { question: Measured } | { ask: 'measure' | 'who' | 'period' } | { unread: string[] };

const TIMES: readonly MeasureKey[] = ['time_to_contact', 'rep_time', 'claim_time', 'system_time'];
const RATES: readonly MeasureKey[] = ['contacted_rate', 'sla_rate', 'opportunity_rate', 'win_rate'];
const OF_TIME: readonly ByName[] = ['day', 'week', 'month'];
/** Of these a lead has one at most. */
const EXCLUSIVE: readonly (readonly StatusName[])[] = [
  ['won', 'lost', 'rejected', 'nurture', 'open'],
  ['contacted', 'not_contacted', 'cold'],
  ['won', 'lost', 'rejected', 'nurture', 'unclaimed', 'unrouted', 'overdue', 'at_risk', 'cold'],
  ['unclaimed', 'claimed'],
];
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
  const wrong = impossible(statuses, slots) ?? apart(segments) ?? dangling(segments);
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

type What = { measure: MeasureKey; statuses: StatusName[] } | { ask: 'measure' } | { unread: string[] };

/** What is asked for: a named measure, how long something takes, which part of the leads something happens to, or leads. */
function measureOf(segments: readonly Segment[], slots: Slots): What {
  const statuses = [...new Set(slots.all('status'))] as StatusName[];
  const named = [...new Set(slots.all('measure'))] as MeasureKey[];
  if (slots.has('miss')) {
    const isSla = named.length === 1 && named[0] === 'sla_rate';
    return isSla
      ? { measure: 'leads', statuses: [...new Set([...statuses, 'breached' as const])] }
      : { unread: [...slots.all('miss')] };
  }
  const without = (...gone: StatusName[]) => statuses.filter(status => !gone.includes(status));
  if (named.length > 1) {
    const [only, ...others] = named.filter(one => one !== 'sla_rate' || !statuses.includes('breached'));
    return only && others.length === 0 ? { measure: only, statuses } : { ask: 'measure' };
  }
  const [own] = named;
  const events = ['contact', 'respond', 'claim', 'deliver'].filter(event => slots.has(event));
  if (slots.has('owner')) return { unread: ['owner'] };
  if (isWhether(segments)) {
    return events.length === 1 && events[0] === 'contact' && !own
      ? { measure: 'contacted_rate', statuses }
      : { unread: ['all'] };
  }
  if (own) return namedMeasure(own, statuses, slots, events);
  if (
    slots.has('dur') ||
    (slots.all('rank').some(rank => rank === 'slowest' || rank === 'fastest') && events.length > 0)
  ) {
    return howLong(events, statuses, slots);
  }
  if (slots.has('percent')) return whichPart(events, statuses, without);
  if (slots.has('convert')) {
    if (statuses.includes('opportunity')) return { measure: 'opportunity_rate', statuses: without('opportunity') };
    if (statuses.includes('won')) return { measure: 'win_rate', statuses: without('won') };
    return { ask: 'measure' };
  }
  // "How are my leads" asks for a judgement, not for a list of them.
  if (segments[0]?.words === 'how' && !slots.has('by')) return { ask: 'measure' };
  return counted(events, statuses, slots);
}

/** "Have all MQLs been contacted?" asks for a share; a list of those that were would be no answer. */
function isWhether(segments: readonly Segment[]): boolean {
  return /^(?:(?:so|and|hey) )*(?:have|has|are|were|did|do|does|is|was) (?:all|every|each)\b/.test(
    segments.map(({ words }) => words).join(' '),
  );
}

function namedMeasure(own: MeasureKey, statuses: StatusName[], slots: Slots, events: readonly string[]): What {
  // "How is our SLA on breached leads": the breach is what is counted.
  if (own === 'sla_rate' && statuses.includes('breached')) return { measure: 'leads', statuses };
  if (slots.has('percent') && !RATES.includes(own)) return { unread: ['percentage'] };
  if (slots.has('percent') && statuses.length > 0) return { unread: ['percentage'] };
  if (own === 'score' && slots.has('range.score.from', 'range.score.to', 'range.score.above', 'range.score.below'))
    return { ask: 'measure' };
  if (RATES.includes(own) && events.includes('claim')) return { ask: 'measure' };
  if (own === 'sla_rate' && events.includes('contact') && slots.has('within')) return { ask: 'measure' };
  return { measure: own, statuses };
}

function howLong(events: readonly string[], statuses: StatusName[], slots: Slots): What {
  if (events.length !== 1) {
    const slow = slots.all('rank').length > 0;
    if (events.length === 0 && slow && !slots.has('dur')) return { measure: 'rep_time', statuses };
    return { ask: 'measure' };
  }
  // What leads are in by the end says nothing of how long it took.
  if (statuses.some(status => ['not_contacted', 'unclaimed'].includes(status))) return { ask: 'measure' };
  const [event] = events;
  if (event === 'claim') return { measure: 'claim_time', statuses };
  if (event === 'deliver') return { measure: 'system_time', statuses };
  const isOfPeople = slots.has('actor', 'rep', 'me') || slots.all('by').some(by => by === 'rep' || by === 'team');
  return { measure: event === 'respond' || isOfPeople ? 'rep_time' : 'time_to_contact', statuses };
}

function whichPart(
  events: readonly string[],
  statuses: readonly StatusName[],
  without: (...gone: StatusName[]) => StatusName[],
): What {
  if (events.includes('contact') && events.length === 1)
    return { measure: 'contacted_rate', statuses: without('contacted') };
  if (events.length > 0) return { unread: ['percentage'] };
  if (statuses.length !== 1) return { unread: ['percentage'] };
  if (statuses[0] === 'contacted') return { measure: 'contacted_rate', statuses: [] };
  if (statuses[0] === 'opportunity') return { measure: 'opportunity_rate', statuses: [] };
  if (statuses[0] === 'won') return { measure: 'win_rate', statuses: [] };
  return { unread: ['percentage'] };
}

function counted(events: readonly string[], statuses: StatusName[], slots: Slots): What {
  const ranks = slots.all('rank');
  if (ranks.some(rank => rank === 'slowest' || rank === 'fastest'))
    return statuses.length === 0 ? { measure: 'rep_time', statuses } : { ask: 'measure' };
  if (slots.has('about') && statuses.length === 0) return { ask: 'measure' };
  if (events.includes('respond')) return { ask: 'measure' };
  const more: StatusName[] = [
    ...(events.includes('contact') ? (['contacted'] as const) : []),
    ...(events.includes('claim') ? (['claimed'] as const) : []),
  ];
  if (statuses.length === 0 && slots.has('contrast') && !slots.has('rep', 'team', 'lead_source', 'campaign', 'by'))
    return { ask: 'measure' };
  return { measure: 'leads', statuses: [...new Set([...statuses, ...more])] };
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

interface Periods {
  period?: PeriodName;
  compare: boolean;
}

/** One period; a second only where the two are compared and it is the one before. */
function periodsOf(
  segments: readonly Segment[],
  slots: Slots,
  statuses: readonly StatusName[],
): Periods | { unread: string[] } | { ask: 'period' } {
  const found = slots.all('period') as PeriodName[];
  const [period, other, ...more] = [...new Set(found)];
  if (period === undefined) return { compare: slots.has('compare') && !isAmong(slots) };
  if (more.length > 0) return { unread: more };
  if (other !== undefined) {
    const isBefore =
      slots.has('compare', 'contrast') &&
      PAIRS.some(([now, before]) => (now === period && before === other) || (now === other && before === period));
    if (!isBefore) return { unread: [other] };
    return {
      period: PAIRS.some(([now, before]) => now === period && before === other) ? period : other,
      compare: true,
    };
  }
  // "Not contacted in the last 3 days": opened then, or nothing since then?
  const said = segments.find(({ effects }) => effects.some(({ kind }) => kind === 'period'))?.words ?? '';
  // "What is overdue today" asks how things stand, not what came in today.
  if (period === 'today' && said === 'today' && statuses.some(status => STANDING.includes(status)))
    return { compare: false };
  if (
    statuses.includes('not_contacted') &&
    /^(?:in|over|within|for) (?:the )?(?:last|past) (?:\d|\w+ (?:days|weeks|months))/.test(said)
  )
    return { ask: 'period' };
  // "Better than last month": this month is what is asked about.
  const [last] = PAIRS.filter(([, before]) => before === period);
  const isAgainst = segments.some(
    ({ effects }, at) =>
      effects.some(({ kind }) => kind === 'period') && segments[at - 1]?.effects.some(({ kind }) => kind === 'compare'),
  );
  if (isAgainst) return last ? { period: last[0], compare: true } : { unread: [said] };
  return { period, compare: slots.has('compare') && !isAmong(slots) };
}

/** How leads stand now, whenever they came. */
const STANDING: readonly StatusName[] = ['open', 'overdue', 'at_risk', 'unclaimed', 'unrouted', 'held'];

const PAIRS: readonly (readonly [PeriodName, PeriodName])[] = [
  ['today', 'yesterday'],
  ['this_week', 'last_week'],
  ['this_month', 'last_month'],
  ['this_quarter', 'last_quarter'],
  ['this_year', 'last_year'],
];

/** "Marcus vs Priya": values are compared, not periods. */
const isAmong = (slots: Slots) =>
  ['rep', 'team', 'lead_source', 'campaign', 'region', 'country', 'priority'].some(
    kind => new Set(slots.all(kind)).size > 1,
  );

function impossible(statuses: readonly StatusName[], slots: Slots): string | undefined {
  for (const group of EXCLUSIVE) {
    const [, second] = statuses.filter(status => group.includes(status));
    if (second) return second.replaceAll('_', ' ');
  }
  if (slots.has('or') && statuses.length > 1) return 'or';
  if (statuses.includes('reassigned') && slots.has('rep', 'me', 'team')) return 'reassigned';
  return undefined;
}

const COMPARED = [
  'period',
  'rep',
  'team',
  'lead_source',
  'campaign',
  'region',
  'country',
  'priority',
  'me',
  'everybody',
];

/** "Against", "than", "vs" of nothing that could be compared with. */
function dangling(segments: readonly Segment[]): string | undefined {
  const at = segments.findIndex(
    ({ words, effects }) =>
      /^(?:vs|versus|against|than|compared|comparing|relative)\b/.test(words) &&
      effects.some(({ kind }) => kind === 'compare') &&
      !effects.some(({ kind }) => kind === 'prev'),
  );
  if (at < 0) return undefined;
  const next = segments.slice(at + 1).find(({ effects }) => effects.some(({ kind }) => kind !== 'filler'));
  return next?.effects.some(({ kind }) => COMPARED.includes(kind)) ? undefined : segments[at]?.words;
}

/** Two people are meant alike only beside each other: "Marcus and Priya", not what one gave to the other. */
function apart(segments: readonly Segment[]): string | undefined {
  const people = segments.flatMap((segment, at) => (segment.effects.some(({ kind }) => kind === 'rep') ? [at] : []));
  for (const [index, at] of people.slice(1).entries()) {
    const between = segments.slice((people[index] ?? 0) + 1, at);
    const joins = between.every(
      ({ words, effects }) =>
        ['and', "'s", 's'].includes(words) || effects.some(({ kind }) => kind === 'compare' || kind === 'or'),
    );
    if (!joins) return segments[at]?.words;
  }
  return undefined;
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
