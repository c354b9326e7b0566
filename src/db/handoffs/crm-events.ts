/** What the CRM told by itself, kept until it is read; and which of its records belong to which handoff. */
import type { CrmEvent } from '../../contracts/crm-events.ts';
import { indexKey, storable } from '../../lib/text.ts';
import type { Db, JobsForRows } from '../connection.ts';

/** How an event ended. `unknown`: about nobody Baton handed off, so far. */
export type EventOutcome =
  | 'touch'
  | 'ignored'
  | 'changed'
  | 'nothing_new'
  | 'unknown'
  | 'own'
  | 'not_done'
  | 'before'
  | 'closed'
  | 'no_record';

/**
 * Stores events of the CRM of that name (absent: the one there is) and asks for their reading in one statement: when this returns the sender may be told so. What came
 * before is passed over. Answers how many were new.
 */
export async function storeEvents(
  db: Db,
  workspaceId: string,
  { crm, events, at }: { crm?: string; events: readonly CrmEvent[]; at: Date },
  reading: JobsForRows,
): Promise<number> {
  if (events.length === 0) return 0;
  const { rows } = await db.raw(
    `with new as (
       insert into crm_events (workspace_id, key, event, received_at, crm)
       select ?::uuid, event->>'key', event, ?::timestamptz, ?::text from json_array_elements(?::json) as given(event)
       on conflict (workspace_id, key) do nothing
       returning workspace_id, id
     ), jobs as (?)
     select (select count(*)::int from new) as stored from jobs`,
    [workspaceId, at, crm ?? null, JSON.stringify(storable(events.map(withKey))), reading(db, 'new')],
  );
  return rows[0].stored;
}

/** Whoever sends an event says its key: it has to fit into an index. */
const withKey = (event: CrmEvent): CrmEvent => ({ ...event, key: indexKey(event.key) });

/** An event that was not read yet, and who told it; null: the CRM there is. */
export async function unreadEvent(
  db: Db,
  workspaceId: string,
  id: number,
): Promise<{ event: CrmEvent; crm: string | null } | undefined> {
  return db('crm_events').where({ workspace_id: workspaceId, id, done_at: null }).first('event', 'crm');
}

export async function settleEvent(
  trx: Db,
  workspaceId: string,
  id: number,
  outcome: EventOutcome,
  at: Date,
): Promise<void> {
  await trx('crm_events').where({ workspace_id: workspaceId, id }).update({ outcome, done_at: at });
}

/** The handoff that records of the CRM belong to: the open one first, then the newest. */
export async function handoffOfRecords(
  db: Db,
  workspaceId: string,
  recordIds: readonly string[],
): Promise<string | undefined> {
  if (recordIds.length === 0) return undefined;
  const linked = db('crm_links').where({ workspace_id: workspaceId }).whereIn('record_id', recordIds);
  const row = await db('handoffs')
    .where({ workspace_id: workspaceId })
    .where(either => either.whereIn('record_id', recordIds).orWhereIn('id', linked.select('handoff_id')))
    .orderByRaw(`state in ('assigned', 'claimed', 'contacted') desc, crossed_at desc, id`)
    .first('id');
  return row?.id;
}

/** The lead became these records: what was told of them before anybody knew is read again. Answers how many are new. */
export async function linkRecords(
  trx: Db,
  workspaceId: string,
  handoffId: string,
  recordIds: readonly string[],
  reading: JobsForRows,
): Promise<number> {
  if (recordIds.length === 0) return 0;
  const linked = await trx('crm_links')
    .insert(recordIds.map(id => ({ workspace_id: workspaceId, record_id: id, handoff_id: handoffId })))
    .onConflict()
    .ignore()
    .returning('record_id');
  await rereadEvents(
    trx,
    workspaceId,
    linked.map(row => row.record_id),
    reading,
  );
  return linked.length;
}

/** These records are known now: what was told of them before is read again. */
export async function rereadEvents(
  db: Db,
  workspaceId: string,
  recordIds: readonly string[],
  reading: JobsForRows,
): Promise<void> {
  const ids = [...recordIds];
  await db.raw(
    `with again as (
       update crm_events set done_at = null, outcome = null
       where workspace_id = ? and outcome = 'unknown' and (
         event->'record'->>'id' = any(?) or event->'about' \\?| ?
       ) returning workspace_id, id
   )
     ?`,
    [workspaceId, ids, ids, reading(db, 'again')],
  );
}
