/** From the goal of a rule to somebody who has the lead: the goal itself, the fallback, and never silence. */
import { nameOf } from '../../config/playbook/people.ts';
import type { Skipped } from '../../domain/decision.ts';
import { type PlacementAttempt, type RoutingGoal, tryGoal } from './attempt.ts';
import type { Strictness } from './available.ts';
import type { RouteInput, RouteOutcome } from './input.ts';

/** What was found out before the goal was known: facts, and owners who could not have the lead. */
export interface RoutingProgress {
  facts: Record<string, unknown>;
  skipped: Skipped[];
  notes: string[];
}

interface Step {
  goal: RoutingGoal;
  strictness: Strictness;
}

/**
 * In this order, the first that works: the rule's own people at work; the fallback team at work; when there is a
 * fallback team, and nobody is at work there either: the rule's own people, then the fallback team, at any hour; the
 * fallback person, whatever their state; whoever is left of either team at any hour, then at any load. Without a
 * fallback team the fallback person comes right after the rule's own people: that is whom the playbook names for it.
 * Where the playbook says what happens off shift (sla.PRIORITY.out_of_hours), that comes right after the rule's own people
 * at work: they at any hour (page, or wait with the card), or another team.
 */
export function chooseRep(
  input: RouteInput,
  rule: string | undefined,
  goal: RoutingGoal | undefined,
  soFar: RoutingProgress,
): RouteOutcome {
  const { team: fallbackTeam, person: fallbackPerson } = input.playbook.fallback;
  const own: RoutingGoal[] = goal ? [goal] : [];
  const fallback: RoutingGoal[] =
    fallbackTeam === undefined || (goal?.kind === 'team' && goal.team === fallbackTeam)
      ? []
      : [{ kind: 'team', team: fallbackTeam, via: 'fallback' }];
  const all = [...own, ...fallback];
  const failed: PlacementAttempt[] = [];

  const search = (tries: Step[]): RouteOutcome | undefined => {
    for (const { goal: next, strictness } of tries) {
      const made = tryGoal(input, next, strictness);
      if (made.taken) return outcomeOf(rule, next === goal, strictness, made, failed, soFar);
      failed.push(made);
    }
    return undefined;
  };
  const at = (strictness: Strictness): Step[] => all.map(one => ({ goal: one, strictness }));

  const offShift = (): RouteOutcome | undefined => {
    const wanted = input.playbook.sla[input.facts.priority]?.out_of_hours;
    if (wanted === undefined || !goal) return undefined;
    const [next, strictness, why]: [RoutingGoal, Strictness, string] =
      typeof wanted === 'object'
        ? [{ kind: 'team', team: wanted.team, via: 'team' }, 'at_work', 'They take what comes off shift.']
        : [goal, 'any_hour', OFF_SHIFT[wanted]];
    const made = tryGoal(input, next, strictness);
    if (!made.taken) return void failed.push(made);
    const found = outcomeOf(rule, true, strictness, made, failed, soFar);
    return { ...found, decision: { ...found.decision, reason: `${found.decision.reason} ${why}` } };
  };

  return (
    search(own.map(one => ({ goal: one, strictness: 'at_work' }))) ??
    offShift() ??
    search(at('at_work')) ??
    (fallbackTeam === undefined ? undefined : search(at('any_hour'))) ??
    toFallbackPerson(input, rule, fallbackPerson, failed, soFar) ??
    search([...at('any_hour'), ...at('any_load')]) ??
    toNobody(rule, failed, soFar)
  );
}

function outcomeOf(
  rule: string | undefined,
  isOwn: boolean,
  strictness: Strictness,
  made: PlacementAttempt & { taken: true },
  failed: readonly PlacementAttempt[],
  soFar: RoutingProgress,
): RouteOutcome {
  const { email } = made.to.kind === 'person' ? made.to : { email: undefined };
  // Somebody skipped for the hour and taken in spite of it was not skipped.
  const skipped = distinct([...soFar.skipped, ...failed.flatMap(one => one.skipped), ...made.skipped]).filter(
    one => one.email !== email,
  );
  const set = strictness === 'at_work' ? '' : `, ${SET_ASIDE[strictness]} set aside`;
  const route = isOwn
    ? `${rule}${strictness === 'at_work' ? '' : `: nobody at work; ${SET_ASIDE[strictness]} set aside`} → ${made.text}.`
    : `${whyFailed(rule, failed)} Fallback${set} → ${made.text}.`;
  return {
    decision: {
      rule: isOwn ? (rule ?? 'fallback') : 'fallback',
      facts: soFar.facts,
      to: made.to,
      candidates: made.candidates,
      skipped,
      reason: [...soFar.notes, route].join(' '),
    },
    ...(made.rotation && { rotation: made.rotation }),
  };
}

/** Whoever is paged off shift can read who chose that. */
const OFF_SHIFT = {
  page: 'The playbook pages them at any hour.',
  wait: 'The card waits for their first shift.',
} as const;

const SET_ASIDE = {
  any_hour: 'working hours',
  any_load: 'working hours and limits',
} as const;

/** The last to be asked, and never refused but to somebody who must not get this lead again. */
function toFallbackPerson(
  input: RouteInput,
  rule: string | undefined,
  email: string | undefined,
  failed: readonly PlacementAttempt[],
  soFar: RoutingProgress,
): RouteOutcome | undefined {
  if (email === undefined || input.excluded?.includes(email)) return undefined;
  return {
    decision: {
      rule: 'fallback',
      facts: soFar.facts,
      to: { kind: 'person', email, via: 'fallback' },
      candidates: [{ email, standing: 'the fallback person' }],
      skipped: distinct([...soFar.skipped, ...failed.flatMap(one => one.skipped)]).filter(one => one.email !== email),
      reason: [
        ...soFar.notes,
        `${whyFailed(rule, failed)} Fallback → ${nameOf(input.playbook, email)}, the last to be asked.`,
      ].join(' '),
    },
  };
}

function toNobody(rule: string | undefined, failed: readonly PlacementAttempt[], soFar: RoutingProgress): RouteOutcome {
  return {
    decision: {
      rule: 'fallback',
      facts: soFar.facts,
      to: { kind: 'nobody' },
      candidates: [],
      skipped: distinct([...soFar.skipped, ...failed.flatMap(one => one.skipped)]),
      reason: [
        ...soFar.notes,
        `${whyFailed(rule, failed)} Nobody is left to take the lead: an admin must decide.`,
      ].join(' '),
    },
  };
}

/** "HIGH mid-market → nobody: Mid-market SDRs (Marcus Chen: away …)." or "No rule matched." */
function whyFailed(rule: string | undefined, failed: readonly PlacementAttempt[]): string {
  const tried = [...new Set(failed.map(one => (one.taken ? '' : one.text)))].filter(Boolean).join('; ');
  if (rule === undefined) return `No rule matched.${tried ? ` Nobody available in ${tried}.` : ''}`;
  return tried ? `${rule} → nobody available: ${tried}.` : `${rule} → nobody.`;
}

function distinct(skipped: readonly Skipped[]): Skipped[] {
  const seen = new Map(skipped.map(one => [`${one.email} ${one.code} ${one.reason}`, one]));
  return [...seen.values()];
}
