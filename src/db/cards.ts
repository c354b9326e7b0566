/** Where the cards of handoffs are, which of them wait, and when a place may take its next message. */
import { randomUUID } from 'node:crypto';
import type { Priority } from '../domain/decision.ts';
import type { HandoffState } from '../domain/handoff.ts';
import { after, SECOND } from '../lib/clock.ts';
import type { Db } from './connection.ts';

/** A card that was posted. Cards of one digest share its message. */
export interface PostedCard {
  place: string;
  channel: string;
  ts: string;
  digestId: string | null;
}

/** Slack takes about one message a second in a channel. */
const SLOT = SECOND;
/** A post that began so long ago and is not known to have ended is looked for in Slack before it is tried again. */
const OVERDUE = 30 * SECOND;

export type Begun =
  /** Post now: the place's slot is taken. `lookFirst`: an earlier try may have posted it. */
  | { kind: 'post'; lookFirst: boolean }
  | { kind: 'posted' }
  /** It stands in the place's line; nothing is to be done before then. */
  | { kind: 'wait'; until: Date };

/**
 * Begins a card in a place: takes the place's slot when it is free and nobody waits there, else the card joins the
 * line. One round trip. Lower `rank` goes first.
 */
export async function beginCard(
  db: Db,
  workspaceId: string,
  card: { handoffId: string; place: string; rank: number },
  now: Date,
): Promise<Begun> {
  const { rows } = await db.raw(
    `with before as (
       select ts, begun_at, waiting_since from cards
       where workspace_id = :workspace and handoff_id = :handoff and place = :place
     ), slot as (
       insert into places as known (workspace_id, place, next_at)
       select :workspace::uuid, :place, :next::timestamptz
       where not exists (select from before where ts is not null or waiting_since is not null)
       on conflict (workspace_id, place) do update set next_at = excluded.next_at
       where known.next_at <= :now and not exists (
         select from cards where workspace_id = :workspace and place = :place and waiting_since is not null)
       returning next_at
     ), card as (
       insert into cards as known (workspace_id, handoff_id, place, rank, begun_at, waiting_since)
       select :workspace::uuid, :handoff::uuid, :place, :rank::integer,
              case when exists (select from slot) then :now::timestamptz end,
              case when not exists (select from slot) then :now::timestamptz end
       on conflict (handoff_id, place) do update set
         begun_at = coalesce(known.begun_at, excluded.begun_at),
         waiting_since = coalesce(known.waiting_since, excluded.waiting_since)
       where known.ts is null
     )
     select (select row_to_json(before) from before) as before, exists (select from slot) as free,
            (select next_at from places where workspace_id = :workspace and place = :place) as next_at`,
    {
      workspace: workspaceId,
      handoff: card.handoffId,
      place: card.place,
      rank: card.rank,
      now,
      next: after(now, SLOT),
    },
  );
  const [{ before, free, next_at: next }] = rows;
  if (before?.ts) return { kind: 'posted' };
  if (free) return { kind: 'post', lookFirst: before !== null };
  return { kind: 'wait', until: next && next > now ? next : after(now, SLOT) };
}

/** A card that could not be posted just now joins the line of its place, which is closed until then. */
export async function holdCard(
  trx: Db,
  workspaceId: string,
  card: { handoffId: string; place: string },
  now: Date,
  until: Date,
): Promise<void> {
  await trx('cards')
    .where({ workspace_id: workspaceId, handoff_id: card.handoffId, place: card.place })
    .update({ waiting_since: now, begun_at: null });
  await closePlace(trx, workspaceId, card.place, until);
}

/** Nothing is posted to the place before then: Slack asked for it. */
export async function closePlace(db: Db, workspaceId: string, place: string, until: Date): Promise<void> {
  await db.raw(
    `insert into places as known (workspace_id, place, next_at) values (?, ?, ?)
     on conflict (workspace_id, place) do update set next_at = greatest(known.next_at, excluded.next_at)`,
    [workspaceId, place, until],
  );
}

/**
 * Takes the place's slot for a message that is no card, unless cards wait there: they go first. Undefined when it was
 * taken, else when to ask again.
 */
