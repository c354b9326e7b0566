/** Why an alarm is over. Pure. */
import { nameOf } from '../config/playbook/people.ts';
import type { Playbook } from '../config/playbook.ts';
import type { AlertEnding } from '../contracts/notifier.ts';
import type { Handoff } from '../db/handoffs/handoffs.ts';
import { isOpen } from '../domain/handoff.ts';
import type { TimelineEntry } from '../domain/timeline.ts';
import type { Drawing } from '../handoff/cards/drawing.ts';
import type { SlaMessage } from '../jobs/catalogue.ts';

export interface EndingContext extends Pick<Drawing, 'handoff' | 'card'> {
  playbook: Playbook;
  /** Whoever reads the alarm is "You" to themselves. */
  reader?: string | undefined;
  /** The entry of the newest reassignment. */
  moved?: Pick<TimelineEntry, 'actor' | 'at'> | undefined;
  /** What can be taken back yet. */
  undo?: Drawing['undo'];
  now: Date;
}

/** How it ended, in words; undefined while it holds. More time for whoever has the lead ends none. */
export function endingOf(context: EndingContext, message: SlaMessage): AlertEnding | undefined {
  const { handoff, card, now } = context;
  const { state, assignedAt, contactedAt, lastTouchAt } = handoff;
  const { what, of, at } = message;
  if (!isOpen(state)) return closedEnding(context);
  const touched = lastTouchAt ?? contactedAt;
  const isReached = what === 'asked' || what === 'cold' ? touched && touched > new Date(at) : contactedAt;
  if (isReached) return reachedEnding(card, handoff, touched ?? now);
  return assignedAt?.toISOString() === of ? undefined : movedEnding(context);
}

function closedEnding({ handoff, card }: EndingContext): AlertEnding {
  const by = card.closed?.name ? ` by ${card.closed.name}` : '';
  return { text: `This lead is ${handoff.state}${by}.`, ...(card.closed && { at: card.closed.at }) };
}

function reachedEnding({ contacted }: Drawing['card'], { contactedAt, dueAt }: Handoff, touched: Date): AlertEnding {
  const who = contacted?.name || 'Somebody';
  const did = DID.find(([kind]) => contacted?.how.startsWith(kind))?.[1] ?? 'reached out';
  const lateMs = contactedAt && dueAt ? contactedAt.getTime() - dueAt.getTime() : 0;
  return {
    text: `${who} ${did}.`,
    at: touched.toISOString(),
    reached: { who, did, ...(lateMs > 0 && { lateMs }) },
  };
}

/** How a touch begins in words, and what whoever made it did. */
const DID = [
  ['call', 'called'],
  ['e-mail', 'emailed'],
  ['meeting', 'booked a meeting'],
] as const;

function movedEnding({ handoff, card, playbook, reader, moved, undo }: EndingContext): AlertEnding {
  const to =
    handoff.repEmail === reader && reader !== undefined ? 'you' : (card.rep?.name ?? card.pool?.team ?? 'a pool');
  const by = moved && (moved.actor === reader ? 'You' : nameOf(playbook, moved.actor));
  return {
    text: `The lead is with ${to} now.`,
    ...(moved && { at: moved.at }),
    moved: {
      to,
      ...(by && by !== 'baton' && { by }),
      ...(card.due && { due: card.due.at }),
      ...(undo && undo.actor === reader && { undo: undo.id }),
    },
  };
}
