/** Log-ins of people who are gone are taken back and wiped. */
import { type CredentialKey, credentialFacts } from '../db/credentials.ts';
import { eraseOwnLogin, ownHolders } from '../db/personal-logins.ts';
import { currentPlaybook } from '../handoff/core/current-playbook.ts';
import { type Desk, logOut } from './connect-keep.ts';

/**
 * Of people who left the playbook, or of everybody when Baton was removed. What the vendor does not take back just now is
 * wiped here all the same; a failure there is in the log.
 */
export async function forgetOwnLogins(desk: Desk, workspaceId: string, which: 'leavers' | 'everybody'): Promise<void> {
  const { db } = desk.deps;
  const holders = await ownHolders(db, workspaceId);
  if (holders.length === 0) return;
  const playbook = await currentPlaybook(desk.deps, workspaceId);
  const stays = new Set(which === 'leavers' ? playbook.people.map(({ email }) => email) : []);
  for (const { vendor, holder } of holders) {
    if (!stays.has(holder)) await forget(desk, { workspaceId, vendor, holder });
  }
}

async function forget(desk: Desk, key: CredentialKey): Promise<void> {
  const login = await credentialFacts(desk.deps.db, key);
  if (login && !login.wiped) await logOut(desk, key, key.holder);
  await desk.deps.db.transaction(trx => eraseOwnLogin(trx, key));
}