export async function takeSlot(db: Db, workspaceId: string, place: string, now: Date): Promise<Date | undefined> {
  const { rows } = await db.raw(
    `with slot as (
       insert into places as known (workspace_id, place, next_at) values (:workspace, :place, :next)
       on conflict (workspace_id, place) do update set next_at = excluded.next_at
       where known.next_at <= :now and not exists (
         select from cards where workspace_id = :workspace and place = :place and waiting_since is not null)
       returning next_at
     )
     select exists (select from slot) as free,
            (select next_at from places where workspace_id = :workspace and place = :place) as next_at`,
    { workspace: workspaceId, place, now, next: after(now, SLOT) },
  );
  const [{ free, next_at: next }] = rows;
  if (free) return undefined;
  return next && next > now ? next : after(now, SLOT);
}

/** What a place posts next, its slot taken and its cards marked as begun. */
export type Turn =
  | { kind: 'closed'; until: Date }
  | { kind: 'empty' }
  | { kind: 'card'; handoffId: string; lookFirst: boolean }
  | { kind: 'digest'; digestId: string; handoffIds: string[]; begunAt: Date; lookFirst: boolean };

/** Sections with a button each; Slack takes 50 blocks, readers fewer. */
const MOST_IN_DIGEST = 20;

/**
 * Takes a place's slot and what it posts next: an unfinished digest; a HIGH card while no more than `burst` of them
 * wait; more than `burst` waiting cards of any priority as one digest, the most urgent first; else the most urgent card.
 */
export async function takeTurn(db: Db, workspaceId: string, place: string, burst: number, now: Date): Promise<Turn> {
  return db.transaction(async trx => {
    const slot = await trx('places').where({ workspace_id: workspaceId, place }).forUpdate().first('next_at');
    if (slot && slot.next_at > now) return { kind: 'closed', until: slot.next_at };
    const waiting: Waiting[] = await trx('cards')
      .where({ workspace_id: workspaceId, place })
      .whereNotNull('waiting_since')
      .where(either => either.whereNull('begun_at').orWhere('begun_at', '<', after(now, -OVERDUE)))
      .orderByRaw('rank, waiting_since, handoff_id')
      .select('handoff_id', 'rank', 'begun_at', 'digest_id');
    const turn = nextOf(waiting, burst, now);
    if (turn.kind === 'empty') return turn;
    await trx('places')
      .insert({ workspace_id: workspaceId, place, next_at: after(now, SLOT) })
      .onConflict(['workspace_id', 'place'])
      .merge();
    const ids = turn.kind === 'card' ? [turn.handoffId] : turn.handoffIds;
    await trx('cards')
      .where({ workspace_id: workspaceId, place })
      .whereIn('handoff_id', ids)
      .update({ begun_at: now, digest_id: turn.kind === 'digest' ? turn.digestId : null });
    return turn;
  });
}

interface Waiting {
  handoff_id: string;
  rank: number;
  begun_at: Date | null;
  digest_id: string | null;
}

function nextOf(waiting: readonly Waiting[], burst: number, now: Date): Exclude<Turn, { kind: 'closed' }> {
  const [first] = waiting;
  if (!first) return { kind: 'empty' };
  const unfinished = waiting.find(one => one.digest_id !== null);
  if (unfinished?.digest_id) {
    const ids = waiting.filter(one => one.digest_id === unfinished.digest_id).map(one => one.handoff_id);
    const begunAt = unfinished.begun_at ?? now;
    return { kind: 'digest', digestId: unfinished.digest_id, handoffIds: ids, begunAt, lookFirst: true };
  }
  const urgent = waiting.filter(one => one.rank === 0).length;
  if (waiting.length > burst && (urgent === 0 || urgent > burst)) {
    const ids = waiting.slice(0, MOST_IN_DIGEST).map(one => one.handoff_id);
    return { kind: 'digest', digestId: randomUUID(), handoffIds: ids, begunAt: now, lookFirst: false };
  }
  return { kind: 'card', handoffId: first.handoff_id, lookFirst: first.begun_at !== null };
}

/** What was begun there and certainly not posted waits again. */
export async function putBack(
  trx: Db,
  workspaceId: string,
  place: string,
  handoffIds: readonly string[],
): Promise<void> {
  await trx('cards')
    .where({ workspace_id: workspaceId, place, ts: null })
    .whereIn('handoff_id', handoffIds)
    .update({ begun_at: null, digest_id: null });
}

