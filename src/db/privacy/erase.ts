/** Erases a person from every table: rows that are theirs alone go, rows that reports count stay and name nobody. */
import type { Judgement, RoutingDecision } from '../../domain/decision.ts';
import type { Db } from '../connection.ts';
import { type FoundRow, type LeadTable, rowsAbout, tablesOfLeads } from './lead-tables.ts';
import type { KnownPerson } from './person.ts';

/** What stands where a person's words, names and ids were. */
export const ERASED = 'erased';
/** What an erased lead is called. */
const ERASED_NAME = 'Erased person';

/** Rows about the person alone, which no report counts. */
const DELETED = [
  'book_gaps',
  'crm_events',
  'crm_links',
  'effects',
  'emails',
  'enrolments',
  'feedback',
  'idempotency_keys',
  'inbox',
  'lead_identities',
  'mail_notices',
  'manual_leads',
  'parked_jobs',
  'questions',
  'record_owners',
  'source_contacts',
  'standing_questions',
  'undoable_acts',
];

/**
 * In the caller's transaction, with the leads locked: whoever is deciding about them waits, and then finds nobody. Reads
 * through every table that may tell of leads; answers how many rows of each were changed or deleted.
 */
export async function erasePerson(
  trx: Db,
  workspaceId: string,
  person: KnownPerson,
  at: Date,
): Promise<Record<string, number>> {
  await lockLeadsOf(trx, workspaceId, person);
  await dropJobs(trx, workspaceId, person);
  const counts: Record<string, number> = {};
  for (const table of await tablesOfLeads(trx)) {
    const found = await rowsAbout(trx, workspaceId, table, person);
    if (found.length === 0) continue;
    counts[table.name] = found.length;
    if (DELETED.includes(table.name)) await deleteRows(trx, table, found);
    else await scrubRows(trx, table, found, person);
  }
  await anonymise(trx, workspaceId, person, at);
  return counts;
}

/** Whoever is deciding about them is waited for, and whoever comes next waits. */
export async function lockLeadsOf(
  trx: Db,
  workspaceId: string,
  { leadIds }: Pick<KnownPerson, 'leadIds'>,
): Promise<void> {
  const of = { workspace_id: workspaceId };
  await trx('leads').where(of).whereIn('id', leadIds).orderBy(['created_at', 'id']).forUpdate().select('id');
}

/** What waits to be done about them; what runs finds nobody. */
async function dropJobs(trx: Db, workspaceId: string, person: KnownPerson): Promise<void> {
  const ids = [...person.handoffIds, ...person.touchIds, ...person.emailIds, ...person.manualIds];
  const inboxIds = person.inboxIds.map(String);
  const isTheirs = `payload ->> 'workspaceId' = :workspaceId and (payload ->> 'inboxId' = any(:inboxIds::text[])
      or exists (select from json_each_text(payload::json) as given where given.value = any(:ids::text[])))`;
  await trx.raw(
    `select graphile_worker.complete_jobs(array_agg(id)) from graphile_worker._private_jobs
     where ${isTheirs} and locked_at is null having count(*) > 0`,
    { workspaceId, ids, inboxIds },
  );
  await trx.raw(`delete from parked_jobs where workspace_id = :workspaceId and ${isTheirs}`, {
    workspaceId,
    ids,
    inboxIds,
  });
}

async function deleteRows(trx: Db, { name }: LeadTable, found: readonly FoundRow[]): Promise<void> {
  await trx.raw('delete from ?? where ctid = any(?::tid[])', [name, found.map(one => one.place)]);
}

async function scrubRows(trx: Db, table: LeadTable, found: readonly FoundRow[], person: KnownPerson): Promise<void> {
  const scrub = scrubber(person);
  const isLetter = table.columns.includes('handoff_id') && table.columns.includes('body');
  for (const { place, row } of found) {
    const changes = table.written.flatMap(({ name, type }) => {
      const before = row[name];
      const after = isLetter && ['body', 'subject'].includes(name) ? '' : scrub(before);
      if (JSON.stringify(after) === JSON.stringify(before)) return [];
      return [[name, type.startsWith('json') ? JSON.stringify(after) : after] as const];
    });
    if (changes.length === 0) continue;
    const { rowCount } = await trx.raw(`update ?? set ${changes.map(() => '?? = ?').join(', ')} where ctid = ?::tid`, [
      table.name,
      ...changes.flat(),
      place,
    ] as never);
    if (rowCount !== 1) throw new Error(`a row of ${table.name} was changed while a person was erased from it`);
  }
}

