/** What was found at the ladders is written down, and what follows from it begins. */

import { isPassing } from '../db/conflict.ts';
import type { Db } from '../db/connection.ts';
import { queueAlerts } from '../db/handoffs/alerts.ts';
import { type DueHandoff, type SlaUpdate, saveSlaUpdates } from '../db/handoffs/ladder.ts';
import { saveStintDues } from '../db/handoffs/stints.ts';
import { entriesOfMany, type NewEntry } from '../db/handoffs/timeline.ts';
import type { SlaStep } from '../domain/ladder.ts';
import { recordForThreads } from '../handoff/core/post-to-threads.ts';
import { changeAndEnqueue, type NewJob } from '../jobs/queue.ts';
import { slaMessageOf } from '../jobs/requests.ts';
import { toError } from '../lib/errors.ts';
import { isForManager } from './managers.ts';
import { leaveOut, type SweepRound } from './sweep-round.ts';
import { waitingAlert } from './waiting-alert.ts';

/** What was found at one handoff. */
export interface SlaFinding {
  handoff: DueHandoff;
  update: SlaUpdate;
  /** When the turn that runs is due, by the calendar of whoever has it. */
  stint?: { id: number; dueAt: Date | null };
  fired: SlaStep[];
  entries: NewEntry[];
  /** Told under its cards too. */
  nudges: NewEntry[];
  jobs: NewJob[];
}

/**
 * Everything that was found, in one statement and a savepoint. Where the database refuses it, halves of it by themselves
 * until the one lead that cannot be stored stands alone: it is left out, and keeps no other workspace's steps from
 * firing. Answers what was saved.
 */
export async function saveFindings(round: SweepRound, trx: Db, looks: readonly SlaFinding[]): Promise<SlaFinding[]> {
  const [first] = looks;
  if (!first) return [];
  try {
    await trx.transaction(inner => save(inner, looks, round.deps.clock.now()));
    return [...looks];
  } catch (thrown) {
    if (isPassing(toError(thrown))) throw thrown;
    if (looks.length === 1) {
      leaveOut(round, first.handoff, thrown);
      return [];
    }
    const half = Math.ceil(looks.length / 2);
    const saved = await saveFindings(round, trx, looks.slice(0, half));
    return [...saved, ...(await saveFindings(round, trx, looks.slice(half)))];
  }
}

/** Nudges go by the threads of the cards. */
async function save(trx: Db, looks: readonly SlaFinding[], now: Date): Promise<void> {
  const timelines = looks.map(({ handoff: { workspaceId, leadId, id: handoffId }, entries }) => ({
    of: { workspaceId, leadId, handoffId },
    entries,
  }));
  const looked = looks.map(look => look.update);
  const jobs = looks.flatMap(look => look.jobs);
  const dues = looks.flatMap(({ stint }) => (stint ? [stint] : []));
  // All at once, so that whoever posts the first of many sees the others.
  const alarms = queueAlerts(trx, jobs.flatMap(alarmsOf), now);
  const changes = [saveSlaUpdates(trx, looked), saveStintDues(trx, dues), entriesOfMany(trx, timelines), alarms];
  await changeAndEnqueue(trx, { changes, jobs });
  for (const { handoff, nudges } of looks) {
    const { workspaceId, leadId, id: handoffId } = handoff;
    await recordForThreads(trx, { workspaceId, leadId, handoffId }, ...nudges);
  }
}

/** What a manager is to hear. */
function alarmsOf(job: NewJob) {
  const message = slaMessageOf(job);
  return message && isForManager(message.what) ? [waitingAlert(message)] : [];
}
