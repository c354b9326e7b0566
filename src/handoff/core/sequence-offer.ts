/** Which sequence a rep is offered for a lead, and how the one they chose stands. Pure. */
import type { Playbook } from '../../config/playbook.ts';
import type { Sequencer } from '../../contracts/sequencer.ts';
import type { Handoff } from '../../db/handoffs/handoffs.ts';
import type { EnrolmentRow } from '../../db/sequences/enrolments.ts';
import { isOpen } from '../../domain/handoff.ts';
import type { SequenceStand } from '../../domain/sequence.ts';

/** What the playbook names for the lead's priority. */
export function sequenceFor(
  { follow_up: { sequences } }: Pick<Playbook, 'follow_up'>,
  { priority }: Pick<Handoff, 'priority'>,
): SequenceStand['offer'] {
  const sequence = sequences?.[priority];
  return sequences && sequence ? { tool: sequences.tool, sequence } : undefined;
}

/**
 * As the card shows it; undefined where nothing is offered and nothing was added.
 * @param last the newest enrolment
 * @param sequencers those that are connected
 */
export function sequenceStand(
  handoff: Handoff,
  playbook: Pick<Playbook, 'follow_up'>,
  last: EnrolmentRow | undefined,
  sequencers: Partial<Record<string, Sequencer>>,
): SequenceStand | undefined {
  const named = sequenceFor(playbook, handoff);
  const mayAdd = named && sequencers[named.tool] && isOpen(handoff.state) && handoff.claimedBy !== null;
  const offer = mayAdd ? named : undefined;
  if (!last || last.state === 'cancelled') return offer && { ...offer, state: 'offered', offer };
  const { tool, sequence, state, url, note, stopWhy } = last;
  const isUnderWay = state === 'asked' || state === 'begun' || state === 'active';
  return {
    tool,
    sequence,
    state: state === 'begun' ? 'asked' : state,
    // Whoever answered is talked to, and whoever wants no mails gets none: not put into a sequence once more.
    ...(offer && !isUnderWay && stopWhy !== 'answered' && stopWhy !== 'unsubscribed' && { offer }),
    ...(state === 'active' && stopWhy === null && { mayStop: sequencers[tool]?.stops === true }),
    ...(url && { url }),
    ...(note && { note }),
    ...(stopWhy && { why: stopWhy }),
  };
}
