/** The Slack side of a handoff: a card in every place where the playbook wants one; of a held one, for the admins. */
import type { Handoff } from '../../db/handoffs/handoffs.ts';
import { absencesAfter } from '../../db/people/people.ts';
import { isOpen } from '../../domain/handoff.ts';
import { nextOpening } from '../../domain/hours.ts';
import { enqueue } from '../../jobs/queue.ts';
import { deliverCard } from '../../jobs/requests.ts';
import { currentLadder } from '../core/current-ladder.ts';
import type { Deps } from '../core/deps.ts';
import { drawingOf } from './drawing.ts';
import { isToldByMail, mailCard, mailPool } from './mail-notice.ts';
import { placeKey, placesFor, placesOfHeld } from './places.ts';
import { deliverToPlace } from './posting.ts';
import { redrawFrom } from './redraw-cards.ts';

/** When the card is to wait for the shift of whoever has the lead: `sla.PRIORITY.out_of_hours: wait`. */
async function firstShift(deps: Deps, handoff: Handoff): Promise<Date | undefined> {
  const { workspaceId, playbookVersion, priority, state, deliveredAt } = handoff;
  if (state !== 'assigned' || deliveredAt) return undefined;
  const { playbook } = await deps.playbook(workspaceId, playbookVersion);
  if (playbook.sla[priority]?.out_of_hours !== 'wait') return undefined;
  const now = deps.clock.now();
  const { calendar } = await currentLadder(deps, handoff, await absencesAfter(deps.db, workspaceId, now));
  const opens = nextOpening(calendar, now);
  return opens && opens > now ? opens : undefined;
}

/** Where the channel is told, it is told of leads whose rep reads mail as well. */
const POSTED_BESIDE: ReadonlySet<string> = new Set(['channel', 'both']);

/** Puts the card wherever the playbook says; safe to repeat. One Slack call a place. */
export async function deliverCards(
  deps: Deps,
  of: { workspaceId: string; handoffId: string },
  attempt: number,
): Promise<void> {
  const drawing = await drawingOf(deps, of);
  if (!drawing) return;
  const { handoff, playbook, repSlackId } = drawing;
  const isHeld = handoff.state === 'held';
  if (!isOpen(handoff.state) && !isHeld) return;
  const opens = isHeld ? undefined : await firstShift(deps, handoff);
  if (opens) return enqueue(deps.db, deliverCard(handoff, opens.getTime() - deps.clock.now().getTime()));
  const isMailed = !isHeld && (await isToldByMail(deps, drawing));
  if (!isHeld && handoff.repEmail === null) await mailPool(deps, drawing);
  let news = isMailed && (await mailCard(deps, drawing));
  const places = isHeld
    ? await placesOfHeld(deps, handoff, playbook)
    : isMailed && !POSTED_BESIDE.has(playbook.notify.assigned)
      ? []
      : await placesFor(deps, handoff, playbook, repSlackId);
  const how = { triedBefore: attempt > 1, wanted: places.map(placeKey) };
  for (const place of places) {
    if (await deliverToPlace(deps, drawing, place, how)) news = true;
  }
  // Somebody asked for a card that is there already: then what it shows may be old.
  if (!news) await redrawFrom(deps, drawing);
}
