/** Whoever answers for a lead hears that somebody changed the owner of its record. */
import { ownerChangeById } from '../db/owner-changes.ts';
import { absencesAfter } from '../db/people.ts';
import type { Deps } from '../handoff/deps.ts';
import { drawingOf } from '../handoff/drawing.ts';
import type { Jobs } from '../jobs/catalogue.ts';
import { deliver, managersPlaces } from './deliver.ts';

/** Says what is true now, unless it is settled. One Slack call, a few more after an unknown outcome. */
export async function tellOwner(deps: Deps, of: Jobs['owner.tell'], attempt: number): Promise<void> {
  const { workspaceId, changeId } = of;
  const [drawing, change] = await Promise.all([drawingOf(deps, of), ownerChangeById(deps.db, workspaceId, changeId)]);
  const owner = drawing?.card.owner;
  if (!drawing || !change || !owner || drawing.handoff.ownerChange !== changeId || owner.state === 'restoring') return;
  const { handoff, card } = drawing;
  const now = deps.clock.now();
  const absences = await absencesAfter(deps.db, workspaceId, now);
  const { playbook: people } = await deps.playbook(workspaceId);
  await deliver(
    deps,
    handoff,
    await managersPlaces(deps, { handoff, people, absences, now }),
    {
      kind: 'owner',
      key: `owner:${changeId}:${change.state}`,
      since: change.seenAt.toISOString(),
      card: { ...card, owner },
    },
    attempt > 1,
  );
}
