/** Which reports there are, and where each of them was posted. */
import { randomUUID } from 'node:crypto';
import type { Period } from '../../domain/report.ts';
import type { Db } from '../connection.ts';

export interface StoredReport extends Period {
  id: string;
  /** The Slack user who asked for it; null: the weekly one. */
  askedBy: string | null;
  createdAt: Date;
}

/** Workspaces whose weekly report is due, or nobody knows when it is; ascending, those after `last`. One round trip. */
export function dueForReport(db: Db, now: Date, { last, limit }: { last: string; limit: number }): Promise<string[]> {
  return db('workspaces')
    .where('id', '>', last)
    .andWhere(due => due.whereNull('report_due_at').orWhere('report_due_at', '<=', now))
    .orderBy('id')
    .limit(limit)
    .pluck('id');
}

/** When to look again whether a report is due. */
export async function noteReportDue(db: Db, workspaceId: string, due: Date | 'infinity'): Promise<void> {
  await db('workspaces').where({ id: workspaceId }).update({ report_due_at: due });
}

/** The same by a version of the playbook: nothing is noted when another is the newest by now. */
export async function noteReportDueBy(
  trx: Db,
  workspaceId: string,
  version: number,
  due: Date | 'infinity',
): Promise<void> {
  await trx.raw(
    `update workspaces set report_due_at = :due where id = :workspaceId
     and :version = (select max(version) from playbooks where workspace_id = :workspaceId)`,
    { workspaceId, version, due },
  );
}

/**
 * The weekly report of a week, for whoever is first to ask; undefined for everybody after, and for a workspace that was
 * not there yet when the report was due.
 */
export async function beginWeekly(
  trx: Db,
  workspaceId: string,
  weekly: Period & { week: string; due: Date },
  now: Date,
): Promise<string | undefined> {
  const { rows } = await trx.raw(
    `insert into reports (id, workspace_id, week, from_at, to_at, time_zone, created_at)
     select :id::uuid, id, :week, :from::timestamptz, :to::timestamptz, :zone, :now::timestamptz from workspaces where id = :workspace and created_at <= :due
     on conflict (workspace_id, week) do nothing returning id`,
    { id: randomUUID(), workspace: workspaceId, now, ...weekly },
  );
  return rows[0]?.id;
}

/** A report somebody asked for; answers its id. */
export async function beginAsked(
  trx: Db,
  workspaceId: string,
  { from, to, zone, askedBy }: Period & { askedBy: string },
  now: Date,
): Promise<string> {
  const id = randomUUID();
  await trx('reports').insert({
    id,
    workspace_id: workspaceId,
    from_at: from,
    to_at: to,
    time_zone: zone,
    asked_by: askedBy,
    created_at: now,
  });
  return id;
}

export async function reportById(db: Db, workspaceId: string, id: string): Promise<StoredReport | undefined> {
  const row = await db('reports').where({ workspace_id: workspaceId, id }).first();
  if (!row) return undefined;
  return {
    id,
    from: row.from_at,
    to: row.to_at,
    zone: row.time_zone,
    askedBy: row.asked_by,
    createdAt: row.created_at,
  };
}

/** Rows for the places of a report; answers those that are new. */
export async function addReportPosts(
  trx: Db,
  workspaceId: string,
  reportId: string,
  places: readonly string[],
): Promise<string[]> {
  if (places.length === 0) return [];
  const rows = await trx('report_posts')
    .insert(places.map(place => ({ workspace_id: workspaceId, report_id: reportId, place })))
    .onConflict()
    .ignore()
    .returning('place');
  return rows.map(row => row.place);
}

export interface ReportPost {
  /** An earlier try may have posted it. */
  begun: boolean;
  posted: { channel: string; ts: string; pictured: boolean } | undefined;
  done: boolean;
}

export type ReportPostRef = { workspaceId: string; reportId: string; place: string };

const where = ({ workspaceId, reportId, place }: ReportPostRef) => ({
  workspace_id: workspaceId,
  report_id: reportId,
  place,
});

export async function reportPost(db: Db, ref: ReportPostRef): Promise<ReportPost | undefined> {
  const row = await db('report_posts').where(where(ref)).first();
  if (!row) return undefined;
  const { channel, ts, pictured } = row;
  return {
    begun: row.begun_at !== null,
    posted: ts ? { channel, ts, pictured } : undefined,
    done: row.done_at !== null,
  };
}

export async function reportPostBegun(db: Db, ref: ReportPostRef, at: Date): Promise<void> {
  await db('report_posts').where(where(ref)).update({ begun_at: at });
}

export async function reportPosted(
  db: Db,
  ref: ReportPostRef,
  posted: NonNullable<ReportPost['posted']>,
): Promise<void> {
  const { channel, ts, pictured } = posted;
  await db('report_posts').where(where(ref)).update({ channel, ts, pictured });
}

export async function reportPostDone(db: Db, ref: ReportPostRef, at: Date): Promise<void> {
  await db('report_posts').where(where(ref)).update({ done_at: at });
}
