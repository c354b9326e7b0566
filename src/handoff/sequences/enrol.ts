/**
 * A press becomes an enrolment at the tool. None takes a key with it, and a lead who is added twice is mailed twice: it is sent
 * off once, looked for after an answer that was lost, and never sent off again by itself.
 */
import { nameOf } from '../../config/playbook/people.ts';
import type { EnrolmentTicket, Prepared, SequencePerson, Sequencer } from '../../contracts/sequencer.ts';
import type { Db } from '../../db/connection.ts';
import { type Handoff, handoffById, lockHandoff } from '../../db/handoffs/handoffs.ts';
import {
  type EnrolmentRow,
  enrolledFor,
  enrolmentById,
  isAnswered,
  moveEnrolment,
} from '../../db/sequences/enrolments.ts';
import { failureReason } from '../../domain/failure-words.ts';
import { isOpen } from '../../domain/handoff.ts';
import { displayName } from '../../domain/lead.ts';
import { serviceName } from '../../domain/service-name.ts';
import type { EnrolmentRef } from '../../jobs/catalogue.ts';
import { enqueue } from '../../jobs/queue.ts';
import { redrawCardsNow, stopSequence } from '../../jobs/requests.ts';
import { after, MINUTE } from '../../lib/clock.ts';
import { Ambiguous, Failure, Rejected, Unavailable } from '../../lib/errors.ts';
import type { Deps } from '../core/deps.ts';
import { endAsErased } from '../core/erased-sequence.ts';
import type { Facts } from '../core/facts.ts';
import { recordForThreads } from '../core/post-to-threads.ts';

/** How often a sequence that runs is looked at. */
export const LOOKED_AT_EVERY = 15 * MINUTE;

/** At most six calls. */
export async function enrolAsked(deps: Deps, { workspaceId, enrolmentId }: EnrolmentRef): Promise<void> {
  const asked = await enrolmentById(deps.db, workspaceId, enrolmentId);
  if (asked?.state !== 'asked' && asked?.state !== 'begun') return;
  const [handoff, { sequencers }] = await Promise.all([
    handoffById<Facts>(deps.db, workspaceId, asked.handoffId),
    deps.vendors(workspaceId),
  ]);
  const sequencer = sequencers[asked.tool];
  if (!handoff) return;
  if (!sequencer) return settled(deps, asked, { kind: 'refused', why: `${serviceName(asked.tool)} is not connected` });
  const prepared = await prepare(sequencer, asked, handoff).catch(error => whyRefused(error));
  if (typeof prepared === 'string') return settled(deps, asked, { kind: 'refused', why: prepared });
  if (prepared.kind === 'enrolled') return settled(deps, asked, await inWhoseName(deps, asked, prepared));
  // It was sent off, and they are not in it: whether it is on its way only a person can find out.
  if (asked.state === 'begun') return settled(deps, asked, { kind: 'unknown' });
  if (!(await begin(deps, asked))) return;
  await sendOff(deps, sequencer, asked, prepared.ticket);
}

/** What the tool says no to is told to the rep; anything else is thrown on. */
function whyRefused(error: unknown): string {
  if (error instanceof Rejected || error instanceof Ambiguous) return failureReason(error);
  throw error;
}

function prepare(sequencer: Sequencer, asked: EnrolmentRow, handoff: Handoff<Facts>): Promise<Prepared> {
  return sequencer.prepare({ sequence: asked.sequence, rep: asked.repEmail, lead: personOf(handoff) });
}

function personOf({ facts, judgement }: Handoff<Facts>): SequencePerson {
  const { email = '', firstName, lastName, title, phone } = facts.contact;
  const { name: company } = judgement.company;
  return {
    email,
    ...(firstName && { firstName }),
    ...(lastName && { lastName }),
    ...(title && { title }),
    ...(company && { company }),
    ...(phone && { phone }),
  };
}

/** Under the lead's lock: whoever hands it on now finds nothing sent off, or something to end. */
async function begin(deps: Deps, asked: EnrolmentRow): Promise<boolean> {
  const { workspaceId, id } = asked;
  return deps.db.transaction(async trx => {
    const handoff = await lockHandoff<Facts>(trx, workspaceId, asked.handoffId);
    if (!handoff || handoff.erasedAt) return false;
    if (isOpen(handoff.state) && handoff.claimedBy === asked.repEmail) {
      const why = await whyNotNow(trx, asked, handoff);
      if (why) return endedBefore(deps, trx, asked, { handoff, why });
      return moveEnrolment(trx, workspaceId, id, ['asked'], { to: 'begun' });
    }
    await moveEnrolment(trx, workspaceId, id, ['asked'], { to: 'cancelled', endedAt: deps.clock.now() });
    await enqueue(trx, redrawCardsNow(handoff));
    return false;
  });
}

/** What happened since the press: whoever answered is talked to, whoever wants no mails gets none. */
async function whyNotNow(trx: Db, { workspaceId, id }: EnrolmentRow, { judgement }: Handoff<Facts>) {
  if (judgement.flags.includes('unsubscribed')) return 'unsubscribed';
  return (await isAnswered(trx, workspaceId, id)) ? 'answered' : undefined;
}

