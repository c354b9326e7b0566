/** Whose the records of the CRM are as far as Baton knows, who changed that, and what people said to it. */
import type { Knex } from 'knex';
import type { CrmRecordKind } from '../../contracts/crm-records.ts';
import type { Changer, OwnerChangeState } from '../../domain/owner-guard.ts';
import type { Db } from '../connection.ts';

/** A record and its owner, as Baton knows them. */
export interface RecordOwner {
  handoffId: string;
  recordId: string;
  recordKind: CrmRecordKind;
  /** CRM user or group; null: nobody told yet. */
  ownerId: string | null;
  /** Whom Baton gave it to; null: Baton did not. */
  ours: string | null;
  /** For whom of the playbook the owner was settled last: while they have the lead, Baton writes no owner. */
  repEmail: string | null;
  givenAt: Date;
  /** When Baton wrote it last: what was read before says nothing. */
  writtenAt: Date;
}

const toOwner = (row: Record<string, unknown>): RecordOwner => ({
  handoffId: row.handoff_id as string,
  recordId: row.record_id as string,
  recordKind: row.record_kind as CrmRecordKind,
  ownerId: row.owner_id as string | null,
  ours: row.ours as string | null,
  repEmail: row.rep_email as string | null,
  givenAt: row.given_at as Date,
  writtenAt: row.written_at as Date,
});

/**
 * What Baton wrote, or found and left: `ours` null keeps what is known already, and so does what is settled for this rep: a
 * later write of the record sends no owner and learns nothing of it. Nothing happens until it is awaited.
 */
export function rememberOwner(db: Db, workspaceId: string, owner: RecordOwner): Knex.QueryBuilder {
  const insert = db('record_owners').insert({
    workspace_id: workspaceId,
    handoff_id: owner.handoffId,
    record_id: owner.recordId,
    record_kind: owner.recordKind,
    owner_id: owner.ownerId,
    ours: owner.ours,
    rep_email: owner.repEmail,
    given_at: owner.givenAt,
    written_at: owner.writtenAt,
  });
  const known = insert.onConflict(['handoff_id', 'record_id']);
  if (owner.ours === null) return known.ignore();
  return known
    .merge()
    .where('record_owners.workspace_id', workspaceId)
    .andWhereRaw('(record_owners.ours is null or record_owners.rep_email is distinct from excluded.rep_email)');
}

export async function recordOwner(
  db: Db,
  workspaceId: string,
  handoffId: string,
  recordId: string,
): Promise<RecordOwner | undefined> {
  const row = await db('record_owners')
    .where({ workspace_id: workspaceId, handoff_id: handoffId, record_id: recordId })
    .first();
  return row && toOwner(row);
}

/** Owners by record, of those that Baton knows. */
export async function knownOwners(
  db: Db,
  workspaceId: string,
  recordIds: readonly string[],
): Promise<Map<string, string | null>> {
  if (recordIds.length === 0) return new Map();
  const rows = await db('record_owners')
    .where({ workspace_id: workspaceId })
    .whereIn('record_id', recordIds)
    .orderBy('written_at')
    .select('record_id', 'owner_id');
  return new Map(rows.map(row => [row.record_id, row.owner_id]));
}

/** The owner became known, or somebody decided about it. */
export async function settleOwner(
  trx: Db,
  workspaceId: string,
  { handoffId, recordId }: Pick<RecordOwner, 'handoffId' | 'recordId'>,
  changes: Partial<Pick<RecordOwner, 'ownerId' | 'ours' | 'repEmail' | 'givenAt' | 'writtenAt'>>,
): Promise<void> {
  const { ownerId, ours, repEmail, givenAt, writtenAt } = changes;
  await trx('record_owners')
    .where({ workspace_id: workspaceId, handoff_id: handoffId, record_id: recordId })
    .update({
      ...(ownerId !== undefined && { owner_id: ownerId }),
      ...(ours !== undefined && { ours }),
      ...(repEmail !== undefined && { rep_email: repEmail }),
      ...(givenAt !== undefined && { given_at: givenAt }),
      ...(writtenAt !== undefined && { written_at: writtenAt }),
    });
}

/** One change of an owner that Baton spoke of. */
export interface OwnerChange {
  id: number;
  handoffId: string;
  recordId: string;
  recordKind: CrmRecordKind;
  /** Who had the lead. */
  repEmail: string | null;
  ours: string | null;
  theirs: string;
  theirsName: string;
  byId: string | null;
  byName: string;
  byKind: Changer;
  givenAt: Date;
  changedAt: Date;
  seenAt: Date;
  state: OwnerChangeState;
  /** Why it could not be restored, or why the lead stays. */
  why: string | null;
  decidedBy: string | null;
  decidedAt: Date | null;
}

