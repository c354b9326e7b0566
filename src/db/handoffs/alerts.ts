/** Alarms of the ladder: those that wait for their manager, and those that stand in Slack, alone or several in one message. */
import type { Knex } from 'knex';
import type { AlertEnding } from '../../contracts/notifier.ts';
import type { Db } from '../connection.ts';

/** `M`: what was to be said, as its job has it. */
export interface StandingAlert<M> {
  key: string;
  message: M;
  /** Absent while it is being posted. */
  channel: string | null;
  ts: string | null;
  /** The message that it shares with others. */
  digestId: string | null;
  /** Whom it was posted to, as `placeKey` has it. */
  place: string | null;
  /** What it says by now. */
  shown: string | null;
}

interface NewAlert<M> {
  workspaceId: string;
  handoffId: string;
  key: string;
  message: M;
}

/** They wait for their manager; one that does already, or stands, stays as it is. Nothing happens until it is awaited. */
export function queueAlerts<M>(db: Db, alerts: readonly NewAlert<M>[], now: Date): Knex.Raw {
  return db.raw(
    `insert into alerts (workspace_id, handoff_id, key, message, waiting_since)
     select "workspaceId", "handoffId", key, message, ?::timestamptz
     from jsonb_to_recordset(?) as new("workspaceId" uuid, "handoffId" uuid, key text, message jsonb)
     on conflict do nothing`,
    [now, JSON.stringify(alerts)],
  );
}

/** One that nobody has begun to post, and whose lead it is about. */
export interface WaitingAlert {
  key: string;
  workspaceId: string;
  repEmail: string | null;
  team: string | null;
}

/** Those of a workspace, the oldest first. */
export async function waitingAlerts(db: Db, workspaceId: string): Promise<WaitingAlert[]> {
  return db('alerts')
    .join('handoffs', 'handoffs.id', 'alerts.handoff_id')
    .where({ 'alerts.workspace_id': workspaceId, ts: null, ended_at: null, digest_id: null, begun_at: null })
    .orderBy(['waiting_since', 'key'])
    .limit(500)
    .select('key', 'alerts.workspace_id as workspaceId', 'rep_email as repEmail', 'handoffs.team');
}

/**
 * What a place was sent since then: how many alarms, and the newest message of several, with how many are in it. One
 * round trip.
 */
export async function recentAlerts(
  db: Db,
  workspaceId: string,
  place: string,
  since: Date,
): Promise<{ count: number; digestId: string | null; inDigest: number }> {
  const { rows } = await db.raw(
    `with recent as (
       select digest_id, waiting_since from alerts
       where workspace_id = :workspace and place = :place and waiting_since > :since
     ), newest as (
       select digest_id, count(*)::int as many from recent where digest_id is not null
       group by digest_id order by max(waiting_since) desc limit 1
     )
     select (select count(*)::int from recent) as count, (select digest_id from newest) as "digestId",
            coalesce((select many from newest), 0) as "inDigest"`,
    { workspace: workspaceId, place, since },
  );
  return rows[0];
}

/** Puts those that still wait into one message; answers how many. */
export async function gatherAlerts(
  trx: Db,
  workspaceId: string,
  { keys, place, digestId }: { keys: readonly string[]; place: string; digestId: string },
): Promise<number> {
  const { rowCount } = await trx.raw(
    `with waiting as (
       select key from alerts
       where workspace_id = :workspace and key = any(:keys) and ts is null and ended_at is null and digest_id is null
         and begun_at is null
       order by key for update
     )
     update alerts set digest_id = :digestId, place = :place from waiting
     where alerts.workspace_id = :workspace and alerts.key = waiting.key`,
    { workspace: workspaceId, keys: [...keys], digestId, place },
  );
  return rowCount;
}

/**
 * Begins to post one as a message of its own; undefined when it is there already, over, or in a message with others.
 * `lookFirst`: an earlier try may have posted it.
 */
export async function beginAlert(
  db: Db,
  workspaceId: string,
  { key, place }: { key: string; place: string | null },
  now: Date,
): Promise<{ lookFirst: boolean } | undefined> {
  const { rows } = await db.raw(
    `with before as (
       select key, begun_at from alerts
       where workspace_id = :workspace and key = :key and ts is null and ended_at is null and digest_id is null
       for update
     )
     update alerts set begun_at = :now, place = :place from before
     where alerts.workspace_id = :workspace and alerts.key = before.key
     returning before.begun_at is not null as "lookFirst"`,
    { workspace: workspaceId, key, place, now },
  );
  return rows[0];
}

/** It was certainly not posted, and waits again. */
export async function returnAlert(db: Db, workspaceId: string, key: string): Promise<void> {
  await db('alerts').where({ workspace_id: workspaceId, key, ts: null }).update({ begun_at: null, place: null });
}

/** An alarm was posted. */
export async function keepAlert(
  db: Db,
  workspaceId: string,
  { key, channel, ts, shown }: { key: string; channel: string; ts: string; shown: string },
): Promise<void> {
  await db('alerts').where({ workspace_id: workspaceId, key }).update({ channel, ts, shown });
}

/** Its message says this by now. */
export async function keepShown(db: Db, workspaceId: string, key: string, shown: string): Promise<void> {
  await db('alerts').where({ workspace_id: workspaceId, key }).update({ shown });
}

/** Alarms of a handoff that are over without having been posted. */
export async function dropWaiting(db: Db, workspaceId: string, key: string, at: Date): Promise<void> {
  await db('alerts')
    .where({ workspace_id: workspaceId, key, ts: null, digest_id: null, ended_at: null })
    .update({ ended_at: at });
}

/** Those of a handoff that are not over and stand in Slack, or are about to in a message with others. */
export async function standingAlerts<M>(db: Db, workspaceId: string, handoffId: string): Promise<StandingAlert<M>[]> {
  return db('alerts')
    .where({ workspace_id: workspaceId, handoff_id: handoffId, ended_at: null })
    .where(either => either.whereNotNull('ts').orWhereNotNull('digest_id'))
    .orderBy('key')
    .select('key', 'message', 'channel', 'ts', 'digest_id as digestId', 'place', 'shown');
}

/** The newest alarm about a handoff that was or is being posted. */
export async function newestAlert<M>(
  db: Db,
  workspaceId: string,
  handoffId: string,
): Promise<{ message: M } | undefined> {
  return db('alerts')
    .where({ workspace_id: workspaceId, handoff_id: handoffId })
    .orderByRaw(`message->>'at' desc`)
    .first('message');
}

export async function endAlert(db: Db, workspaceId: string, key: string, at: Date, ending: AlertEnding): Promise<void> {
  await db('alerts')
    .where({ workspace_id: workspaceId, key })
    .update({ ended_at: at, ending: JSON.stringify(ending) });
}
