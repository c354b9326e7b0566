/**
 * Sequences of people who were erased: the tool would go on mailing them. It is told by its own ids, which only the job carries,
 * and which go with it.
 */
import type { Enrolment } from '../../contracts/sequencer.ts';
import type { Db } from '../../db/connection.ts';
import { lockLeadsOf } from '../../db/privacy/erase.ts';
import type { KnownPerson } from '../../db/privacy/person.ts';
import { type EnrolmentRow, enrolmentsSentOff } from '../../db/sequences/enrolments.ts';
import { notice } from '../../db/workspaces/notices.ts';
import { failureReason } from '../../domain/failure-words.ts';
import { serviceName } from '../../domain/service-name.ts';
import type { ErasedEnrolmentRef } from '../../jobs/catalogue.ts';
import { enqueue, enqueueMany } from '../../jobs/queue.ts';
import { notifyAdmins, stopErasedSequence } from '../../jobs/requests.ts';
import { Rejected } from '../../lib/errors.ts';
import type { Deps } from './deps.ts';

/**
 * Before the person is erased, in the same transaction: the tools are told to end what runs there.
 * @returns raw sentences for the admins, one a sequence
 */
export async function endSequencesOfErased(trx: Db, workspaceId: string, person: KnownPerson): Promise<string[]> {
  await lockLeadsOf(trx, workspaceId, person);
  const sentOff = await enrolmentsSentOff(trx, workspaceId, person.handoffIds);
  await enqueueMany(
    trx,
    sentOff.flatMap(one => (one.externalId === null ? [] : [stopErased(one, { id: one.externalId, url: one.url })])),
  );
  return sentOff.map(one => sentence(one));
}

/** The tool took them while they were being erased. In the caller's transaction. */
export const endAsErased = (trx: Db, asked: EnrolmentRow, enrolment: Pick<Enrolment, 'id' | 'url'>): Promise<void> =>
  enqueue(trx, stopErased(asked, enrolment));

function stopErased({ workspaceId, id: enrolmentId, tool }: EnrolmentRow, of: { id: string; url?: string | null }) {
  return stopErasedSequence({ workspaceId, enrolmentId, tool, externalId: of.id, ...(of.url && { url: of.url }) });
}

function sentence({ tool, sequence, state, url }: EnrolmentRow): string {
  const it = `the sequence “${sequence}” in ${serviceName(tool)}`;
  if (state !== 'active') return `They may be in ${it}, which gave no answer: look there, and take them out.`;
  return `They are in ${it}${url ? ` (${url})` : ''}: Baton ends it, or tells you here what is left to do. Delete them there, too.`;
}

/** At most two calls. What the tool does not end, the admins are told to. */
export async function endErasedSequence(deps: Deps, ref: ErasedEnrolmentRef): Promise<void> {
  const left = await whatIsLeft(deps, ref);
  if (left !== undefined) await deps.db.transaction(trx => tellSequenceLeft(deps, trx, ref, left));
}

/** Why it still runs there; undefined: it does not. */
async function whatIsLeft(deps: Deps, { workspaceId, tool, externalId }: ErasedEnrolmentRef) {
  const { [tool]: sequencer } = (await deps.vendors(workspaceId)).sequencers;
  if (!sequencer) return `${serviceName(tool)} is not connected any more`;
  if (!sequencer.stops) {
    const { state } = await sequencer.look(externalId);
    return state === 'active' ? `${serviceName(tool)} lets only people end a sequence` : undefined;
  }
  try {
    await sequencer.stop(externalId);
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    return failureReason(error);
  }
  return undefined;
}

/** The admins take them out themselves. In the caller's transaction. */
export async function tellSequenceLeft(
  { clock }: Pick<Deps, 'clock'>,
  trx: Db,
  { workspaceId, enrolmentId, tool, url }: ErasedEnrolmentRef,
  why: string,
): Promise<void> {
  const text = `A person who was erased is still in a sequence in ${serviceName(tool)} and may get its mails: ${why}. Take them out of it there${url ? `: ${url}` : '.'}`;
  await notice(trx, workspaceId, { key: `sequence_left:${enrolmentId}`, text }, clock.now());
  await enqueue(trx, notifyAdmins(workspaceId));
}
