import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import type { Priority } from '../../domain/decision.ts';
import type { HandedOff } from '../../domain/manual.ts';
import type { Db, JobsForRows } from '../connection.ts';
import { storeSignals } from './inbox.ts';

/** A hand-off by hand, and what became of it. */
export interface ManualRow extends HandedOff {
  bySlackId: string;
  /** What a test was to come out as. */
  testPriority: Priority | null;
  /** The handoff that was opened, or the open one that was there already. */
  handoffId: string | null;
  /** As the signal ended; null while it waits. */
  outcome: string | null;
  notified: boolean;
  createdAt: Date;
}

export interface NewManual {
  /** The same request again is passed over. */
  key: string;
  lead: HandedOff['lead'];
  byEmail: string;
  byName: string;
  bySlackId: string;
  testPriority?: Priority;
}

/**
 * Keeps a hand-off by hand and puts its signal into the inbox, like any other source's. The address is told ahead only
 * of a real lead: nobody outside is to be asked about a test.
 */
export async function storeManual(
  db: Db,
  workspaceId: string,
  { at, ...given }: NewManual & { at: Date },
  processing: JobsForRows,
): Promise<void> {
  await db.transaction(async trx => {
    const [made] = await trx('manual_leads')
      .insert({
        id: randomUUID(),
        workspace_id: workspaceId,
        key: given.key,
        lead: JSON.stringify(given.lead),
        by_email: given.byEmail,
        by_name: given.byName,
        by_slack_id: given.bySlackId,
        test_priority: given.testPriority ?? null,
        created_at: at,
      })
      .onConflict()
      .ignore()
      .returning('id');
    if (!made) return;
    const signal = {
      contactId: made.id,
      occurredAt: at.toISOString(),
      via: 'manual' as const,
      dedupeKey: made.id,
      ...(!given.testPriority && { email: given.lead.email }),
    };
    await storeSignals(trx, workspaceId, { source: 'manual', signals: [signal], receivedAt: at }, processing);
  });
}

export async function manualById(db: Db, workspaceId: string, id: string): Promise<ManualRow | undefined> {
  return toManual(await db('manual_leads').where({ workspace_id: workspaceId, id }).first());
}

/** The test lead of this address: each has one of its own. */
export async function testLeadOf(db: Db, workspaceId: string, email: string): Promise<ManualRow | undefined> {
  const rows = db('manual_leads').where({ workspace_id: workspaceId }).whereNotNull('test_priority');
  return toManual(await rows.whereRaw(`lead ->> 'email' = ?`, [email]).first());
}

// biome-ignore lint/suspicious/noExplicitAny: knex knows no columns
function toManual(row: any): ManualRow | undefined {
  return (
    row && {
      id: row.id,
      lead: row.lead,
      byEmail: row.by_email,
      byName: row.by_name,
      bySlackId: row.by_slack_id,
      isTest: row.test_priority !== null,
      testPriority: row.test_priority,
      handoffId: row.handoff_id,
      outcome: row.outcome,
      notified: row.notified_at !== null,
      createdAt: row.created_at,
    }
  );
}

/** Notes what became of it, which is then to be told; nothing happens until it is awaited. */
export function settleManual(
  trx: Db,
  workspaceId: string,
  id: string,
  became: { outcome: string; handoffId: string | null },
): Knex.QueryBuilder {
  return trx('manual_leads')
    .where({ workspace_id: workspaceId, id })
    .update({ outcome: became.outcome, handoff_id: became.handoffId, notified_at: null });
}

/** How a hand-off of somebody who was erased ends. */
export const ERASED_OUTCOME = 'erased';

/** Whoever asked for it is still to hear; of the lead nothing is kept. */
export async function forgetManual(trx: Db, workspaceId: string, id: string): Promise<void> {
  await trx('manual_leads')
    .where({ workspace_id: workspaceId, id })
    .update({ lead: JSON.stringify({ email: '' }), outcome: ERASED_OUTCOME, handoff_id: null, notified_at: null });
}

export async function markManualNotified(db: Db, workspaceId: string, id: string, at: Date): Promise<void> {
  await db('manual_leads').where({ workspace_id: workspaceId, id }).update({ notified_at: at });
}

/** A handoff of this lead that somebody has or that waits for a decision, the newest; tests do not count. */
export async function openHandoffOf(
  trx: Db,
  workspaceId: string,
  leadId: string,
): Promise<{ id: string; state: string; repEmail: string | null; team: string | null } | undefined> {
  const row = await trx('handoffs')
    .where({ workspace_id: workspaceId, lead_id: leadId, is_test: false })
    .whereIn('state', ['opened', 'held', 'assigned', 'claimed', 'contacted'])
    .orderBy('opened_at', 'desc')
    .first('id', 'state', 'rep_email', 'team');
  return row && { id: row.id, state: row.state, repEmail: row.rep_email, team: row.team };
}

/** A test lead that is being taken away: whatever starts from now on leaves it alone. */
export async function closeTest(trx: Db, workspaceId: string, handoffId: string, at: Date): Promise<void> {
  await trx('handoffs')
    .where({ workspace_id: workspaceId, id: handoffId, is_test: true })
    .update({ state: 'rejected', record_state: 'skipped', closed_at: at, due_at: null, snoozed_until: null });
}

/** Is something of the handoff's on its way to Slack, its end unknown? */
export async function isPostUnderWay(trx: Db, workspaceId: string, handoffId: string): Promise<boolean> {
  const row = await trx('cards')
    .where({ workspace_id: workspaceId, handoff_id: handoffId, ts: null })
    .whereNotNull('begun_at')
    .first('place');
  return row !== undefined;
}

/** Forgets a test lead whole: the lead itself, its handoff, timeline, cards and touches, and the request for it. */
export async function forgetTest(trx: Db, workspaceId: string, handoffId: string, leadId: string): Promise<void> {
  await trx('manual_leads').where({ workspace_id: workspaceId, handoff_id: handoffId }).delete();
  await trx('parked_jobs')
    .where({ workspace_id: workspaceId })
    .whereRaw(`payload->>'handoffId' = ?`, [handoffId])
    .delete();
  await trx('leads').where({ workspace_id: workspaceId, id: leadId }).delete();
}
