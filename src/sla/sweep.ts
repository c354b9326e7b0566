/**
 * The sweep: looks at every handoff whose time has come, on any number of processes at once. Rows are the truth, ticks
 * only look: a rung fires in the transaction that says it has.
 */
import type { Db } from '../db/connection.ts';
import { LOOK_NOW } from '../db/handoffs.ts';
import { absencesSince, type Climber, type Looked, lockDue, lookAtNext, noteSweep, saveLooks } from '../db/ladder.ts';
import type { Absence } from '../db/people.ts';
import { entriesOfMany, type NewEntry } from '../db/timeline.ts';
import { climb, type Rung, type Standing } from '../domain/ladder.ts';
import { ladderNow } from '../handoff/core/current-ladder.ts';
import type { Deps } from '../handoff/core/deps.ts';
import { tellThread } from '../handoff/core/post-to-threads.ts';
import { dueOf } from '../handoff/core/sla-due.ts';
import { tellsPromise } from '../handoff/record/sla-fields.ts';
import { changeAndEnqueue, type NewJob } from '../jobs/queue.ts';
import { notifyOfStep, reassignLapsed, redrawCards, updateSlaFields } from '../jobs/requests.ts';
import { toError } from '../lib/errors.ts';
import { firedEntry, skippedEntry } from './story.ts';

/** Handoffs of one transaction. */
const BATCH = 50;

/** Looks at everything that is due; answers how many rungs fired. What cannot be looked at is logged and left as it is. */
export async function sweep(deps: Deps): Promise<number> {
  const failed: string[] = [];
  let fired = 0;
  for (;;) {
    const found = await deps.db.transaction(async trx => {
      const climbers = await lockDue(trx, deps.clock.now(), BATCH, failed);
      const looks = await lookAt(deps, trx, climbers, failed);
      await write(trx, looks);
      return { climbers: climbers.length, fired: looks.reduce((sum, look) => sum + look.fired.length, 0) };
    });
    fired += found.fired;
    if (found.climbers < BATCH) break;
  }
  await noteSweep(deps.db, deps.clock.now());
  return fired;
}

const MARKED_AT_ONCE = 1_000;

/** Has every open handoff of a workspace looked at anew, without holding many of them at once. */
export async function lookAtAll(deps: Deps, workspaceId: string): Promise<void> {
  let last: string | undefined;
  do {
    last = await lookAtNext(deps.db, workspaceId, last, MARKED_AT_ONCE);
  } while (last !== undefined);
}

/** What was found at one handoff. */
export interface Look {
  climber: Climber;
  looked: Looked;
  fired: Rung[];
  entries: NewEntry[];
  /** Told under its cards too. */
  nudges: NewEntry[];
  jobs: NewJob[];
}

/** Looks at handoffs that are locked; `failed` gets those that could not be looked at. */
export async function lookAt(deps: Deps, trx: Db, climbers: readonly Climber[], failed: string[]): Promise<Look[]> {
  const absences = await absencesOf(trx, climbers, deps.clock.now());
  const looks: Look[] = [];
  for (const climber of climbers) {
    try {
      looks.push(await look(deps, climber, absences.get(climber.workspaceId) ?? []));
    } catch (thrown) {
      failed.push(climber.id);
      deps.log.error({ err: toError(thrown), handoffId: climber.id }, 'a ladder could not be looked at');
    }
  }
  return looks;
}

function absencesOf(trx: Db, climbers: readonly Climber[], now: Date): Promise<Map<string, Absence[]>> {
  const assigned = climbers.map(climber => climber.assignedAt ?? now);
  return absencesSince(
    trx,
    [...new Set(climbers.map(climber => climber.workspaceId))],
    [...new Set(climbers.map(climber => climber.repEmail).filter(email => email !== null))],
    new Date(Math.min(now.getTime(), ...assigned.map(at => at.getTime()))),
  );
}

