/** Cards and digests in Slack, for stories. */
import assert from 'node:assert/strict';
import { pausePosting, takeSlotForCards } from '../../src/db/cards/card-queue.ts';
import { postQueuedCards } from '../../src/handoff/cards/post-queued.ts';
import { after } from '../../src/lib/clock.ts';
import { hurryCards } from './database-changes.ts';
import type { Message, System } from './system.ts';

/** For each message, the handoffs it shows, in its order: one for a card, several for a digest. */
export function handoffsIn(messages: readonly Message[]): string[][] {
  return messages.map(({ blocks }) => [
    ...new Set(
      [...JSON.stringify(blocks).matchAll(/"value":"(?:\w+:)?([0-9a-f-]{36})"/g)].map(match => match[1] ?? ''),
    ),
  ]);
}

/** A second passes, also for what Slack's rate keeps waiting. */
export async function aSecondPasses(baton: System): Promise<void> {
  baton.clock.move(1_100);
  await hurryCards(baton);
}

/** Slack asked for a pause in this place (`channel:#…`, `dm:U…`): cards stand in the queue there until it is over. */
export async function pausePlace({ app, clock }: System, place: string, milliseconds: number): Promise<void> {
  await pausePosting(app.deps.db, app.workspaceId, place, after(clock.now(), milliseconds));
}

/** A worker takes what a place is to show next, more than `burst` cards as a digest, and does nothing more. */
export async function takeCards({ app, clock }: System, place: string, burst: number): Promise<void> {
  const { kind } = await takeSlotForCards(app.deps.db, app.workspaceId, place, burst, clock.now());
  assert.ok(kind === 'card' || kind === 'digest', kind);
}

/** A worker posts what a place is to show next. */
export const postCards = ({ app }: System, place: string): Promise<void> =>
  postQueuedCards(app.deps, { workspaceId: app.workspaceId, place });
