import type { Team } from '../../config/playbook.ts';
import type { Candidate, Skipped } from '../../domain/decision.ts';
import { nextInLine, type Place, returnTurn, takeTurn } from '../../domain/rotation.ts';
import { type Strictness, whyNot } from './available.ts';
import type { Situation } from './input.ts';

/** A team's line at one moment: who is next, who is not in it and why, and the books to write the turn into. */
export interface Line {
  candidates: Candidate[];
  skipped: Skipped[];
  places: Place[];
}

export function lineUp(situation: Situation, key: string, team: Team, strictness: Strictness): Line {
  const lags = Object.hasOwn(situation.rotation, key) ? (situation.rotation[key] ?? {}) : {};
  const skipped: Skipped[] = [];
  const places = team.members.map((member): Place => {
    const why = whyNot(situation, member.person, strictness, { member, hours: team.hours });
    if (why) skipped.push(why);
    return {
      email: member.person,
      weight: team.assign === 'weighted' ? member.weight : 1,
      lag: Object.hasOwn(lags, member.person) ? (lags[member.person] ?? 0) : 0,
      here: why === undefined,
    };
  });
  return { candidates: order(situation, team, places), skipped, places };
}

/** The team's books after `taken` got a lead by its way of assigning. */
export function booksAfter(team: Team, places: readonly Place[], taken: string): Record<string, number> {
  return takeTurn(places, taken, mostOwed(team));
}

/** The team's books after `returned` handed a lead's turn back. */
export function booksAfterReturn(team: Team, places: readonly Place[], returned: string): Record<string, number> {
  return returnTurn(places, returned, mostOwed(team));
}

/** With least_open, turns only part those with equally many open: long debts would mean nothing there. */
function mostOwed({ assign }: Team): number | undefined {
  return assign === 'least_open' ? 1 : undefined;
}

function order(situation: Situation, team: Team, places: readonly Place[]): Candidate[] {
  const line = nextInLine(places);
  if (team.assign === 'claim') {
    return places.filter(place => place.here).map(({ email }) => ({ email, standing: 'may claim' }));
  }
  if (team.assign !== 'least_open') return line.map(({ email, standing }) => ({ email, standing }));
  const open = (email: string) => situation.roster.get(email)?.open ?? 0;
  return line
    .sort((one, other) => open(one.email) - open(other.email))
    .map(({ email, standing }) => ({ email, standing: `${open(email)} open, ${standing}` }));
}
