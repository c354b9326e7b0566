/** What is asked for of every workspace by the clock, and the end of it. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Db } from '../src/db/connection.ts';
import { connectionsInUse } from '../src/db/connections/connections.ts';
import { pollCrmEvents, pollSource } from '../src/jobs/requests.ts';
import { MINUTE } from '../src/lib/clock.ts';

/** What the tick asks for every five minutes. */
export async function polls(db: Db) {
  const [crms, sources] = await Promise.all([connectionsInUse(db, 'crm'), connectionsInUse(db, 'source')]);
  return [
    ...crms.map(({ workspaceId }) => pollCrmEvents(workspaceId)),
    ...sources.map(({ workspaceId, vendor }) => pollSource(workspaceId, vendor)),
  ];
}

/** How many jobs are due, and for how many seconds the first of them. */
export async function queueOf(db: Db): Promise<{ due: number; waited: number }> {
  const { rows } = await db.raw(
    `select count(*)::int as due, coalesce(extract(epoch from now() - min(run_at)), 0)::float8 as waited
     from graphile_worker._private_jobs where run_at <= now() and attempts < max_attempts`,
  );
  return rows[0];
}

/** Waits until no job is due. @throws when some are not done in `withinMs` */
export async function untilIdle(db: Db, withinMs = 5 * MINUTE): Promise<void> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const { due } = await queueOf(db);
    if (due === 0) return;
    if (performance.now() > deadline) throw new Error(`${due} jobs of many workspaces were not done`);
    await pause(200);
  }
}
