/** What the pieces of a question say together: negations find what they deny, nouns what they belong to. Pure. */
import type { Effect } from './phrases/phrase-table.ts';
import type { Segment } from './question-scan.ts';

/** The slots of one question, and the words that found none. */
export interface Slots {
  /** Every value of a kind, in order. */
  all(kind: string): readonly string[];
  has(...kinds: string[]): boolean;
  unread: string[];
  isAmbiguous: boolean;
}

/** What may stand between a negation and what it denies. */
const BETWEEN = new Set(['filler', 'me', 'agent', 'actor', 'have', 'now', 'everybody', 'noun']);
const DENIED: Readonly<Record<string, string>> = {
  contact: 'not_contacted',
  respond: 'not_contacted',
  claim: 'unclaimed',
  owner: 'unrouted',
};
const VALUES = ['lead_source', 'campaign', 'region', 'country', 'industry', 'team', 'rule', 'source'];

const isKind = (segment: Segment | undefined, ...kinds: string[]) =>
  segment?.effects.some(({ kind }) => kinds.includes(kind)) ?? false;

export function slotsOf(segments: readonly Segment[]): Slots {
  const read = groupings(denials(segments));
  const effects = read.flatMap(segment => segment.effects);
  const unread = read.filter(segment => segment.effects.length === 0).map(({ words }) => words);
  return {
    all: kind => effects.filter(effect => effect.kind === kind).map(({ value }) => value),
    has: (...kinds) => effects.some(({ kind }) => kinds.includes(kind)),
    unread,
    isAmbiguous: read.some(({ isAmbiguous }) => isAmbiguous === true),
  };
}

/** "have not I been contacted" is the status; a negation that denies nothing we know of is unread. */
function denials(segments: readonly Segment[]): Segment[] {
  const found = [...segments];
  for (const [at, segment] of found.entries()) {
    if (!isKind(segment, 'neg')) continue;
    let to = at + 1;
    while (
      to < found.length &&
      found[to]?.effects.length &&
      (found[to]?.effects ?? []).every(({ kind }) => BETWEEN.has(kind))
    )
      to += 1;
    const denied = found[to]?.effects.find(({ kind }) => DENIED[kind] !== undefined);
    const target = found[to];
    if (!denied || !target) {
      found[at] = { ...segment, effects: [] };
      continue;
    }
    found[at] = { ...segment, effects: [{ kind: 'filler', value: '' }] };
    found[to] = { ...target, effects: [{ kind: 'status', value: DENIED[denied.kind] ?? '' }] };
  }
  return found;
}

/** A noun alone groups only beside a rank, another grouping or "by" with what is measured; beside a value it belongs to it. */
function groupings(segments: readonly Segment[]): Segment[] {
  const hasRank = segments.some(segment => isKind(segment, 'rank'));
  let hasGroup = segments.some(segment => isKind(segment, 'by'));
  return segments.map((segment, at) => {
    const dim = segment.effects.find(({ kind }) => kind === 'dim');
    if (!dim) return segment;
    const filler: Effect[] = [{ kind: 'filler', value: '' }];
    if (
      VALUES.includes(dim.value) &&
      [neighbour(segments, at, -1), neighbour(segments, at, 1)].some(one => isKind(one, dim.value))
    ) {
      return { ...segment, effects: filler };
    }
    const before = neighbour(segments, at, -1);
    const next = segments[at + 1];
    const isMeasuredBy =
      next?.words === 'by' && isKind(segments[at + 2], 'measure', 'status', 'rank', 'stat', 'noun', 'show');
    if (isKind(before, 'by') || (!hasGroup && (hasRank || isMeasuredBy))) {
      hasGroup = true;
      return { ...segment, effects: [{ kind: 'by', value: dim.value }] };
    }
    return { ...segment, effects: [] };
  });
}

/** The nearest piece that says something. */
function neighbour(segments: readonly Segment[], at: number, step: 1 | -1): Segment | undefined {
  let to = at + step;
  while (segments[to] && isKind(segments[to], 'filler') && segments[to]?.effects.length === 1) to += step;
  return segments[to];
}
