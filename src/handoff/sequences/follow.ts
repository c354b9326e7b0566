/** Sequences that run are followed: they end when the lead answers, is closed, or goes to somebody else. */
import { nameOf } from '../../config/playbook/people.ts';
import type { Sequencer } from '../../contracts/sequencer.ts';
import { type Handoff, lockHandoff } from '../../db/handoffs/handoffs.ts';
import {
  type EnrolmentRow,
  enrolmentById,
  moveEnrolment,
  takeToLookAt,
  wantEnded,
  wantFollowedEnded,
} from '../../db/sequences/enrolments.ts';
import { failureReason } from '../../domain/failure-words.ts';
import { displayName } from '../../domain/lead.ts';
import { serviceName } from '../../domain/service-name.ts';
import type { EnrolmentRef } from '../../jobs/catalogue.ts';
import { enqueue, enqueueMany } from '../../jobs/queue.ts';
import { lookAtSequence, redrawCardsNow, stopSequence } from '../../jobs/requests.ts';
import { after } from '../../lib/clock.ts';
import { Rejected } from '../../lib/errors.ts';
import type { Deps } from '../core/deps.ts';
import type { Facts } from '../core/facts.ts';
import { recordForThreads } from '../core/post-to-threads.ts';
import { LOOKED_AT_EVERY } from './enrol.ts';

/** Looks asked for in one round. */
const MOST_LOOKS = 500;

/** A tick: rows say what is to end and what to look at; whoever decides about a lead need not think of it. Two statements. */
export async function followSequences({ db, clock }: Pick<Deps, 'db' | 'clock'>): Promise<void> {
  const now = clock.now();
  await db.transaction(async trx => {
    const [toEnd, toLookAt] = [
      await wantFollowedEnded(trx),
      await takeToLookAt(trx, now, after(now, LOOKED_AT_EVERY), MOST_LOOKS),
    ];
    const isEnding = new Set(toEnd.map(({ id }) => id));
    await enqueueMany(trx, [
      ...toEnd.map(({ workspaceId, id }) => stopSequence(workspaceId, id)),
      ...toLookAt.filter(({ id }) => !isEnding.has(id)).map(({ workspaceId, id }) => lookAtSequence(workspaceId, id)),
    ]);
  });
}

/** Asks the tool how it stands. One call, up to two more where the lead answered. */
export async function lookAtEnrolment(deps: Deps, ref: EnrolmentRef): Promise<void> {
  const found = await runningOf(deps, ref);
  if (!found) return;
  const { enrolment, sequencer, externalId } = found;
  const { state } = await sequencer.look(externalId);
  if (state === 'active') return;
  if (state === 'over') return ended(deps, enrolment, {});
  // Whoever answered gets nothing more, also where the sequence itself would go on.
  if (!sequencer.stops) return ended(deps, enrolment, { why: 'answered' });
  await stopped(deps, found, 'answered');
}

/** Ends it there. At most two calls. */
export async function endEnrolment(deps: Deps, ref: EnrolmentRef): Promise<void> {
  const found = await runningOf(deps, ref);
  if (!found) return endedWithoutTool(deps, ref);
  const { sequencer, enrolment, externalId } = found;
  const why = enrolment.stopWhy ?? 'person';
  if (sequencer.stops) return stopped(deps, found, why);
  const { state } = await sequencer.look(externalId);
  await ended(deps, enrolment, { why, ...(state === 'active' && { left: 'by_hand' }) });
}

/** Nobody can be asked any more: a person looks there. */
async function endedWithoutTool(deps: Deps, { workspaceId, enrolmentId }: EnrolmentRef): Promise<void> {
  const enrolment = await enrolmentById(deps.db, workspaceId, enrolmentId);
  if (enrolment?.state !== 'active') return;
  const left = `${serviceName(enrolment.tool)} is not connected any more`;
  await ended(deps, enrolment, { why: enrolment.stopWhy ?? 'person', left });
}

