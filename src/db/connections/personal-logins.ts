/** Personal logins at a vendor: who has one, and what they were told about it. */
import type { Db } from '../connection.ts';
import type { CredentialKey } from './credentials.ts';

const whose = ({ workspaceId, vendor, holder }: CredentialKey) => ({
  workspace_id: workspaceId,
  vendor,
  email: holder,
});

/** True the first time, however many ask at once: this person is offered to log in themselves. */
export async function firstOffer(trx: Db, key: CredentialKey, at: Date): Promise<boolean> {
  const rows = await trx('personal_login_notices')
    .insert({ ...whose(key), offered_at: at })
    .onConflict(['workspace_id', 'vendor', 'email'])
    .merge(['offered_at'])
    .whereNull('personal_login_notices.offered_at')
    .returning('email');
  return rows.length > 0;
}

/** True once for each log-in that lapsed; `connectedAt` says which. */
export async function firstLapse(trx: Db, key: CredentialKey, connectedAt: Date): Promise<boolean> {
  const rows = await trx('personal_login_notices')
    .insert({ ...whose(key), lapse_notified_of: connectedAt })
    .onConflict(['workspace_id', 'vendor', 'email'])
    .merge(['lapse_notified_of'])
    .whereRaw('personal_login_notices.lapse_notified_of is distinct from excluded.lapse_notified_of')
    .returning('email');
  return rows.length > 0;
}

/** "Not now": it stays on their Home, and nowhere else. */
export async function declineOffer(db: Db, key: CredentialKey, at: Date): Promise<void> {
  await db('personal_login_notices')
    .insert({ ...whose(key), offered_at: at, declined_at: at })
    .onConflict(['workspace_id', 'vendor', 'email'])
    .merge(['declined_at']);
}

/** People who have a log-in of their own, or had one: it may be refused. */
export async function personalLoginHolders(
  db: Db,
  workspaceId: string,
): Promise<{ vendor: string; holder: string; status: 'active' | 'refused' }[]> {
  return db('credentials')
    .where({ workspace_id: workspaceId })
    .whereNot({ holder: '' })
    .orderBy(['vendor', 'holder'])
    .select('vendor', 'holder', 'status');
}

/** Nothing is left of it: neither the row of the log-in nor what was said about it. */
export async function erasePersonalLogin(trx: Db, key: CredentialKey): Promise<void> {
  const { workspaceId, vendor, holder } = key;
  if (holder === '') throw new Error('a workspace’s own log-in is nobody’s to erase');
  await trx('credentials').where({ workspace_id: workspaceId, vendor, holder }).delete();
  await trx('connect_attempts').where({ workspace_id: workspaceId, vendor, holder }).delete();
  await trx('personal_login_notices').where(whose(key)).delete();
}
