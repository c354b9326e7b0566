import { personOf, teamOf } from '../config/playbook/people.ts';
import type { Playbook } from '../config/playbook.ts';
import type { Handoff } from '../db/handoffs/handoffs.ts';
import type { SlaMessageKind } from '../domain/ladder.ts';

/** To the manager; everything else is for whoever has the lead. */
export const isForManager = (what: SlaMessageKind): boolean => what === 'escalate' || what === 'stuck';

/**
 * Who answers for whoever has the lead, the nearest first: their own manager, the manager of the team the lead came
 * through, of a team of theirs, the admins. Never they themselves.
 */
export function managersOf(playbook: Playbook, { repEmail, team }: Pick<Handoff, 'repEmail' | 'team'>): string[] {
  const own = personOf(playbook, repEmail)?.manager;
  const ofTeam = teamOf(playbook, team)?.manager;
  const ofTheirs = Object.values(playbook.teams)
    .filter(one => one.members.some(member => member.person === repEmail))
    .map(one => one.manager);
  const all = [own, ofTeam, ...ofTheirs, ...playbook.admins];
  return [...new Set(all.filter(email => email !== undefined && email !== repEmail))] as string[];
}
