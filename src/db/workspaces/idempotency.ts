/** What people asked for, by the request's key: asked for twice, it is done once. */
import type { Db } from '../connection.ts';

export interface OnceRequest {
  key: string;
  at: Date;
  /** One from before then is no repetition: this is a new request. */
  since?: Date;
  /** One from before then that never came to an end was given up: whoever asks again goes on. */
  abandoned: Date;
}

/** True for whoever is first. In a transaction everybody else waits until it ends, and begins if it is undone. */
export async function beginOnce(
  trx: Db,
  workspaceId: string,
  { key, at, since, abandoned }: OnceRequest,
): Promise<boolean> {
  const { rows } = await trx.raw(
    `insert into idempotency_keys (workspace_id, key, at) values (?, ?, ?)
     on conflict (workspace_id, key) do update set at = excluded.at, outcome = null
       where idempotency_keys.at < ?::timestamptz or (idempotency_keys.outcome is null and idempotency_keys.at < ?::timestamptz)
     returning key`,
    [workspaceId, key, at, since ?? null, abandoned],
  );
  return rows.length > 0;
}

/** How it ended, as `finishOnce` was told; undefined while it is under way. */
export async function onceOutcome(db: Db, workspaceId: string, key: string): Promise<unknown> {
  const row = await db('idempotency_keys').where({ workspace_id: workspaceId, key }).first('outcome');
  return row?.outcome ?? undefined;
}

/** `outcome` is JSON. */
export async function finishOnce(trx: Db, workspaceId: string, key: string, outcome: string): Promise<void> {
  await trx('idempotency_keys').where({ workspace_id: workspaceId, key }).update({ outcome });
}

/** Nothing came of it: the same request may come again. */
export async function forgetKey(trx: Db, workspaceId: string, key: string): Promise<void> {
  await trx('idempotency_keys').where({ workspace_id: workspaceId, key }).delete();
}

/** Forgets what nobody asks for again. */
export async function forgetOldKeys(db: Db, before: Date): Promise<number> {
  return db('idempotency_keys').where('at', '<', before).delete();
}
