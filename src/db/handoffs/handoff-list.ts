/** Lists of handoffs: what fits a filter, page by page. */
import type { Knex } from 'knex';
import type { Priority } from '../../domain/decision.ts';
import { type HandoffState, OPEN_STATES } from '../../domain/handoff.ts';
import type { Db } from '../connection.ts';
import { columnsOf, type Handoff, handoffById } from './handoffs.ts';

/** A line of a list, as the handoff has it. */
const OWN_FIELDS = [
  'id',
  'state',
  'priority',
  'score',
  'repEmail',
  'team',
  'claimedBy',
  'crossedAt',
  'seenAt',
  'openedAt',
  'deliveredAt',
  'dueAt',
  'contactedAt',
  'snoozedUntil',
  'recordState',
] as const satisfies readonly (keyof Handoff)[];

/** A line of a list: enough to recognise the lead and to see how it stands. */
export interface HandoffSummary extends Pick<Handoff, (typeof OWN_FIELDS)[number]> {
  name: string;
  email: string;
  company: string | null;
  /** As the lead or an enricher gave it, and the country it is read for; raw. */
  phone: string | null;
  country: string | null;
  /** What judging said. */
  why: string;
}

/** Which handoffs; what is left out does not matter. Test leads are left out unless asked for by text. */
export interface HandoffFilter {
  /** Exactly this handoff, a test lead's too. */
  id?: string;
  /** Words that are parts of the name, address or company, or the whole id of the handoff or of its record. */
  text?: string;
  /** Records of the CRM that the text may name. */
  recordIds?: readonly string[];
  /** Assigned to any of these people. */
  reps?: readonly string[];
  /** Of any of these teams (keys), or assigned to any of `reps` when both are given. */
  teams?: readonly string[];
  states?: readonly HandoffState[];
  /** In a claim pool: nobody has it, and nobody has touched it. */
  unclaimed?: boolean;
  /** Assigned or claimed, not snoozed then, and with a phone number, while nobody has reached out. */
  toCallAt?: Date;
  /** Nobody has reached out, and no number is known. */
  noPhone?: boolean;
  /** Not touched yet, and due before the moment of their priority: at risk, or breached when this is now. */
  dueBefore?: Record<Priority, Date>;
}

export interface Page {
  limit: number;
  offset?: number;
}

const PHONE = `coalesce(facts->'contact'->>'phone', facts->'person'->>'phone')`;

/** Handoffs that fit, and how many there are in all. `by`: newest first, or those with the least time left first. */
export async function listHandoffs(
  db: Db,
  workspaceId: string,
  filter: HandoffFilter,
  page: Page,
  by: 'newest' | 'time_left' = 'newest',
): Promise<{ rows: HandoffSummary[]; total: number }> {
  const query = db('handoffs')
    .join('leads', 'leads.id', 'handoffs.lead_id')
    .where({ 'handoffs.workspace_id': workspaceId })
    .limit(page.limit)
    .offset(page.offset ?? 0)
    .select(
      { ...columnsOf(OWN_FIELDS), name: 'leads.name', email: 'leads.email' },
      db.raw(`judgement->'company'->>'name' as company, judgement->>'reason' as why`),
      db.raw(`${PHONE} as phone, coalesce(facts->'contact'->>'country', facts->'company'->>'country') as country`),
      db.raw('count(*) over ()::int as total'),
    );
  if (by === 'time_left') query.orderByRaw('contacted_at is not null, due_at nulls last, handoffs.opened_at');
  else query.orderBy('handoffs.opened_at', 'desc');
  narrow(query, filter);
  const found: (HandoffSummary & { total: number })[] = await query;
  return { rows: found.map(({ total: _all, ...summary }) => summary), total: found[0]?.total ?? 0 };
}