export async function isAnybodyWaiting(db: Db, workspaceId: string, place: string): Promise<boolean> {
  const row = await db('cards')
    .where({ workspace_id: workspaceId, place })
    .whereNotNull('waiting_since')
    .first('place');
  return row !== undefined;
}

/** Gives up on a place for this card: it goes elsewhere. */
export async function dropCard(trx: Db, workspaceId: string, handoffId: string, place: string): Promise<void> {
  await trx('cards').where({ workspace_id: workspaceId, handoff_id: handoffId, place, ts: null }).delete();
}

/** A message that is gone: a later need posts a new one. */
export async function forgetCard(
  db: Db,
  workspaceId: string,
  { channel, ts }: { channel: string; ts: string },
): Promise<void> {
  await db('cards').where({ workspace_id: workspaceId, channel, ts }).delete();
}

/** Keeps where cards are, and with the first one of each that its lead is delivered. Nothing happens until awaited. */
export function cardsPosted(
  trx: Db,
  workspaceId: string,
  handoffIds: readonly string[],
  place: string,
  posted: { channel: string; ts: string },
  at: Date,
): [cards: ReturnType<Db['queryBuilder']>, delivered: ReturnType<Db['queryBuilder']>] {
  return [
    trx('cards')
      .where({ workspace_id: workspaceId, place })
      .whereIn('handoff_id', handoffIds)
      .update({ channel: posted.channel, ts: posted.ts, posted_at: at, waiting_since: null }),
    trx('handoffs')
      .where({ workspace_id: workspaceId })
      .whereIn('id', handoffIds)
      .update({ delivered_at: trx.raw('coalesce(delivered_at, ?)', [at]) }),
  ];
}

/** Cards that are really there, to be redrawn. */
export async function postedCards(db: Db, workspaceId: string, handoffId: string): Promise<PostedCard[]> {
  return db('cards')
    .where({ workspace_id: workspaceId, handoff_id: handoffId })
    .whereNotNull('ts')
    .orderBy('posted_at')
    .select('place', 'channel', 'ts', 'digest_id as digestId');
}

/** A line of a digest as stored. */
export interface DigestRow {
  handoffId: string;
  priority: Priority;
  state: HandoffState;
  name: string;
  company: string | null;
  score: number | null;
  claimedBy: string | null;
  repEmail: string | null;
}

/** The leads of a digest, the most urgent first, as they stand now. */
export async function digestRows(db: Db, workspaceId: string, handoffIds: readonly string[]): Promise<DigestRow[]> {
  const { rows } = await db.raw(
    `select h.id as "handoffId", h.priority, h.state, l.name, h.judgement->'company'->>'name' as company, h.score,
            h.claimed_by as "claimedBy", h.rep_email as "repEmail"
     from unnest(?::uuid[]) with ordinality wanted(id, place)
     join handoffs h on h.id = wanted.id and h.workspace_id = ?
     join leads l on l.id = h.lead_id order by wanted.place`,
    [[...handoffIds], workspaceId],
  );
  return rows;
}

/** Whose leads a digest holds, in its order, and since when. */
export async function digestOf(
  db: Db,
  workspaceId: string,
  digestId: string,
): Promise<{ handoffIds: string[]; begunAt: Date } | undefined> {
  const rows = await db('cards')
    .where({ workspace_id: workspaceId, digest_id: digestId })
    .orderByRaw('rank, waiting_since, handoff_id')
    .select('handoff_id', 'begun_at');
  const [first] = rows;
  return first && { handoffIds: rows.map(row => row.handoff_id), begunAt: first.begun_at };
}

/** Where a timeline entry was told in a thread already. */
export async function beginThreadPost(
  db: Db,
  workspaceId: string,
  entryId: number,
  place: string,
): Promise<Begun['kind'] | 'again'> {
  const made = await db('thread_posts')
    .insert({ workspace_id: workspaceId, timeline_id: entryId, place })
    .onConflict()
    .ignore()
    .returning('place');
  if (made.length > 0) return 'post';
  const row = await db('thread_posts').where({ timeline_id: entryId, place }).first('ts');
  return row?.ts ? 'posted' : 'again';
}

export async function threadPosted(
  db: Db,
  workspaceId: string,
  entryId: number,
  place: string,
  ts: string,
): Promise<void> {
  await db('thread_posts').where({ workspace_id: workspaceId, timeline_id: entryId, place }).update({ ts });
}
