/** Installations under way: what a browser takes along to Slack and brings back, good for one use. */
import type { Db } from '../connection.ts';

export interface InstallState {
  browserHash: string;
  expiresAt: Date;
  usedAt: Date | null;
}

/** Only hashes are kept. Those that ended before `forgetBefore` are forgotten. */
export async function openState(
  db: Db,
  given: { stateHash: string; browserHash: string; expiresAt: Date; forgetBefore: Date },
): Promise<void> {
  await db('slack_install_states').where('expires_at', '<', given.forgetBefore).delete();
  await db('slack_install_states').insert({
    state_hash: given.stateHash,
    browser_hash: given.browserHash,
    expires_at: given.expiresAt,
  });
}

export async function stateBy(db: Db, stateHash: string): Promise<InstallState | undefined> {
  const row = await db('slack_install_states').where({ state_hash: stateHash }).first();
  return row && { browserHash: row.browser_hash, expiresAt: row.expires_at, usedAt: row.used_at };
}

/** The browser is back. False when it was back before. */
export async function useState(db: Db, stateHash: string, at: Date): Promise<boolean> {
  const used = await db('slack_install_states').where({ state_hash: stateHash, used_at: null }).update({ used_at: at });
  return used === 1;
}
