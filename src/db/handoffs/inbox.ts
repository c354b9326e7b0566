import { randomUUID } from 'node:crypto';
import type { Signal } from '../../contracts/source.ts';
import type { Sent } from '../../domain/form/contact.ts';
import type { Db, JobsForRows } from '../connection.ts';
import { type KnownScore, knownFrom } from './source-contacts.ts';

export interface InboxEntry {
  id: number;
  source: string;
  signal: Signal;
  receivedAt: Date;
  status: 'new' | 'done' | 'parked';
}

/**
 * Stores signals and asks for their processing in one statement (one round trip, one commit): when this returns the
 * sender may be told 2xx. Signals seen before are passed over. Answers how many were new.
 */
export async function storeSignals(
  db: Db,
  workspaceId: string,
  { source, signals, receivedAt }: { source: string; signals: readonly Signal[]; receivedAt: Date },
  processing: JobsForRows,
): Promise<number> {
  if (signals.length === 0) return 0;
  const { rows } = await db.raw(
    `with new as (
       insert into inbox (workspace_id, source, dedupe_key, signal, received_at)
       select ?::uuid, ?, signal->>'dedupeKey', signal, ?::timestamptz from json_array_elements(?::json) as given(signal)
       on conflict (workspace_id, source, dedupe_key) do nothing
       returning id
     ), touched as (
       update connections set last_signal_at = greatest(last_signal_at, ?::timestamptz)
       where workspace_id = ?::uuid and vendor = ? and role = 'source' and (last_signal_at is null or last_signal_at < ?::timestamptz - interval '10 seconds')
     ), jobs as (?)
     select count(*)::int as stored from jobs`,
    [
      workspaceId,
      source,
      receivedAt,
      JSON.stringify(signals),
      receivedAt,
      workspaceId,
      source,
      receivedAt,
      processing(db, workspaceId, 'new'),
    ],
  );
  return rows[0].stored;
}

/** How many signals of a workspace wait to be read, counted up to `most` over an index: part of a statement. */
export const waitingSignals = (db: Db, workspaceId: string, most: number) =>
  db.raw(
    `(select count(*) from (select 1 from inbox where workspace_id = ?::uuid and status <> 'done' limit ?) as waiting)`,
    [workspaceId, most],
  );

/** Nobody else's, so that processes that try at once do not wait for one another. */
const TRIAL = `trial:${randomUUID()}`;

/**
 * Stores a signal and takes it away again, in one transaction and one round trip: throws when signals cannot be stored just
 * now, be it that the database is away, takes no writes, or has no room left. Nobody ever sees it.
 */
export async function tryInbox(db: Db): Promise<void> {
  await db.raw(`
    insert into inbox (workspace_id, source, dedupe_key, signal, received_at)
      select id, 'trial', '${TRIAL}', '{}', now() from workspaces limit 1;
    delete from inbox where source = 'trial' and dedupe_key = '${TRIAL}' and workspace_id in (select id from workspaces)`);
}

/** A signal to be read, and what was known of its contact and its source before. */
export interface OpenedEntry {
  entry: InboxEntry;
  before: KnownScore | undefined;
  /** Since when the source is connected: the line between history and news. */
  connectedAt: Date | undefined;
  /** The contact, or the address that the signal tells, is of somebody who was erased. */
  erased: { erasureId: string; erasedAt: Date } | undefined;
}

/** The entry with all that the first look at it needs. One round trip. */
export async function openEntry(db: Db, workspaceId: string, id: number): Promise<OpenedEntry | undefined> {
  const { rows } = await db.raw(
    `select i.id, i.source, i.signal, i.received_at, i.status, c.connected_at,
            s.contact_id, s.score, s.score_at, s.stage, s.stage_at, s.gone_at, s.lead_id, l.last_crossed_at, l.email,
            t.erasure_id, t.erased_at
     from inbox i
     join workspaces w on w.id = i.workspace_id
     left join lateral (
       select erasure_id, erased_at from tombstones
       where workspace_id = w.id and hash in (
         sha256(w.tombstone_key || convert_to('contact:' || i.source || ':' || (i.signal->>'contactId'), 'UTF8')),
         sha256(w.tombstone_key || convert_to('address:' || lower(i.signal->>'email'), 'UTF8')))
       order by erased_at desc limit 1
     ) t on true
     left join connections c on c.workspace_id = i.workspace_id and c.vendor = i.source and c.role = 'source'
     left join source_contacts s
       on s.workspace_id = i.workspace_id and s.source = i.source and s.contact_id = i.signal->>'contactId'
     left join leads l on l.id = s.lead_id
     where i.workspace_id = ? and i.id = ?`,
    [workspaceId, id],
  );
  const [row] = rows;
  return (
    row && {
      entry: { id: row.id, source: row.source, signal: row.signal, receivedAt: row.received_at, status: row.status },
      before: row.contact_id === null ? undefined : knownFrom(row),
      connectedAt: row.connected_at ?? undefined,
      erased: row.erasure_id === null ? undefined : { erasureId: row.erasure_id, erasedAt: row.erased_at },
    }
  );
}

export async function parkSignal(trx: Db, workspaceId: string, id: number, reason: string): Promise<void> {
  await trx('inbox').where({ workspace_id: workspaceId, id }).update({ status: 'parked', outcome: reason });
}

/** A signal of somebody who was erased: nothing is kept of it. */
export async function forgetSignal(trx: Db, workspaceId: string, id: number): Promise<void> {
  await trx('inbox').where({ workspace_id: workspaceId, id }).delete();
}

/** Of one person; older ones tell nothing new. */
const MOST_SUBMISSIONS = 10;

/** The forms that a person sent, through whatever tool, the newest first. One round trip, by an index of forms alone. */
export async function submissionsOf(db: Db, workspaceId: string, contactId: string): Promise<Sent[]> {
  const rows = await db('inbox')
    .where({ workspace_id: workspaceId })
    .whereRaw(`signal->>'contactId' = ? and signal->>'via' = 'form'`, [contactId])
    .orderByRaw(`signal->>'occurredAt' desc, id desc`)
    .limit(MOST_SUBMISSIONS)
    .select('signal');
  return rows.flatMap(({ signal }: { signal: Signal }) =>
    signal.submission ? [{ submission: signal.submission, at: new Date(signal.occurredAt) }] : [],
  );
}
