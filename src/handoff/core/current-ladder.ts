/** A handoff's ladder as it stands, by the playbook's versions and the calendar of whoever has it. */
import type { Playbook } from '../../config/playbook.ts';
import type { Handoff } from '../../db/handoffs/handoffs.ts';
import { type Absence, absencesAfter } from '../../db/people/people.ts';
import type { WorkCalendar } from '../../domain/hours.ts';
import { clockPassedAt, type LadderRules } from '../../domain/ladder.ts';
import type { AuthorisedAction } from './act-as.ts';
import type { Deps } from './deps.ts';
import { calendarOf, ladderRulesOf } from './sla-due.ts';

export interface CurrentLadder {
  /** The version the handoff runs on. */
  playbook: Playbook;
  /** The newest. */
  people: Playbook;
  rules: LadderRules;
  calendar: WorkCalendar;
}

type LadderSubject = Pick<Handoff, 'workspaceId' | 'playbookVersion' | 'priority' | 'repEmail' | 'team'>;

/** `absences`: those of the person that were not over when they were given the lead. */
export async function currentLadder(
  deps: Deps,
  handoff: LadderSubject,
  absences: readonly Absence[],
): Promise<CurrentLadder> {
  const [{ playbook }, { playbook: people }] = await Promise.all([
    deps.playbook(handoff.workspaceId, handoff.playbookVersion),
    deps.playbook(handoff.workspaceId),
  ]);
  return {
    playbook,
    people,
    rules: ladderRulesOf(playbook, handoff.priority),
    calendar: calendarOf(playbook, handoff, absences, people),
  };
}

/** How much of the ladder's clock has passed, for whoever makes it stand still. */
export async function ladderClockPassed({ deps, trx, handoff, now }: AuthorisedAction): Promise<number> {
  const absences = await absencesAfter(trx, handoff.workspaceId, handoff.assignedAt ?? now);
  const { rules, calendar } = await currentLadder(deps, handoff, absences);
  return clockPassedAt(rules, handoff, calendar, now);
}
