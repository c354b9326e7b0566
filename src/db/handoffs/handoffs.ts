import type { Knex } from 'knex';
import type { CrmPersonKind } from '../../contracts/crm-records.ts';
import type { Judgement, Priority, RoutingDecision } from '../../domain/decision.ts';
import type { HandoffState } from '../../domain/handoff.ts';
import type { CompanyFacts, Contact } from '../../domain/lead.ts';
import { valuesOfFacts } from '../../domain/lead-values.ts';
import { countryCode, regionsOf } from '../../domain/regions.ts';
import { hideValues } from '../../lib/hidden-values.ts';
import type { Db } from '../connection.ts';

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
  recordKind: CrmPersonKind | null;
  recordId: string | null;
  /** The CRM that has the record, by name; null: the one there is. */
  recordCrm: string | null;
  recordNote: string | null;
  recordedAt: Date | null;
  deliveredAt: Date | null;
  /** By when the playbook promises a first touch; null: no promise. */
  dueAt: Date | null;
  /** The first touch. */
  contactedAt: Date | null;
  snoozedUntil: Date | null;
  closedAt: Date | null;
  closedBy: string | null;
  closedReason: string | null;
  closedNote: string | null;
  /** Who rejected it or let it lapse: it never comes back to them by itself. */
  passedBy: string[];
  /** In which team's credits a turn is charged for this handoff, and to whom; null: nobody's. */
  turnTeam: string | null;
  turnEmail: string | null;
  isTest: boolean;
  /** When the ladder is to be looked at next; null: nothing is left to come. */
  nextStepAt: Date | null;
  /** Steps of the ladder that are behind it, fired or skipped. */
  stepsFired: number;
  /** The promise was broken then. */
  breachedAt: Date | null;
  idleAskedAt: Date | null;
  coldNotifiedAt: Date | null;
  lastTouchAt: Date | null;
  /** Where the ladder's clock goes on after it stood still, and the milliseconds that had passed by then. */
  ladderFrom: Date | null;
  ladderPassed: number;
  /** The change of the record's owner that its cards speak of. */
  ownerChange: number | null;
  /** When its deal first went beyond the stage that Baton makes deals in. */
  opportunityAt: Date | null;
  /** Whose it was is known no more, for their privacy. */
  erasedAt: Date | null;
}

/** What a handoff starts with, before anybody has touched it. */
export const UNTOUCHED = {
  dueAt: null,
  contactedAt: null,
  snoozedUntil: null,
  closedAt: null,
  closedBy: null,
  closedReason: null,
  closedNote: null,
  passedBy: [],
  turnTeam: null,
  turnEmail: null,
  isTest: false,
  nextStepAt: null,
  stepsFired: 0,
  breachedAt: null,
  idleAskedAt: null,
  coldNotifiedAt: null,
  lastTouchAt: null,
  ladderFrom: null,
  ladderPassed: 0,
  ownerChange: null,
  recordCrm: null,
  opportunityAt: null,
  erasedAt: null,
} satisfies Partial<Handoff>;

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
  recordKind: 'record_kind',
  recordId: 'record_id',
  recordCrm: 'record_crm',
  recordNote: 'record_note',
  recordedAt: 'recorded_at',
  deliveredAt: 'delivered_at',
  dueAt: 'due_at',
  contactedAt: 'contacted_at',
  snoozedUntil: 'snoozed_until',
  closedAt: 'closed_at',
  closedBy: 'closed_by',
  closedReason: 'closed_reason',
  closedNote: 'closed_note',
  passedBy: 'passed_by',
  turnTeam: 'turn_team',
  turnEmail: 'turn_email',
  isTest: 'is_test',
  nextStepAt: 'next_step_at',
  stepsFired: 'steps_fired',
  breachedAt: 'breached_at',
  idleAskedAt: 'idle_asked_at',
  coldNotifiedAt: 'cold_notified_at',
  lastTouchAt: 'last_touch_at',
  ladderFrom: 'ladder_from',
  ladderPassed: 'ladder_passed',
  ownerChange: 'owner_change',
  opportunityAt: 'opportunity_at',
  erasedAt: 'erased_at',
};

/** What the ladder goes by: who changes any of it changes what comes next, and when. */
const CLOCK_FIELDS: readonly (keyof Handoff)[] = [
  'state',
  'playbookVersion',
  'assignedAt',
  'claimedAt',
  'priority',
  'team',
  'repEmail',
  'dueAt',
  'contactedAt',
  'snoozedUntil',
  'stepsFired',
  'breachedAt',
  'idleAskedAt',
  'coldNotifiedAt',
  'lastTouchAt',
  'ladderFrom',
  'ladderPassed',
];

/** The ladder is to be looked at as soon as anybody looks. */
export const DUE_NOW = new Date(0);

/** What of the facts people ask about. */
interface AskedFacts {
  contact?: Partial<Pick<Contact, 'leadSource' | 'originalSource' | 'campaign' | 'country' | 'industry' | 'employees'>>;
  company?: Partial<Pick<CompanyFacts, 'country' | 'industry' | 'employees'>>;
}

const MOST_EMPLOYEES = 2 ** 31 - 1;

/** Columns that questions are asked of, out of the facts, the verdict and the decision of the same change. */
function askedColumns({ facts, judgement, decision }: Partial<Handoff>): Record<string, unknown> {
  return {
    ...(facts !== undefined && factColumns(facts as AskedFacts)),
    ...(judgement !== undefined && { flags: judgement.flags ?? [] }),
    // Whoever hands a lead on by hand makes no rule of it.
    ...(decision && decision.rule !== 'manual' && { rule: decision.rule }),
  };
}