function narrow(
  query: Knex.QueryBuilder,
  { id, text, recordIds = [], reps, teams, states, unclaimed, toCallAt, noPhone, dueBefore }: HandoffFilter,
): void {
  if (states) query.whereIn('state', states);
  if (reps || teams) {
    query.andWhere(either => {
      if (reps) either.orWhereIn('rep_email', reps);
      if (teams) either.orWhereIn('team', teams);
    });
  }
  if (unclaimed) query.where({ state: 'assigned', rep_email: null, contacted_at: null });
  if (noPhone) query.whereIn('state', ['assigned', 'claimed']).whereNull('contacted_at').whereRaw(`${PHONE} is null`);
  if (toCallAt) {
    query.whereIn('state', ['assigned', 'claimed']).whereNull('contacted_at').whereRaw(`${PHONE} is not null`);
    query.andWhere(awake => awake.whereNull('snoozed_until').orWhere('snoozed_until', '<=', toCallAt));
  }
  if (dueBefore) {
    const { HIGH, MEDIUM, LOW } = dueBefore;
    query.whereNull('contacted_at').whereIn('state', ['assigned', 'claimed']);
    query.whereRaw(
      `due_at < case priority when 'HIGH' then ?::timestamptz when 'MEDIUM' then ?::timestamptz else ?::timestamptz end`,
      [HIGH, MEDIUM, LOW],
    );
  }
  if (id !== undefined) query.where({ 'handoffs.id': id });
  if (text === undefined) {
    if (id === undefined) query.where({ is_test: false });
    return;
  }
  query.andWhere(either => {
    either.andWhere(all => {
      for (const word of text.split(/\s+/)) {
        const like = `%${word.replace(/[\\%_]/g, '\\$&')}%`;
        all.andWhereRaw(`concat_ws(' ', leads.name, leads.email, judgement->'company'->>'name') ilike ?`, [like]);
      }
    });
    either.orWhereIn('record_id', [text, ...recordIds]).orWhereRaw('handoffs.id::text = ?', [text.toLowerCase()]);
    // The deal of a lead, and what its record was before it was merged or converted, are the lead's as well.
    if (recordIds.length > 0) {
      either.orWhereExists(links =>
        links
          .from('crm_links')
          .whereRaw('crm_links.workspace_id = handoffs.workspace_id and crm_links.handoff_id = handoffs.id')
          .whereIn('crm_links.record_id', recordIds),
      );
    }
  });
}

const recordedElsewhere = (db: Db, workspaceId: string, crm: string) =>
  db('handoffs')
    .where({ workspace_id: workspaceId, erased_at: null })
    .whereIn('state', [...OPEN_STATES])
    .whereNotNull('record_id')
    .whereNotNull('record_crm')
    .whereNot({ record_crm: crm });

/** How many open handoffs have their record in another CRM than this, by that CRM. */
export async function handoffsElsewhere(
  db: Db,
  workspaceId: string,
  crm: string,
): Promise<{ crm: string; count: number }[]> {
  const rows = await recordedElsewhere(db, workspaceId, crm)
    .groupBy('record_crm')
    .orderBy('record_crm')
    .select({ crm: 'record_crm' })
    .count({ count: '*' });
  return rows.map(row => ({ crm: String((row as { crm: unknown }).crm), count: Number(row.count) }));
}

/** Is any open handoff recorded in this CRM? */
export async function hasOpenRecords(db: Db, workspaceId: string, crm: string): Promise<boolean> {
  const row = await db('handoffs')
    .where({ workspace_id: workspaceId, erased_at: null, record_crm: crm })
    .whereIn('state', [...OPEN_STATES])
    .first('id');
  return row !== undefined;
}

/** The next of them, HIGH first, then the oldest. */
export async function nextElsewhere(db: Db, workspaceId: string, crm: string): Promise<string | undefined> {
  const row = await recordedElsewhere(db, workspaceId, crm).orderByRaw(`priority <> 'HIGH', opened_at, id`).first('id');
  return row?.id;
}

/** So many of the newest are looked through. */
const NEWEST = 50;

/**
 * The newest handoffs, those whose lead filled in a form first; no test leads and none of erased people. One round trip,
 * and one for each that is answered.
 */
export async function newestFormLeads<F>(db: Db, workspaceId: string, most: number): Promise<Handoff<F>[]> {
  const { rows } = await db.raw<{ rows: { id: string }[] }>(
    `select id from (
       select id, opened_at, facts->'contact'->'activities' @> '[{"type":"form"}]' as has_form from handoffs
       where workspace_id = :workspaceId and not is_test and erased_at is null
       order by opened_at desc limit :newest
     ) newest
     order by has_form is not true, opened_at desc limit :most`,
    { workspaceId, newest: NEWEST, most },
  );
  const found = await Promise.all(rows.map(({ id }) => handoffById<F>(db, workspaceId, id)));
  return found.filter(one => one !== undefined);
}
