import type { Team } from '../../config/playbook.ts';
import type { Candidate, Skipped } from '../../domain/decision.ts';
import { chargeTurn, type RotationMember, returnTurn, rotationOrder } from '../../domain/rotation.ts';
import { reasonToSkip, type Strictness } from './available.ts';
import type { RoutingState } from './input.ts';

/** A team's rotation order at one moment: who is next, who is not in it and why, and the credits to charge the turn to. */
export interface RotationOrder {
  candidates: Candidate[];
  skipped: Skipped[];
  members: RotationMember[];
}

export function rotationOrderOf(routing: RoutingState, key: string, team: Team, strictness: Strictness): RotationOrder {
  const credits = Object.hasOwn(routing.rotation, key) ? (routing.rotation[key] ?? {}) : {};
  const skipped: Skipped[] = [];
  const members = team.members.map((member): RotationMember => {
    const why = reasonToSkip(routing, member.person, strictness, { member, hours: team.hours });
    if (why) skipped.push(why);
    return {
      email: member.person,
      weight: team.assign === 'weighted' ? member.weight : 1,
      credit: Object.hasOwn(credits, member.person) ? (credits[member.person] ?? 0) : 0,
      available: why === undefined,
    };
  });
  return { candidates: candidatesOf(routing, team, members), skipped, members };
}

/** The team's credits after `taken` got a lead by its way of assigning. */
export function creditsAfterTurn(
  team: Team,
  members: readonly RotationMember[],
  taken: string,
): Record<string, number> {
  return chargeTurn(members, taken, creditLimit(team));
}

/** The team's credits after `returned` handed a lead's turn back. */
export function creditsAfterReturn(
  team: Team,
  members: readonly RotationMember[],
  returned: string,
): Record<string, number> {
  return returnTurn(members, returned, creditLimit(team));
}

/** With least_open, turns only part those with equally many open: long debts would mean nothing there. */
function creditLimit({ assign }: Team): number | undefined {
  return assign === 'least_open' ? 1 : undefined;
}

function candidatesOf(routing: RoutingState, team: Team, members: readonly RotationMember[]): Candidate[] {
  const order = rotationOrder(members);
  if (team.assign === 'claim') {
    return members.filter(member => member.available).map(({ email }) => ({ email, standing: 'may claim' }));
  }
  if (team.assign !== 'least_open') return order.map(({ email, standing }) => ({ email, standing }));
  const open = (email: string) => routing.roster.get(email)?.open ?? 0;
  return order
    .sort((one, other) => open(one.email) - open(other.email))
    .map(({ email, standing }) => ({ email, standing: `${open(email)} open, ${standing}` }));
}
