/** Pipedrive's users. */
import type { CrmUser } from '../../../contracts/crm.ts';
import { type CrmOwner, NO_OWNER } from '../../../contracts/crm-records.ts';
import type { Company } from '../api/company.ts';

/** By e-mail; of several with one address the active come first. One call, none while they are known. */
export async function usersBy({ schema }: Company, emails: readonly string[]): Promise<CrmUser[]> {
  const wanted = new Set(emails.map(email => email.trim().toLowerCase()).filter(Boolean));
  if (wanted.size === 0) return [];
  const users = await schema.users();
  return users
    .filter(({ email }) => wanted.has(email.toLowerCase()))
    .map(({ id, email, name, active_flag: active }) => ({ id: String(id), email: email.toLowerCase(), name, active }))
    .toSorted((one, other) => Number(other.active) - Number(one.active));
}

/** Who that user is; somebody unknown is nobody's colleague any more. */
export async function ownerOf({ schema }: Company, id: number | null | undefined): Promise<CrmOwner> {
  if (id == null) return NO_OWNER;
  const user = (await schema.users()).find(one => one.id === id);
  if (!user) return { id: String(id), active: false, kind: 'user' };
  return { id: String(id), email: user.email.toLowerCase(), name: user.name, active: user.active_flag, kind: 'user' };
}
