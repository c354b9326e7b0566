import type { Db } from '../connection.ts';
import { addressIdentity } from './leads.ts';

/** What Baton knows of an address from before. */
export interface KnownContact {
  /** At sources, with the last score each told. */
  contacts: {
    source: string;
    contactId: string;
    score: number | null;
    at: Date | null;
    stage: string | null;
    stageAt: Date | null;
  }[];
  lastCrossedAt: Date | null;
  /** Who has the open handoff; null: nobody yet; undefined: none is open. */
  openWith: string | null | undefined;
}

/** Only reads. What people handed off by hand is no contact of a source. */
export async function knownContact(db: Db, workspaceId: string, email: string): Promise<KnownContact> {
  const lead = await db('leads')
    .join('lead_identities', 'lead_identities.lead_id', 'leads.id')
    .where({ 'leads.workspace_id': workspaceId, kind: 'address', value: addressIdentity(email).value })
    .first('leads.id', 'last_crossed_at');
  if (!lead) return { contacts: [], lastCrossedAt: null, openWith: undefined };
  const [contacts, open] = await Promise.all([
    db('source_contacts')
      .where({ workspace_id: workspaceId, lead_id: lead.id })
      .whereNot({ source: 'manual' })
      .orderByRaw('score_at desc nulls last')
      .select('source', 'contact_id', 'score', 'score_at', 'stage', 'stage_at'),
    db('handoffs')
      .where({ workspace_id: workspaceId, lead_id: lead.id, is_test: false })
      .whereIn('state', ['opened', 'held', 'assigned', 'claimed', 'contacted'])
      .orderBy('opened_at', 'desc')
      .first('rep_email'),
  ]);
  return {
    contacts: contacts.map(row => ({
      source: row.source,
      contactId: row.contact_id,
      score: row.score,
      at: row.score_at,
      stage: row.stage,
      stageAt: row.stage_at,
    })),
    lastCrossedAt: lead.last_crossed_at,
    openWith: open?.rep_email,
  };
}
