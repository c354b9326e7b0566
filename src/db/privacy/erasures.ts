/** Requests to erase a person: whom they are about is known until they are done, and what was done for good. */
import { randomUUID } from 'node:crypto';
import type { Db } from '../connection.ts';
import type { Subject } from './person.ts';

export interface Erasure {
  id: string;
  why: 'admin' | 'operator' | 'source';
  /** A Slack id, `operator`, or the source that asked. */
  askedBy: string;
  /** Null: it is done. */
  subject: Subject | null;
  askedAt: Date;
}

/** Writes the request down; its id goes into the job. Asked for twice before it is done, it is one. */
export async function askErasure(
  trx: Db,
  workspaceId: string,
  { why, askedBy, subject, askedAt }: Omit<Erasure, 'id' | 'subject'> & { subject: Subject },
): Promise<string> {
  const open = await trx('erasures')
    .where({ workspace_id: workspaceId, done_at: null })
    .whereRaw('subject = ?::jsonb', [JSON.stringify(subject)])
    .first('id');
  if (open) return open.id;
  const id = randomUUID();
  await trx('erasures').insert({
    id,
    workspace_id: workspaceId,
    why,
    asked_by: askedBy,
    subject: JSON.stringify(subject),
    asked_at: askedAt,
  });
  return id;
}

export async function erasureById(db: Db, workspaceId: string, id: string): Promise<Erasure | undefined> {
  return toErasure(await db('erasures').where({ workspace_id: workspaceId, id }).first());
}

/** The same, locked until the transaction ends. */
export async function lockErasure(trx: Db, workspaceId: string, id: string): Promise<Erasure | undefined> {
  return toErasure(await trx('erasures').where({ workspace_id: workspaceId, id }).forUpdate().first());
}

interface Row {
  id: string;
  why: Erasure['why'];
  asked_by: string;
  subject: Subject | null;
  asked_at: Date;
}

function toErasure(row: Row | undefined): Erasure | undefined {
  return row && { id: row.id, why: row.why, askedBy: row.asked_by, subject: row.subject, askedAt: row.asked_at };
}

/** Nobody knows any more whom it was about. */
export async function finishErasure(
  trx: Db,
  workspaceId: string,
  id: string,
  { counts, at }: { counts: Record<string, number>; at: Date },
): Promise<void> {
  await trx('erasures')
    .where({ workspace_id: workspaceId, id })
    .update({ subject: null, counts: JSON.stringify(counts), done_at: at });
}
