/** A sequence that could not be begun or ended was put aside: the story and the threads say so until that is mended. */
import type { Db } from '../../db/connection.ts';
import { handoffById } from '../../db/handoffs/handoffs.ts';
import { type EnrolmentRow, enrolmentById } from '../../db/sequences/enrolments.ts';
import { displayName } from '../../domain/lead.ts';
import { serviceName } from '../../domain/service-name.ts';
import type { EnrolmentRef } from '../../jobs/catalogue.ts';
import type { Deps } from '../core/deps.ts';
import type { Facts } from '../core/facts.ts';
import { recordForThreads } from '../core/post-to-threads.ts';

/** The log-in is no longer accepted, or Baton stumbled: the rep hears that an admin was told. */
export const enrolmentParked = parked(
  (name, { sequence }, why) =>
    `${name} could not be added to the sequence “${sequence}” yet: ${why}. The admins have been told; it goes on once that is fixed.`,
);

/** The same of an end: until it is mended the lead is mailed who should not be. */
export const endingParked = parked(
  (name, { sequence, tool }, why) =>
    `The sequence “${sequence}” in ${serviceName(tool)} could not be ended yet: ${why}. The admins have been told, and it ends once that is fixed. Until then ${name} may get its mails: take them out of it there.`,
);

function parked(words: (name: string, enrolment: EnrolmentRow, why: string) => string) {
  return async (
    deps: Deps,
    trx: Db,
    { workspaceId, enrolmentId }: EnrolmentRef,
    reason: string,
    reference: string,
  ): Promise<void> => {
    const enrolment = await enrolmentById(trx, workspaceId, enrolmentId);
    const handoff = enrolment && (await handoffById<Facts>(trx, workspaceId, enrolment.handoffId));
    if (!handoff) return;
    const name = displayName(handoff.facts.contact);
    await recordForThreads(
      trx,
      { workspaceId, handoffId: handoff.id, leadId: handoff.leadId },
      {
        kind: 'sequence_refused',
        at: deps.clock.now(),
        text: words(name, enrolment, `${reason} (reference ${reference})`),
        detail: { enrolment: enrolmentId, reference },
      },
    );
  };
}