async function look(deps: Deps, climber: Climber, absences: readonly Absence[]): Promise<Look> {
  const now = deps.clock.now();
  const { playbook, people, rules, calendar } = await ladderNow(deps, climber, absences);
  // A test goes by itself within minutes; nobody is to be paged for it.
  if (climber.isTest) return nothing(climber);
  const dueAt = isPromiseOpen(climber, now)
    ? dueOf(playbook, climber, absences, climber.assignedAt, people)
    : climber.dueAt;
  const standing: Standing = { ...climber, dueAt };
  const { fire, skip, next, stands } = climb(rules, standing, calendar, now);
  const { stepsFired, breachedAt, idleAskedAt, coldToldAt } = stands;
  const telling = { climber, playbook, people, rules, now };
  const told = fire.flatMap(rung => {
    const entry = firedEntry(telling, rung);
    return entry ? [entry] : [];
  });
  return {
    climber,
    looked: { id: climber.id, rungAt: next, dueAt, stepsFired, breachedAt, idleAskedAt, coldToldAt },
    fired: fire,
    entries: [...skip.map(rung => skippedEntry(telling, rung)), ...told.filter(entry => entry.kind !== 'nudged')],
    nudges: told.filter(entry => entry.kind === 'nudged'),
    jobs: [
      ...fire.flatMap(rung => jobsOf(climber, rung)),
      ...(tellsPromise(people) && mayDiffer(climber, { dueAt, breachedAt }) ? [updateSlaFields(climber)] : []),
    ],
  };
}

function nothing(climber: Climber): Look {
  return { climber, looked: { ...climber, rungAt: null }, fired: [], entries: [], nudges: [], jobs: [] };
}

/** A promise that was broken, or kept, does not move any more; one that runs follows whoever has the lead. */
function isPromiseOpen(climber: Climber, now: Date): climber is Climber & { assignedAt: Date } {
  const { assignedAt, contactedAt, breachedAt, dueAt } = climber;
  return assignedAt !== null && !contactedAt && !breachedAt && (dueAt === null || dueAt > now);
}

/** May the record say of the promise what is not true any more? Whoever changed the clock left it to be looked at now. */
function mayDiffer({ rungAt, ...was }: Climber, now: Pick<Climber, 'dueAt' | 'breachedAt'>): boolean {
  const moved = (name: keyof typeof now) => was[name]?.getTime() !== now[name]?.getTime();
  return rungAt?.getTime() === LOOK_NOW.getTime() || moved('dueAt') || moved('breachedAt');
}

function jobsOf(climber: Climber, rung: Rung): NewJob[] {
  const of = climber.assignedAt?.toISOString() ?? '';
  if (rung.kind === 'breach') return [redrawCards(climber)];
  if (rung.kind === 'step' && rung.do === 'nudge') return [];
  if (rung.kind === 'step' && rung.do === 'reassign') return [reassignLapsed(climber, of)];
  const what = rung.kind === 'step' ? (rung.do === 'remind' ? 'remind' : 'escalate') : rung.kind;
  return [notifyOfStep(climber, { what, of, at: rung.at.toISOString() })];
}

/** Everything that was found, in one statement; nudges go by the threads of the cards. */
export async function write(trx: Db, looks: readonly Look[]): Promise<void> {
  if (looks.length === 0) return;
  const stories = looks.map(({ climber: { workspaceId, leadId, id: handoffId }, entries }) => ({
    of: { workspaceId, leadId, handoffId },
    entries,
  }));
  const looked = looks.map(look => look.looked);
  const jobs = looks.flatMap(look => look.jobs);
  await changeAndEnqueue(trx, { changes: [saveLooks(trx, looked), entriesOfMany(trx, stories)], jobs });
  for (const { climber, nudges } of looks) {
    const { workspaceId, leadId, id: handoffId } = climber;
    await tellThread(trx, { workspaceId, leadId, handoffId }, ...nudges);
  }
}
