/** The CRM as a command reaches it: with the environment's keys, or as an admin logged in on Home. */
import { ConfigurationError, type Env } from '../config/env.ts';
import type { Playbook } from '../config/playbook.ts';
import { madeByEnv, ownByLogin } from '../connections/by-env.ts';
import { isChosenCrm, keeperFor } from '../connections/make-vendors.ts';
import type { Crm } from '../contracts/crm.ts';
import type { KeeperOf } from '../contracts/login.ts';
import { connect, type Db } from '../db/connection.ts';
import { systemClock } from '../lib/clock.ts';
import { type Keyring, parseKeyring } from '../lib/crypto.ts';
import type { Vendor } from '../vendors/vendor.ts';
import { checkKeys } from '../workspaces/keys.ts';
import { ownWorkspace } from './own-workspace.ts';
import type { InUse } from './playbook-in-use.ts';

type Known = Pick<InUse, 'playbook' | 'databaseUrl'>;

/** The vendor that the environment connects as the CRM, by the playbook's choice where there are several; undefined: none. */
export function crmVendor(table: readonly Vendor[], env: Env, playbook: Playbook): Vendor | undefined {
  return table.find(
    vendor => isChosenCrm(playbook, vendor) && madeByEnv(vendor, env, systemClock, playbook).crm !== undefined,
  );
}

/** Is its connection made by logging in on Home? */
export function isByLogin(vendor: Vendor, env: Env): boolean {
  const asIfStored = {
    ...env,
    ENCRYPTION_KEY: env.ENCRYPTION_KEY ?? 'any',
    PUBLIC_URL: env.PUBLIC_URL ?? 'http://any',
  };
  return ownByLogin([vendor], asIfStored, systemClock).includes(vendor.name);
}

/**
 * Lends the connected CRM to `use`.
 * @throws ConfigurationError when its log-in cannot be reached from here: says what to do
 */
export async function withCrm<T>(
  vendor: Vendor,
  env: Env,
  { playbook, databaseUrl }: Known,
  use: (crm: Crm) => Promise<T>,
): Promise<T> {
  if (!isByLogin(vendor, env)) return use(made(vendor, env, playbook));
  const url = env.DATABASE_URL ?? databaseUrl;
  if (!url || !env.ENCRYPTION_KEY) {
    throw new ConfigurationError(
      `${vendor.label}'s log-in is kept in the app's database, sealed with ENCRYPTION_KEY, and cannot be read from here: ask in Slack (/mql doctor ${vendor.name}, or Set up ${vendor.label} on Baton's Home), or set DATA_DIR or DATABASE_URL and ENCRYPTION_KEY as the app has them.`,
    );
  }
  const keyring = parseKeyring(env.ENCRYPTION_KEY);
  const db = connect(url, 2);
  try {
    return await use(made(vendor, env, playbook, await keptLogin(db, env, keyring, vendor)));
  } finally {
    await db.destroy();
  }
}

function made(vendor: Vendor, env: Env, playbook: Playbook, keeperOf?: KeeperOf): Crm {
  const { crm } = madeByEnv(vendor, env, systemClock, playbook, keeperOf);
  if (!crm) throw new ConfigurationError(notConnected(vendor));
  return crm;
}

/** What to say where nothing connects it. */
export function notConnected({ label, advice }: Vendor): string {
  const how = advice?.connect ?? '';
  return `${label} is not connected: ${how.charAt(0).toLowerCase()}${how.slice(1)}`;
}

async function keptLogin(db: Db, env: Env, keyring: Keyring, { name, label }: Vendor): Promise<KeeperOf | undefined> {
  const workspace = await ownWorkspace(db, env);
  if (!workspace) {
    throw new ConfigurationError(
      `Nobody has connected ${label} yet: start Baton, and press Connect on its Home in Slack.`,
    );
  }
  await checkKeys(db, env);
  return keeperFor({ db, keyring, clock: systemClock }, workspace.id, name);
}
