/** A touch proved nothing after all: the meeting that was agreed upon will not take place. */
import type { Db } from '../../db/connection.ts';
import { type Handoff, updateHandoff } from '../../db/handoffs/handoffs.ts';
import { reopenStint } from '../../db/handoffs/stints.ts';
import { deleteTouch, type Touch, touchesOf } from '../../db/handoffs/touches.ts';
import { absencesAfter } from '../../db/people/people.ts';
import { isOpen } from '../../domain/handoff.ts';
import { enqueue } from '../../jobs/queue.ts';
import { redrawCardsNow } from '../../jobs/requests.ts';
import type { Deps } from '../core/deps.ts';
import { recordForThreads } from '../core/post-to-threads.ts';
import { FRESH_SLA_STATE, slaDueAt } from '../core/sla-due.ts';

/**
 * In the transaction that locked the handoff. Where it was the only touch of a lead that is still worked, whoever has it owes
 * a first contact again: the ladder starts anew, from now. A promise that was broken before stays broken. Five round trips.
 */
export async function withdrawTouch(
  deps: Deps,
  trx: Db,
  handoff: Handoff,
  { touch, text, actor }: { touch: Touch; text: string; actor: string },
): Promise<void> {
  const { workspaceId, id: handoffId, leadId } = handoff;
  const now = deps.clock.now();
  await deleteTouch(trx, workspaceId, touch.id);
  const left = await touchesOf(trx, workspaceId, handoffId);
  const isOwedAgain = left.length === 0 && isOpen(handoff.state);
  if (isOwedAgain) await startAgain(deps, trx, handoff, now);
  else await updateHandoff(trx, workspaceId, handoffId, { lastTouchAt: left.at(-1)?.at ?? null });
  await recordForThreads(
    trx,
    { workspaceId, handoffId, leadId },
    {
      kind: 'meeting_cancelled',
      at: now,
      actor,
      text: isOwedAgain ? `${text} Reach out again: the SLA starts anew.` : text,
      detail: { touch: touch.id },
    },
  );
  await enqueue(trx, redrawCardsNow(handoff));
}

async function startAgain(deps: Deps, trx: Db, handoff: Handoff, now: Date): Promise<void> {
  const { workspaceId, id: handoffId, playbookVersion, claimedBy } = handoff;
  const [{ playbook }, { playbook: people }, absences] = await Promise.all([
    deps.playbook(workspaceId, playbookVersion),
    deps.playbook(workspaceId),
    absencesAfter(trx, workspaceId, now),
  ]);
  const dueAt = slaDueAt(playbook, handoff, absences, now, people);
  const { claimedAt: _theirs, ...fresh } = FRESH_SLA_STATE;
  await updateHandoff(trx, workspaceId, handoffId, {
    ...fresh,
    // No move that people make: nothing else leads back from here.
    state: claimedBy ? 'claimed' : 'assigned',
    contactedAt: null,
    lastTouchAt: null,
    ladderFrom: now,
    dueAt,
  });
  await reopenStint(trx, { workspaceId, handoffId }, dueAt);
}
