/**
 * Work that was refused, or failed by a fault of ours, is replayed once by itself when its cause may be gone: after a new version
 * of the playbook, a connection that was made anew, a set-up of the CRM, a new release. What is put aside again waits for a person.
 */
import type { Db } from '../db/connection.ts';
import { SECOND } from '../lib/clock.ts';
import { type ParkedRow, replayRows } from './parked.ts';

/** Other processes know a new version of the playbook, or another connection, by then. */
const KNOWN_AFTER = 6 * SECOND;

/** In the transaction of what may have mended it. One round trip, another where there is something. */
export async function replayOnce(trx: Db, workspaceId: string, at: Date): Promise<number> {
  const { rows } = await trx.raw<{ rows: ParkedRow[] }>(`${ONCE} and workspace_id = :workspaceId ${RETURNED}`, {
    workspaceId,
    at,
  });
  return replayRows(trx, rows, { probe: false, delayMs: KNOWN_AFTER });
}

/** The same in every workspace, by whichever process of a release is the first. */
export async function replayOnceBy(db: Db, release: string, at: Date): Promise<number> {
  return db.transaction(async trx => {
    const tick = { name: `release:${release}`, at };
    const made = await trx('ticks').insert(tick).onConflict('name').ignore().returning('name');
    if (made.length === 0) return 0;
    const { rows } = await trx.raw<{ rows: ParkedRow[] }>(`${ONCE} ${RETURNED}`, { at });
    return replayRows(trx, rows, { probe: false });
  });
}

/** A piece of work keeps its `run` however often it is put aside: once is once. */
const ONCE = `
  update parked_jobs set replayed_at = :at, replayed_by_itself = true
  where replayed_at is null and verdict <> 'waiting_for_connection' and not exists (
    select from parked_jobs before where before.workspace_id = parked_jobs.workspace_id and before.replayed_by_itself
      and before.payload->>'run' = parked_jobs.payload->>'run')`;
const RETURNED = 'returning id, job, payload, vendor, role, urgent';
