/**
 * The ladder of a handoff: what comes next, and when. Pure. The clock starts when somebody is given the lead and ends with
 * the first touch; a claim does not end it, and a snooze does not stop it: it only spares whoever has the lead what they
 * would hear. After a touch only silence counts.
 */
import { after, DAY } from '../lib/clock.ts';
import { dueAfter, workBetween } from './deadlines.ts';
import { type HandoffState, isOpen } from './handoff.ts';
import { nextOpening, type WorkCalendar } from './hours.ts';

export type StepKind = 'nudge' | 'remind' | 'escalate' | 'reassign';

export type SlaMessageKind = 'remind' | 'escalate' | 'stuck' | 'idle' | 'cold' | 'asked' | 'more_time';

/**
 * Nothing is promised for longer, in milliseconds: three years of working days hold no more of a clock that runs in
 * working time, and every look would walk through all of them.
 */
export const LONGEST_WAIT = 366 * DAY;

/** What the playbook says about one priority, in milliseconds. Steps climb. */
export interface LadderRules {
  /** `working` stops outside the hours of whoever has the lead. */
  clock: 'always' | 'working';
  steps: readonly { at: number; do: StepKind }[];
  /** Whoever has the lead hears nothing outside their hours, however the clock runs. */
  sparesOffShift?: boolean;
  idleAfter?: number | undefined;
  coldAfter?: number | undefined;
}

/** How a handoff stands. */
export interface SlaState {
  state: HandoffState;
  assignedAt: Date | null;
  claimedAt: Date | null;
  /** The first touch, and the last. */
  contactedAt: Date | null;
  lastTouchAt: Date | null;
  snoozedUntil: Date | null;
  dueAt: Date | null;
  /** Where the clock goes on after a manager gave more time, and how much of it had passed by then. */
  ladderFrom: Date | null;
  ladderPassed: number;
  /** Steps that are behind it, fired or skipped. */
  stepsFired: number;
  breachedAt: Date | null;
  idleAskedAt: Date | null;
  coldNotifiedAt: Date | null;
}

export type SlaStep =
  | { kind: 'breach'; at: Date }
  | { kind: 'step'; at: Date; index: number; do: StepKind }
  | { kind: 'idle'; at: Date }
  | { kind: 'cold'; at: Date };

/** What is to be done at a moment. */
export interface DueSteps {
  /** The earliest first. */
  fire: SlaStep[];
  /** Passed while nobody looked, and less urgent than what fires now. */
  skip: SlaStep[];
  /** Passed while the lead was snoozed, or off shift where that is spared: only whoever has it would have heard. */
  quiet: SlaStep[];
  /** When to look again; null: nothing is left to come. */
  next: Date | null;
  /** How it stands then. */
  after: SlaState;
}

const SEVERITY: readonly StepKind[] = ['nudge', 'remind', 'escalate', 'reassign'];

/** The step that comes next, and when; undefined when none does. */
export function nextSlaStep(rules: LadderRules, standing: SlaState, calendar: WorkCalendar): SlaStep | undefined {
  return pendingSteps(rules, standing, calendar).toSorted(byTime)[0];
}

/**
 * What fires at `now`. Of several steps whose time has passed only the most severe does, late, and never together with
 * the question why nothing happens: people hear once what they must hear, not a volley.
 */
export function dueSteps(rules: LadderRules, standing: SlaState, calendar: WorkCalendar, now: Date): DueSteps {
  const due: SlaStep[] = [];
  let after = standing;
  const quiet: SlaStep[] = [];
  for (;;) {
    const steps = pendingSteps(rules, after, calendar);
    const passed = steps.filter(step => step.at <= now);
    if (passed.length === 0) return { ...firedAndSkipped(due), quiet, next: earliest(steps), after };
    for (const step of passed) (isQuiet(rules, standing, calendar, step) ? quiet : due).push(step);
    for (const step of passed) after = afterStep(after, step, now);
  }
}

const FOR_THE_REP: readonly StepKind[] = ['nudge', 'remind'];

function isQuiet(rules: LadderRules, { snoozedUntil }: SlaState, calendar: WorkCalendar, step: SlaStep): boolean {
  if (step.kind !== 'step' || !FOR_THE_REP.includes(step.do)) return false;
  return (snoozedUntil !== null && step.at < snoozedUntil) || isOffShift(rules, calendar, step.at);
}

function isOffShift({ sparesOffShift }: LadderRules, calendar: WorkCalendar, at: Date): boolean {
  const opens = sparesOffShift ? nextOpening(calendar, at) : undefined;
  return opens !== undefined && opens > at;
}

/** How it stands with one step behind it. */
function afterStep(standing: SlaState, step: SlaStep, now: Date): SlaState {
  switch (step.kind) {
    case 'breach':
      return { ...standing, breachedAt: step.at };
    case 'step':
      return { ...standing, stepsFired: step.index + 1 };
    case 'idle':
      return { ...standing, idleAskedAt: now };
    case 'cold':
      return { ...standing, coldNotifiedAt: now };
  }
}

