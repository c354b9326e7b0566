/** A vendor that is connected with keys somebody typed. */
import type { Role } from '../contracts/role.ts';
import type { Db } from '../db/connection.ts';
import { saveKeys } from '../db/connections/credentials.ts';
import { serviceName } from '../domain/service-name.ts';
import { enqueue } from '../jobs/queue.ts';
import { notifyAdmins } from '../jobs/requests.ts';
import type { Keyring } from '../lib/crypto.ts';
import { takeIntoUse } from './connect-keep.ts';

export interface TypedKeys {
  vendor: string;
  /** What the vendor is to the workspace with them. */
  roles: readonly Role[];
  /** By the names of the vendor's variables, checked. */
  keys: Record<string, string>;
  /** E-mail of whoever typed them. */
  by: string;
  at: Date;
}

/**
 * Keeps the keys in the place of those before; what waited for the connection goes on. Say `connectionChanged` once the
 * transaction is through.
 */
export async function connectWithKeys(
  trx: Db,
  keyring: Keyring,
  workspaceId: string,
  { vendor, roles, keys, by, at }: TypedKeys,
): Promise<void> {
  await saveKeys(trx, keyring, { workspaceId, vendor }, { keys, connectedBy: by, at });
  const text = `${serviceName(vendor)} is connected again. Everything that waited for it is on its way.`;
  if (await takeIntoUse(trx, workspaceId, { vendor, roles, at, text })) await enqueue(trx, notifyAdmins(workspaceId));
}
