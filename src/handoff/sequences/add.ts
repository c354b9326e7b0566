/** Add to sequence, and Stop sequence: by the press of whoever has the lead, and never by itself. */
import { randomUUID } from 'node:crypto';
import { nameOf } from '../../config/playbook/people.ts';
import { recordEntries } from '../../db/handoffs/timeline.ts';
import { enrolmentOf, insertEnrolment, moveEnrolment, wantEnded } from '../../db/sequences/enrolments.ts';
import { OPEN_STATES } from '../../domain/handoff.ts';
import { displayName } from '../../domain/lead.ts';
import { serviceName } from '../../domain/service-name.ts';
import { enqueue } from '../../jobs/queue.ts';
import { enrolInSequence, redrawCardsNow, stopSequence } from '../../jobs/requests.ts';
import { recipientOf } from '../actions/email.ts';
import { type AuthorisedAction, actAs } from '../core/act-as.ts';
import type { Deps } from '../core/deps.ts';
import type { HandoffRequest, Outcome } from '../core/outcomes.ts';
import { sequenceFor } from '../core/sequence-offer.ts';

type Asked = Outcome<{ sequence: string; tool: string }>;

/** Their own mailbox sends: nobody adds a lead for somebody else. Pressed twice it is one enrolment. */
export async function addToSequence(deps: Deps, request: HandoffRequest): Promise<Asked> {
  return actAs(deps, request, { from: OPEN_STATES }, async (action): Promise<Asked> => {
    const { trx, workspaceId, handoff, actor, now } = action;
    const why = await whyNot(action);
    if (why !== undefined) return unfit(why);
    const { playbook } = await deps.playbook(workspaceId, handoff.playbookVersion);
    const named = sequenceFor(playbook, handoff);
    if (!named) return unfit('The playbook names no sequence for this lead any more.');
    const last = await enrolmentOf(trx, workspaceId, handoff.id);
    if (last && ['asked', 'begun', 'active'].includes(last.state)) {
      if (last.repEmail === actor.email) return { kind: 'done', ...named };
      if (!(await moveEnrolment(trx, workspaceId, last.id, ['asked'], { to: 'cancelled', endedAt: now }))) {
        const before = nameOf(action.playbook, last.repEmail);
        return unfit(
          `They are still in a sequence in the name of ${before}, which is being ended. Try again in a minute.`,
        );
      }
    }
    const id = randomUUID();
    const of = { workspaceId, handoffId: handoff.id };
    await insertEnrolment(trx, { ...of, ...named, id, repEmail: actor.email, askedAt: now });
    await noteAsked(action, id, `add ${displayName(handoff.facts.contact)} to`, named);
    await enqueue(trx, enrolInSequence(workspaceId, id), redrawCardsNow(handoff));
    return { kind: 'done', ...named };
  });
}

async function noteAsked(
  { trx, workspaceId, handoff, actor, now }: AuthorisedAction,
  enrolment: string,
  to: string,
  { sequence, tool }: { sequence: string; tool: string },
): Promise<void> {
  await recordEntries(
    trx,
    { workspaceId, handoffId: handoff.id, leadId: handoff.leadId },
    {
      kind: 'sequence_asked',
      at: now,
      actor: actor.email,
      text: `${actor.name} asked to ${to} the sequence “${sequence}” in ${serviceName(tool)}`,
      detail: { enrolment },
    },
  );
}

async function whyNot(action: AuthorisedAction): Promise<string | undefined> {
  const { deps, workspaceId, handoff, actor, playbook } = action;
  if (handoff.claimedBy === null) return 'Claim the lead first: the sequence runs in the name of whoever has it.';
  if (handoff.claimedBy !== actor.email) {
    return `Only ${nameOf(playbook, handoff.claimedBy)} can do this: the sequence sends from their mailbox.`;
  }
  const to = await recipientOf(action);
  if (typeof to !== 'string') return to.why;
  const own = await deps.playbook(workspaceId, handoff.playbookVersion);
  const named = sequenceFor(own.playbook, handoff);
  const { sequencers } = await deps.vendors(workspaceId);
  if (named && !sequencers[named.tool]) {
    return `${serviceName(named.tool)} is not connected: an admin connects it on Baton’s Home.`;
  }
  return undefined;
}

/** Ends what runs; what has not been sent off yet is not. */
export async function endSequence(deps: Deps, request: HandoffRequest): Promise<Asked> {
  return actAs(deps, request, { from: OPEN_STATES }, async (action): Promise<Asked> => {
    const { trx, workspaceId, handoff, now } = action;
    const last = await enrolmentOf(trx, workspaceId, handoff.id);
    if (!last) return unfit('This lead is in no sequence.');
    const { id, sequence, tool } = last;
    const isWithdrawn = await moveEnrolment(trx, workspaceId, id, ['asked'], { to: 'cancelled', endedAt: now });
    const ended = isWithdrawn ? undefined : await wantEnded(trx, workspaceId, handoff.id, 'person');
    if (!isWithdrawn && ended === undefined) {
      return last.stopWhy ? { kind: 'done', sequence, tool } : unfit('The sequence does not run any more.');
    }
    await noteAsked(action, id, 'end', last);
    await enqueue(trx, redrawCardsNow(handoff), ...(ended ? [stopSequence(workspaceId, ended)] : []));
    return { kind: 'done', sequence, tool };
  });
}

const unfit = (why: string) => ({ kind: 'unfit', field: 'sequence', why }) as const;