async function stopped(
  deps: Deps,
  { sequencer, enrolment, externalId }: Running,
  why: NonNullable<End['why']>,
): Promise<void> {
  try {
    await sequencer.stop(externalId);
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    return ended(deps, enrolment, { why, left: failureReason(error) });
  }
  await ended(deps, enrolment, { why });
}

/** The CRM shows that the lead wrote back. In the caller's transaction. */
export async function answeredInCrm(trx: Deps['db'], { workspaceId, id }: Handoff): Promise<boolean> {
  const enrolmentId = await wantEnded(trx, workspaceId, id, 'answered');
  if (enrolmentId !== undefined) await enqueue(trx, stopSequence(workspaceId, enrolmentId));
  return enrolmentId !== undefined;
}

interface Running {
  enrolment: EnrolmentRow;
  externalId: string;
  sequencer: Sequencer;
}

/** Undefined as well where the tool was disconnected: then nobody can be asked. */
async function runningOf(deps: Deps, { workspaceId, enrolmentId }: EnrolmentRef): Promise<Running | undefined> {
  const [enrolment, { sequencers }] = await Promise.all([
    enrolmentById(deps.db, workspaceId, enrolmentId),
    deps.vendors(workspaceId),
  ]);
  const sequencer = enrolment && sequencers[enrolment.tool];
  if (!sequencer || enrolment.state !== 'active' || enrolment.externalId === null) return undefined;
  return { enrolment, externalId: enrolment.externalId, sequencer };
}

/** `left`: it still runs there, `by_hand` since nobody but a person can end it, else for that reason. */
interface End {
  why?: NonNullable<EnrolmentRow['stopWhy']>;
  left?: string;
}

async function ended(deps: Deps, enrolment: EnrolmentRow, end: End): Promise<void> {
  const { workspaceId, handoffId, id, tool } = enrolment;
  const now = deps.clock.now();
  const { playbook } = await deps.playbook(workspaceId);
  await deps.db.transaction(async trx => {
    const handoff = await lockHandoff<Facts>(trx, workspaceId, handoffId);
    if (!handoff) return;
    const note = end.left === undefined ? undefined : leftWords(tool, displayName(handoff.facts.contact), end.left);
    const changes = { ...(end.why && { stopWhy: end.why }), ...(note && { note }) };
    if (!(await moveEnrolment(trx, workspaceId, id, ['active'], { to: 'ended', endedAt: now, ...changes }))) return;
    const heir = handoff.repEmail ? nameOf(playbook, handoff.repEmail) : 'nobody';
    await recordForThreads(
      trx,
      { workspaceId, handoffId, leadId: handoff.leadId },
      {
        kind: 'sequence_ended',
        at: now,
        text: [endWords(enrolment, displayName(handoff.facts.contact), heir, end), note].filter(Boolean).join(' '),
        detail: { enrolment: id, ...(end.why && { why: end.why }) },
      },
    );
    await enqueue(trx, redrawCardsNow(handoff));
  });
}

function endWords({ sequence, tool }: EnrolmentRow, name: string, heir: string, { why, left }: End): string {
  const it = `the sequence “${sequence}” in ${serviceName(tool)}`;
  const ends = left === undefined ? 'ended' : 'is to end';
  switch (why) {
    case undefined:
      return `The sequence “${sequence}” in ${serviceName(tool)} ended.`;
    case 'answered':
      return `${name} answered, so ${it} ${ends}.`;
    case 'unsubscribed':
      return `${name} asked not to be mailed, so ${it} ${ends}.`;
    case 'closed':
      return `The lead is closed, so ${it} ${ends}.`;
    case 'handed_on':
      return `The lead is ${heir === 'nobody' ? 'nobody’s now' : `${heir}’s now`}, so ${it} ${ends}.`;
    case 'person':
      return `${it.replace('the', 'The')} ${ends}, as asked.`;
  }
}

function leftWords(tool: string, name: string, left: string): string {
  const where = serviceName(tool);
  return left === 'by_hand'
    ? `${where} lets only people end a sequence: take ${name} out of it there.`
    : `It still runs: ${left}. Take ${name} out of it in ${where}.`;
}
