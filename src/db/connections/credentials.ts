/** Tokens of log-ins, sealed at rest and bound to workspace, vendor and holder. */
import { createHash } from 'node:crypto';
import type { ConnectionKey } from '../../contracts/role.ts';
import { CryptoError, type Keyring, open, type SealContext, seal } from '../../lib/crypto.ts';
import type { Db } from '../connection.ts';

/** Which log-in: a workspace's at a vendor. */
export interface CredentialKey {
  workspaceId: string;
  vendor: string;
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
  /** Whose log-in it is at the vendor: a user id there. */
  account: string;
  /** Where: the organization there. */
  tenant: string;
  /** E-mail of the person who logged in. */
  connectedBy: string;
  connectedAt: Date;
}

export interface CredentialRow {
  holder: string;
  sealed: string;
  status: 'active' | 'refused';
  reason: string | null;
  account: string;
  tenant: string;
  connected_by: string;
  connected_at: Date;
}

export const credentialAt = ({ workspaceId, vendor, holder }: CredentialKey) => ({
  workspace_id: workspaceId,
  vendor,
  holder,
});

export const sealContextOf = ({ workspaceId, vendor, holder }: CredentialKey): SealContext => ({
  workspaceId,
  purpose: `credential:${vendor}:${holder}`,
});

function factsOf(row: CredentialRow): CredentialFacts {
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
  login: NewCredential,
): Promise<void> {
  await upsert(db, keyring, key, 'login', login);
}

type Kind = 'login' | 'keys';

async function upsert(
  db: Db,
  keyring: Keyring,
  key: CredentialKey,
  kind: Kind,
  { tokens, account, tenant, connectedBy, at }: NewCredential,
): Promise<void> {
  await db('credentials')
    .insert({
      ...credentialAt(key),
      kind,
      sealed: seal(keyring, JSON.stringify(tokens), sealContextOf(key)),
      status: 'active',
      reason: null,
      account,
      tenant,
      connected_by: connectedBy,
      connected_at: at,
      updated_at: at,
    })
    .onConflict(['workspace_id', 'vendor', 'holder'])
    .merge();
}

/** Keys that somebody typed for a workspace, and which vendors somebody logged in to. */
export interface WorkspaceKeys {
  /** By vendor, values by the names of its variables. */
  byVendor: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Vendors at which somebody logged in for the workspace. */
  loggedIn: ReadonlySet<string>;
  /** By vendor: another one after every change, but not after a renewed token. */
  revisions: Readonly<Record<string, string>>;
}

/** Keeps keys that somebody typed in the place of what was there; values by the names of the vendor's variables. */
export async function saveKeys(
  db: Db,
  keyring: Keyring,
  key: Omit<CredentialKey, 'holder'>,
  { keys, connectedBy, at }: { keys: Record<string, string>; connectedBy: string; at: Date },
): Promise<void> {
  await upsert(db, keyring, { ...key, holder: '' }, 'keys', { tokens: keys, account: '', tenant: '', connectedBy, at });
}

/** What a workspace is connected to. */
export interface Connected {
  connections: readonly ConnectionKey[];
  keys: WorkspaceKeys;
  slackTeamId: string | null;
  /** Version of its newest playbook; null: it has none. */
  newestPlaybook: number | null;
}

/** Everything its vendors are made of, and of which rules. One round trip. Without a keyring there are no keys to be read. */
export async function connectedTo(db: Db, keyring: Keyring | undefined, workspaceId: string): Promise<Connected> {
  const { rows } = await db.raw(
    `select slack_team_id, (select max(version) from playbooks where workspace_id = workspaces.id) as newest,
       (select coalesce(jsonb_agg(jsonb_build_object('vendor', vendor, 'role', role) order by vendor, role), '[]')
        from connections where workspace_id = workspaces.id) as connections,
       (select coalesce(jsonb_agg(jsonb_build_object(
          'vendor', vendor, 'kind', kind, 'sealed', sealed, 'connected_at', connected_at) order by vendor), '[]')
        from credentials where workspace_id = workspaces.id and holder = '' and status = 'active') as credentials
     from workspaces where id = ?`,
    [workspaceId],
  );
  const { connections = [], credentials = [], slack_team_id: slackTeamId = null, newest = null } = rows[0] ?? {};
  return { connections, keys: keysIn(credentials, keyring, workspaceId), slackTeamId, newestPlaybook: newest };
}

type KeyRow = Pick<CredentialRow, 'sealed'> & { vendor: string; kind: Kind; connected_at: string };

/** Its own keys and log-ins at every vendor. */
function keysIn(rows: readonly KeyRow[], keyring: Keyring | undefined, workspaceId: string): WorkspaceKeys {
  const typed = keyring ? rows.filter(row => row.kind === 'keys') : [];
  return {
    byVendor: Object.fromEntries(
      typed.map(({ vendor, sealed }) => {
        const context = sealContextOf({ workspaceId, vendor, holder: '' });
        return [vendor, JSON.parse(open(keyring as Keyring, sealed, context))];
      }),
    ),
    loggedIn: new Set(rows.filter(row => row.kind === 'login').map(row => row.vendor)),
    revisions: Object.fromEntries(rows.map(row => [row.vendor, revisionOf(row)])),
  };
}

/** A log-in whose secrets the keys do not open. */
export interface Unopened {
  key: CredentialKey;
  sealed: string;
  why: CryptoError;
}

