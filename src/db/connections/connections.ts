import { type ConnectionKey, ROLES, type Role } from '../../contracts/role.ts';
import { connectionName } from '../../domain/service-name.ts';
import { after, MINUTE } from '../../lib/clock.ts';
import { Failure } from '../../lib/errors.ts';
import type { Db } from '../connection.ts';

export interface Connection extends ConnectionKey {
  /** `away`: it does not answer; one job at a time finds out when it does again. */
  status: 'active' | 'paused' | 'away';
  pausedReason: string | null;
  pausedAt: Date | null;
  connectedAt: Date;
  cursor: Record<string, unknown> | null;
  lastSignalAt: Date | null;
}

interface Row {
  vendor: string;
  role: Role;
  status: 'active' | 'paused' | 'away';
  paused_reason: string | null;
  paused_at: Date | null;
  connected_at: Date;
  cursor: Record<string, unknown> | null;
  last_signal_at: Date | null;
}

const where = (workspaceId: string, { vendor, role }: ConnectionKey) => ({ workspace_id: workspaceId, vendor, role });

/** Notes that a vendor is connected; the first time fixes `connectedAt`, the line between history and news. */
export async function rememberConnection(db: Db, workspaceId: string, key: ConnectionKey, at: Date): Promise<void> {
  await db('connections')
    .insert({ ...where(workspaceId, key), connected_at: at })
    .onConflict()
    .ignore();
}

/** One round trip, in the order of vendor and role. */
export async function connectionsOf(db: Db, workspaceId: string): Promise<Connection[]> {
  const rows: Row[] = await db('connections').where({ workspace_id: workspaceId }).orderBy(['vendor', 'role']);
  return rows.map(row => ({
    vendor: row.vendor,
    role: row.role,
    status: row.status,
    pausedReason: row.paused_reason,
    pausedAt: row.paused_at,
    connectedAt: row.connected_at,
    cursor: row.cursor,
    lastSignalAt: row.last_signal_at,
  }));
}

/** Connections in this role that are in use, of every workspace: whom to ask for news. One round trip. */
export async function connectionsInUse(db: Db, role: Role): Promise<{ workspaceId: string; vendor: string }[]> {
  const rows = await db('connections').where({ role }).whereNot({ status: 'paused' }).select('workspace_id', 'vendor');
  return rows.map(row => ({ workspaceId: row.workspace_id, vendor: row.vendor }));
}

/** Since when the vendor is connected: the line between history and news. */
export async function connectedSince(db: Db, workspaceId: string, key: ConnectionKey): Promise<Date | undefined> {
  const row = await db('connections').where(where(workspaceId, key)).first('connected_at');
  return row?.connected_at;
}

export async function connectionOf(db: Db, workspaceId: string, key: ConnectionKey): Promise<Connection | undefined> {
  return (await connectionsOf(db, workspaceId)).find(({ vendor, role }) => vendor === key.vendor && role === key.role);
}

export async function saveCursor(
  db: Db,
  workspaceId: string,
  key: ConnectionKey,
  cursor: Record<string, unknown>,
): Promise<void> {
  await db('connections')
    .where(where(workspaceId, key))
    .update({ cursor: JSON.stringify(cursor) });
}

/**
 * The connection that an error is about; undefined: it is none of the workspace's. One round trip where the error does
 * not know in which role the vendor was asked: then it is the vendor's only one, or its first.
 */
export async function connectionKeyOf(db: Db, workspaceId: string, error: Error): Promise<ConnectionKey | undefined> {
  if (!(error instanceof Failure)) return undefined;
  const { service: vendor, role } = error;
  const known = ROLES.find(one => one === role);
  if (known) return { vendor, role: known };
  const row = await db('connections').where({ workspace_id: workspaceId, vendor }).orderBy('role').first('role');
  return row && { vendor, role: row.role };
}

/** Stops using a connection and leaves the admin one notice, however many jobs run into it; `text` says it otherwise. */
export async function pauseConnection(
  trx: Db,
  workspaceId: string,
  key: ConnectionKey,
  reason: string,
  at: Date,
  text?: string,
): Promise<void> {
  const paused = await trx('connections')
    .where(where(workspaceId, key))
    .whereIn('status', ['active', 'away'])
    .update({ status: 'paused', paused_reason: reason, paused_at: at });
  if (paused === 0) return;
  const told =
    text ??
    `${connectionName(key)} no longer accepts Baton’s log-in (${reason}). Reconnect it or renew its key. No lead is lost: ` +
      `what needs ${connectionName(key)} waits, and goes on by itself once it works again.`;
  await leaveNotice(trx, workspaceId, `paused:${idOf(key)}`, told, at);
}

/**
 * Somebody took the access away and `text` says who. Said also when the connection is paused already: a job that ran
 * into the refusal a moment earlier knew only that it was refused.
 */
export async function giveUpConnection(
  trx: Db,
  workspaceId: string,
  key: ConnectionKey,
  { reason, at, text }: { reason: string; at: Date; text: string },
): Promise<void> {
  const paused = await trx('connections')
    .where(where(workspaceId, key))
    .update({ status: 'paused', paused_reason: reason, paused_at: at });
  if (paused > 0) await leaveNotice(trx, workspaceId, `given-up:${idOf(key)}`, text, at);
}

