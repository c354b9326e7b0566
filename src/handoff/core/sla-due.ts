/**
 * The promise: by when a lead is to be touched, and what happens until then. What is promised and which steps follow is
 * said by the version of the playbook a handoff runs on; where and when people work is a fact about them, and the newest
 * version knows it best.
 */
import { personOf, teamOf } from '../../config/playbook/people.ts';
import type { Playbook } from '../../config/playbook.ts';
import type { Handoff } from '../../db/handoffs/handoffs.ts';
import type { Absence } from '../../db/people/people.ts';
import { dueAfter } from '../../domain/deadlines.ts';
import type { Priority } from '../../domain/decision.ts';
import type { WorkCalendar } from '../../domain/hours.ts';
import { type LadderRules, LONGEST_WAIT, nextSlaStep, type SlaState } from '../../domain/ladder.ts';
import { after } from '../../lib/clock.ts';

type SlaSubject = Pick<Handoff, 'priority' | 'repEmail' | 'team'>;

/**
 * When `respond_within` of the handoff's priority has passed since `from`, by the playbook's clock: `always`, or the
 * working time of whoever has the lead (of the team while nobody has it). Null: the playbook promises nothing, or the
 * person is away without a day of return.
 */
export function slaDueAt(
  playbook: Playbook,
  handoff: SlaSubject,
  absences: readonly Absence[],
  from: Date,
  people = playbook,
): Date | null {
  const ladder = playbook.sla[handoff.priority];
  if (!ladder) return null;
  const within = clipped(ladder.respond_within);
  if (ladder.clock === 'always') return after(from, within);
  return dueAfter(calendarOf(playbook, handoff, absences, people), from, within) ?? null;
}

/** The promise to a lead that is given to somebody for the first time at `from`, and when the ladder is looked at first. */
export function slaFrom(
  playbook: Playbook,
  handoff: SlaSubject,
  absences: readonly Absence[],
  from: Date,
): { dueAt: Date | null; nextStepAt: Date | null } {
  const dueAt = slaDueAt(playbook, handoff, absences, from);
  const untouched = { contactedAt: null, lastTouchAt: null, breachedAt: null };
  const standing: SlaState = { ...FRESH_SLA_STATE, ...untouched, state: 'assigned', assignedAt: from, dueAt };
  const step = nextSlaStep(
    ladderRulesOf(playbook, handoff.priority),
    standing,
    calendarOf(playbook, handoff, absences),
  );
  return { dueAt, nextStepAt: step?.at ?? null };
}

/** How whoever has just been given a lead begins: no step is behind them. What was promised to the lead, and broken, stays. */
export const FRESH_SLA_STATE = {
  claimedAt: null,
  snoozedUntil: null,
  ladderFrom: null,
  ladderPassed: 0,
  stepsFired: 0,
  idleAskedAt: null,
  coldNotifiedAt: null,
} satisfies Partial<SlaState>;

/** The steps of a priority. Where nothing is promised, only idle and cold leads are asked about, in working time. */
export function ladderRulesOf(playbook: Playbook, priority: Priority): LadderRules {
  const { claimed_but_idle: idleAfter, cold_after: coldAfter, ...ladders } = playbook.sla;
  const { clock, steps, out_of_hours: off } = ladders[priority] ?? { clock: 'working' as const, steps: [] };
  return {
    clock,
    steps: steps.map(step => ({ ...step, at: clipped(step.at) })),
    idleAfter: idleAfter && clipped(idleAfter),
    coldAfter: coldAfter && clipped(coldAfter),
    ...(off === 'wait' && { sparesOffShift: true }),
  };
}

/** Playbooks that were saved before there was a limit say more. */
const clipped = (wait: number): number => Math.min(wait, LONGEST_WAIT);

/** When whoever has the handoff works. A claim pool works by its team's hours in its manager's zone. */
export function calendarOf(
  playbook: Playbook,
  { repEmail, team: key }: Pick<Handoff, 'repEmail' | 'team'>,
  absences: readonly Absence[],
  people = playbook,
): WorkCalendar {
  const team = teamOf(people, key) ?? teamOf(playbook, key);
  const email = repEmail ?? team?.manager;
  // Somebody the newest version knows no more keeps the hours they had.
  const version = people.people.some(one => one.email === email) ? people : playbook;
  const person = personOf(version, email);
  return {
    zone: person?.time_zone ?? 'UTC',
    hours: (repEmail === null ? undefined : person?.hours) ?? hoursOf(version, repEmail, team),
    absences: absences.filter(absence => absence.email === repEmail),
  };
}

/** The hours of the team the lead came through; of a person who got it otherwise, those of any team of theirs. */
function hoursOf(playbook: Playbook, repEmail: string | null, team: Playbook['teams'][string] | undefined) {
  if (team) return team.hours;
  return Object.values(playbook.teams).find(one => one.hours && one.members.some(member => member.person === repEmail))
    ?.hours;
}
