import { nameOf, teamOf } from '../../config/playbook/people.ts';
import type { RoutingDecision, Skipped } from '../../domain/decision.ts';
import { reasonToSkip, type Strictness } from './available.ts';
import type { RouteOutcome, RoutingState } from './input.ts';
import { creditsAfterTurn, rotationOrderOf } from './rotation-order.ts';
import { nextText, reasonsText, skippedText, teamText } from './route-words.ts';

/** Somewhere a lead may go to: the team or person of a rule, or the fallback. */
export type RoutingGoal = { kind: 'team'; team: string; via: 'team' | 'fallback' } | { kind: 'person'; email: string };

/** Taken, or why by nobody. */
export type PlacementAttempt =
  | {
      taken: true;
      to: RoutingDecision['to'];
      candidates: RoutingDecision['candidates'];
      skipped: Skipped[];
      /** "Mid-market SDRs (weighted 2:1): Marcus Chen is next, owed 0.67 of a turn; Priya Nair skipped: …". */
      text: string;
      rotation?: RouteOutcome['rotation'];
    }
  | { taken: false; skipped: Skipped[]; text: string };

/** Tries to place the lead there. */
export function tryGoal(routing: RoutingState, goal: RoutingGoal, strictness: Strictness): PlacementAttempt {
  return goal.kind === 'person'
    ? tryPerson(routing, goal.email, strictness)
    : tryTeam(routing, goal.team, goal.via, strictness);
}

function tryPerson(routing: RoutingState, email: string, strictness: Strictness): PlacementAttempt {
  const name = nameOf(routing.playbook, email);
  const why = reasonToSkip(routing, email, strictness);
  if (why) return { taken: false, skipped: [why], text: `${name} (${why.reason})` };
  return {
    taken: true,
    to: { kind: 'person', email, via: 'rule' },
    candidates: [{ email, standing: 'named by the rule' }],
    skipped: [],
    text: name,
  };
}

function tryTeam(
  routing: RoutingState,
  key: string,
  via: 'team' | 'fallback',
  strictness: Strictness,
): PlacementAttempt {
  const team = teamOf(routing.playbook, key);
  if (!team) return { taken: false, skipped: [], text: `${key} (no such team in the playbook)` };
  const { candidates, skipped, members } = rotationOrderOf(routing, key, team, strictness);
  const [first] = candidates;
  if (!first) return { taken: false, skipped, text: `${team.name} (${reasonsText(routing.playbook, skipped)})` };
  const { playbook } = routing;
  if (team.assign === 'claim') {
    const who = candidates.map(one => nameOf(playbook, one.email)).join(', ');
    const text = `${teamText(team)}: open to ${who}${skippedText(playbook, skipped)}`;
    return { taken: true, to: { kind: 'pool', team: key }, candidates, skipped, text };
  }
  return {
    taken: true,
    to: { kind: 'person', email: first.email, team: key, via },
    candidates,
    skipped,
    text: `${teamText(team)}: ${nextText(playbook, team, candidates)}${skippedText(playbook, skipped)}`,
    rotation: { team: key, credits: creditsAfterTurn(team, members, first.email), taken: first.email },
  };
}
