/**
 * The sweep: looks at every handoff whose time has come, on any number of processes at once. Rows are the truth, ticks
 * only look: a step fires in the transaction that says it has.
 */
import { setImmediate } from 'node:timers/promises';
import type { Db } from '../db/connection.ts';
import { DUE_NOW } from '../db/handoffs/handoffs.ts';
import {
  absencesSince,
  anyDue,
  type DueHandoff,
  lockDueHandoffs,
  type RunningStint,
  recheckNextBatch,
  recordSweep,
} from '../db/handoffs/ladder.ts';
import type { Absence } from '../db/people/people.ts';
import { dueSteps, type SlaState, type SlaStep } from '../domain/ladder.ts';
import { currentLadder } from '../handoff/core/current-ladder.ts';
import type { Deps } from '../handoff/core/deps.ts';
import { slaDueAt } from '../handoff/core/sla-due.ts';
import { tellsPromise } from '../handoff/record/sla-fields.ts';
import type { NewJob } from '../jobs/queue.ts';
import { notifyOfStep, reassignLapsed, redrawCards, updateSlaFields } from '../jobs/requests.ts';
import { type SlaFinding, saveFindings } from './save-findings.ts';
import { beginRound, isLeftOut, leaveOut, type SweepRound } from './sweep-round.ts';
import { firedEntry, quietEntry, skippedEntry } from './timeline-entries.ts';

/** Handoffs of one transaction. */
const BATCH = 50;

/** Looks at everything that is due; answers how many steps fired. What cannot be looked at is logged and left as it is. */
export async function sweep(deps: Deps): Promise<number> {
  if (!(await anyDue(deps.db, deps.clock.now()))) return 0;
  const round = beginRound(deps);
  let fired = 0;
  for (;;) {
    const found = await deps.db.transaction(async trx => {
      const handoffs = await lockDueHandoffs(trx, deps.clock.now(), BATCH, round.leftOut);
      const saved = await saveFindings(round, trx, await checkHandoffs(round, trx, handoffs));
      return { handoffs: handoffs.length, fired: saved.reduce((sum, look) => sum + look.fired.length, 0) };
    });
    fired += found.fired;
    if (found.handoffs < BATCH) break;
  }
  await recordSweep(deps.db, deps.clock.now());
  return fired;
}

const MARKED_AT_ONCE = 1_000;

/** Has every open handoff of a workspace looked at anew, without holding many of them at once. */
export async function recheckWorkspace(deps: Deps, workspaceId: string): Promise<void> {
  let last: string | undefined;
  do {
    last = await recheckNextBatch(deps.db, workspaceId, last, MARKED_AT_ONCE);
  } while (last !== undefined);
}

/** Looks at handoffs that are locked, one after the other: whoever waits for this process has a turn between them. */
export async function checkHandoffs(
  round: SweepRound,
  trx: Db,
  handoffs: readonly DueHandoff[],
): Promise<SlaFinding[]> {
  const { deps } = round;
  const absences = await absencesOf(trx, handoffs, deps.clock.now());
  const looks: SlaFinding[] = [];
  for (const handoff of handoffs) {
    if (isLeftOut(round, handoff)) continue;
    try {
      looks.push(await checkHandoff(deps, handoff, absences.get(handoff.workspaceId) ?? []));
    } catch (thrown) {
      if (!isLeftOut(round, handoff)) leaveOut(round, handoff, thrown);
    }
    await setImmediate();
  }
  return looks;
}

function absencesOf(trx: Db, handoffs: readonly DueHandoff[], now: Date): Promise<Map<string, Absence[]>> {
  const assigned = handoffs.map(handoff => handoff.assignedAt ?? now);
  return absencesSince(
    trx,
    [...new Set(handoffs.map(handoff => handoff.workspaceId))],
    [...new Set(handoffs.map(handoff => handoff.repEmail).filter(email => email !== null))],
    new Date(Math.min(now.getTime(), ...assigned.map(at => at.getTime()))),
  );
}

