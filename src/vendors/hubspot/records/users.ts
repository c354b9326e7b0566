/** Who owns records in HubSpot. */
import type { CrmUser } from '../../../contracts/crm.ts';
import { type CrmOwner, NO_OWNER } from '../../../contracts/crm-records.ts';
import type { Portal } from '../portal/portal.ts';

/** By e-mail; of several with one address the active come first. Two calls, none while owners are known. */
export async function usersBy({ schema }: Portal, emails: readonly string[]): Promise<CrmUser[]> {
  const wanted = new Set(emails.map(email => email.trim().toLowerCase()).filter(Boolean));
  if (wanted.size === 0) return [];
  const owners = await schema.owners();
  return owners
    .filter(({ email }) => wanted.has(email))
    .map(({ id, email, name, active }) => ({ id, email, name, active }))
    .toSorted((one, other) => Number(other.active) - Number(one.active));
}

/** Whose a record is; somebody unknown is nobody's colleague any more. */
export async function ownerOf({ schema }: Portal, id: string | undefined): Promise<CrmOwner> {
  if (!id) return NO_OWNER;
  const owner = (await schema.owners()).find(one => one.id === id);
  if (!owner) return { id, active: false, kind: 'user' };
  const { email, name, active } = owner;
  return { id, email, name, active, kind: 'user' };
}
