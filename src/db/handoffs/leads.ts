import { randomUUID } from 'node:crypto';
import type { SourceName } from '../../domain/lead.ts';
import type { Change, Db } from '../connection.ts';

export interface Lead {
  id: string;
  email: string;
  name: string;
  lastCrossedAt: Date | null;
}

/** The lead of this address, made when new, locked until the transaction ends: two signals of one person queue up here. */
export async function lockLead(trx: Db, workspaceId: string, email: string, name: string, at: Date): Promise<Lead> {
  const { rows } = await trx.raw(
    `insert into leads (id, workspace_id, email, name, created_at) values (?, ?, ?, ?, ?)
     on conflict (workspace_id, email) do update set name = excluded.name
     returning id, email, name, last_crossed_at`,
    [randomUUID(), workspaceId, email, name, at],
  );
  return { id: rows[0].id, email: rows[0].email, name: rows[0].name, lastCrossedAt: rows[0].last_crossed_at };
}

/** What Baton last knew of a contact's score at its source. */
export interface KnownScore {
  score: number | null;
  at: Date | null;
  leadId: string | null;
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
    .first('score', 'score_at', 'lead_id', 'email');
  return row && { score: row.score, at: row.score_at, leadId: row.lead_id, email: row.email };
}

export interface ScoreNews {
  source: string;
  contactId: string;
  leadId?: string;
  score: number | null;
  at: Date;
}

/** Remembers a score unless a later one is known already: late and repeated deliveries change nothing. */
const REMEMBER = `
  insert into source_contacts as known (workspace_id, source, contact_id, lead_id, score, score_at)
  values (:workspace, :source, :contact, :lead, :score, :scoreAt)
  on conflict (workspace_id, source, contact_id) do update set
    lead_id = coalesce(excluded.lead_id, known.lead_id),
    score = case when known.score_at is null or excluded.score_at >= known.score_at
                 then coalesce(excluded.score, known.score) else known.score end,
    score_at = greatest(known.score_at, excluded.score_at)`;

export interface SignalNews {
  inboxId: number;
  outcome: string;
  score: ScoreNews;
  at: Date;
  /** Of the lead of `score`; left out: it did not cross. */
  crossedAt?: Date | null;
}

/** Closes a signal: what came of it, and the score it told. Nothing happens until the changes are made. */
export function settleSignal(db: Db, workspaceId: string, news: SignalNews): Change[] {
  const { score, crossedAt } = news;
  const remembered = db.raw(REMEMBER, {
    workspace: workspaceId,
    source: score.source,
    contact: score.contactId,
    lead: score.leadId ?? null,
    score: score.score,
    scoreAt: score.at,
  });
  const closed = db('inbox')
    .where({ workspace_id: workspaceId, id: news.inboxId })
    .update({ status: 'done', outcome: news.outcome, done_at: news.at });
  if (!crossedAt || !score.leadId) return [remembered, closed];
  const crossed = db('leads')
    .where({ workspace_id: workspaceId, id: score.leadId })
    .update({ last_crossed_at: crossedAt });
  return [remembered, crossed, closed];
}
