/** Numbers for a person or a team, with each one's share of the rotation beside what it should be. */
import { nameOf, teamOf } from '../../config/playbook/people.ts';
import type { Playbook } from '../../config/playbook.ts';
import { type StatsFilter, type StatsRows, statsOf } from '../../db/reports/stats.ts';
import type { Deps } from '../core/deps.ts';

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

export interface Stats extends Omit<StatsRows, 'turns'> {
  shares: Share[];
}

export async function stats(deps: Deps, workspaceId: string, filter: StatsFilter): Promise<Stats> {
  const [{ turns, ...rows }, { playbook }] = await Promise.all([
    statsOf(deps.db, workspaceId, filter, deps.clock.now()),
    deps.playbook(workspaceId),
  ]);
  return { ...rows, shares: filter.rotations.flatMap(key => sharesOf(playbook, key, turns)) };
}

/** Everybody of a team that takes turns, in the playbook's order; those who left are in the whole, not in the list. */
export function sharesOf(playbook: Playbook, key: string, turns: StatsRows['turns']): Share[] {
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
