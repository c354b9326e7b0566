/** Cards and digests in Slack, for stories. */
import { closePlace } from '../../src/db/card-queue.ts';
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

/** A second passes, also for what Slack's pace keeps waiting. */
export async function aSecondPasses(baton: System): Promise<void> {
  baton.clock.move(1_100);
  await hurryCards(baton);
}

/** Slack asked for a pause in this place (`channel:#…`, `dm:U…`): cards stand in line there until it is over. */
export async function pausePlace({ app, clock }: System, place: string, milliseconds: number): Promise<void> {
  await closePlace(app.deps.db, app.workspaceId, place, after(clock.now(), milliseconds));
}