/** Of the log-ins in use, those that the keys do not open. One query; each is opened, which takes microseconds. */
export async function unopenedCredentials(db: Db, keyring: Keyring): Promise<Unopened[]> {
  const rows = await credentialsInUse(db);
  return rows.flatMap(({ workspace_id, vendor, holder, sealed }) => {
    const key = { workspaceId: workspace_id, vendor, holder };
    try {
      open(keyring, sealed, sealContextOf(key));
      return [];
    } catch (error) {
      if (error instanceof CryptoError) return [{ key, sealed, why: error }];
      throw error;
    }
  });
}

/** A log-in that still holds tokens: whose it is, and whether the vendor took them when it was last asked. */
export type KeptLogin = CredentialKey & Pick<CredentialFacts, 'status' | 'connectedAt'>;

/** Log-ins of this user at the vendor (of anybody there: no account), whatever the workspace: those that still hold tokens. */
export async function loginsOfAccount(
  db: Db,
  vendor: string,
  { tenant, account }: Pick<CredentialFacts, 'tenant'> & Partial<Pick<CredentialFacts, 'account'>>,
): Promise<KeptLogin[]> {
  const rows = await db('credentials')
    .where({ vendor, tenant, kind: 'login', ...(account !== undefined && { account }) })
    .whereNot({ sealed: WIPED })
    .select('workspace_id', 'vendor', 'holder', 'status', 'connected_at');
  return rows.map(row => ({
    workspaceId: row.workspace_id,
    vendor: row.vendor,
    holder: row.holder,
    status: row.status,
    connectedAt: row.connected_at,
  }));
}

/** Workspaces that are logged in at this customer of the vendor. One round trip, by an index. */
export async function workspacesOfTenant(db: Db, vendor: string, tenant: string): Promise<string[]> {
  return db('credentials').where({ vendor, tenant, holder: '', kind: 'login', status: 'active' }).pluck('workspace_id');
}

/** How many log-ins are in use. */
export async function countCredentials(db: Db): Promise<number> {
  return (await credentialsInUse(db)).length;
}

const credentialsInUse = (
  db: Db,
): Promise<{ workspace_id: string; vendor: string; holder: string; sealed: string }[]> =>
  db('credentials')
    .select('workspace_id', 'vendor', 'holder', 'sealed')
    .where({ status: 'active' })
    .whereNot({ sealed: WIPED });

/** Forgets secrets that nobody can open any more, unless somebody logged in anew meanwhile. */
export async function forgetUnopened(db: Db, { key, sealed }: Unopened, reason: string, at: Date): Promise<void> {
  await db('credentials')
    .where({ ...credentialAt(key), sealed })
    .update({ sealed: WIPED, status: 'refused', reason, updated_at: at });
}

/** Keys are sealed when they are typed and never again; a log-in's tokens are sealed anew whenever they are renewed. */
function revisionOf({ kind, sealed, connected_at }: KeyRow): string {
  return kind === 'keys' ? createHash('sha256').update(sealed).digest('base64url') : connected_at;
}

/** What is known of a log-in without opening it. */
export async function credentialFacts(db: Db, key: CredentialKey): Promise<CredentialFacts | undefined> {
  const row: CredentialRow | undefined = await db('credentials').where(credentialAt(key)).first();
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
  const row: CredentialRow | undefined = await trx('credentials').where(credentialAt(key)).forUpdate().first();
  if (!row) return undefined;
  await trx('credentials')
    .where(credentialAt(key))
    .update({ sealed: WIPED, status: 'refused', reason, updated_at: at });
  if (row.sealed === WIPED) return undefined;
  try {
    return JSON.parse(open(keyring, row.sealed, sealContextOf(key)));
  } catch (error) {
    // A key that is gone must not keep anybody from logging out or in anew.
    if (error instanceof CryptoError) return undefined;
    throw error;
  }
}

/** Forgets all keys that were typed for a workspace; answers the vendors that had some. */
export async function wipeKeys(
  trx: Db,
  workspaceId: string,
  { reason, at }: { reason: string; at: Date },
): Promise<string[]> {
  const rows = await trx('credentials')
    .where({ workspace_id: workspaceId, holder: '', kind: 'keys' })
    .whereNot({ sealed: WIPED })
    .update({ sealed: WIPED, status: 'refused', reason, updated_at: at })
    .returning('vendor');
  return rows.map(row => row.vendor);
}

/** What is not accepted any more is not tried again, unless somebody logged in anew since `connectedAt`. */
export async function refuseCredential(
  trx: Db,
  key: CredentialKey,
  { reason, connectedAt, at }: { reason: string; connectedAt: Date; at: Date },
): Promise<void> {
  await trx('credentials')
    .where({ ...credentialAt(key), status: 'active', connected_at: connectedAt })
    .update({ status: 'refused', reason, updated_at: at });
}

/** Forgets people's log-ins to any other organization than the workspace's. */
export async function forgetStrayLogins(
  trx: Db,
  { workspaceId, vendor }: Omit<CredentialKey, 'holder'>,
  tenant: string,
): Promise<void> {
  await trx('credentials')
    .where({ workspace_id: workspaceId, vendor })
    .whereNot({ holder: '' })
    .whereNot({ tenant })
    .delete();
}

/** What stands in the place of secrets that were wiped. */
const WIPED = '';
