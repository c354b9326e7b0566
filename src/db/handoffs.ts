import type { Judgement, Priority, RoutingDecision } from '../domain/decision.ts';
import type { HandoffState } from '../domain/handoff.ts';
import type { Db } from './connection.ts';

export type RecordState = 'pending' | 'written' | 'parked' | 'skipped';

/** One handoff as stored. `F` is what the handoff room keeps as gathered facts. */
export interface Handoff<F = unknown> {
  id: string;
  workspaceId: string;
  leadId: string;
  source: string;
  contactId: string;
  state: HandoffState;
  playbookVersion: number;
  crossedAt: Date;
  seenAt: Date;
  openedAt: Date;
  assignedAt: Date | null;
  claimedAt: Date | null;
  score: number | null;
  priority: Priority;
  team: string | null;
  repEmail: string | null;
  claimedBy: string | null;
  facts: F;
  judgement: Judgement;
  decision: RoutingDecision | null;
  recordState: RecordState;
  recordObject: string | null;
  recordId: string | null;
  recordNote: string | null;
  recordedAt: Date | null;
  deliveredAt: Date | null;
}

type Column = { [K in keyof Handoff]: string };

const COLUMNS: Column = {
  id: 'id',
  workspaceId: 'workspace_id',
  leadId: 'lead_id',
  source: 'source',
  contactId: 'contact_id',
  state: 'state',
  playbookVersion: 'playbook_version',
  crossedAt: 'crossed_at',
  seenAt: 'seen_at',
  openedAt: 'opened_at',
  assignedAt: 'assigned_at',
  claimedAt: 'claimed_at',
  score: 'score',
  priority: 'priority',
  team: 'team',
  repEmail: 'rep_email',
  claimedBy: 'claimed_by',
  facts: 'facts',
  judgement: 'judgement',
  decision: 'decision',
  recordState: 'record_state',
  recordObject: 'record_object',
  recordId: 'record_id',
  recordNote: 'record_note',
  recordedAt: 'recorded_at',
  deliveredAt: 'delivered_at',
};

const JSON_FIELDS = new Set<keyof Handoff>(['facts', 'judgement', 'decision']);

function toRow(values: Partial<Handoff>): Record<string, unknown> {
  return Object.fromEntries(
    (Object.entries(values) as [keyof Handoff, unknown][]).map(([field, value]) => [
      COLUMNS[field],
      JSON_FIELDS.has(field) && value !== null ? JSON.stringify(value) : value,
    ]),
  );
}

function toHandoff<F>(row: Record<string, unknown>): Handoff<F> {
  return Object.fromEntries(
    (Object.entries(COLUMNS) as [keyof Handoff, string][]).map(([field, column]) => [field, row[column]]),
  ) as unknown as Handoff<F>;
}

export async function insertHandoff(trx: Db, handoff: Handoff): Promise<void> {
  await trx('handoffs').insert(toRow(handoff));
}

export async function handoffById<F>(db: Db, workspaceId: string, id: string): Promise<Handoff<F> | undefined> {
  const row = await db('handoffs').where({ workspace_id: workspaceId, id }).first();
  return row && toHandoff<F>(row);
}

/** The handoff, locked until the transaction ends: who decides about it decides alone. */
export async function lockHandoff<F>(trx: Db, workspaceId: string, id: string): Promise<Handoff<F> | undefined> {
  const row = await trx('handoffs').where({ workspace_id: workspaceId, id }).forUpdate().first();
  return row && toHandoff<F>(row);
}

/** Changes the handoff; answers when its card was delivered, as it stands then. */
export async function updateHandoff(
  trx: Db,
  workspaceId: string,
  id: string,
  changes: Partial<Handoff>,
): Promise<{ deliveredAt: Date | null } | undefined> {
  const [row] = await trx('handoffs')
    .where({ workspace_id: workspaceId, id })
    .update(toRow(changes))
    .returning('delivered_at');
  return row && { deliveredAt: row.delivered_at };
}

/** Whose handoff is this? For links that carry nothing but the id. */
export async function workspaceOfHandoff(db: Db, id: string): Promise<string | undefined> {
  const row = await db('handoffs').where({ id }).first('workspace_id');
  return row?.workspace_id;
}

/** Open handoffs of each of `emails`, for open_limit and least_open. */
export async function openCounts(
  db: Db,
  workspaceId: string,
  emails: readonly string[],
): Promise<Record<string, number>> {
  if (emails.length === 0) return {};
  const rows = await db('handoffs')
    .where({ workspace_id: workspaceId })
    .whereIn('state', ['assigned', 'claimed', 'contacted'])
    .whereIn('rep_email', emails)
    .groupBy('rep_email')
    .select('rep_email')
    .count('* as open');
  return Object.fromEntries(rows.map(row => [row.rep_email, Number(row.open)]));
}

/** A line of a list: enough to recognise the lead. */
export interface HandoffSummary {
  id: string;
  state: HandoffState;
  priority: Priority;
  score: number | null;
  name: string;
  email: string;
  company: string | null;
  repEmail: string | null;
  team: string | null;
  crossedAt: Date;
  seenAt: Date;
  openedAt: Date;
  deliveredAt: Date | null;
  recordState: RecordState;
}

/** The newest handoffs that fit, newest first. `text` is looked for in the name, address and company. */
export async function findHandoffs(
  db: Db,
  workspaceId: string,
  filter: { text?: string; repEmail?: string; open?: boolean; limit?: number },
): Promise<HandoffSummary[]> {
  const query = db('handoffs')
    .join('leads', 'leads.id', 'handoffs.lead_id')
    .where({ 'handoffs.workspace_id': workspaceId })
    .orderBy('handoffs.opened_at', 'desc')
    .limit(filter.limit ?? 50)
    .select(
      'handoffs.id',
      'state',
      'priority',
      'score',
      'leads.name',
      'leads.email',
      'rep_email',
      'team',
      'crossed_at',
      'seen_at',
      'opened_at',
      'delivered_at',
      'record_state',
      db.raw(`judgement->'company'->>'name' as company`),
    );
  if (filter.repEmail) query.where({ rep_email: filter.repEmail });
  if (filter.open) query.whereIn('state', ['assigned', 'claimed', 'contacted']);
  const text = filter.text;
  if (text) {
    const like = `%${text.replace(/[\\%_]/g, '\\$&')}%`;
    query.andWhere(either => {
      either.whereILike('leads.email', like).orWhereILike('leads.name', like);
      either.orWhereRaw(`judgement->'company'->>'name' ilike ?`, [like]).orWhereRaw('handoffs.id::text = ?', [text]);
    });
  }
  return (await query).map(row => ({
    id: row.id,
    state: row.state,
    priority: row.priority,
    score: row.score,
    name: row.name,
    email: row.email,
    company: row.company,
    repEmail: row.rep_email,
    team: row.team,
    crossedAt: row.crossed_at,
    seenAt: row.seen_at,
    openedAt: row.opened_at,
    deliveredAt: row.delivered_at,
    recordState: row.record_state,
  }));
}
