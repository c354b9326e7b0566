/** Cards that wait for a place, and the rate at which the place may take messages. */
import type { Priority } from '../../domain/decision.ts';
import { OPEN_STATES } from '../../domain/handoff.ts';
import { after, SECOND } from '../../lib/clock.ts';
import type { Db } from '../connection.ts';
import {
  handoffIdsOf,
  type NextPost,
  type NothingToPost,
  nextPost,
  POST_OVERDUE,
  type WaitingCard,
} from './next-post.ts';

/** Slack takes about one message a second in a channel. */
const SLOT_MS = SECOND;

export type CardStart =
  /** Post now: the place's slot is taken. `lookFirst`: an earlier try may have posted it, or one that a restore made unknown. */
  | { kind: 'post'; lookFirst: boolean }
  | { kind: 'posted' }
  /** It stands in the place's queue; nothing is to be done before then. */
  | { kind: 'wait'; until: Date };

interface NewCard {
  handoffId: string;
  place: string;
  /** Lower goes first. */
  rank: number;
}

/**
 * Begins a card in a place: takes the place's slot when it is free and nobody waits there, else the card joins the
 * queue. Where it waits and is no longer wanted it leaves the queue; without `wanted` it stays. One round trip.
 */
export async function beginCard(
  db: Db,
  workspaceId: string,
  card: NewCard & { wanted?: readonly string[] },
  now: Date,
): Promise<CardStart> {
  const { rows } = await db.raw(
    `with before as (
       select ts, begun_at, waiting_since from cards
       where workspace_id = :workspace and handoff_id = :handoff and place = :place
     ), unwanted as (
       delete from cards
       where workspace_id = :workspace and handoff_id = :handoff and place <> all (:wanted::text[]) and place <> :place
         and waiting_since is not null and begun_at is null
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
            (select next_at from places where workspace_id = :workspace and place = :place) as next_at,
            (select opened_at <= restored_at from handoffs join workspaces on workspaces.id = handoffs.workspace_id
             where handoffs.workspace_id = :workspace and handoffs.id = :handoff) as restored`,
    {
      workspace: workspaceId,
      handoff: card.handoffId,
      place: card.place,
      wanted: card.wanted ? [...card.wanted] : null,
      rank: card.rank,
      now,
      next: after(now, SLOT_MS),
    },
  );
  const [{ before, free, next_at: next, restored }] = rows;
  if (before?.ts) return { kind: 'posted' };
  if (free) return { kind: 'post', lookFirst: before !== null || restored === true };
  // A slot that is free already belongs to those who wait: the next slot is theirs, however many more arrive.
  return { kind: 'wait', until: next && next > now ? next : now };
}

/** Puts a card into the queue of a place, unless it is or was there. */
export async function queueCard(trx: Db, workspaceId: string, card: NewCard, now: Date): Promise<void> {
  await trx('cards')
    .insert({
      workspace_id: workspaceId,
      handoff_id: card.handoffId,
      place: card.place,
      rank: card.rank,
      waiting_since: now,
    })
    .onConflict(['handoff_id', 'place'])
    .ignore();
}

/**
 * A card that could not be posted just now joins the queue of its place, which is closed until then. `unsure`: an
 * earlier try may have posted it.
 */
export async function requeueCard(
  trx: Db,
  workspaceId: string,
  card: { handoffId: string; place: string; unsure: boolean },
  now: Date,
  until: Date,
): Promise<void> {
  await trx('cards')
    .where({ workspace_id: workspaceId, handoff_id: card.handoffId, place: card.place })
    .update({ waiting_since: now, begun_at: card.unsure ? after(now, -POST_OVERDUE) : null });
  await pausePosting(trx, workspaceId, card.place, until);
}

/** Nothing is posted to the place before then: Slack asked for it. */
export async function pausePosting(db: Db, workspaceId: string, place: string, until: Date): Promise<void> {
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
export async function takeSlotForMessage(
  db: Db,
  workspaceId: string,
  place: string,
  now: Date,
): Promise<Date | undefined> {
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
    { workspace: workspaceId, place, now, next: after(now, SLOT_MS) },
  );
  const [{ free, next_at: next }] = rows;
  if (free) return undefined;
  return next && next > now ? next : after(now, SLOT_MS);
}

