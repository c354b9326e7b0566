/** What a question measures: a named measure, how long something takes, a share, or leads. Pure. */
import type { MeasureKey, StatusName } from './question-object.ts';
import type { Segment } from './question-scan.ts';
import type { Slots } from './question-slots.ts';

export const RATES: readonly MeasureKey[] = ['contacted_rate', 'sla_rate', 'opportunity_rate', 'win_rate'];

export type What = { measure: MeasureKey; statuses: StatusName[] } | { ask: 'measure' } | { unread: string[] };

/** What is asked for: a named measure, how long something takes, which part of the leads something happens to, or leads. */
export function measureOf(segments: readonly Segment[], slots: Slots): What {
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
