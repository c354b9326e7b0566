/** Leads that are not equal everywhere, from when that was first seen until something closed it. */
import { type BookGap, standingOf } from '../../domain/books.ts';
import type { Db } from '../connection.ts';

export interface KnownGap extends BookGap {
  id: number;
  /** Of the lead, where Baton has one. */
  name: string | null;
  firstSeenAt: Date;
  lastSeenAt: Date;
  replayedAt: Date | null;
  /** So many comparisons have seen it since it was replayed. */
  seenAfterReplay: number;
  /** Replaying did not mend it: a person has to look. */
  parkedAt: Date | null;
}

/** What a comparison really looked at: whatever it could not see stays open. */
export interface LookedAt {
  /** Names of sources that answered. */
  sources: Iterable<string>;
  /** Handoffs whose record was looked at, and those whose card was, or does not matter any more. */
  inCrm: Iterable<string>;
  inSlack: Iterable<string>;
}

/** Replayed, and seen by so many comparisons since: it is put aside. */
const SEEN_TOO_OFTEN = 2;

/**
 * What a comparison found: new gaps open, known ones are seen again, those of its time that are equal by now are closed;
 * what is explained is closed in the same moment, by its class. Answers those that are to be put aside. Two round trips.
 */
export async function settleGaps(
  trx: Db,
  workspaceId: string,
  { from, gaps, looked }: { from: Date; gaps: readonly BookGap[]; looked: LookedAt },
  now: Date,
): Promise<KnownGap[]> {
  const rows = gaps.map(gap => ({ ...gap, explained: standingOf(gap.side, gap.class) === 'explained' }));
  await trx.raw(FOUND, { workspaceId, rows: JSON.stringify(rows), now });
  const { rows: parked } = await trx.raw(CLOSE_AND_PARK, {
    ...{ workspaceId, from, now, often: SEEN_TOO_OFTEN },
    ...{ sources: [...looked.sources], inCrm: [...looked.inCrm], inSlack: [...looked.inSlack] },
  });
  return parked.map(toGap);
}

const FOUND = `
  insert into book_gaps as known (workspace_id, side, class, source, contact_id, handoff_id, inbox_id, at, why,
                                  first_seen_at, last_seen_at, closed_at, closed_by)
  select :workspaceId::uuid, side, class, source, "contactId", "handoffId", "inboxId", at, why, :now::timestamptz, :now::timestamptz,
         case when explained then :now::timestamptz end, case when explained then class end
  from jsonb_to_recordset(:rows::jsonb) as found(side text, class text, source text, "contactId" text, "handoffId" uuid,
                                                "inboxId" bigint, at timestamptz, why text, explained boolean)
  where not explained or not exists (
    select from book_gaps old where old.workspace_id = :workspaceId and old.side = found.side and old.class = found.class
      and old.handoff_id is not distinct from found."handoffId" and old.contact_id = found."contactId" and old.closed_by = found.class)
  on conflict (workspace_id, side, source, contact_id, (coalesce(handoff_id::text, '')), (case side when 'unequal' then class else '' end))
    where closed_at is null
  do update set class = excluded.class, why = excluded.why, inbox_id = excluded.inbox_id, last_seen_at = excluded.last_seen_at,
    seen_after_replay = known.seen_after_replay + case when known.replayed_at is null then 0 else 1 end`;

/** Equal by now is what was not seen this time, of what this comparison looked at. */
const CLOSE_AND_PARK = `
  with closed as (
    update book_gaps set closed_at = :now::timestamptz, closed_by = case when replayed_at is null then 'equal' else 'replay' end
    where workspace_id = :workspaceId and closed_at is null and at >= :from::timestamptz and last_seen_at < :now::timestamptz
      and (side <> 'source' or source = any(:sources::text[]))
      and (class not in ('owner', 'score') or handoff_id = any(:inCrm::uuid[]))
      and (class <> 'not_found' or handoff_id = any(:inSlack::uuid[]))
  )
  update book_gaps set parked_at = :now::timestamptz
  where workspace_id = :workspaceId and closed_at is null and parked_at is null and seen_after_replay >= :often
    and last_seen_at = :now::timestamptz
  returning *, null as name`;

