/** Each one's share of a team's rotation beside what the weights give them. */
import { nameOf, teamOf } from '../../config/playbook/people.ts';
import type { Playbook } from '../../config/playbook.ts';
import type { ChargedTurns } from '../../db/reports/turns.ts';

/** One person's part of a team's turns. */
export interface Share {
  team: string;
  teamName: string;
  email: string;
  name: string;
  /** Their turns of the team's `of`. */
  turns: number;
  of: number;
  /** What the weights give them, 0 to 1. */
  ideal: number;
}

/** Everybody of a team that takes turns, in the playbook's order; those who left are in the whole, not in the list. */
export function sharesOf(playbook: Playbook, key: string, turns: readonly ChargedTurns[]): Share[] {
  const team = teamOf(playbook, key);
  if (!team || team.assign === 'claim' || team.assign === 'least_open') return [];
  const own = turns.filter(turn => turn.team === key);
  const of = own.reduce((sum, turn) => sum + turn.turns, 0);
  const weight = (member: (typeof team.members)[number]) => (team.assign === 'weighted' ? member.weight : 1);
  const whole = team.members.reduce((sum, member) => sum + weight(member), 0);
  return team.members.map(member => ({
    team: key,
    teamName: team.name,
    email: member.person,
    name: nameOf(playbook, member.person),
    turns: own.find(turn => turn.email === member.person)?.turns ?? 0,
    of,
    ideal: whole > 0 ? weight(member) / whole : 1 / team.members.length,
  }));
}
