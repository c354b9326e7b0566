/** The promise: by when a lead is to be touched. */
import type { Playbook } from '../config/playbook.ts';
import type { Handoff } from '../db/handoffs.ts';
import type { Absence } from '../db/people.ts';
import { dueAfter } from '../domain/deadlines.ts';
import type { WorkCalendar } from '../domain/hours.ts';
import { after } from '../lib/clock.ts';

/**
 * When `respond_within` of the handoff's priority has passed since `from`, by the playbook's clock: `always`, or the
 * working time of whoever has the lead (of the team while nobody has it). Null: the playbook promises nothing, or the
 * person is away without a day of return.
 */
export function dueOf(
  playbook: Playbook,
  handoff: Pick<Handoff, 'priority' | 'repEmail' | 'team'>,
  absences: readonly Absence[],
  from: Date,
): Date | null {
  const ladder = playbook.sla[handoff.priority];
  if (!ladder) return null;
  if (ladder.clock === 'always') return after(from, ladder.respond_within);
  return dueAfter(calendarOf(playbook, handoff, absences), from, ladder.respond_within) ?? null;
}

/** When whoever has the handoff works. A claim pool works by its team's hours in its manager's zone. */
function calendarOf(
  playbook: Playbook,
  { repEmail, team: key }: Pick<Handoff, 'repEmail' | 'team'>,
  absences: readonly Absence[],
): WorkCalendar {
  const team = key === null ? undefined : playbook.teams[key];
  const person = playbook.people.find(one => one.email === (repEmail ?? team?.manager));
  return {
    zone: person?.time_zone ?? 'UTC',
    hours: hoursOf(playbook, repEmail, team),
    absences: absences.filter(absence => absence.email === repEmail),
  };
}

/** The hours of the team the lead came through; of a person who got it otherwise, those of any team of theirs. */
function hoursOf(playbook: Playbook, repEmail: string | null, team: Playbook['teams'][string] | undefined) {
  if (team) return team.hours;
  return Object.values(playbook.teams).find(one => one.hours && one.members.some(member => member.person === repEmail))
    ?.hours;
}