const idOf = ({ vendor, role }: ConnectionKey) => `${vendor}:${role}`;

async function leaveNotice(trx: Db, workspaceId: string, what: string, text: string, at: Date): Promise<void> {
  const key = `${what}:${at.toISOString()}`;
  await trx('notices').insert({ workspace_id: workspaceId, key, text, created_at: at }).onConflict().ignore();
}

/** Is the vendor known not to answer just now? */
export async function isAway(db: Db, workspaceId: string, key: ConnectionKey): Promise<boolean> {
  return (
    (await db('connections')
      .where({ ...where(workspaceId, key), status: 'away' })
      .first('vendor')) !== undefined
  );
}

/**
 * The vendor does not answer: what needs it waits for a probe that gets through, first tried at `probeAt`. Answers
 * whether that is so now: one that is no connection of the workspace's is nobody's to probe.
 */
export async function markAway(
  trx: Db,
  workspaceId: string,
  { vendor, role }: ConnectionKey,
  { reason, probeAt }: { reason: string; probeAt: Date },
  at: Date,
): Promise<boolean> {
  const { rows } = await trx.raw(
    `update connections set
       status = case when status = 'active' then 'away' else status end,
       paused_reason = case when status = 'active' then :reason else paused_reason end,
       paused_at = case when status = 'active' then :at else paused_at end,
       probes = case when status = 'active' then 0 else probes end,
       probe_at = case when status = 'active' then :probeAt else greatest(probe_at, :probeAt) end
     where workspace_id = :workspaceId and vendor = :vendor and role = :role returning status`,
    { workspaceId, vendor, role, reason, at, probeAt },
  );
  return rows.length > 0;
}

/** Admins hear of a service that stays away; a short outage is nobody's business but Baton's. */
const LONG_AWAY = 15 * MINUTE;

/** Leaves the admins of every workspace one notice for each vendor that has been away for long; answers whom to tell. */
export async function noticeLongAway(trx: Db, at: Date): Promise<string[]> {
  const long: { workspace_id: string; vendor: string; role: Role; paused_at: Date; paused_reason: string | null }[] =
    await trx('connections')
      .where({ status: 'away' })
      .where('paused_at', '<=', after(at, -LONG_AWAY))
      .select('workspace_id', 'vendor', 'role', 'paused_at', 'paused_reason');
  if (long.length === 0) return [];
  const notified: { workspace_id: string }[] = await trx('notices')
    .insert(
      long.map(({ workspace_id, vendor, role, paused_at, paused_reason }) => ({
        workspace_id,
        key: `away:${vendor}:${role}:${paused_at.toISOString().slice(0, 19)}`,
        text:
          `${connectionName({ vendor, role })} has taken nothing from Baton for ${Math.round((at.getTime() - paused_at.getTime()) / MINUTE)} ` +
          `minutes (${paused_reason ?? 'no reason given'}). Leads reach their reps all the same; what needs ` +
          `${connectionName({ vendor, role })} waits in order and goes on by itself when it answers again. Nothing is lost.`,
        created_at: at,
      })),
    )
    .onConflict()
    .ignore()
    .returning('workspace_id');
  return [...new Set(notified.map(row => row.workspace_id))];
}

/** Takes a paused connection, or one that was away, into use again; answers whether it was. */
export async function resumeConnection(
  trx: Db,
  workspaceId: string,
  key: ConnectionKey,
  at: Date,
  text?: string,
): Promise<boolean> {
  const works = `Baton's connection to ${connectionName(key)} works again; everything that waited for it is on its way.`;
  return takeIntoUse(trx, workspaceId, key, at, { text: text ?? works, evenIfShort: text !== undefined });
}

/**
 * The same where nothing is left that could find out whether the connection works: it is not said to work. Who uses it
 * next finds out, and pauses it again if need be.
 */
export async function takeUnprovenIntoUse(
  trx: Db,
  workspaceId: string,
  key: ConnectionKey,
  at: Date,
): Promise<boolean> {
  const text =
    `Baton uses its connection to ${connectionName(key)} again: nothing that waited needed it any more, so whether ` +
    `${connectionName(key)} accepts it shows with the next lead.`;
  return takeIntoUse(trx, workspaceId, key, at, { text, evenIfShort: false });
}

async function takeIntoUse(
  trx: Db,
  workspaceId: string,
  key: ConnectionKey,
  at: Date,
  { text, evenIfShort }: { text: string; evenIfShort: boolean },
): Promise<boolean> {
  const { rows } = await trx.raw<{ rows: { was: string; since: Date }[] }>(
    `update connections set status = 'active', paused_reason = null, paused_at = null, probe_at = null, probes = 0
     from (select status as was, paused_at as since from connections
           where workspace_id = :workspaceId and vendor = :vendor and role = :role and status <> 'active' for update) as before
     where workspace_id = :workspaceId and vendor = :vendor and role = :role
     returning before.was, before.since`,
    { workspaceId, ...key },
  );
  const [before] = rows;
  if (!before) return false;
  // Nobody was told of a short outage, so nobody is told of its end.
  if (!evenIfShort && before.was === 'away' && before.since > after(at, -LONG_AWAY)) return true;
  await trx('notices').insert({
    workspace_id: workspaceId,
    key: `resumed:${key.vendor}:${key.role}:${at.toISOString()}`,
    text,
    created_at: at,
  });
  return true;
}
