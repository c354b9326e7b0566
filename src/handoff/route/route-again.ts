/** A lead that somebody let lapse or gave back goes by the rules again, from the top, past everybody who had it. Pure. */
import { nameOf, teamName, teamOf } from '../../config/playbook/people.ts';
import type { Handoff } from '../../db/handoffs/handoffs.ts';
import type { Stint } from '../../db/handoffs/stints.ts';
import type { Facts } from '../core/facts.ts';
import type { FoundRep } from './find-rep.ts';
import type { RoutingState } from './input.ts';
import { withTurn } from './rotation-credits.ts';
import { route, routeFacts } from './route.ts';

/**
 * Where the rules or the fallback put it now, or in words why there is nobody. `stints`: who had it, a pool's as well;
 * `passedBy`: who must not get it besides.
 */
export function routeAgain(
  routing: RoutingState,
  { facts, judgement }: Handoff<Facts>,
  stints: readonly Stint[],
  passedBy: readonly string[],
): FoundRep | { why: string } {
  const { playbook } = routing;
  const excluded = [...passedBy, ...stints.flatMap(stint => hadBy(routing, stint))];
  const { decision, rotation } = route({ ...routing, facts: routeFacts(facts, judgement, playbook), excluded });
  const { to, candidates, skipped, rule } = decision;
  if (to.kind !== 'person' && to.kind !== 'pool') return { why: decision.reason };
  const name = to.kind === 'person' ? nameOf(playbook, to.email) : `the claim pool ${teamName(playbook, to.team)}`;
  return {
    ...(rotation ? withTurn(routing, rotation) : { routing, turns: [] }),
    to,
    candidates,
    skipped,
    text: rule === 'fallback' ? `${name}, by the fallback` : `${name}, by the rule ${rule}`,
    name,
  };
}

/** In a pool it was everybody's. */
function hadBy({ playbook }: RoutingState, { repEmail, team }: Stint): string[] {
  if (repEmail !== null) return [repEmail];
  return teamOf(playbook, team)?.members.map(member => member.person) ?? [];
}