async function checkHandoff(deps: Deps, handoff: DueHandoff, absences: readonly Absence[]): Promise<SlaFinding> {
  const now = deps.clock.now();
  const { playbook, people, rules, calendar } = await currentLadder(deps, handoff, absences);
  // A test goes by itself within minutes; nobody is to be paged for it.
  if (handoff.isTest) return nothingDue(handoff);
  const dueFrom = (from: Date) => slaDueAt(playbook, handoff, absences, from, people);
  const dueAt = isPromiseUnknown(handoff) ? dueFrom(handoff.assignedAt) : handoff.dueAt;
  const standing: SlaState = { ...handoff, dueAt };
  const { fire, skip, quiet, next, after } = dueSteps(rules, standing, calendar, now);
  const { stepsFired, breachedAt, idleAskedAt, coldNotifiedAt } = after;
  const context = { handoff, playbook, people, rules, now };
  const fired = fire.flatMap(step => {
    const entry = firedEntry(context, step);
    return entry ? [entry] : [];
  });
  return {
    handoff,
    update: { id: handoff.id, nextStepAt: next, dueAt, stepsFired, breachedAt, idleAskedAt, coldNotifiedAt },
    fired: fire,
    ...movedStint(handoff, dueFrom, now),
    entries: [
      ...skip.map(step => skippedEntry(context, step)),
      ...quiet.map(step => quietEntry(context, step)),
      ...fired.filter(entry => entry.kind !== 'nudged'),
    ],
    nudges: fired.filter(entry => entry.kind === 'nudged'),
    jobs: [
      ...fire.flatMap(step => jobsOfStep(handoff, step)),
      ...(tellsPromise(people) && mayRecordDiffer(handoff, { dueAt, breachedAt }) ? [updateSlaFields(handoff)] : []),
    ],
  };
}

function nothingDue(handoff: DueHandoff): SlaFinding {
  return { handoff, update: { ...handoff, nextStepAt: null }, fired: [], entries: [], nudges: [], jobs: [] };
}

/** Whoever had it first was away without a day of return; once it is known, the promise to the lead does not move. */
function isPromiseUnknown(handoff: DueHandoff): handoff is DueHandoff & { assignedAt: Date } {
  const { assignedAt, contactedAt, breachedAt, dueAt } = handoff;
  return assignedAt !== null && !contactedAt && !breachedAt && dueAt === null;
}

function movedStint(handoff: DueHandoff, dueFrom: (from: Date) => Date | null, now: Date): Pick<SlaFinding, 'stint'> {
  if (!isTurnRunning(handoff, now)) return {};
  const { id, from, due } = handoff.stint;
  const dueAt = dueFrom(new Date(from));
  const isMoved = dueAt?.getTime() !== (due === null ? undefined : Date.parse(due));
  return isMoved ? { stint: { id, dueAt } } : {};
}

/** What is due of a turn follows the hours and absences of whoever has it, until it is due or done. */
function isTurnRunning(handoff: DueHandoff, now: Date): handoff is DueHandoff & { stint: RunningStint } {
  const { stint, contactedAt } = handoff;
  return stint !== null && !stint.touched && !contactedAt && (stint.due === null || new Date(stint.due) > now);
}

/** May the record say of the promise what is not true any more? Whoever changed the clock left it to be looked at now. */
function mayRecordDiffer({ nextStepAt, ...was }: DueHandoff, now: Pick<DueHandoff, 'dueAt' | 'breachedAt'>): boolean {
  const moved = (name: keyof typeof now) => was[name]?.getTime() !== now[name]?.getTime();
  return nextStepAt?.getTime() === DUE_NOW.getTime() || moved('dueAt') || moved('breachedAt');
}

function jobsOfStep(handoff: DueHandoff, step: SlaStep): NewJob[] {
  const of = handoff.assignedAt?.toISOString() ?? '';
  if (step.kind === 'breach') return [redrawCards(handoff)];
  if (step.kind === 'step' && step.do === 'nudge') return [];
  if (step.kind === 'step' && step.do === 'reassign') return [reassignLapsed(handoff, of)];
  const what = step.kind === 'step' ? (step.do === 'remind' ? 'remind' : 'escalate') : step.kind;
  return [notifyOfStep(handoff, { what, of, at: step.at.toISOString() })];
}
