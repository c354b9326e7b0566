import { nameOf, teamOf } from '../../config/playbook/people.ts';
import type { RoutingDecision, Skipped } from '../../domain/decision.ts';
import { type Strictness, whyNot } from './available.ts';
import type { RouteOutcome, Situation } from './input.ts';
import { booksAfter, lineUp } from './rotation-order.ts';
import { nextText, reasonsText, skippedText, teamText } from './words.ts';

/** Somewhere a lead may go to: the team or person of a rule, or the fallback. */
export type Goal = { kind: 'team'; team: string; via: 'team' | 'fallback' } | { kind: 'person'; email: string };

/** Taken, or why by nobody. */
export type Attempt =
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
export function attempt(situation: Situation, goal: Goal, strictness: Strictness): Attempt {
  return goal.kind === 'person'
    ? attemptPerson(situation, goal.email, strictness)
    : attemptTeam(situation, goal.team, goal.via, strictness);
}

function attemptPerson(situation: Situation, email: string, strictness: Strictness): Attempt {
  const name = nameOf(situation.playbook, email);
  const why = whyNot(situation, email, strictness);
  if (why) return { taken: false, skipped: [why], text: `${name} (${why.reason})` };
  return {
    taken: true,
    to: { kind: 'person', email, via: 'rule' },
    candidates: [{ email, standing: 'named by the rule' }],
    skipped: [],
    text: name,
  };
}

function attemptTeam(situation: Situation, key: string, via: 'team' | 'fallback', strictness: Strictness): Attempt {
  const team = teamOf(situation.playbook, key);
  if (!team) return { taken: false, skipped: [], text: `${key} (no such team in the playbook)` };
  const { candidates, skipped, places } = lineUp(situation, key, team, strictness);
  const [first] = candidates;
  if (!first) return { taken: false, skipped, text: `${team.name} (${reasonsText(situation.playbook, skipped)})` };
  const { playbook } = situation;
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
    rotation: { team: key, lags: booksAfter(team, places, first.email), taken: first.email },
  };
}
