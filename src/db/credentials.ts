/** Tokens of log-ins, sealed at rest and bound to workspace, service and holder. */
import type { Clock } from '../lib/clock.ts';
import { CryptoError, type Keyring, needsSealing, open, type SealContext, seal } from '../lib/crypto.ts';
import { CredentialsRejected } from '../lib/errors.ts';
import type { Db } from './connection.ts';
import { outlastCalls } from './session.ts';

/** Which log-in: a workspace's at a service. */
export interface CredentialKey {
  workspaceId: string;
  service: string;
  /** '' is the workspace's own connection, else the e-mail of the person whose log-in it is. */
  holder: string;
}

/** What may be known of a log-in without opening it. */
export interface CredentialFacts {
  holder: string;
  status: 'active' | 'refused';
  /** Why it is refused, in the vendor's words. */
  reason: string | null;
  /** Somebody logged out: there is nothing left to be refused. */
  wiped: boolean;
  /** Whose log-in it is at the service: a user id there. */
  account: string;
  /** Where: the organization there. */
  tenant: string;
  /** E-mail of the person who logged in. */
  connectedBy: string;
  connectedAt: Date;
}

interface Row {
  holder: string;
  sealed: string;
  status: 'active' | 'refused';
  reason: string | null;
  account: string;
  tenant: string;
  connected_by: string;
  connected_at: Date;
}

const where = ({ workspaceId, service, holder }: CredentialKey) => ({ workspace_id: workspaceId, service, holder });

const contextOf = ({ workspaceId, service, holder }: CredentialKey): SealContext => ({
  workspaceId,
  purpose: `credential:${service}:${holder}`,
});

function factsOf(row: Row): CredentialFacts {
  return {
    holder: row.holder,
    status: row.status,
    reason: row.reason,
    wiped: row.sealed === WIPED,
    account: row.account,
    tenant: row.tenant,
    connectedBy: row.connected_by,
    connectedAt: row.connected_at,
  };
}

export interface NewCredential {
  tokens: object;
  account: string;
  tenant: string;
  connectedBy: string;
  at: Date;
}

/** Keeps a log-in in the place of the one before it. */
export async function saveCredential(
  db: Db,
  keyring: Keyring,
  key: CredentialKey,
  { tokens, account, tenant, connectedBy, at }: NewCredential,
): Promise<void> {
  await db('credentials')
    .insert({
      ...where(key),
      sealed: seal(keyring, JSON.stringify(tokens), contextOf(key)),
      status: 'active',
      reason: null,
      account,
      tenant,
      connected_by: connectedBy,
      connected_at: at,
      updated_at: at,
    })
    .onConflict(['workspace_id', 'service', 'holder'])
    .merge();
}

/** What is known of a log-in without opening it. */
export async function credentialFacts(db: Db, key: CredentialKey): Promise<CredentialFacts | undefined> {
  const row: Row | undefined = await db('credentials').where(where(key)).first();
  return row && factsOf(row);
}

/**
 * Forgets the secrets of a log-in; where it was to stays known, so that the next one is compared with it. Answers the
 * tokens, to be revoked where they came from; undefined when there are none, or none that the keys still open.
 */
export async function wipeCredential(
  trx: Db,
  keyring: Keyring,
  key: CredentialKey,
  { reason, at }: { reason: string; at: Date },
): Promise<object | undefined> {
  const row: Row | undefined = await trx('credentials').where(where(key)).forUpdate().first();
  if (!row) return undefined;
  await trx('credentials').where(where(key)).update({ sealed: WIPED, status: 'refused', reason, updated_at: at });
  if (row.sealed === WIPED) return undefined;
  try {
    return JSON.parse(open(keyring, row.sealed, contextOf(key)));
  } catch (error) {
    // A key that is gone must not keep anybody from logging out or in anew.
    if (error instanceof CryptoError) return undefined;
    throw error;
  }
}

/** What is not accepted any more is not tried again, unless somebody logged in anew since `connectedAt`. */
export async function refuseCredential(
  trx: Db,
  key: CredentialKey,
  { reason, connectedAt, at }: { reason: string; connectedAt: Date; at: Date },
): Promise<void> {
  await trx('credentials')
    .where({ ...where(key), status: 'active', connected_at: connectedAt })
    .update({ status: 'refused', reason, updated_at: at });
}

/** Forgets people's log-ins to any other organization than the workspace's. */
export async function forgetStrayLogins(
  trx: Db,
  { workspaceId, service }: Omit<CredentialKey, 'holder'>,
  tenant: string,
): Promise<void> {
  await trx('credentials')
    .where({ workspace_id: workspaceId, service })
    .whereNot({ holder: '' })
    .whereNot({ tenant })
    .delete();
}

/** What stands in the place of secrets that were wiped. */
const WIPED = '';

/** One kept log-in, for whoever uses it; every process that opens the same key shares it. */
export interface Keeper<T> {
  read(): Promise<T | undefined>;
  renew(refresh: (stored: T) => Promise<T>, used: string): Promise<T>;
}

export function credentialKeeper<T extends { accessToken: string }>(
  db: Db,
  keyring: Keyring,
  key: CredentialKey,
  clock: Clock,
): Keeper<T> {
  const opened = (row: Row) => JSON.parse(open(keyring, row.sealed, contextOf(key))) as T;
  const save = (trx: Db, change: Partial<Row>) =>
    trx('credentials')
      .where(where(key))
      .update({ ...change, updated_at: clock.now() });
  const sealed = (tokens: T) => seal(keyring, JSON.stringify(tokens), contextOf(key));

  return {
    async read() {
      const row: Row | undefined = await db('credentials').where(where(key)).first();
      if (row?.status !== 'active') return undefined;
      const tokens = opened(row);
      // Only if it is still the text that was read: a renewal may have come in between.
      if (needsSealing(keyring, row.sealed)) {
        await db('credentials')
          .where({ ...where(key), sealed: row.sealed })
          .update({ sealed: sealed(tokens) });
      }
      return tokens;
    },

    async renew(refresh, used) {
      const renewed = await db.transaction(async trx => {
        await outlastCalls(trx);
        // The lock is held over the call on purpose: with rotation a second refresh by another process would be theft's sign.
        const row: Row | undefined = await trx('credentials').where(where(key)).forUpdate().first();
        if (row?.status !== 'active') throw gone(key.service, row?.reason);
        const stored = opened(row);
        if (stored.accessToken !== used) return stored;
        try {
          const fresh = await refresh(stored);
          await save(trx, { sealed: sealed(fresh) });
          return fresh;
        } catch (error) {
          if (!(error instanceof CredentialsRejected) || error.forAll) throw error;
          await save(trx, { status: 'refused', reason: error.message });
          // Answered rather than thrown: what was learned must be committed.
          return error;
        }
      });
      if (renewed instanceof CredentialsRejected) throw renewed;
      return renewed;
    },
  };
}

function gone(service: string, reason: string | null | undefined): CredentialsRejected {
  return new CredentialsRejected(reason ?? 'nobody is logged in', { service, code: 'NOT_CONNECTED' });
}
