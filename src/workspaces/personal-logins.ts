/** Log-ins of people who are gone are taken back and wiped. */
import { type CredentialKey, credentialFacts } from '../db/connections/credentials.ts';
import { erasePersonalLogin, personalLoginHolders } from '../db/connections/personal-logins.ts';
import { currentPlaybook } from '../handoff/core/current-playbook.ts';
import { type LoginDeps, logOut } from './connect-keep.ts';

/**
 * Of people who left the playbook, or of everybody when Baton was removed. What the vendor does not take back just now is
 * wiped here all the same; a failure there is in the log.
 */
export async function forgetPersonalLogins(
  loginDeps: LoginDeps,
  workspaceId: string,
  which: 'leavers' | 'everybody',
): Promise<void> {
  const { db } = loginDeps.deps;
  const holders = await personalLoginHolders(db, workspaceId);
  if (holders.length === 0) return;
  const playbook = await currentPlaybook(loginDeps.deps, workspaceId);
  const stays = new Set(which === 'leavers' ? playbook.people.map(({ email }) => email) : []);
  for (const { vendor, holder } of holders) {
    if (!stays.has(holder)) await forget(loginDeps, { workspaceId, vendor, holder });
  }
}

async function forget(loginDeps: LoginDeps, key: CredentialKey): Promise<void> {
  const login = await credentialFacts(loginDeps.deps.db, key);
  if (login && !login.wiped) await logOut(loginDeps, key, key.holder);
  await loginDeps.deps.db.transaction(trx => erasePersonalLogin(trx, key));
}