/** How much of the ladder's clock has passed at a moment. */
export function clockPassedAt(rules: LadderRules, standing: SlaState, calendar: WorkCalendar, at: Date): number {
  const from = standing.ladderFrom ?? standing.assignedAt;
  if (!from) return 0;
  const since = rules.clock === 'always' ? Math.max(0, at.getTime() - from.getTime()) : workBetween(calendar, from, at);
  return standing.ladderPassed + since;
}

/** One step of each kind at most: of the steps the next. */
function pendingSteps(rules: LadderRules, standing: SlaState, calendar: WorkCalendar): SlaStep[] {
  if (!isOpen(standing.state) || !standing.assignedAt) return [];
  const steps = standing.contactedAt
    ? [lateBreachStep(standing), coldStep(rules, standing, calendar)]
    : [breachStep(standing), ladderStep(rules, standing, calendar), idleStep(rules, standing, calendar)];
  return steps.filter(step => step !== undefined);
}

function breachStep({ breachedAt, dueAt }: SlaState): SlaStep | undefined {
  return breachedAt || !dueAt ? undefined : { kind: 'breach', at: dueAt };
}

/** The promise was broken before the touch, and nobody had looked yet. */
function lateBreachStep({ breachedAt, dueAt, contactedAt }: SlaState): SlaStep | undefined {
  return !breachedAt && dueAt && contactedAt && contactedAt > dueAt ? { kind: 'breach', at: dueAt } : undefined;
}

function ladderStep(rules: LadderRules, standing: SlaState, calendar: WorkCalendar): SlaStep | undefined {
  const found = rules.steps[standing.stepsFired];
  const from = standing.ladderFrom ?? standing.assignedAt;
  if (!found || !from) return undefined;
  const at = timed(rules, calendar, from, found.at - standing.ladderPassed);
  return at && { kind: 'step', at, index: standing.stepsFired, do: found.do };
}

/** Claimed, and then nothing. Asked once a claim, and not before a snooze is over. */
function idleStep(rules: LadderRules, standing: SlaState, calendar: WorkCalendar): SlaStep | undefined {
  const { state, claimedAt, idleAskedAt, ladderFrom, snoozedUntil } = standing;
  if (rules.idleAfter === undefined || state !== 'claimed' || !claimedAt) return undefined;
  if (idleAskedAt && idleAskedAt >= claimedAt) return undefined;
  const from = ladderFrom && ladderFrom > claimedAt ? ladderFrom : claimedAt;
  const since = latest([timed(rules, calendar, from, rules.idleAfter) ?? null, snoozedUntil]);
  const at = since && rules.sparesOffShift ? nextOpening(calendar, since) : since;
  return at && { kind: 'idle', at };
}

/** Contacted, and then nothing. Days pass for everybody alike; it is told while the person works, once a silence. */
function coldStep(rules: LadderRules, standing: SlaState, calendar: WorkCalendar): SlaStep | undefined {
  const { coldNotifiedAt, lastTouchAt, contactedAt, assignedAt, ladderFrom, snoozedUntil } = standing;
  if (rules.coldAfter === undefined) return undefined;
  const since = latest([lastTouchAt, contactedAt, assignedAt, ladderFrom, snoozedUntil]);
  if (!since || (coldNotifiedAt && coldNotifiedAt >= since)) return undefined;
  const at = nextOpening(calendar, after(since, rules.coldAfter));
  return at && { kind: 'cold', at };
}

function timed(rules: LadderRules, calendar: WorkCalendar, from: Date, milliseconds: number): Date | undefined {
  return rules.clock === 'always'
    ? after(from, Math.max(0, milliseconds))
    : dueAfter(calendar, from, Math.max(0, milliseconds));
}

function firedAndSkipped(due: readonly SlaStep[]): Pick<DueSteps, 'fire' | 'skip'> {
  const steps = due.filter(step => step.kind === 'step');
  const [chosen] = steps.toSorted(
    (one, other) => SEVERITY.indexOf(other.do) - SEVERITY.indexOf(one.do) || other.index - one.index,
  );
  const quiet = chosen === undefined || chosen.do === 'nudge';
  const fires = (step: SlaStep) => (step.kind === 'step' ? step === chosen : step.kind !== 'idle' || quiet);
  return {
    fire: due.filter(fires).toSorted(byTime),
    skip: due.filter(step => !fires(step)).toSorted(byTime),
  };
}

const byTime = (one: SlaStep, other: SlaStep) => one.at.getTime() - other.at.getTime();

function earliest(steps: readonly SlaStep[]): Date | null {
  return steps.toSorted(byTime)[0]?.at ?? null;
}

function latest(dates: readonly (Date | null)[]): Date | undefined {
  const known = dates.filter(date => date !== null);
  return known.length > 0 ? new Date(Math.max(...known.map(date => date.getTime()))) : undefined;
}
