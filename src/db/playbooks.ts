import type { Db } from './connection.ts';

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

export async function playbookVersion(
  db: Db,
  workspaceId: string,
  version: number,
): Promise<PlaybookVersion | undefined> {
  const row = await db('playbooks').where({ workspace_id: workspaceId, version }).first();
  return row && toVersion(row);
}

/** Saves a text as the next version unless it equals the newest; answers the version that now counts. */
export async function savePlaybook(
  db: Db,
  workspaceId: string,
  given: { yaml: string; author: string; note: string; at: Date },
): Promise<number> {
  return db.transaction(async trx => {
    await trx('workspaces').where({ id: workspaceId }).forUpdate().first();
    const newest = await newestPlaybook(trx, workspaceId);
    if (newest?.yaml === given.yaml) return newest.version;
    const version = (newest?.version ?? 0) + 1;
    await trx('playbooks').insert({
      workspace_id: workspaceId,
      version,
      yaml: given.yaml,
      author: given.author,
      note: given.note,
      created_at: given.at,
    });
    return version;
  });
}
