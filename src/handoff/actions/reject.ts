/** Turning a lead down, and taking that back. */
import { updateHandoff } from '../../db/handoffs.ts';
import { OPEN_STATES } from '../../domain/handoff.ts';
import { REJECT_REASONS, type RejectReason } from '../../domain/reject-reasons.ts';
import { enqueue } from '../../jobs/queue.ts';
import { queueFeedback, redrawCardsNow } from '../../jobs/requests.ts';
import { type Deciding, decideAs, noteOf, quoted } from '../core/act-as.ts';
import type { Deps } from '../core/deps.ts';
import type { On, Outcome } from '../core/outcomes.ts';
import { tellThread } from '../core/post-to-threads.ts';
import { situationNow } from '../route/roster.ts';
import { handBack, saveTurns, turnText } from '../route/rotation-credits.ts';
import { handOver, repName } from './hand-over.ts';

interface Rejection {
  reason: RejectReason;
  note?: string;
  then: 'nurture' | 'next';
}

/** Back to nurture, or on to the next in line; never again by itself to whoever turned it down. */
export async function reject(deps: Deps, on: On & Rejection): Promise<Outcome<{ next?: string }>> {
  const note = noteOf(on.note);
  if (on.reason === 'other' && !note)
    return { kind: 'unfit', field: 'note', why: 'Say in a few words what the reason is.' };
  return decideAs(deps, on, { from: [...OPEN_STATES, 'held'], into: 'rejected' }, deciding => {
    const detail = { reason: on.reason, next: on.then === 'next', ...(note && { note }) };
    const did = `${deciding.actor.name} rejected it (${REJECT_REASONS[on.reason].toLowerCase()})${quoted(note)}`;
    return on.then === 'next' ? toNext(deciding, did, detail) : toNurture(deciding, did, detail);
  });
}

type Detail = { reason: RejectReason; note?: string; next: boolean };

const passedBy = ({ actor, handoff }: Deciding) => [...new Set([...handoff.passedBy, actor.email])];

async function toNext(deciding: Deciding, did: string, detail: Detail): Promise<Outcome<{ next?: string }>> {
  const handover = {
    to: { kind: 'next' as const },
    kind: 'rejected' as const,
    did,
    detail,
    passedBy: passedBy(deciding),
  };
  const made = await handOver(deciding, handover);
  return 'why' in made ? { kind: 'unfit', field: 'then', why: made.why } : { kind: 'done', next: made.name };
}

async function toNurture(deciding: Deciding, did: string, detail: Detail): Promise<Outcome<{ next?: string }>> {
  const { trx, workspaceId, handoff, actor, playbook, now } = deciding;
  const { situation } = await situationNow(trx, workspaceId, playbook, now);
  await saveTurns(trx, workspaceId, handBack(situation, handoff).turns);
  const uncharged = { turnTeam: null, turnEmail: null };
  await updateHandoff(trx, workspaceId, handoff.id, {
    ...uncharged,
    state: 'rejected',
    closedAt: now,
    closedBy: actor.email,
    closedReason: detail.reason,
    closedNote: detail.note ?? null,
    passedBy: passedBy(deciding),
    snoozedUntil: null,
  });
  await tellThread(
    trx,
    { workspaceId, handoffId: handoff.id, leadId: handoff.leadId },
    {
      kind: 'rejected',
      at: now,
      actor: actor.email,
      text: `${did} → nurture; ${turnText(playbook, handoff, uncharged)}`,
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
export async function reopen(deps: Deps, on: On): Promise<Outcome<{ to: string }>> {
  return decideAs(
    deps,
    on,
    { from: ['rejected', 'nurture'], into: 'assigned' },
    async (deciding): Promise<Outcome<{ to: string }>> => {
      const { handoff, actor } = deciding;
      const before = handoff.repEmail ? await giveBackTo(deciding, handoff.repEmail) : undefined;
      const made = before && !('why' in before) ? before : await giveBackTo(deciding, actor.email);
      return 'why' in made ? { kind: 'unfit', field: 'to', why: made.why } : { kind: 'done', to: made.name };
    },
  );
}

function giveBackTo(deciding: Deciding, email: string): Promise<{ name: string } | { why: string }> {
  const { handoff, actor } = deciding;
  const had = handoff.repEmail && handoff.repEmail !== email ? ` (${repName(deciding)} had it)` : '';
  return handOver(deciding, {
    to: { kind: 'person', email },
    kind: 'reopened',
    did: `${actor.name} reopened it${had}`,
    detail: { closed: { by: handoff.closedBy, reason: handoff.closedReason, note: handoff.closedNote } },
    passedBy: handoff.passedBy.filter(one => one !== email),
  });
}
