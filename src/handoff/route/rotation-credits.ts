/** The rotation's books of one handoff: the turn it is charged as, handed back and charged anew. Pure but for saving. */
import { nameOf, teamOf } from '../../config/playbook/people.ts';
import type { Playbook } from '../../config/playbook.ts';
import type { Db } from '../../db/connection.ts';
import type { Handoff } from '../../db/handoffs.ts';
import { saveTurn, type Turn } from '../../db/rotation.ts';
import type { Situation } from './input.ts';
import { booksAfter, booksAfterReturn, lineUp } from './rotation-order.ts';

type Charged = Pick<Handoff, 'turnTeam' | 'turnEmail'>;

/** Books after some turns, not yet written. */
export interface Moved {
  situation: Situation;
  turns: Turn[];
}

/** Hands back the turn this handoff is charged as; books of a team that is gone are left alone. */
export function handBack(situation: Situation, { turnTeam, turnEmail }: Charged): Moved {
  const team = turnTeam === null ? undefined : teamOf(situation.playbook, turnTeam);
  if (turnTeam === null || turnEmail === null || !team) return { situation, turns: [] };
  const { places } = lineUp(situation, turnTeam, team, 'at_work');
  return write(situation, { team: turnTeam, lags: booksAfterReturn(team, places, turnEmail), returned: turnEmail });
}

/** Charges a turn of the team to this person, when the team takes turns and they are in it. */
export function charge(situation: Situation, key: string | null, email: string): Moved {
  const team = key === null ? undefined : teamOf(situation.playbook, key);
  if (key === null || !team || team.assign === 'claim' || !isMember(situation.playbook, key, email)) {
    return { situation, turns: [] };
  }
  const { places } = lineUp(situation, key, team, 'at_work');
  return write(situation, { team: key, lags: booksAfter(team, places, email), taken: email });
}

/** The situation with one more turn in its books. */
export function write(situation: Situation, turn: Turn): Moved {
  return { situation: { ...situation, rotation: { ...situation.rotation, [turn.team]: turn.lags } }, turns: [turn] };
}

/** What the handoff is charged as after these turns. */
export function chargedAs(turns: readonly Turn[]): Charged {
  const last = turns.findLast(turn => turn.taken !== undefined);
  return { turnTeam: last?.team ?? null, turnEmail: last?.taken ?? null };
}

export async function saveTurns(trx: Db, workspaceId: string, turns: readonly Turn[]): Promise<void> {
  for (const turn of turns) await saveTurn(trx, workspaceId, turn);
}

export function isMember(playbook: Playbook, key: string, email: string): boolean {
  return teamOf(playbook, key)?.members.some(member => member.person === email) ?? false;
}

/** "it counts as Priya Nair's turn in Mid-market SDRs, and Marcus Chen has theirs back": nothing is outside the books. */
export function turnText(playbook: Playbook, before: Charged, now: Charged): string {
  const of = ({ turnTeam, turnEmail }: Charged) =>
    turnTeam && turnEmail
      ? { who: nameOf(playbook, turnEmail), team: teamOf(playbook, turnTeam)?.name ?? turnTeam }
      : undefined;
  const [had, has] = [of(before), of(now)];
  const same = had && has && before.turnTeam === now.turnTeam && before.turnEmail === now.turnEmail;
  if (has && had && !same) return `it counts as a turn of ${has.who} in ${has.team}, and ${had.who} has theirs back`;
  if (has) return `it counts as a turn of ${has.who} in ${has.team}`;
  return had
    ? `it counts as nobody's turn, and ${had.who} has theirs in ${had.team} back`
    : `it counts as nobody's turn`;
}
