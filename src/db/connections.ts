import type { Db } from './connection.ts';

export interface Connection {
  service: string;
  status: 'active' | 'paused';
  pausedReason: string | null;
  pausedAt: Date | null;
  connectedAt: Date;
  cursor: Record<string, unknown> | null;
  lastSignalAt: Date | null;
}

interface Row {
  service: string;
  status: 'active' | 'paused';
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

/** Stops using a connection and leaves the admin one notice, however many jobs run into it. */
export async function pauseConnection(
  trx: Db,
  workspaceId: string,
  service: string,
  reason: string,
  at: Date,
): Promise<void> {
  const paused = await trx('connections')
    .where({ workspace_id: workspaceId, service, status: 'active' })
    .update({ status: 'paused', paused_reason: reason, paused_at: at });
  if (paused === 0) return;
  await trx('notices').insert({
    workspace_id: workspaceId,
    key: `paused:${service}:${at.toISOString()}`,
    text:
      `Baton's connection to ${service} is no longer accepted (${reason}). Leads keep coming in and nothing is lost: ` +
      `what needs ${service} waits, and goes on by itself as soon as the connection works again. Please renew its key or reconnect it.`,
    created_at: at,
  });
}

/** Takes a paused connection into use again; answers whether it was paused. */
export async function resumeConnection(trx: Db, workspaceId: string, service: string, at: Date): Promise<boolean> {
  const resumed = await trx('connections')
    .where({ workspace_id: workspaceId, service, status: 'paused' })
    .update({ status: 'active', paused_reason: null, paused_at: null });
  if (resumed === 0) return false;
  await trx('notices').insert({
    workspace_id: workspaceId,
    key: `resumed:${service}:${at.toISOString()}`,
    text: `Baton's connection to ${service} works again; everything that waited for it is on its way.`,
    created_at: at,
  });
  return true;
}
