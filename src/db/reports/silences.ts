/** How many signals each source sends, by quarters of an hour, and what was asked and told of those that fell silent. */
import type { Db } from '../connection.ts';

/** Counts what the inbox got since it was counted last, for every workspace; the first time, since `first`. One statement. */
export async function countSignals(db: Db, first: Date): Promise<void> {
  await db.raw(
    `with counted as (
       select workspace_id, source, date_bin('15 minutes', received_at, 'epoch') as at, count(*) as signals
       from inbox where received_at >= (select coalesce(max(at), ?::timestamptz) from signal_hours) group by 1, 2, 3
     ), heard as (
       insert into heard_sources (workspace_id, source, at)
       select workspace_id, source, max(at) from counted group by 1, 2
       on conflict (workspace_id, source) do update set at = greatest(heard_sources.at, excluded.at)
     )
     insert into signal_hours (workspace_id, source, at, signals) select workspace_id, source, at, signals from counted
     on conflict (workspace_id, source, at) do update set signals = excluded.signals`,
    [first],
  );
}

export async function forgetSignalCounts(db: Db, before: Date): Promise<void> {
  await db('signal_hours').where('at', '<', before).delete();
}

export interface SilentSource {
  workspaceId: string;
  source: string;
}

/** Sources of which nothing came since `before`, and that were not asked about since `askedBefore`. One statement. */
export async function silentSources(db: Db, before: Date, askedBefore: Date): Promise<SilentSource[]> {
  const { rows } = await db.raw(
    `select h.workspace_id as "workspaceId", h.source from heard_sources h
     where h.at < :before
       and not exists (
         select 1 from connections c where c.workspace_id = h.workspace_id and c.vendor = h.source and c.role = 'source'
           and c.status <> 'active')
       and not exists (
         select 1 from silences s where s.workspace_id = h.workspace_id and s.source = h.source and s.ended_at is null
           and (s.told_at is not null or s.asked_at > :askedBefore))`,
    { before, askedBefore },
  );
  return rows;
}

/** Quarters of an hour in which something came. */
export async function activeQuarters(db: Db, workspaceId: string, source: string, since: Date): Promise<Date[]> {
  return db('signal_hours').where({ workspace_id: workspaceId, source }).where('at', '>=', since).pluck('at');
}

/** It was asked about, and `told`: the admins hear of it. Answers whether they did not before. */
export async function noteSilence(
  trx: Db,
  workspaceId: string,
  { source, since, told }: { source: string; since: Date; told: boolean },
  at: Date,
): Promise<boolean> {
  const row = { workspace_id: workspaceId, source, since, asked_at: at, told_at: told ? at : null };
  const before = await trx('silences').where({ workspace_id: workspaceId, source, since }).forUpdate().first('told_at');
  await trx('silences')
    .insert(row)
    .onConflict(['workspace_id', 'source', 'since'])
    .merge({ asked_at: at, ...(told && !before?.told_at && { told_at: at }) });
  return told && !before?.told_at;
}

/** Silences that ended: the source was heard of since. Answers those that admins had been told of. One statement. */
export async function endSilences(trx: Db, at: Date): Promise<(SilentSource & { since: Date })[]> {
  const { rows } = await trx.raw(
    `update silences s set ended_at = ? from heard_sources h
     where s.ended_at is null and h.workspace_id = s.workspace_id and h.source = s.source and h.at > s.since
     returning s.workspace_id as "workspaceId", s.source, s.since, s.told_at as "toldAt"`,
    [at],
  );
  return (rows as (SilentSource & { since: Date; toldAt: Date | null })[]).filter(({ toldAt }) => toldAt !== null);
}

/** Silences that admins were told of and that last, the oldest first. One round trip. */
export async function toldSilences(db: Db, workspaceId: string): Promise<{ source: string; since: Date }[]> {
  return db('silences')
    .where({ workspace_id: workspaceId, ended_at: null })
    .whereNotNull('told_at')
    .orderBy('since')
    .select('source', 'since');
}
