/** Zoho's users. */
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
    .map(({ id, email, full_name: name, status }) => ({
      id,
      email: email.toLowerCase(),
      name: name ?? email,
      active: status === 'active',
    }))
    .toSorted((one, other) => Number(other.active) - Number(one.active));
}

/** Who that user is; somebody unknown is nobody's colleague any more. */
export async function ownerOf({ schema }: Company, owner: { id: string } | null | undefined): Promise<CrmOwner> {
  if (!owner) return NO_OWNER;
  const { id } = owner;
  const user = (await schema.users()).find(one => one.id === id);
  if (!user) return { id, active: false, kind: 'user' };
  const { email, full_name: name, status } = user;
  return { id, email: email.toLowerCase(), ...(name && { name }), active: status === 'active', kind: 'user' };
}
