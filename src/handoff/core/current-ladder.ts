/** A handoff's ladder as it stands, by the playbook's versions and the calendar of whoever has it. */
import type { Playbook } from '../../config/playbook.ts';
import type { Handoff } from '../../db/handoffs.ts';
import { type Absence, absencesAfter } from '../../db/people.ts';
import type { WorkCalendar } from '../../domain/hours.ts';
import { type LadderRules, passedAt } from '../../domain/ladder.ts';
import type { AuthorisedAction } from './act-as.ts';
import type { Deps } from './deps.ts';
import { calendarOf, ladderOf } from './sla-due.ts';

export interface LadderNow {
  /** The version the handoff runs on. */
  playbook: Playbook;
  /** The newest. */
  people: Playbook;
  rules: LadderRules;
  calendar: WorkCalendar;
}

type LadderSubject = Pick<Handoff, 'workspaceId' | 'playbookVersion' | 'priority' | 'repEmail' | 'team'>;

/** `absences`: those of the person that were not over when they were given the lead. */
export async function ladderNow(deps: Deps, handoff: LadderSubject, absences: readonly Absence[]): Promise<LadderNow> {
  const [{ playbook }, { playbook: people }] = await Promise.all([
    deps.playbook(handoff.workspaceId, handoff.playbookVersion),
    deps.playbook(handoff.workspaceId),
  ]);
  return {
    playbook,
    people,
    rules: ladderOf(playbook, handoff.priority),
    calendar: calendarOf(playbook, handoff, absences, people),
  };
}

/** How much of the ladder's clock has passed, for whoever makes it stand still. */
export async function ladderPassed({ deps, trx, handoff, now }: AuthorisedAction): Promise<number> {
  const absences = await absencesAfter(trx, handoff.workspaceId, handoff.assignedAt ?? now);
  const { rules, calendar } = await ladderNow(deps, handoff, absences);
  return passedAt(rules, handoff, calendar, now);
}
