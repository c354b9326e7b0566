/** The org as a command reaches it: with the environment's keys, or as an admin logged in on Home. */

import { ConfigurationError, type Env } from '../config/env.ts';
import type { Crm } from '../crm/crm.ts';
import { connect, type Db } from '../db/connection.ts';
import { allWorkspaces } from '../db/workspaces.ts';
import { systemClock } from '../lib/clock.ts';
import { type Keyring, parseKeyring } from '../lib/crypto.ts';
import { salesforceKeepers, vendorsOf } from '../vendors.ts';
import { checkKeys } from '../workspaces/keys.ts';
import type { InUse } from './playbook-in-use.ts';

/**
 * Lends the connected Salesforce to `use`.
 * @throws ConfigurationError when there is none, or its log-in cannot be reached from here: says what to do
 */
export async function withSalesforce<T>(
  env: Env,
  { playbook, databaseUrl }: Pick<InUse, 'playbook' | 'databaseUrl'>,
  use: (crm: Crm) => Promise<T>,
): Promise<T> {
  if (!env.SALESFORCE_CLIENT_ID) {
    throw new ConfigurationError('Salesforce is not connected: set SALESFORCE_CLIENT_ID and a way to log in.');
  }
  if (env.SALESFORCE_FLOW !== 'web_server') return use(crmOf(vendorsOf(env, systemClock, playbook)));
  const url = env.DATABASE_URL ?? databaseUrl;
  if (!url || !env.ENCRYPTION_KEY) {
    throw new ConfigurationError(
      "Salesforce's log-in is kept in the app's database, sealed with ENCRYPTION_KEY, and cannot be read from here: ask in Slack (/mql doctor salesforce, or Set up Salesforce on Baton's Home), or set DATA_DIR or DATABASE_URL and ENCRYPTION_KEY as the app has them.",
    );
  }
  const keyring = parseKeyring(env.ENCRYPTION_KEY);
  const db = connect(url, 2);
  try {
    const keepers = await keptLogin(db, env, keyring);
    return await use(crmOf(vendorsOf(env, systemClock, playbook, { keepers })));
  } finally {
    await db.destroy();
  }
}

function crmOf({ crm }: { crm?: Crm }): Crm {
  if (!crm) throw new Error('a client id makes a CRM');
  return crm;
}

async function keptLogin(db: Db, env: Env, keyring: Keyring) {
  const { rows } = await db.raw(`select to_regclass('credentials') is not null as ready`);
  const [workspace] = rows[0].ready ? await allWorkspaces(db) : [];
  if (!workspace) {
    throw new ConfigurationError(
      'Nobody has connected Salesforce yet: start Baton, and press Connect on its Home in Slack.',
    );
  }
  await checkKeys(db, env);
  return salesforceKeepers(db, keyring, workspace.id, systemClock);
}
