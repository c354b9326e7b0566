import type { Db } from '../connection.ts';

export interface Notice {
  key: string;
  text: string;
}

/** Writes down something the admins must hear once; the same key is never told twice. Answers whether it is new. */
export async function notice(trx: Db, workspaceId: string, given: Notice, at: Date): Promise<boolean> {
  const rows = await trx('notices')
    .insert({ workspace_id: workspaceId, key: given.key, text: given.text, created_at: at })
    .onConflict()
    .ignore()
    .returning('key');
  return rows.length > 0;
}

export interface UnsentNotice extends Notice {
  createdAt: Date;
}

export async function unsentNotices(db: Db, workspaceId: string): Promise<UnsentNotice[]> {
  return db('notices')
    .where({ workspace_id: workspaceId, sent_at: null })
    .orderBy('created_at')
    .select('key', 'text', 'created_at as createdAt');
}

/** Holds a notice until the transaction ends; false when somebody else has told it meanwhile. */
export async function lockUnsent(trx: Db, workspaceId: string, key: string): Promise<boolean> {
  const row = await trx('notices').where({ workspace_id: workspaceId, key, sent_at: null }).forUpdate().first('key');
  return row !== undefined;
}

/** The service whose paused connection a notice is about. */
export function pausedServiceOf({ key }: Pick<Notice, 'key'>): string | undefined {
  return /^paused:([^:]+):/.exec(key)?.[1];
}

/** The key of the first words to whoever installed Baton. */
export const welcomeKey = (at: Date): string => `welcome:${at.toISOString()}`;

/** Is this notice those words? */
export const isWelcome = ({ key }: Pick<Notice, 'key'>): boolean => key.startsWith('welcome:');

/** The key of news about one person: whoever answers for them hears it, too. */
export function personNoticeKey(move: 'left' | 'back' | 'lead', where: string, email: string, at: Date): string {
  return `person_${move}:${where}:${at.getTime()}:${email}`;
}

/** The person that a notice is about. */
export function personOfNotice({ key }: Pick<Notice, 'key'>): string | undefined {
  return /^person_(?:left|back|lead):[^:]+:\d+:(.+)$/.exec(key)?.[1];
}

export async function markSent(trx: Db, workspaceId: string, keys: readonly string[], at: Date): Promise<void> {
  await trx('notices').where({ workspace_id: workspaceId }).whereIn('key', keys).update({ sent_at: at });
}

/** True when this delivery (event id, trigger id, body hash) was handled before; remembers it otherwise. */
export async function seenBefore(db: Db, workspaceId: string, key: string, at: Date): Promise<boolean> {
  const rows = await db('deliveries_seen')
    .insert({ workspace_id: workspaceId, key, seen_at: at })
    .onConflict()
    .ignore()
    .returning('key');
  return rows.length === 0;
}

/** Forgets deliveries nobody can replay any more. */
export async function forgetSeenBefore(db: Db, before: Date): Promise<number> {
  return db('deliveries_seen').where('seen_at', '<', before).delete();
}