/** What is open, the newest first; a page of it. One round trip. */
export async function openGaps(
  db: Db,
  workspaceId: string,
  { limit, offset }: { limit: number; offset: number },
): Promise<{ rows: KnownGap[]; total: number }> {
  const rows = await db('book_gaps')
    .leftJoin('handoffs', 'handoffs.id', 'book_gaps.handoff_id')
    .leftJoin('leads', 'leads.id', 'handoffs.lead_id')
    .where({ 'book_gaps.workspace_id': workspaceId })
    .whereNull('book_gaps.closed_at')
    .orderBy('book_gaps.id', 'desc')
    .limit(limit)
    .offset(offset)
    .select('book_gaps.*', 'leads.name', db.raw('(count(*) over ())::int as total'));
  return { rows: rows.map(toGap), total: rows[0]?.total ?? 0 };
}

/** Gaps of the workspace that nobody can explain, those that were put aside left out. */
export async function unexplainedGaps(db: Db, workspaceId: string): Promise<KnownGap[]> {
  const rows = await db('book_gaps')
    .where({ workspace_id: workspaceId, closed_at: null, parked_at: null })
    .orderBy('id')
    .select('*', db.raw('null as name'));
  return rows.map(toGap).filter(gap => standingOf(gap.side, gap.class) === 'unexplained');
}

/** When the oldest lead crossed that is open and not put aside, of those since then. One round trip. */
export async function oldestOpenGap(db: Db, workspaceId: string, since: Date): Promise<Date | undefined> {
  const row = await db('book_gaps')
    .where({ workspace_id: workspaceId, closed_at: null, parked_at: null })
    .where('at', '>=', since)
    .min('at as at')
    .first();
  return row?.at ?? undefined;
}

export async function gapById(db: Db, workspaceId: string, id: number): Promise<KnownGap | undefined> {
  const row = await db('book_gaps').where({ workspace_id: workspaceId, id, closed_at: null }).first();
  return row && toGap(row);
}

export async function markReplayed(trx: Db, workspaceId: string, ids: readonly number[], at: Date): Promise<void> {
  await trx('book_gaps')
    .where({ workspace_id: workspaceId })
    .whereIn('id', [...ids])
    .update({ replayed_at: at, seen_after_replay: 0, parked_at: null });
}

/** How many are open, by class, of the whole installation: for the metrics. */
export async function openGapCounts(db: Db): Promise<{ side: string; class: string; gaps: number }[]> {
  const rows = await db('book_gaps').whereNull('closed_at').groupBy('side', 'class').select('side', 'class').count();
  return rows.map(row => ({ side: String(row.side), class: String(row.class), gaps: Number(row.count) }));
}

/** Gaps of long ago, open ones too: nobody compares that far back. */
export async function forgetGaps(db: Db, before: Date): Promise<number> {
  return db('book_gaps').where('last_seen_at', '<', before).delete();
}

function toGap(row: Record<string, unknown>): KnownGap {
  return {
    id: Number(row.id),
    side: row.side as KnownGap['side'],
    class: row.class as KnownGap['class'],
    source: row.source as string,
    contactId: row.contact_id as string,
    ...(row.handoff_id !== null && { handoffId: row.handoff_id as string }),
    ...(row.inbox_id !== null && { inboxId: Number(row.inbox_id) }),
    ...(row.why !== null && { why: row.why as string }),
    at: row.at as Date,
    name: (row.name as string | null) ?? null,
    firstSeenAt: row.first_seen_at as Date,
    lastSeenAt: row.last_seen_at as Date,
    replayedAt: row.replayed_at as Date | null,
    seenAfterReplay: row.seen_after_replay as number,
    parkedAt: row.parked_at as Date | null,
  };
}
