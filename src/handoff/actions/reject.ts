/** Turning a lead down, and taking that back. */
import { updateHandoff } from '../../db/handoffs/handoffs.ts';
import { endStint } from '../../db/handoffs/stints.ts';
import { OPEN_STATES } from '../../domain/handoff.ts';
import { REJECT_REASONS, type RejectReason } from '../../domain/reject-reasons.ts';
import { enqueue } from '../../jobs/queue.ts';
import { queueFeedback, redrawCardsNow } from '../../jobs/requests.ts';
import { type AuthorisedAction, actAs, quotedNote, trimmedNote } from '../core/act-as.ts';
import type { Deps } from '../core/deps.ts';
import type { HandoffRequest, Outcome } from '../core/outcomes.ts';
import { recordForThreads } from '../core/post-to-threads.ts';
import { undoable } from '../core/undoable.ts';
import { lockRoutingState } from '../route/roster.ts';
import { returnCharged, saveTurns, turnText } from '../route/rotation-credits.ts';
import { handOver, repName } from './hand-over.ts';

interface Rejection {
  reason: RejectReason;
  note?: string;
  then: 'nurture' | 'next';
}

/** Back to nurture, or on by the rules from the top; never again by itself to whoever turned it down or had it. */
export async function reject(
  deps: Deps,
  request: HandoffRequest & Rejection,
): Promise<Outcome<{ next?: string; undo?: string }>> {
  const note = trimmedNote(request.note);
  if (request.reason === 'other' && !note)
    return { kind: 'unfit', field: 'note', why: 'Say in a few words what the reason is.' };
  return actAs(deps, request, { from: [...OPEN_STATES, 'held'], into: 'rejected' }, action => {
    const detail = { reason: request.reason, next: request.then === 'next', ...(note && { note }) };
    const did = `${action.actor.name} rejected this lead (${REJECT_REASONS[request.reason]})`;
    return undoable(
      action,
      'reject',
      (): Promise<Outcome<{ next?: string }>> =>
        request.then === 'next'
          ? toNext(action, did, detail)
          : rejectForGood(action, `${did}${quotedNote(note)}`, detail),
    );
  });
}

type Detail = { reason: RejectReason; note?: string; next: boolean };

const passedBy = ({ actor, handoff }: AuthorisedAction) => [...new Set([...handoff.passedBy, actor.email])];

async function toNext(action: AuthorisedAction, did: string, detail: Detail): Promise<Outcome<{ next?: string }>> {
  const handover = {
    to: { kind: 'rules' as const },
    kind: 'rejected' as const,
    did,
    said: detail.note,
    detail,
    passedBy: passedBy(action),
  };
  const made = await handOver(action, handover);
  return 'why' in made ? { kind: 'unfit', field: 'then', why: made.why } : { kind: 'done', next: made.name };
}

/** Closed, and back to marketing, whoever says so: in Slack, or in the CRM. */
export async function rejectForGood(action: AuthorisedAction, did: string, detail: Detail): Promise<{ kind: 'done' }> {
  const { trx, workspaceId, handoff, actor, playbook, now } = action;
  const { routing } = await lockRoutingState(trx, workspaceId, playbook, now);
  await saveTurns(trx, workspaceId, returnCharged(routing, handoff).turns);
  const uncharged = { turnTeam: null, turnEmail: null };
  await updateHandoff(trx, workspaceId, handoff.id, {
    ...uncharged,
    state: 'rejected',
    closedAt: now,
    closedBy: actor.email,
    closedReason: detail.reason,
    closedNote: detail.note ?? null,
    passedBy: passedBy(action),
    snoozedUntil: null,
  });
  await endStint(trx, { workspaceId, handoffId: handoff.id }, now, 'rejected');
  await recordForThreads(
    trx,
    { workspaceId, handoffId: handoff.id, leadId: handoff.leadId },
    {
      kind: 'rejected',
      at: now,
      actor: actor.email,
      text: `${did}. It goes back to nurture${turnText(playbook, handoff, uncharged)}`,
      detail: { ...detail, from: handoff.repEmail, turn: { before: [handoff.turnTeam, handoff.turnEmail] } },
    },
  );
  await enqueue(trx, redrawCardsNow(handoff), ...queueFeedback(handoff));
  return { kind: 'done' };
}

/**
 * Undoes a rejection or a nurture. It goes back to whoever had it, if they can have it, else to whoever asks; they no
 * longer count as having turned it down.
 */
export async function reopen(deps: Deps, request: HandoffRequest): Promise<Outcome<{ to: string }>> {
  return actAs(
    deps,
    request,
    { from: ['rejected', 'nurture'], into: 'assigned' },
    async (action): Promise<Outcome<{ to: string }>> => {
      const { handoff, actor } = action;
      const before = handoff.repEmail ? await giveBackTo(action, handoff.repEmail) : undefined;
      const made = before && !('why' in before) ? before : await giveBackTo(action, actor.email);
      return 'why' in made ? { kind: 'unfit', field: 'to', why: made.why } : { kind: 'done', to: made.name };
    },
  );
}

function giveBackTo(action: AuthorisedAction, email: string): Promise<{ name: string } | { why: string }> {
  const { handoff, actor } = action;
  const had = handoff.repEmail && handoff.repEmail !== email ? ` (${repName(action)} had it)` : '';
  return handOver(action, {
    to: { kind: 'person', email },
    kind: 'reopened',
    did: `${actor.name} reopened this lead${had}`,
    detail: { closed: { by: handoff.closedBy, reason: handoff.closedReason, note: handoff.closedNote } },
    passedBy: handoff.passedBy.filter(one => one !== email),
  });
}
