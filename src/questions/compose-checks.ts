/** What cannot hold together, or belongs to nothing: the word that no answer could be true to. Pure. */
import type { StatusName } from './question-object.ts';
import type { Segment } from './question-scan.ts';
import type { Slots } from './question-slots.ts';

/** Of these a lead has one at most. */
const EXCLUSIVE: readonly (readonly StatusName[])[] = [
  ['won', 'lost', 'rejected', 'nurture', 'open'],
  ['contacted', 'not_contacted', 'cold'],
  ['won', 'lost', 'rejected', 'nurture', 'unclaimed', 'unrouted', 'overdue', 'at_risk', 'cold'],
  ['unclaimed', 'claimed'],
];

/** The first word at fault; undefined: all of it can hold. */
export function wordAtFault(
  segments: readonly Segment[],
  statuses: readonly StatusName[],
  slots: Slots,
): string | undefined {
  return impossible(statuses, slots) ?? apart(segments) ?? dangling(segments);
}

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
