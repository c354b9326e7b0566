import { serviceName } from '../domain/service-name.ts';
import { after, MINUTE } from '../lib/clock.ts';
import type { Db } from './connection.ts';

export interface Connection {
  service: string;
  /** `away`: it does not answer; one job at a time finds out when it does again. */
  status: 'active' | 'paused' | 'away';
  pausedReason: string | null;
  pausedAt: Date | null;
  connectedAt: Date;
  cursor: Record<string, unknown> | null;
  lastSignalAt: Date | null;
}

interface Row {
  service: string;
  status: 'active' | 'paused' | 'away';
  paused_reason: string | null;
  paused_at: Date | null;
  connected_at: Date;
  cursor: Record<string, unknown> | null;
  last_signal_at: Date | null;
}

/** Notes that a service is connected; the first time fixes `connectedAt`, the line between history and news. */
export async function rememberConnection(db: Db, workspaceId: string, service: string, at: Date): Promise<void> {
  await db('connections').insert({ workspace_id: workspaceId, service, connected_at: at }).onConflict().ignore();
}

export async function connectionsOf(db: Db, workspaceId: string): Promise<Connection[]> {
  const rows: Row[] = await db('connections').where({ workspace_id: workspaceId }).orderBy('service');
  return rows.map(row => ({
    service: row.service,
    status: row.status,
    pausedReason: row.paused_reason,
    pausedAt: row.paused_at,
    connectedAt: row.connected_at,
    cursor: row.cursor,
    lastSignalAt: row.last_signal_at,
  }));
}

/** Since when the service is connected: the line between history and news. */
export async function connectedSince(db: Db, workspaceId: string, service: string): Promise<Date | undefined> {
  const row = await db('connections').where({ workspace_id: workspaceId, service }).first('connected_at');
  return row?.connected_at;
}

export async function connectionOf(db: Db, workspaceId: string, service: string): Promise<Connection | undefined> {
  return (await connectionsOf(db, workspaceId)).find(connection => connection.service === service);
}

export async function saveCursor(
  db: Db,
  workspaceId: string,
  service: string,
  cursor: Record<string, unknown>,
): Promise<void> {
  await db('connections')
    .where({ workspace_id: workspaceId, service })
    .update({ cursor: JSON.stringify(cursor) });
}

/** Stops using a connection and leaves the admin one notice, however many jobs run into it; `text` says it otherwise. */
export async function pauseConnection(
  trx: Db,
  workspaceId: string,
  service: string,
  reason: string,
  at: Date,
  text?: string,
): Promise<void> {
  const paused = await trx('connections')
    .where({ workspace_id: workspaceId, service })
    .whereIn('status', ['active', 'away'])
    .update({ status: 'paused', paused_reason: reason, paused_at: at });
  if (paused === 0) return;
  await trx('notices').insert({
    workspace_id: workspaceId,
    key: `paused:${service}:${at.toISOString()}`,
    text:
      text ??
      `Baton's connection to ${serviceName(service)} is no longer accepted (${reason}). Leads keep coming in and nothing is lost: ` +
        `what needs ${serviceName(service)} waits, and goes on by itself as soon as the connection works again. Please renew its key or reconnect it.`,
    created_at: at,
  });
}

/** Is the service known not to answer just now? */
export async function isAway(db: Db, workspaceId: string, service: string): Promise<boolean> {
  return (
    (await db('connections').where({ workspace_id: workspaceId, service, status: 'away' }).first('service')) !==
    undefined
  );
}

/**
 * The service does not answer: what needs it waits for a probe that gets through, first tried at `probeAt`. Answers
 * whether that is so now: a service that is no connection of the workspace's is nobody's to probe.
 */
export async function markAway(
  trx: Db,
  workspaceId: string,
  { service, reason, probeAt }: { service: string; reason: string; probeAt: Date },
  at: Date,
): Promise<boolean> {
  const { rows } = await trx.raw(
    `update connections set
       status = case when status = 'active' then 'away' else status end,
       paused_reason = case when status = 'active' then :reason else paused_reason end,
       paused_at = case when status = 'active' then :at else paused_at end,
       probes = case when status = 'active' then 0 else probes end,
       probe_at = case when status = 'active' then :probeAt else greatest(probe_at, :probeAt) end
     where workspace_id = :workspaceId and service = :service returning status`,
    { workspaceId, service, reason, at, probeAt },
  );
  return rows.length > 0;
}

/** Admins hear of a service that stays away; a short outage is nobody's business but Baton's. */
const LONG_AWAY = 15 * MINUTE;

/** Leaves the admins of every workspace one notice for each service that has been away for long; answers whom to tell. */
export async function noticeLongAway(trx: Db, at: Date): Promise<string[]> {
  const { rows } = await trx.raw<{ rows: { workspace_id: string }[] }>(
    `insert into notices (workspace_id, key, text, created_at)
     select workspace_id, 'away:' || service || ':' || to_char(paused_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS'),
            initcap(service) || ' has taken nothing from Baton for ' || (extract(epoch from :at::timestamptz - paused_at) / 60)::int ||
            ' minutes (' || coalesce(paused_reason, 'no reason given') || '). Leads reach their reps all the same; what needs ' ||
            initcap(service) || ' waits in order and goes on by itself when it answers again. Nothing is lost.',
            :at
     from connections where status = 'away' and paused_at <= :before
     on conflict do nothing returning workspace_id`,
    { at, before: after(at, -LONG_AWAY) },
  );
  return [...new Set(rows.map(row => row.workspace_id))];
}

/** Takes a paused connection, or one that was away, into use again; answers whether it was. */
export async function resumeConnection(
  trx: Db,
  workspaceId: string,
  service: string,
  at: Date,
  text?: string,
): Promise<boolean> {
  const { rows } = await trx.raw<{ rows: { was: string; since: Date }[] }>(
    `update connections set status = 'active', paused_reason = null, paused_at = null, probe_at = null, probes = 0
     from (select status as was, paused_at as since from connections
           where workspace_id = :workspaceId and service = :service and status <> 'active' for update) as before
     where workspace_id = :workspaceId and service = :service
     returning before.was, before.since`,
    { workspaceId, service },
  );
  const [before] = rows;
  if (!before) return false;
  // Nobody was told of a short outage, so nobody is told of its end.
  if (text === undefined && before.was === 'away' && before.since > after(at, -LONG_AWAY)) return true;
  await trx('notices').insert({
    workspace_id: workspaceId,
    key: `resumed:${service}:${at.toISOString()}`,
    text:
      text ?? `Baton's connection to ${serviceName(service)} works again; everything that waited for it is on its way.`,
    created_at: at,
  });
  return true;
}
