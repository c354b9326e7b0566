/** What is known of a source's contacts, and how a signal about one ends. */
import type { SourceName } from '../../domain/lead.ts';
import type { Change, Db } from '../connection.ts';

/** What Baton last knew of a contact at its source: of score and stage each what was told last, and when. */
export interface KnownScore {
  /** Null with a time: the source said that there is none. Null without: nobody told yet. */
  score: number | null;
  at: Date | null;
  stage: string | null;
  stageAt: Date | null;
  /** When the source said that it deleted the contact. */
  goneAt: Date | null;
  leadId: string | null;
  /** When its lead was handed off last, from whatever source. */
  crossedAt: Date | null;
  /** Address of the lead, when a handoff or an earlier look-up told it. */
  email: string | null;
}

export async function knownScore(
  db: Db,
  workspaceId: string,
  source: SourceName,
  contactId: string,
): Promise<KnownScore | undefined> {
  const row = await db('source_contacts')
    .leftJoin('leads', 'leads.id', 'source_contacts.lead_id')
    .where({ 'source_contacts.workspace_id': workspaceId, source, contact_id: contactId })
    .first('score', 'score_at', 'stage', 'stage_at', 'gone_at', 'lead_id', 'last_crossed_at', 'email');
  return row && knownFrom(row);
}

/** A row of `source_contacts` with its lead's address. */
export interface KnownRow {
  score: number | null;
  score_at: Date | null;
  stage: string | null;
  stage_at: Date | null;
  gone_at: Date | null;
  lead_id: string | null;
  last_crossed_at: Date | null;
  email: string | null;
}

export function knownFrom(row: KnownRow): KnownScore {
  const { score, score_at: at, stage, stage_at: stageAt, gone_at: goneAt, lead_id: leadId } = row;
  return { score, at, stage, stageAt, goneAt, leadId, crossedAt: row.last_crossed_at, email: row.email };
}

/** What a signal, or the contact read because of it, says; what is left out was not told. */
export interface ContactNews {
  source: string;
  contactId: string;
  leadId?: string;
  score?: { value: number | null; at: Date } | undefined;
  stage?: { value: string | null; at: Date } | undefined;
}

/** Remembers score and stage, each unless a later one is known already: late and repeated deliveries change nothing. */
const REMEMBER = `
  insert into source_contacts as known (workspace_id, source, contact_id, lead_id, score, score_at, stage, stage_at)
  values (:workspace, :source, :contact, :lead, :score, :scoreAt, :stage, :stageAt)
  on conflict (workspace_id, source, contact_id) do update set
    lead_id = coalesce(excluded.lead_id, known.lead_id),
    (score, score_at) = (select excluded.score, excluded.score_at where excluded.score_at >= coalesce(known.score_at, excluded.score_at)
                         union all select known.score, known.score_at limit 1),
    (stage, stage_at) = (select excluded.stage, excluded.stage_at where excluded.stage_at >= coalesce(known.stage_at, excluded.stage_at)
                         union all select known.stage, known.stage_at limit 1),
    gone_at = case when excluded.lead_id is null then known.gone_at end`;

export interface SignalNews {
  inboxId: number;
  outcome: string;
  /** Left out: nothing of the contact is remembered, as of a signal that could not be decided. */
  contact?: ContactNews;
  at: Date;
  /** Of the lead of `contact`; left out: it did not cross. */
  crossedAt?: Date | null;
}

/** Closes a signal: what came of it, and what it told of the contact. Nothing happens until the changes are made. */
export function settleSignal(db: Db, workspaceId: string, news: SignalNews): Change[] {
  const { contact, crossedAt } = news;
  const closed = db('inbox')
    .where({ workspace_id: workspaceId, id: news.inboxId })
    .update({ status: 'done', outcome: news.outcome, done_at: news.at });
  if (!contact) return [closed];
  const remembered = remember(db, workspaceId, contact);
  if (!crossedAt || !contact.leadId) return [remembered, closed];
  const crossed = db('leads')
    .where({ workspace_id: workspaceId, id: contact.leadId })
    .update({ last_crossed_at: crossedAt });
  return [remembered, crossed, closed];
}

function remember(db: Db, workspaceId: string, { source, contactId, leadId, score, stage }: ContactNews): Change {
  return db.raw(REMEMBER, {
    workspace: workspaceId,
    source,
    contact: contactId,
    lead: leadId ?? null,
    score: score?.value ?? null,
    scoreAt: score?.at ?? null,
    stage: stage?.value ?? null,
    stageAt: stage?.at ?? null,
  });
}

/** The source deleted the contact: no later signal of it counts. What was known of it stays. */
export async function markGone(
  db: Db,
  workspaceId: string,
  { source, contactId, at }: { source: string; contactId: string; at: Date },
): Promise<void> {
  await db('source_contacts')
    .insert({ workspace_id: workspaceId, source, contact_id: contactId, gone_at: at })
    .onConflict(['workspace_id', 'source', 'contact_id'])
    .merge({ gone_at: at });
}

/** The best score that any of these contacts was known to have, and when; undefined: nothing is known of any. */
export async function bestKnown(
  db: Db,
  workspaceId: string,
  { source, contactIds }: { source: string; contactIds: readonly string[] },
): Promise<{ value: number; at: Date } | undefined> {
  const row = await db('source_contacts')
    .where({ workspace_id: workspaceId, source })
    .whereIn('contact_id', [...contactIds])
    .whereNotNull('score')
    .orderBy('score', 'desc')
    .first('score', 'score_at');
  return row && { value: row.score, at: row.score_at };
}

/** Those of the contacts that were known at this score or above. */
export async function knownAtLeast(
  db: Db,
  workspaceId: string,
  { source, contactIds, score }: { source: string; contactIds: readonly string[]; score: number },
): Promise<Set<string>> {
  if (contactIds.length === 0) return new Set();
  const ids = await db('source_contacts')
    .where({ workspace_id: workspaceId, source })
    .whereIn('contact_id', [...contactIds])
    .andWhere('score', '>=', score)
    .pluck('contact_id');
  return new Set(ids);
}

/** Of a page. */
const OPEN_CONTACTS = 100;

/** Contacts of this source whose leads somebody works on, in the order of their ids, those after one. One round trip. */
export async function openContacts(
  db: Db,
  workspaceId: string,
  { source, after }: { source: string; after: string },
): Promise<{ id: string; email?: string }[]> {
  const rows = await db('source_contacts')
    .join('leads', 'leads.id', 'source_contacts.lead_id')
    .where({ 'source_contacts.workspace_id': workspaceId, source })
    .whereNull('gone_at')
    .where('contact_id', '>', after)
    .whereExists(db('handoffs').whereRaw('handoffs.lead_id = leads.id').whereNull('closed_at').select(db.raw('1')))
    .orderBy('contact_id')
    .limit(OPEN_CONTACTS)
    .select('contact_id', 'email');
  return rows.map(({ contact_id: id, email }) => ({ id, ...(email && { email }) }));
}