const NOT_NOW = { answered: 'answered', unsubscribed: 'asked not to be mailed' };

async function endedBefore(
  deps: Deps,
  trx: Db,
  { workspaceId, id, sequence, tool }: EnrolmentRow,
  { handoff, why }: { handoff: Handoff<Facts>; why: keyof typeof NOT_NOW },
): Promise<false> {
  const now = deps.clock.now();
  await moveEnrolment(trx, workspaceId, id, ['asked'], { to: 'ended', stopWhy: why, endedAt: now });
  const who = `${displayName(handoff.facts.contact)} ${NOT_NOW[why]}`;
  await recordForThreads(
    trx,
    { workspaceId, handoffId: handoff.id, leadId: handoff.leadId },
    {
      kind: 'sequence_ended',
      at: now,
      text: `${who}, so they were not added to the sequence “${sequence}” in ${serviceName(tool)}.`,
      detail: { enrolment: id, why },
    },
  );
  await enqueue(trx, redrawCardsNow(handoff));
  return false;
}

async function sendOff(deps: Deps, sequencer: Sequencer, asked: EnrolmentRow, ticket: EnrolmentTicket): Promise<void> {
  try {
    await settled(deps, asked, { kind: 'enrolled', enrolment: await sequencer.enrol(ticket) });
  } catch (error) {
    if (error instanceof Rejected || error instanceof Ambiguous) {
      return settled(deps, asked, { kind: 'refused', why: failureReason(error) });
    }
    // Only silence leaves anything open; whoever says "later" or "not you" has done nothing.
    if (error instanceof Failure && !(error instanceof Unavailable)) {
      await moveEnrolment(deps.db, asked.workspaceId, asked.id, ['begun'], { to: 'asked' });
    }
    throw error;
  }
}

type Enrolled = Extract<Prepared, { kind: 'enrolled' }>;

/** Where nobody took them out after a hand-over, the mails still go out in the name of whoever had the lead before. */
async function inWhoseName(deps: Deps, asked: EnrolmentRow, prepared: Enrolled): Promise<Result> {
  const before = await enrolledFor(deps.db, asked, prepared.enrolment.id);
  if (before === undefined) return prepared;
  const { playbook } = await deps.playbook(asked.workspaceId);
  const why = `they are still in it in the name of ${nameOf(playbook, before)}: take them out of it in ${serviceName(asked.tool)} first`;
  return { kind: 'refused', why };
}

type Result = Enrolled | { kind: 'refused'; why: string } | { kind: 'unknown' };

async function settled(deps: Deps, asked: EnrolmentRow, result: Result): Promise<void> {
  await deps.db.transaction(async trx => {
    const handoff = await lockHandoff<Facts>(trx, asked.workspaceId, asked.handoffId);
    if (handoff?.erasedAt && result.kind === 'enrolled') return endAsErased(trx, asked, result.enrolment);
    if (!handoff || !(await moved(deps, trx, asked, result))) return;
    const { kind, text } = wordsOf(asked, displayName(handoff.facts.contact), result);
    await recordForThreads(
      trx,
      { workspaceId: asked.workspaceId, handoffId: asked.handoffId, leadId: handoff.leadId },
      { kind, at: deps.clock.now(), text, detail: { enrolment: asked.id } },
    );
    await enqueue(trx, redrawCardsNow(handoff));
    // They answered, or the rep pressed Stop, while it was on its way.
    const now = await enrolmentById(trx, asked.workspaceId, asked.id);
    if (now?.state === 'active' && now.stopWhy) await enqueue(trx, stopSequence(asked.workspaceId, asked.id));
  });
}

function moved({ clock }: Deps, trx: Db, { workspaceId, id }: EnrolmentRow, result: Result): Promise<boolean> {
  const now = clock.now();
  const from = ['asked', 'begun'] as const;
  switch (result.kind) {
    case 'enrolled': {
      const { id: externalId, url } = result.enrolment;
      const changes = { externalId, url, enrolledAt: now, lookAt: after(now, LOOKED_AT_EVERY) };
      return moveEnrolment(trx, workspaceId, id, from, { to: 'active', ...changes });
    }
    case 'refused':
      return moveEnrolment(trx, workspaceId, id, from, { to: 'refused', note: result.why, endedAt: now });
    case 'unknown':
      return moveEnrolment(trx, workspaceId, id, from, { to: 'unknown', endedAt: now });
  }
}

function wordsOf({ sequence, tool }: EnrolmentRow, name: string, result: Result) {
  const [what, where] = [`the sequence “${sequence}”`, serviceName(tool)];
  switch (result.kind) {
    case 'enrolled': {
      const { url } = result.enrolment;
      return {
        kind: 'sequence_begun' as const,
        text: `${name} is in ${what} in ${where}${url ? `: ${url}` : ''}`,
      };
    }
    case 'refused':
      return { kind: 'sequence_refused' as const, text: `${name} was not added to ${what}: ${result.why}.` };
    case 'unknown':
      return {
        kind: 'sequence_unknown' as const,
        text: `${name} may have been added to ${what} or not: ${where} gave no answer, and does not show them in it. Look there. If they are not in it, press Add to sequence again.`,
      };
  }
}