const COLUMNS: { [K in keyof OwnerChange]: string } = {
  id: 'id',
  handoffId: 'handoff_id',
  recordId: 'record_id',
  recordKind: 'record_kind',
  repEmail: 'rep_email',
  ours: 'ours',
  theirs: 'theirs',
  theirsName: 'theirs_name',
  byId: 'by_id',
  byName: 'by_name',
  byKind: 'by_kind',
  givenAt: 'given_at',
  changedAt: 'changed_at',
  seenAt: 'seen_at',
  state: 'state',
  why: 'why',
  decidedBy: 'decided_by',
  decidedAt: 'decided_at',
};

function toRow(values: Partial<OwnerChange>): Record<string, unknown> {
  const named = Object.entries(COLUMNS) as [keyof OwnerChange, string][];
  return Object.fromEntries(
    named.flatMap(([name, column]) => (values[name] === undefined ? [] : [[column, values[name]]])),
  );
}

/** The database names the columns as the fields are. */
const ownerChanges = (db: Db, workspaceId: string): Knex.QueryBuilder<Record<string, unknown>, OwnerChange[]> =>
  db('owner_changes').where({ workspace_id: workspaceId }).select(COLUMNS);

export async function insertOwnerChange(
  trx: Db,
  workspaceId: string,
  change: Omit<OwnerChange, 'id'>,
): Promise<number> {
  const [row] = await trx('owner_changes')
    .insert({ workspace_id: workspaceId, ...toRow(change) })
    .returning('id');
  return row.id;
}

export async function updateOwnerChange(
  trx: Db,
  workspaceId: string,
  id: number,
  changes: Partial<Omit<OwnerChange, 'id'>>,
): Promise<void> {
  await trx('owner_changes').where({ workspace_id: workspaceId, id }).update(toRow(changes));
}

export async function ownerChangeById(db: Db, workspaceId: string, id: number): Promise<OwnerChange | undefined> {
  const [change] = await ownerChanges(db, workspaceId).where({ id });
  return change;
}

/** The newest change of this record that Baton spoke of. */
export async function lastOwnerChange(
  db: Db,
  workspaceId: string,
  handoffId: string,
  recordId: string,
): Promise<OwnerChange | undefined> {
  const [newest] = await ownerChanges(db, workspaceId)
    .where({ handoff_id: handoffId, record_id: recordId })
    .orderBy('id', 'desc')
    .limit(1);
  return newest;
}

/** Records of a handoff that somebody is to decide about while this rep has the lead, but this one; the oldest first. */
export async function undecidedChanges(
  db: Db,
  workspaceId: string,
  { handoffId, repEmail, id }: Pick<OwnerChange, 'handoffId' | 'repEmail' | 'id'>,
): Promise<OwnerChange[]> {
  return ownerChanges(db, workspaceId)
    .where({ handoff_id: handoffId, rep_email: repEmail })
    .whereIn('state', ['asked', 'refused'])
    .whereNot({ id })
    .orderBy('id');
}

/** Is Baton giving this record back right now? */
export async function isRestoring(db: Db, workspaceId: string, recordId: string): Promise<boolean> {
  const row = await db('owner_changes')
    .where({ workspace_id: workspaceId, record_id: recordId, state: 'restoring' })
    .first('id');
  return row !== undefined;
}

/** "Keep theirs" for one changer, until it is forgotten or over. */
export interface OwnerAnswer {
  changerId: string;
  changerName: string;
  decidedBy: string;
  decidedAt: Date;
  until: Date;
}

export async function rememberAnswer(trx: Db, workspaceId: string, answer: OwnerAnswer): Promise<void> {
  await trx('owner_answers')
    .insert({
      workspace_id: workspaceId,
      changer_id: answer.changerId,
      changer_name: answer.changerName,
      decided_by: answer.decidedBy,
      decided_at: answer.decidedAt,
      until: answer.until,
    })
    .onConflict(['workspace_id', 'changer_id'])
    .merge();
}

/** Answers that hold at `now`, the newest first. */
export async function ownerAnswers(db: Db, workspaceId: string, now: Date): Promise<OwnerAnswer[]> {
  const rows = await db('owner_answers')
    .where({ workspace_id: workspaceId })
    .andWhere('until', '>', now)
    .orderBy('decided_at', 'desc');
  return rows.map(row => ({
    changerId: row.changer_id,
    changerName: row.changer_name,
    decidedBy: row.decided_by,
    decidedAt: row.decided_at,
    until: row.until,
  }));
}

/** Baton asks again about this changer; answers whether it was remembered. */
export async function forgetAnswer(db: Db, workspaceId: string, changerId: string): Promise<boolean> {
  return (await db('owner_answers').where({ workspace_id: workspaceId, changer_id: changerId }).delete()) > 0;
}
