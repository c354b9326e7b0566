/** Where the cards of handoffs are, alone or as a line of a digest. */
import type { Priority } from '../../domain/decision.ts';
import type { HandoffState } from '../../domain/handoff.ts';
import type { Db } from '../connection.ts';

/** A card that was posted. Cards of one digest share its message. */
export interface PostedCard {
  place: string;
  channel: string;
  ts: string;
  postedAt: Date;
  digestId: string | null;
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
export function markPosted(
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

/** When those leads crossed that were delivered in this very moment, and not before. One round trip. */
export function crossingsDelivered(
  db: Db,
  workspaceId: string,
  handoffIds: readonly string[],
  at: Date,
): Promise<Date[]> {
  return db('handoffs')
    .where({ workspace_id: workspaceId, delivered_at: at, is_test: false })
    .whereIn('id', handoffIds)
    .pluck('crossed_at');
}

/** Cards that are really there, the oldest first. */
export async function postedCards(db: Db, workspaceId: string, handoffId: string): Promise<PostedCard[]> {
  return (await cardsAndPosts(db, workspaceId, handoffId, null)).cards;
}

/** The same, and whether another was begun since then and may be on its way, drawn from what was true before. */
export async function cardsAndPosts(
  db: Db,
  workspaceId: string,
  handoffId: string,
  since: Date | null,
): Promise<{ cards: PostedCard[]; underWay: boolean }> {
  const rows = await db('cards')
    .where({ workspace_id: workspaceId, handoff_id: handoffId })
    .where(either => either.whereNotNull('ts').orWhere('begun_at', '>', since))
    .orderBy('posted_at')
    .select('place', 'channel', 'ts', 'posted_at as postedAt', 'digest_id as digestId');
  const cards = rows.filter(row => row.ts !== null);
  return { cards, underWay: cards.length < rows.length };
}

/** A lead's line in a digest makes room in the same place for a card of its own; the line stays where it is. */
export async function setDigestLineAside(db: Db, workspaceId: string, handoffId: string, place: string): Promise<void> {
  await db('cards')
    .where({ workspace_id: workspaceId, handoff_id: handoffId, place })
    .whereNotNull('ts')
    .whereNotNull('digest_id')
    .update({ place: db.raw(`'digest:' || digest_id`) });
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

/** The leads of a digest, the most urgent first and then the oldest, as they stand now. */
export async function digestRows(db: Db, workspaceId: string, handoffIds: readonly string[]): Promise<DigestRow[]> {
  const { rows } = await db.raw(
    `select h.id as "handoffId", h.priority, h.state, l.name, h.judgement->'company'->>'name' as company, h.score,
            h.claimed_by as "claimedBy", h.rep_email as "repEmail"
     from handoffs h join leads l on l.id = h.lead_id
     where h.id = any(?::uuid[]) and h.workspace_id = ?
     order by array_position(array['HIGH', 'MEDIUM', 'LOW'], h.priority), h.crossed_at, h.id`,
    [[...handoffIds], workspaceId],
  );
  return rows;
}

/** Whose leads a digest holds. */
export async function leadsOfDigest(db: Db, workspaceId: string, digestId: string): Promise<string[]> {
  return db('cards').where({ workspace_id: workspaceId, digest_id: digestId }).pluck('handoff_id');
}
