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

/** Signals of one sender, as they came. */
export interface Delivery {
  workspaceId: string;
  source: string;
  signals: readonly Signal[];
  receivedAt: Date;
}

/**
 * Stores signals and asks for their processing in one statement (one round trip, one commit): when this returns the
 * sender may be told 2xx. Signals seen before are passed over. Answers how many were new.
 */
export async function storeSignals(
  db: Db,
  workspaceId: string,
  { source, signals, receivedAt }: Omit<Delivery, 'workspaceId'>,
  processing: JobsForRows,
): Promise<number> {
  const [stored = 0] = await storeDeliveries(db, [{ workspaceId, source, signals, receivedAt }], processing);
  return stored;
}

/**
 * The same for what several senders sent, of any workspaces: all of it or, where one signal cannot be stored, none.
 * Answers how many were new of each, in their order; what two sent alike counts for the first.
 */
export async function storeDeliveries(
  db: Db,
  deliveries: readonly Delivery[],
  processing: JobsForRows,
): Promise<number[]> {
  const given = deliveries.flatMap(({ workspaceId: workspace_id, source, signals, receivedAt: received_at }, sender) =>
    signals.map(signal => ({ sender, workspace_id, source, received_at, dedupe_key: signal.dedupeKey, signal })),
  );
  if (given.length === 0) return deliveries.map(() => 0);
  const { rows } = await db.raw(STORE, {
    given: JSON.stringify(given.map((one, place) => ({ place, ...one }))),
    jobs: processing(db, 'new'),
  });
  const stored = new Map((rows as { sender: number; stored: number }[]).map(row => [row.sender, row.stored]));
  return deliveries.map((_, sender) => stored.get(sender) ?? 0);
}

/** Whoever notes at the same moment that a source was heard of is not waited for. */
const STORE = `
  with given as materialized (
    select * from json_to_recordset(:given::json) as given(
      place integer, sender integer, workspace_id uuid, source text, received_at timestamptz, dedupe_key text, signal json)
  ), new as (
    insert into inbox (workspace_id, source, dedupe_key, signal, received_at)
    select workspace_id, source, dedupe_key, signal, received_at from given order by place
    on conflict (workspace_id, source, dedupe_key) do nothing
    returning id, workspace_id, source, dedupe_key
  ), touched as (
    update connections set last_signal_at = due.at from (
      select connections.workspace_id, vendor, heard.at from connections
      join (select workspace_id, source, max(received_at) as at from given group by workspace_id, source) as heard
        on heard.workspace_id = connections.workspace_id and heard.source = vendor and role = 'source'
      where last_signal_at is null or last_signal_at < heard.at - interval '10 seconds'
      for update of connections skip locked
    ) as due
    where connections.workspace_id = due.workspace_id and connections.vendor = due.vendor and role = 'source'
  ), jobs as (:jobs)
  select sender, count(new.id)::int as stored from (
    select distinct on (workspace_id, source, dedupe_key) sender, workspace_id, source, dedupe_key
    from given order by workspace_id, source, dedupe_key, place
  ) as first join new using (workspace_id, source, dedupe_key), jobs
  group by sender`;

/**
 * How many signals of a workspace wait to be read, counted up to `most` over an index: part of a statement.
 * @param workspace the column of the statement that says which
 */
export const waitingSignals = (db: Db, workspace: string, most: number) =>
  db.raw(
    `(select count(*) from (select 1 from inbox where workspace_id = ?? and status <> 'done' limit ?) as waiting)`,
    [workspace, most],
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
