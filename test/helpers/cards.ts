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
export async function aSecondPasses({ clock, app }: System): Promise<void> {
  clock.move(1_100);
  await app.deps.db.raw(
    `select graphile_worker.reschedule_jobs(array_agg(id), run_at := now()) from graphile_worker.jobs
     where task_identifier in ('post.queued', 'handoff.notify', 'handoff.thread', 'card.refresh')
       and run_at > now() and locked_at is null`,
  );
}
