/** How much of the time until the first touch was working time of whoever has the lead. */
import { setImmediate } from 'node:timers/promises';
import type { Playbook } from '../config/playbook.ts';
import type { Absence } from '../db/people/people.ts';
import { workBetween } from '../domain/deadlines.ts';
import { calendarOf } from '../handoff/core/sla-due.ts';
import type { LeadRow } from './question.ts';

/** Calendars take time: others have theirs after so many leads. */
const AT_ONCE = 200;

/** Milliseconds for each of the leads, null without a touch. */
export async function workUntilTouch(
  leads: readonly Pick<LeadRow, 'touchedFrom' | 'touchedAt' | 'touchedBy' | 'touchedTeam'>[],
  playbook: Playbook,
  absences: readonly Absence[],
): Promise<(number | null)[]> {
  const work: (number | null)[] = [];
  for (const { touchedFrom: from, touchedAt: to, touchedBy: repEmail, touchedTeam: team } of leads) {
    work.push(from && to && workBetween(calendarOf(playbook, { repEmail, team }, absences), from, to));
    if (work.length % AT_ONCE === 0) await setImmediate();
  }
  return work;
}
