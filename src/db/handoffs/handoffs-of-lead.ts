/** The handoffs of one lead, one after another. */
import type { Db } from '../connection.ts';
import type { Handoff } from './handoffs.ts';

/**
 * The person's record in this CRM as the lead's newest handoff wrote it; undefined: none wrote one there that is still
 * there. The id of a record says nothing in another CRM.
 */
export async function recordOfLead(
  db: Db,
  workspaceId: string,
  leadId: string,
  crm: string,
): Promise<Pick<Handoff, 'recordKind' | 'recordId'> | undefined> {
  const written = db('timeline').whereRaw('handoff_id = handoffs.id').where({ kind: 'record_written', actor: crm });
  const row = await db('handoffs')
    .where({ workspace_id: workspaceId, lead_id: leadId, is_test: false })
    .whereNotNull('record_id')
    .whereExists(written)
    .whereRaw(`coalesce(facts->>'deletedRecord', '') <> record_id`)
    .orderBy('opened_at', 'desc')
    .first('record_kind', 'record_id');
  return row && { recordKind: row.record_kind, recordId: row.record_id };
}

/** The handoffs of the lead that somebody has or that wait for somebody, the newest first; tests do not count. */
export async function openHandoffsOf(
  db: Db,
  workspaceId: string,
  leadId: string,
): Promise<{ id: string; repEmail: string | null }[]> {
  return db('handoffs')
    .where({ workspace_id: workspaceId, lead_id: leadId, is_test: false })
    .whereIn('state', ['opened', 'held', 'assigned', 'claimed', 'contacted'])
    .orderBy('opened_at', 'desc')
    .select('id', 'rep_email as repEmail');
}

/** The lead's newest handoff, however it ended. */
export async function newestHandoffOf(db: Db, workspaceId: string, leadId: string): Promise<string | undefined> {
  const row = await db('handoffs')
    .where({ workspace_id: workspaceId, lead_id: leadId, is_test: false })
    .orderBy('opened_at', 'desc')
    .first('id');
  return row?.id;
}

/** Did the lead go to sales by another handoff, opened after this one? */
export async function wentToSalesSince(
  db: Db,
  workspaceId: string,
  { leadId, id, openedAt }: Pick<Handoff, 'leadId' | 'id' | 'openedAt'>,
): Promise<boolean> {
  const row = await db('handoffs')
    .where({ workspace_id: workspaceId, lead_id: leadId, is_test: false })
    .whereNot({ id })
    .where('opened_at', '>=', openedAt)
    .whereNotIn('state', ['nurture', 'held'])
    .first('id');
  return row !== undefined;
}

/** Handoffs of these contacts of a source are another contact's of the same lead. Answers how many; none asked, none made. */
export async function moveContact(
  trx: Db,
  workspaceId: string,
  { leadId, source, from, to }: { leadId: string; source: string; from: readonly string[]; to: string },
): Promise<number> {
  if (from.length === 0) return 0;
  return trx('handoffs')
    .where({ workspace_id: workspaceId, lead_id: leadId, source })
    .whereIn('contact_id', [...from])
    .update({ contact_id: to });
}
