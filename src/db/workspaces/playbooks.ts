import { OPEN_STATES } from '../../domain/handoff.ts';
import type { Db } from '../connection.ts';

export interface PlaybookVersion {
  version: number;
  yaml: string;
  author: string;
  note: string;
  createdAt: Date;
}

function toVersion(row: {
  version: number;
  yaml: string;
  author: string;
  note: string;
  created_at: Date;
}): PlaybookVersion {
  return { version: row.version, yaml: row.yaml, author: row.author, note: row.note, createdAt: row.created_at };
}

export async function newestPlaybook(db: Db, workspaceId: string): Promise<PlaybookVersion | undefined> {
  const row = await db('playbooks').where({ workspace_id: workspaceId }).orderBy('version', 'desc').first();
  return row && toVersion(row);
}

/** The number of the newest version, without its text; undefined: there is none. One round trip, over the index alone. */
export async function newestVersion(db: Db, workspaceId: string): Promise<number | undefined> {
  const row = await db('playbooks').where({ workspace_id: workspaceId }).max('version as newest').first();
  return row?.newest ?? undefined;
}

export async function playbookVersion(
  db: Db,
  workspaceId: string,
  version: number,
): Promise<PlaybookVersion | undefined> {
  const row = await db('playbooks').where({ workspace_id: workspaceId, version }).first();
  return row && toVersion(row);
}

/** The newest version that came from there: an address, or `file`. */
export async function newestPlaybookBy(
  db: Db,
  workspaceId: string,
  author: string,
): Promise<PlaybookVersion | undefined> {
  const row = await db('playbooks').where({ workspace_id: workspaceId, author }).orderBy('version', 'desc').first();
  return row && toVersion(row);
}

/** Every version without its text, newest first. */
export async function listPlaybooks(
  db: Db,
  workspaceId: string,
  { limit, offset }: { limit: number; offset: number },
): Promise<{ rows: Omit<PlaybookVersion, 'yaml'>[]; total: number }> {
  const of = () => db('playbooks').where({ workspace_id: workspaceId });
  const [rows, [counted]] = await Promise.all([
    of().orderBy('version', 'desc').limit(limit).offset(offset).select('version', 'author', 'note', 'created_at'),
    of().count(),
  ]);
  return {
    rows: rows.map(row => ({ version: row.version, author: row.author, note: row.note, createdAt: row.created_at })),
    total: Number(counted?.count ?? 0),
  };
}

/** The newest version; nobody else saves one until the transaction ends. */
export async function lockPlaybook(trx: Db, workspaceId: string): Promise<PlaybookVersion | undefined> {
  // Beside rows that are being added to the workspace: those of a frozen process would hold up every start.
  await trx('workspaces').where({ id: workspaceId }).forNoKeyUpdate().first();
  return newestPlaybook(trx, workspaceId);
}

/** Adds the version after `newest`, which is held by `lockPlaybook`; answers its number. */
export async function addPlaybook(
  trx: Db,
  workspaceId: string,
  newest: PlaybookVersion | undefined,
  given: { yaml: string; author: string; note: string; at: Date },
): Promise<number> {
  const version = (newest?.version ?? 0) + 1;
  await trx('playbooks').insert({
    workspace_id: workspaceId,
    version,
    yaml: given.yaml,
    author: given.author,
    note: given.note,
    created_at: given.at,
  });
  // When the next report is due may be another time now.
  await trx('workspaces').where({ id: workspaceId }).update({ report_due_at: null });
  return version;
}

/** A text that was read from outside and waits for its admin's approval. */
export interface PlaybookDraft {
  id: string;
  author: string;
  basedOn: number;
  yaml: string;
}

/** Keeps a draft; those of before `forgetBefore` nobody approved, and they go. */
export async function keepDraft(
  db: Db,
  workspaceId: string,
  { id, author, basedOn, yaml }: PlaybookDraft,
  { at, forgetBefore }: { at: Date; forgetBefore: Date },
): Promise<void> {
  await db('playbook_drafts').where({ workspace_id: workspaceId }).andWhere('created_at', '<', forgetBefore).delete();
  await db('playbook_drafts').insert({
    id,
    workspace_id: workspaceId,
    author,
    based_on: basedOn,
    yaml,
    created_at: at,
  });
}

/** A person's own draft. */
export async function draftOf(
  db: Db,
  workspaceId: string,
  { id, author }: { id: string; author: string },
): Promise<PlaybookDraft | undefined> {
  const row = await db('playbook_drafts').where({ workspace_id: workspaceId, id, author }).first();
  return row && { id: row.id, author: row.author, basedOn: row.based_on, yaml: row.yaml };
}

/** How many handoffs are under way: each keeps the version it was opened under. */
export async function handoffsUnderWay(db: Db, workspaceId: string): Promise<number> {
  const [row] = await db('handoffs')
    .where({ workspace_id: workspaceId })
    .whereIn('state', ['opened', 'held', ...OPEN_STATES])
    .count();
  return Number(row?.count ?? 0);
}
