/** Tokens that Baton got for the keys of a workspace's app at a vendor, sealed at rest: one for all processes. */
import type { AppToken, TokenShelf } from '../../contracts/shared-calls.ts';
import { CryptoError, type Keyring, open, seal } from '../../lib/crypto.ts';
import type { Db } from '../connection.ts';

export interface TokenKey {
  workspaceId: string;
  vendor: string;
  /** Tells these keys from others: a token of other keys is none. */
  keys: string;
}

export function tokenShelf(db: Db, keyring: Keyring, { workspaceId, vendor, keys }: TokenKey): TokenShelf {
  const context = { workspaceId, purpose: `app-token:${vendor}:${keys}` };
  return {
    async read() {
      const row = await db('app_tokens').where({ workspace_id: workspaceId, vendor }).first('sealed');
      if (!row) return undefined;
      try {
        return JSON.parse(open(keyring, row.sealed, context)) as AppToken;
      } catch (error) {
        // Of other keys, or sealed with a key that is gone: a new one is fetched, and takes its place.
        if (error instanceof CryptoError) return undefined;
        throw error;
      }
    },
    async keep(token) {
      const sealed = seal(keyring, JSON.stringify(token), context);
      await db('app_tokens')
        .insert({ workspace_id: workspaceId, vendor, sealed })
        .onConflict(['workspace_id', 'vendor'])
        .merge();
    },
  };
}

/** Of one vendor, or of all. */
export async function forgetAppTokens(trx: Db, workspaceId: string, vendor?: string): Promise<void> {
  await trx('app_tokens')
    .where({ workspace_id: workspaceId, ...(vendor !== undefined && { vendor }) })
    .delete();
}
