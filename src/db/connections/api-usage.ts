/** How many of an account's calls of the day Baton has used, added up over all processes. */
import type { CallMeter, CallWindow } from '../../domain/api-quota.ts';
import { after, DAY } from '../../lib/clock.ts';
import type { Db } from '../connection.ts';

export interface ApiUsage extends CallWindow {
  service: string;
  /** The account's own count of everybody's calls. */
  meter: CallMeter;
  /** Per cent of the share that the admins were last warned at in this window; 0: not yet. */
  warned: number;
}

/**
 * Adds calls to the window that runs; one that is over a day old gives way to a new one, whose share is counted from
 * what the account has left now. Answers the window. One round trip.
 */
export async function addCalls(
  trx: Db,
  workspaceId: string,
  service: string,
  { calls, meter, share }: { calls: number; meter: CallMeter; share: number },
  now: Date,
): Promise<ApiUsage> {
  const { rows } = await trx.raw(
    `insert into api_usage as known (workspace_id, service, started_at, allowed, calls, org_used, org_limit)
     values (:workspace, :service, :now, :allowed, :calls, :used, :limit)
     on conflict (workspace_id, service) do update set
       started_at = case when known.started_at <= :over then excluded.started_at else known.started_at end,
       allowed = case when known.started_at <= :over then excluded.allowed else known.allowed end,
       calls = case when known.started_at <= :over then excluded.calls else known.calls + excluded.calls end,
       warned = case when known.started_at <= :over then 0 else known.warned end,
       org_used = excluded.org_used,
       org_limit = excluded.org_limit
     returning *`,
    {
      workspace: workspaceId,
      service,
      now,
      over: after(now, -DAY),
      // What was just counted is part of what was left before it.
      allowed: Math.floor(share * Math.max(0, meter.limit - meter.used + calls)),
      calls,
      used: meter.used,
      limit: meter.limit,
    },
  );
  return toUsage(rows[0]);
}

/**
 * The same to a window that runs already: without the account's own count since, that is what it was and these calls.
 * Undefined: none runs. One round trip.
 */
export async function addToWindow(
  db: Db,
  workspaceId: string,
  service: string,
  { calls, meter }: { calls: number; meter: CallMeter | undefined },
  now: Date,
): Promise<ApiUsage | undefined> {
  const { rows } = await db.raw(
    `update api_usage set calls = calls + :calls, org_used = coalesce(:used, org_used + :calls),
       org_limit = coalesce(:limit, org_limit)
     where workspace_id = :workspace and service = :service and started_at > :over
     returning *`,
    {
      ...{ workspace: workspaceId, service, calls, over: after(now, -DAY) },
      ...{ used: meter?.used ?? null, limit: meter?.limit ?? null },
    },
  );
  return rows[0] && toUsage(rows[0]);
}

/** The windows of a workspace that run now. */
export async function apiUsageOf(db: Db, workspaceId: string, now: Date): Promise<ApiUsage[]> {
  const rows: Row[] = await db('api_usage')
    .where({ workspace_id: workspaceId })
    .where('started_at', '>', after(now, -DAY))
    .orderBy('service');
  return rows.map(toUsage);
}

/** By service, what the account with the least has left of its day's calls, 0 to 1. Of the whole installation. */
export async function leastCallsLeft(db: Db, now: Date): Promise<{ service: string; left: number }[]> {
  const { rows } = await db.raw(
    `select service, min(greatest(0, 1 - org_used::float / org_limit)) as "left" from api_usage
     where started_at > ? and org_limit > 0 group by service`,
    [after(now, -DAY)],
  );
  return rows;
}

export async function warnedAt(trx: Db, workspaceId: string, service: string, percent: number): Promise<void> {
  await trx('api_usage').where({ workspace_id: workspaceId, service }).update({ warned: percent });
}

/** Another account has a day of its own. */
export async function forgetCalls(trx: Db, workspaceId: string, service: string): Promise<void> {
  await trx('api_usage').where({ workspace_id: workspaceId, service }).delete();
}

interface Row {
  service: string;
  started_at: Date;
  allowed: number;
  calls: number;
  org_used: number;
  org_limit: number;
  warned: number;
}

function toUsage(row: Row): ApiUsage {
  return {
    service: row.service,
    startedAt: row.started_at,
    allowed: row.allowed,
    calls: row.calls,
    meter: { used: row.org_used, limit: row.org_limit },
    warned: row.warned,
  };
}
