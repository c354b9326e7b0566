/**
 * Baton's installations in Slack, of one workspace or of a whole Enterprise organization, with the bot's tokens sealed at
 * rest. They are Slack's, not a tenant's: an organization's one serves several workspaces.
 */
import type { BotTokens, Installer } from '../../contracts/slack-login.ts';
import { CryptoError, type Keyring, needsSealing, open, seal } from '../../lib/crypto.ts';
import type { Db } from '../connection.ts';
import { outlastCalls } from '../session.ts';

export interface SlackInstallation {
  /** Of the team (`T…`), or of the organization (`E…`). */
  slackId: string;
  isOrganization: boolean;
  name: string;
  appId: string;
  botId: string;
  botUserId: string;
  scopes: string[];
  installer: Installer;
  installedAt: Date;
  removedAt: Date | null;
  /** Absent: they were wiped. */
  tokens?: BotTokens;
}

interface Row {
  slack_id: string;
  is_organization: boolean;
  name: string;
  sealed: string;
  expires_at: Date | null;
  app_id: string;
  bot_id: string;
  bot_user_id: string;
  scopes: string;
  installer: string;
  installed_at: Date;
  removed_at: Date | null;
}

/** What stands in the place of secrets that were wiped. */
const WIPED = '';

const contextOf = (slackId: string) => ({ workspaceId: slackId, purpose: 'slack-installation' });

const sealedOf = (keyring: Keyring, slackId: string, { expiresAt: _apart, ...secrets }: BotTokens): string =>
  seal(keyring, JSON.stringify(secrets), contextOf(slackId));

function toInstallation(keyring: Keyring, row: Row): SlackInstallation {
  const secrets = row.sealed === WIPED ? undefined : JSON.parse(open(keyring, row.sealed, contextOf(row.slack_id)));
  return {
    slackId: row.slack_id,
    isOrganization: row.is_organization,
    name: row.name,
    appId: row.app_id,
    botId: row.bot_id,
    botUserId: row.bot_user_id,
    scopes: row.scopes.split(','),
    installer: JSON.parse(row.installer),
    installedAt: row.installed_at,
    removedAt: row.removed_at,
    ...(secrets && { tokens: { ...secrets, ...(row.expires_at && { expiresAt: row.expires_at }) } }),
  };
}

/** Nobody else installs or removes this team or organization until the transaction ends. */
export async function lockInstallation(trx: Db, slackId: string): Promise<void> {
  await trx.raw(`select pg_advisory_xact_lock(hashtextextended('slack installation:' || ?, 0))`, [slackId]);
}

/** Keeps an installation in the place of the one before it. */
export async function saveInstallation(
  trx: Db,
  keyring: Keyring,
  given: Omit<SlackInstallation, 'removedAt' | 'tokens'> & { tokens: BotTokens },
): Promise<void> {
  await trx('slack_installations')
    .insert({
      slack_id: given.slackId,
      is_organization: given.isOrganization,
      name: given.name,
      sealed: sealedOf(keyring, given.slackId, given.tokens),
      expires_at: given.tokens.expiresAt ?? null,
      app_id: given.appId,
      bot_id: given.botId,
      bot_user_id: given.botUserId,
      scopes: given.scopes.join(','),
      installer: JSON.stringify(given.installer),
      installed_at: given.installedAt,
      removed_at: null,
    })
    .onConflict('slack_id')
    .merge();
}

/**
 * One of this id. One round trip; one more when it was sealed with a key that is no longer the first.
 * @throws CryptoError when the keys do not open it
 */
export async function installationOf(
  db: Db,
  keyring: Keyring,
  slackId: string,
): Promise<SlackInstallation | undefined> {
  const row: Row | undefined = await db('slack_installations').where({ slack_id: slackId }).first();
  if (!row) return undefined;
  const installation = toInstallation(keyring, row);
  if (installation.tokens && needsSealing(keyring, row.sealed)) {
    // Only if it is still the text that was read: a renewal may have come in between.
    await db('slack_installations')
      .where({ slack_id: slackId, sealed: row.sealed })
      .update({ sealed: sealedOf(keyring, slackId, installation.tokens) });
  }
  return installation;
}

/**
 * Trades the refresh token, one process at a time: the row is held over the call, since Slack takes each refresh token
 * once. Whoever waited for it finds what the first was given, and `refresh` is not called again.
 * @param used the access token that is to be replaced
 * @returns what is kept now; undefined when it was removed meanwhile
 */
export async function renewTokens(
  db: Db,
  keyring: Keyring,
  { slackId, used }: { slackId: string; used: string },
  refresh: (refreshToken: string) => Promise<BotTokens>,
): Promise<BotTokens | undefined> {
  return db.transaction(async trx => {
    await outlastCalls(trx);
    const row: Row | undefined = await trx('slack_installations').where({ slack_id: slackId }).forUpdate().first();
    const stored = row && toInstallation(keyring, row).tokens;
    if (!stored?.refreshToken || stored.accessToken !== used) return stored;
    const fresh = await refresh(stored.refreshToken);
    await trx('slack_installations')
      .where({ slack_id: slackId })
      .update({ sealed: sealedOf(keyring, slackId, fresh), expires_at: fresh.expiresAt ?? null });
    return fresh;
  });
}

/** Wipes the tokens of an installation that was there at that time; false when there is none, or only a later one. */
export async function wipeInstallation(
  trx: Db,
  slackId: string,
  { happenedAt, at }: { happenedAt: Date; at: Date },
): Promise<boolean> {
  const wiped = await trx('slack_installations')
    .where({ slack_id: slackId })
    .whereRaw(`date_trunc('second', installed_at) <= ?`, [happenedAt])
    .update({ sealed: WIPED, expires_at: null, removed_at: trx.raw('coalesce(removed_at, ?)', [at]) });
  return wiped === 1;
}

/** Installations whose tokens the keys do not open. One query. */
export async function unopenedInstallations(
  db: Db,
  keyring: Keyring,
): Promise<{ slackId: string; sealed: string; why: CryptoError }[]> {
  const rows: Pick<Row, 'slack_id' | 'sealed'>[] = await db('slack_installations')
    .whereNot({ sealed: WIPED })
    .select('slack_id', 'sealed');
  return rows.flatMap(({ slack_id: slackId, sealed }) => {
    try {
      open(keyring, sealed, contextOf(slackId));
      return [];
    } catch (error) {
      if (error instanceof CryptoError) return [{ slackId, sealed, why: error }];
      throw error;
    }
  });
}

/** Forgets tokens that nobody can open any more, unless Baton was installed anew meanwhile. */
export async function wipeUnopened(db: Db, slackId: string, sealed: string): Promise<void> {
  await db('slack_installations').where({ slack_id: slackId, sealed }).update({ sealed: WIPED, expires_at: null });
}

/** Forgets installations that were removed before then. */
export async function eraseInstallations(db: Db, removedBefore: Date): Promise<void> {
  await db('slack_installations').where('removed_at', '<=', removedBefore).delete();
}
