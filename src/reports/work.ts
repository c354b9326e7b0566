/** How much of the time until the first touch was working time of whoever has the lead. */
import { setImmediate } from 'node:timers/promises';
import type { Playbook } from '../config/playbook.ts';
import type { Absence } from '../db/people/people.ts';
import type { ReportLead } from '../db/reports/reports.ts';
import { workBetween } from '../domain/deadlines.ts';
import { calendarOf } from '../handoff/core/sla-due.ts';

/** Calendars take time: others have theirs after so many leads. */
const AT_ONCE = 200;

/** Milliseconds for each of the leads, null without a touch. */
export async function workUntilTouch(
  leads: readonly Pick<ReportLead, 'assignedAt' | 'contactedAt' | 'repEmail' | 'team'>[],
  playbook: Playbook,
  absences: readonly Absence[],
): Promise<(number | null)[]> {
  const work: (number | null)[] = [];
  for (const { assignedAt, contactedAt, ...whose } of leads) {
    const touched = assignedAt && contactedAt && contactedAt >= assignedAt;
    work.push(touched ? workBetween(calendarOf(playbook, whose, absences), assignedAt, contactedAt) : null);
    if (work.length % AT_ONCE === 0) await setImmediate();
  }
  return work;
}
