/** A kept log-in as a vendor uses it: opened, sealed again, and renewed by one process at a time. */
import type { Keeper } from '../../contracts/login.ts';
import { failureReason } from '../../domain/failure-words.ts';
import type { Clock } from '../../lib/clock.ts';
import { type Keyring, needsSealing, open, seal } from '../../lib/crypto.ts';
import { CredentialsRejected } from '../../lib/errors.ts';
import type { Db } from '../connection.ts';
import { outlastCalls } from '../session.ts';
import { type CredentialKey, type CredentialRow, credentialAt, sealContextOf } from './credentials.ts';

/** A kept log-in as a vendor uses it. */
export function credentialKeeper<T extends { accessToken: string }>(
  db: Db,
  keyring: Keyring,
  key: CredentialKey,
  clock: Clock,
): Keeper<T> {
  const opened = (row: CredentialRow) => JSON.parse(open(keyring, row.sealed, sealContextOf(key))) as T;
  const save = (trx: Db, change: Partial<CredentialRow>) =>
    trx('credentials')
      .where(credentialAt(key))
      .update({ ...change, updated_at: clock.now() });
  const sealed = (tokens: T) => seal(keyring, JSON.stringify(tokens), sealContextOf(key));

  return {
    async read() {
      const row: CredentialRow | undefined = await db('credentials').where(credentialAt(key)).first();
      if (row?.status !== 'active') return undefined;
      const tokens = opened(row);
      // Only if it is still the text that was read: a renewal may have come in between.
      if (needsSealing(keyring, row.sealed)) {
        await db('credentials')
          .where({ ...credentialAt(key), sealed: row.sealed })
          .update({ sealed: sealed(tokens) });
      }
      return tokens;
    },

    async renew(refresh, used) {
      const renewed = await db.transaction(async trx => {
        await outlastCalls(trx);
        // The lock is held over the call on purpose: with rotation a second refresh by another process would be theft's sign.
        const row: CredentialRow | undefined = await trx('credentials').where(credentialAt(key)).forUpdate().first();
        if (row?.status !== 'active') throw notConnected(key.vendor, row?.reason);
        const stored = opened(row);
        if (stored.accessToken !== used) return stored;
        try {
          const fresh = await refresh(stored);
          await save(trx, { sealed: sealed(fresh) });
          return fresh;
        } catch (error) {
          if (!(error instanceof CredentialsRejected) || error.forAll) throw error;
          await save(trx, { status: 'refused', reason: failureReason(error) });
          // Answered rather than thrown: what was learned must be committed.
          return error;
        }
      });
      if (renewed instanceof CredentialsRejected) throw renewed;
      return renewed;
    },
  };
}

function notConnected(vendor: string, reason: string | null | undefined): CredentialsRejected {
  return new CredentialsRejected(reason ?? 'nobody is logged in', { service: vendor, code: 'NOT_CONNECTED' });
}
