import type { Knex } from 'knex';
import type { TimelineEntry, TimelineKind } from '../../domain/timeline.ts';
import type { Db } from '../connection.ts';

export interface NewEntry {
  kind: TimelineKind;
  text: string;
  at: Date;
  actor?: string;
  detail?: Record<string, unknown>;
}

/** Where a timeline entry belongs; a signal that opened no handoff belongs to the lead alone. */
export interface TimelineOf {
  workspaceId: string;
  leadId?: string | null;
  handoffId?: string | null;
}

/**
 * Appends entries, in order, in one round trip; call it in the transaction of the change it tells of. Answers their
 * ids.
 */
export async function recordEntries(trx: Db, of: TimelineOf, ...entries: NewEntry[]): Promise<number[]> {
  if (entries.length === 0) return [];
  const rows = await entriesOf(trx, of, entries);
  return rows.map(row => row.id);
}

/** The rows of new entries, at least one; nothing happens until they are awaited. */
export function entriesOf(
  trx: Db,
  of: TimelineOf,
  entries: readonly NewEntry[],
): Knex.QueryBuilder<{ id: number }, { id: number }[]> {
  return trx('timeline')
    .insert(
      entries.map(entry => ({
        workspace_id: of.workspaceId,
        lead_id: of.leadId ?? null,
        handoff_id: of.handoffId ?? null,
        at: entry.at,
        kind: entry.kind,
        actor: entry.actor ?? 'baton',
        text: entry.text,
        detail: JSON.stringify(entry.detail ?? {}),
      })),
    )
    .returning('id');
}

/** The rows of new entries of many timelines, in one statement; nothing happens until they are awaited. */
export function entriesOfMany(
  trx: Db,
  timelines: readonly { of: TimelineOf; entries: readonly NewEntry[] }[],
): Knex.Raw {
  const rows = timelines.flatMap(({ of, entries }) =>
    entries.map(({ at, kind, actor = 'baton', text, detail = {} }) => ({ ...of, at, kind, actor, text, detail })),
  );
  return trx.raw(
    `insert into timeline (workspace_id, lead_id, handoff_id, at, kind, actor, text, detail)
     select "workspaceId", "leadId", "handoffId", at, kind, actor, text, detail
     from jsonb_to_recordset(?) as entry("workspaceId" uuid, "leadId" uuid, "handoffId" uuid, at timestamptz,
          kind text, actor text, text text, detail jsonb)`,
    [JSON.stringify(rows)],
  );
}

/** One entry of a timeline. */
export async function entryById(db: Db, workspaceId: string, id: number): Promise<TimelineEntry | undefined> {
  const row = await db('timeline').where({ workspace_id: workspaceId, id }).first();
  return row && toEntry(row);
}

/** The id of a handoff's last entry. */
export async function newestEntryId(db: Db, workspaceId: string, handoffId: string): Promise<number | undefined> {
  const row = await db('timeline').where({ workspace_id: workspaceId, handoff_id: handoffId }).max('id as id').first();
  return row?.id == null ? undefined : Number(row.id);
}

/** The first of these kinds that came after an entry. */
export async function firstEntryAfter(
  db: Db,
  workspaceId: string,
  handoffId: string,
  { id, kinds }: { id: number; kinds: readonly TimelineKind[] },
): Promise<TimelineEntry | undefined> {
  const row = await db('timeline')
    .where({ workspace_id: workspaceId, handoff_id: handoffId })
    .andWhere('id', '>', id)
    .whereIn('kind', kinds)
    .orderBy('id')
    .first();
  return row && toEntry(row);
}

/** The whole timeline of a handoff, oldest first. */
export async function timelineOf(db: Db, workspaceId: string, handoffId: string): Promise<TimelineEntry[]> {
  const rows = await db('timeline').where({ workspace_id: workspaceId, handoff_id: handoffId }).orderBy('id');
  return rows.map(toEntry);
}

/** What is told of a lead outside any handoff, oldest first: signals that were no crossing, and why. */
export async function leadTimeline(db: Db, workspaceId: string, leadId: string): Promise<TimelineEntry[]> {
  const rows = await db('timeline')
    .where({ workspace_id: workspaceId, lead_id: leadId, handoff_id: null })
    .orderBy('id');
  return rows.map(toEntry);
}

function toEntry(row: {
  at: Date;
  kind: TimelineKind;
  actor: string;
  text: string;
  detail: Record<string, unknown>;
}): TimelineEntry {
  return { at: row.at.toISOString(), kind: row.kind, actor: row.actor, text: row.text, detail: row.detail };
}

/** Was something of this id told of the handoff already? */
export async function isRecorded(
  db: Db,
  workspaceId: string,
  handoffId: string,
  kind: TimelineKind,
  id: string,
): Promise<boolean> {
  const row = await db('timeline')
    .where({ workspace_id: workspaceId, handoff_id: handoffId, kind })
    .whereRaw(`detail->>'id' = ?`, [id])
    .first('id');
  return row !== undefined;
}

/** The newest entry of these kinds since then. */
export async function newestOf(
  db: Db,
  workspaceId: string,
  handoffId: string,
  kinds: readonly TimelineKind[],
  since: Date,
): Promise<TimelineEntry | undefined> {
  const row = await db('timeline')
    .where({ workspace_id: workspaceId, handoff_id: handoffId })
    .whereIn('kind', kinds)
    .andWhere('at', '>=', since)
    .orderBy('id', 'desc')
    .first();
  return row && toEntry(row);
}

/** What the newest entry of a kind that says anything under `name` says. */
export async function newestDetail(
  db: Db,
  workspaceId: string,
  handoffId: string,
  kind: TimelineKind,
  name: string,
): Promise<string | undefined> {
  const row = await db('timeline')
    .where({ workspace_id: workspaceId, handoff_id: handoffId, kind })
    .whereRaw('detail->>? is not null', [name])
    .orderBy('id', 'desc')
    .first(db.raw('detail->>? as said', [name]));
  return row?.said;
}
