/** Whoever answers for a lead hears that somebody changed the owner of its record. */
import { keepOwnerAsk } from '../db/handoffs/owner-asks.ts';
import { ownerChangeById } from '../db/handoffs/owner-changes.ts';
import { absencesAfter } from '../db/people/people.ts';
import { drawingOf } from '../handoff/cards/drawing.ts';
import type { Deps } from '../handoff/core/deps.ts';
import { ASKS, alertOf, shownOf } from '../handoff/ownership/questions.ts';
import type { OwnerChangeRef } from '../jobs/catalogue.ts';
import { enqueue } from '../jobs/queue.ts';
import { redrawQuestions } from '../jobs/requests.ts';
import { placesOfManagers, postAlert } from './post-alert.ts';

/** Says what is true now, unless it is settled. One Slack call, a few more after an unknown outcome. */
export async function sendOwnerAlert(deps: Deps, of: OwnerChangeRef, attempt: number): Promise<void> {
  const { workspaceId, handoffId, changeId } = of;
  const [drawing, change] = await Promise.all([drawingOf(deps, of), ownerChangeById(deps.db, workspaceId, changeId)]);
  const owner = drawing?.card.owner;
  if (!drawing || !change || !owner || drawing.handoff.ownerChange !== changeId || owner.state === 'restoring') return;
  const { handoff, card } = drawing;
  const now = deps.clock.now();
  const absences = await absencesAfter(deps.db, workspaceId, now);
  const { playbook: people } = await deps.playbook(workspaceId);
  const posted = await postAlert(
    deps,
    handoff,
    await placesOfManagers(deps, { handoff, people, absences, now }),
    alertOf(change, { ...card, owner }),
    attempt > 1,
  );
  if (!ASKS.includes(change.state)) return;
  const ask = { changeId, state: change.state, channel: posted.channel, ts: posted.ts, shown: shownOf(change) };
  await keepOwnerAsk(deps.db, workspaceId, handoffId, ask, now);
  // Somebody may have decided before it was known where the question stands.
  await enqueue(deps.db, redrawQuestions(handoff));
}
