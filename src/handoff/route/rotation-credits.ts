/** The rotation credits of one handoff: the turn it is charged as, handed back and charged anew. Pure but for saving. */
import { nameOf, teamOf } from '../../config/playbook/people.ts';
import type { Playbook } from '../../config/playbook.ts';
import type { Db } from '../../db/connection.ts';
import type { Handoff } from '../../db/handoffs/handoffs.ts';
import { type RotationTurn, saveTurn } from '../../db/people/rotation.ts';
import type { RoutingState } from './input.ts';
import { creditsAfterReturn, creditsAfterTurn, rotationOrderOf } from './rotation-order.ts';

type ChargedTurn = Pick<Handoff, 'turnTeam' | 'turnEmail'>;

/** Credits after some turns, not yet written. */
export interface CreditChange {
  routing: RoutingState;
  turns: RotationTurn[];
}

/** Hands back the turn this handoff is charged as; credits of a team that is gone are left alone. */
export function returnCharged(routing: RoutingState, { turnTeam, turnEmail }: ChargedTurn): CreditChange {
  const team = turnTeam === null ? undefined : teamOf(routing.playbook, turnTeam);
  if (turnTeam === null || turnEmail === null || !team) return { routing, turns: [] };
  const { members } = rotationOrderOf(routing, turnTeam, team, 'at_work');
  return withTurn(routing, {
    team: turnTeam,
    credits: creditsAfterReturn(team, members, turnEmail),
    returned: turnEmail,
  });
}

/** Charges a turn of the team to this person, when the team takes turns and they are in it. */
export function chargeTo(routing: RoutingState, key: string | null, email: string): CreditChange {
  const team = key === null ? undefined : teamOf(routing.playbook, key);
  if (key === null || !team || team.assign === 'claim' || !isMember(routing.playbook, key, email)) {
    return { routing, turns: [] };
  }
  const { members } = rotationOrderOf(routing, key, team, 'at_work');
  return withTurn(routing, { team: key, credits: creditsAfterTurn(team, members, email), taken: email });
}

/** The state with one more turn in its credits. */
export function withTurn(routing: RoutingState, turn: RotationTurn): CreditChange {
  return { routing: { ...routing, rotation: { ...routing.rotation, [turn.team]: turn.credits } }, turns: [turn] };
}

/** What the handoff is charged as after these turns. */
export function chargedAs(turns: readonly RotationTurn[]): ChargedTurn {
  const last = turns.findLast(turn => turn.taken !== undefined);
  return { turnTeam: last?.team ?? null, turnEmail: last?.taken ?? null };
}

export async function saveTurns(trx: Db, workspaceId: string, turns: readonly RotationTurn[]): Promise<void> {
  for (const turn of turns) await saveTurn(trx, workspaceId, turn);
}

export function isMember(playbook: Playbook, key: string, email: string): boolean {
  return teamOf(playbook, key)?.members.some(member => member.person === email) ?? false;
}

/** ". It counts as Priya Nair’s turn in Mid-market SDRs, not Marcus Chen’s", to follow a sentence; empty where no turn moves. */
export function turnText(playbook: Playbook, before: ChargedTurn, now: ChargedTurn): string {
  const of = ({ turnTeam, turnEmail }: ChargedTurn) =>
    turnTeam && turnEmail
      ? { who: nameOf(playbook, turnEmail), team: teamOf(playbook, turnTeam)?.name ?? turnTeam }
      : undefined;
  const [had, has] = [of(before), of(now)];
  const same = had && has && before.turnTeam === now.turnTeam && before.turnEmail === now.turnEmail;
  if (has && had && !same) return `. It counts as ${has.who}’s turn in ${has.team}, not ${had.who}’s`;
  if (has) return `. It counts as ${has.who}’s turn in ${has.team}`;
  return had ? `. It won’t count against ${had.who} in ${had.team}` : '';
}