function factColumns({ contact = {}, company = {} }: AskedFacts): Record<string, unknown> {
  const country = countryCode(company.country) ?? countryCode(contact.country) ?? null;
  const employees = [company.employees, contact.employees].find(count => Number.isFinite(count));
  return {
    lead_source: textOf(contact.leadSource),
    original_source: textOf(contact.originalSource),
    campaign: textOf(contact.campaign),
    country,
    regions: country === null ? [] : regionsOf(country),
    industry: textOf(company.industry) ?? textOf(contact.industry),
    employees: employees === undefined ? null : Math.min(Math.max(Math.round(employees), 0), MOST_EMPLOYEES),
  };
}

/** Long texts are somebody's mistake, and no group of a report. */
const textOf = (value: string | undefined) => value?.trim().slice(0, 200) || null;

const JSON_FIELDS = new Set<keyof Handoff>(['facts', 'judgement', 'decision']);

function toRow(values: Partial<Handoff>): Record<string, unknown> {
  const own = (Object.entries(values) as [keyof Handoff, unknown][]).map(([field, value]) => [
    COLUMNS[field],
    JSON_FIELDS.has(field) && value !== null ? JSON.stringify(value) : value,
  ]);
  return { ...Object.fromEntries(own), ...askedColumns(values) };
}

function toHandoff<F>(row: Record<string, unknown>): Handoff<F> {
  hideValues(valuesOfFacts(row.facts));
  return Object.fromEntries(
    (Object.entries(COLUMNS) as [keyof Handoff, string][]).map(([field, column]) => [field, row[column]]),
  ) as unknown as Handoff<F>;
}

/** The columns of some fields, named as the fields are. */
export function columnsOf(fields: readonly (keyof Handoff)[]): Record<string, string> {
  return Object.fromEntries(fields.map(field => [field, `handoffs.${COLUMNS[field]}`]));
}

/** The row of a new handoff; nothing happens until it is awaited. */
export function insertHandoff(trx: Db, handoff: Handoff): Knex.QueryBuilder {
  return trx('handoffs').insert(toRow(handoff));
}

export async function handoffById<F>(db: Db, workspaceId: string, id: string): Promise<Handoff<F> | undefined> {
  const row = await db('handoffs').where({ workspace_id: workspaceId, id }).first(Object.values(COLUMNS));
  return row && toHandoff<F>(row);
}

/** What is kept of the newest leads since then: no test's, and of nobody who was erased. */
export async function recentFacts<F>(
  db: Db,
  workspaceId: string,
  { since, limit }: { since: Date; limit: number },
): Promise<F[]> {
  const kept = await db('handoffs')
    .where({ workspace_id: workspaceId, is_test: false })
    .where('opened_at', '>=', since)
    .whereRaw(`coalesce(facts -> 'contact' ->> 'email', '') <> ''`)
    .orderBy('opened_at', 'desc')
    .limit(limit)
    .pluck('facts');
  for (const facts of kept) hideValues(valuesOfFacts(facts));
  return kept;
}

/** The handoff, locked until the transaction ends: who decides about it decides alone. */
export async function lockHandoff<F>(trx: Db, workspaceId: string, id: string): Promise<Handoff<F> | undefined> {
  const row = await trx('handoffs').where({ workspace_id: workspaceId, id }).forUpdate().first(Object.values(COLUMNS));
  return row && toHandoff<F>(row);
}

/**
 * Changes the handoff; nothing happens until it is awaited. What concerns its clock has the ladder looked at within
 * seconds, unless the change says itself when: nobody who decides something can forget it. `learnt` is added to the
 * facts, whatever others learnt meanwhile.
 */
export function updateHandoff(
  trx: Db,
  workspaceId: string,
  id: string,
  changes: Partial<Handoff>,
  learnt: object = {},
): Knex.QueryBuilder {
  const concerns = changes.nextStepAt === undefined && CLOCK_FIELDS.some(field => changes[field] !== undefined);
  const row = toRow(concerns ? { ...changes, nextStepAt: DUE_NOW } : changes);
  const facts = Object.keys(learnt).length > 0 ? { facts: trx.raw('facts || ?::jsonb', [JSON.stringify(learnt)]) } : {};
  return trx('handoffs')
    .where({ workspace_id: workspaceId, id })
    .update({ ...row, ...facts });
}

/** Whose handoff is this? For links that carry nothing but the id. */
export async function workspaceOfHandoff(db: Db, id: string): Promise<string | undefined> {
  const row = await db('handoffs').where({ id }).first('workspace_id');
  return row?.workspace_id;
}

/** Open handoffs of each of `emails`, for open_limit and least_open; tests take nobody's room. */
export async function openCounts(
  db: Db,
  workspaceId: string,
  emails: readonly string[],
): Promise<Record<string, number>> {
  if (emails.length === 0) return {};
  const rows = await db('handoffs')
    .where({ workspace_id: workspaceId, is_test: false })
    .whereIn('state', ['assigned', 'claimed', 'contacted'])
    .whereIn('rep_email', emails)
    .groupBy('rep_email')
    .select('rep_email')
    .count('* as open');
  return Object.fromEntries(rows.map(row => [row.rep_email, Number(row.open)]));
}
