/** Which period a question is about, and whether it is held against the one before. Pure. */
import type { PeriodName, StatusName } from './question-object.ts';
import type { Segment } from './question-scan.ts';
import type { Slots } from './question-slots.ts';

export interface Periods {
  period?: PeriodName;
  compare: boolean;
}

/** One period; a second only where the two are compared and it is the one before. */
export function periodsOf(
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