/** Whatever names the person in a text, or in a text anywhere in a JSON value, is replaced. */
function scrubber(person: KnownPerson): (value: unknown) => unknown {
  const words = [
    ...person.addresses,
    ...person.names,
    ...person.phones,
    ...person.records.filter(id => id.length >= 8),
  ];
  const longestFirst = words.sort((one, other) => other.length - one.length);
  const pattern = new RegExp(
    longestFirst.map(word => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|') || '(?!)',
    'gi',
  );
  const scrub = (value: unknown): unknown => {
    if (typeof value === 'string') return value.replace(pattern, ERASED);
    if (Array.isArray(value)) return value.map(scrub);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, scrub(one)]));
  };
  return scrub;
}

/** What is known by its table alone: rows that stay, for what reports count. */
async function anonymise(trx: Db, workspaceId: string, person: KnownPerson, at: Date): Promise<void> {
  const { leadIds, handoffIds } = person;
  const of = { workspace_id: workspaceId };
  await trx('leads')
    .where(of)
    .whereIn('id', leadIds)
    .update({ email: trx.raw(`'${ERASED}:' || id`), name: ERASED_NAME });
  // Reports count rejections by their reason, of whoever the lead was taken from.
  await trx.raw(
    `update timeline set text = 'Erased', detail = case when kind = 'rejected'
       then jsonb_strip_nulls(jsonb_build_object('reason', detail->'reason', 'from', detail->'from')) else '{}' end
     where workspace_id = :workspaceId and (lead_id = any(:leadIds::uuid[]) or handoff_id = any(:handoffIds::uuid[]))`,
    { workspaceId, leadIds, handoffIds },
  );
  await trx.raw(
    `update touches set crm_id = null, crm_state = case when crm_state = 'written' then crm_state else 'skipped' end,
            detail = case when jsonb_exists(detail, 'outcome') then jsonb_build_object('outcome', detail->'outcome') else '{}' end
     where workspace_id = :workspaceId and handoff_id = any(:handoffIds::uuid[])`,
    { workspaceId, handoffIds },
  );
  await trx('stints')
    .where(of)
    .whereIn('handoff_id', handoffIds)
    .whereNull('ended_at')
    .update({ ended_at: at, ended_how: 'nurture' });
  // Nothing waits for its manager about nobody.
  await trx('alerts').where(of).whereIn('handoff_id', handoffIds).whereNull('ts').delete();
  await trx('cards').where(of).whereIn('handoff_id', handoffIds).whereNull('ts').whereNull('begun_at').delete();
  for (const id of handoffIds) await anonymiseHandoff(trx, workspaceId, id, at);
}

/** Times, team, rep, priority and the columns that reports group by stay; who it was goes, and nobody has it any more. */
async function anonymiseHandoff(trx: Db, workspaceId: string, id: string, at: Date): Promise<void> {
  const row = await trx('handoffs')
    .where({ workspace_id: workspaceId, id })
    .forUpdate()
    .first('source', 'judgement', 'decision', 'state');
  if (!row) return;
  const isOver = ['won', 'lost', 'rejected', 'nurture'].includes(row.state);
  await trx('handoffs')
    .where({ workspace_id: workspaceId, id })
    .update({
      contact_id: ERASED,
      facts: JSON.stringify(factsOfNobody(row.source)),
      judgement: JSON.stringify(judgementOfNobody(row.judgement)),
      decision: row.decision && JSON.stringify(decisionOfNobody(row.decision)),
      record_state: 'skipped',
      record_kind: null,
      record_id: null,
      record_note: null,
      closed_note: null,
      snoozed_until: null,
      next_step_at: null,
      owner_change: null,
      erased_at: at,
      ...(!isOver && { state: 'nurture', closed_at: at, closed_by: null, closed_reason: null }),
    });
}

const factsOfNobody = (source: string) => ({
  contact: { source, id: ERASED, properties: {}, scoreHistory: [], activities: [] },
  company: { origin: {} },
  missing: [],
});

function judgementOfNobody({ email, company, title, fit, score, outcome, flags }: Judgement): Judgement {
  return {
    email: { kind: email.kind, reason: '' },
    company: { confidence: company.confidence, reason: '' },
    title: { decisionMaker: title.decisionMaker, level: title.level, reason: '' },
    robot: { suspect: false, reason: '' },
    fit: { score: fit.score, priority: fit.priority, parts: [] },
    score,
    outcome,
    reason: '',
    flags,
  };
}

const decisionOfNobody = ({ rule, to }: RoutingDecision): RoutingDecision => ({
  rule,
  to,
  facts: {},
  candidates: [],
  skipped: [],
  reason: '',
});