/**
 * Takes a place's slot and what it posts next: a HIGH card while no more than `burst` of them wait; an unfinished
 * digest; more than `burst` waiting cards of any priority as one digest, the most urgent first; else the most urgent
 * card. What is nobody's work any more leaves the queue.
 */
export async function takeSlotForCards(
  db: Db,
  workspaceId: string,
  place: string,
  burst: number,
  now: Date,
): Promise<NextPost | NothingToPost> {
  return db.transaction(async trx => {
    const slot = await trx('places').where({ workspace_id: workspaceId, place }).forUpdate().first('next_at');
    if (slot && slot.next_at > now) return { kind: 'closed', until: slot.next_at };
    await dropClosed(trx, workspaceId, place);
    const waiting: WaitingCard[] = await trx('cards')
      .where({ workspace_id: workspaceId, place })
      .whereNotNull('waiting_since')
      .orderByRaw('rank, waiting_since, handoff_id')
      .select('handoff_id', 'rank', 'begun_at', 'waiting_since', 'digest_id');
    const post = nextPost(waiting, burst, now);
    if (post.kind !== 'card' && post.kind !== 'digest') return post;
    await trx('places')
      .insert({ workspace_id: workspaceId, place, next_at: after(now, SLOT_MS) })
      .onConflict(['workspace_id', 'place'])
      .merge();
    await trx('cards')
      .where({ workspace_id: workspaceId, place })
      .whereIn('handoff_id', handoffIdsOf(post))
      .update({ begun_at: now, digest_id: post.kind === 'digest' ? post.digestId : null });
    return post;
  });
}

async function dropClosed(trx: Db, workspaceId: string, place: string): Promise<void> {
  await trx('cards')
    .where({ workspace_id: workspaceId, place, begun_at: null })
    .whereNotNull('waiting_since')
    .whereNotExists(
      trx('handoffs')
        .whereRaw('handoffs.id = cards.handoff_id')
        .whereIn('state', [...OPEN_STATES]),
    )
    .delete();
}

/** What was begun there and certainly not posted waits again. */
export async function returnToQueue(trx: Db, workspaceId: string, place: string, handoffIds: readonly string[]) {
  await trx('cards')
    .where({ workspace_id: workspaceId, place, ts: null })
    .whereIn('handoff_id', handoffIds)
    .update({ begun_at: null, digest_id: null });
}

/** What was begun there and came to an unknown end is tried again without delay, and looked for first. */
export async function markUnsure(
  trx: Db,
  workspaceId: string,
  place: string,
  handoffIds: readonly string[],
  now: Date,
) {
  await trx('cards')
    .where({ workspace_id: workspaceId, place, ts: null })
    .whereIn('handoff_id', handoffIds)
    .update({ begun_at: after(now, -POST_OVERDUE) });
}

/**
 * Cards of handoffs that were opened by then may be in Slack although nothing here says so: from now on each is looked for
 * before it is posted. Answers how many stand in a queue.
 */
export async function lookFirstAfterRestore(trx: Db, workspaceId: string, until: Date, now: Date): Promise<number> {
  await trx('workspaces').where({ id: workspaceId }).update({ restored_at: until });
  return trx('cards')
    .where({ workspace_id: workspaceId, ts: null, begun_at: null })
    .andWhere('waiting_since', '<=', until)
    .update({ begun_at: after(now, -POST_OVERDUE) });
}

/** What was tried there leaves the queue, so that nobody waits behind it; it is still known that it was tried. */
export async function leaveQueue(
  trx: Db,
  workspaceId: string,
  place: string,
): Promise<{ workspaceId: string; id: string; priority: Priority }[]> {
  const { rows } = await trx.raw(
    `update cards set waiting_since = null, digest_id = null from handoffs
     where cards.workspace_id = ? and place = ? and waiting_since is not null and begun_at is not null
       and handoffs.workspace_id = cards.workspace_id and handoffs.id = cards.handoff_id
     returning handoffs.id, handoffs.priority`,
    [workspaceId, place],
  );
  return rows.map(({ id, priority }: { id: string; priority: Priority }) => ({ workspaceId, id, priority }));
}

export async function hasQueuedCards(db: Db, workspaceId: string, place: string): Promise<boolean> {
  const row = await db('cards')
    .where({ workspace_id: workspaceId, place })
    .whereNotNull('waiting_since')
    .first('place');
  return row !== undefined;
}
