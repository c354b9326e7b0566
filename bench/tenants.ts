/** Workspaces that installed Baton, as many as wanted, with accounts at the vendors. */
import type { Sandbox } from '../sandbox/server.ts';
import type { Role } from '../src/contracts/role.ts';
import { connect, type Db } from '../src/db/connection.ts';
import { setMode } from '../src/db/workspaces/mode.ts';
import { hookKeyOf } from '../src/db/workspaces/workspaces.ts';
import type { Keyring } from '../src/lib/crypto.ts';
import { connectWithKeys } from '../src/workspaces/connect-keys.ts';
import { install } from '../src/workspaces/tenants/installation.ts';
import { control } from './control.ts';

type Connected = { vendor: string; roles: Role[]; keys: Record<string, string> };

/** What a workspace is connected to; several may share it. */
export interface Accounts {
  keys: readonly Connected[];
  /** Of the HubSpot stand-in, and what it signs with. */
  portal: string;
  secret: string;
}

export interface Tenant {
  id: string;
  hookKey: string;
}

/** A database of its own on the bench's server; answers its address. */
export async function newDatabase(serverUrl: string, name: string): Promise<string> {
  const server = connect(serverUrl, 1);
  await server.raw('create database ??', [name]);
  await server.destroy();
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

/** A HubSpot portal and a Salesforce organization. @param name one lower-case word */
export async function newAccounts(sandbox: Sandbox, name: string): Promise<Accounts> {
  const secret = `secret-of-${name}`;
  const portal = await control(sandbox, '/_sandbox/hubspot/portals', { clientSecret: secret });
  // Its limits are an account's, and here it may stand for many.
  await control(sandbox, `/_sandbox/hubspot/settings?portal=${portal.id}`, { searchesPerSecond: null });
  const org = (await control(sandbox, '/_sandbox/salesforce/_orgs', { domain: `${name}.example.com` })) as {
    instanceUrl: string;
    client: { id: string; secret: string };
  };
  const salesforce = {
    SALESFORCE_LOGIN_URL: org.instanceUrl,
    SALESFORCE_CLIENT_ID: org.client.id,
    SALESFORCE_CLIENT_SECRET: org.client.secret,
    SALESFORCE_FLOW: 'client_credentials',
  };
  const hubspot = { HUBSPOT_ACCESS_TOKEN: String(portal.token), HUBSPOT_CLIENT_SECRET: secret };
  const keys: Connected[] = [
    { vendor: 'hubspot', roles: ['source'], keys: hubspot },
    { vendor: 'salesforce', roles: ['crm'], keys: salesforce },
  ];
  return { keys, portal: String(portal.id), secret };
}

export interface Adding {
  db: Db;
  keyring: Keyring;
  sandbox: Sandbox;
  accounts: Accounts;
  /** Names it, its people and its Slack. */
  number: number;
}

/** Each has its own Slack, and goes live at once: everything comes to whoever installed it. */
export async function addTenant({ db, keyring, sandbox, accounts, number }: Adding): Promise<Tenant> {
  const team = { id: `T0BENCH${number}`, name: `Bench ${number}` };
  const token = `xoxb-bench-${number}`;
  await control(sandbox, '/_sandbox/slack/workspaces', { ...team, domain: `bench${number}`, token });
  const by = `dana@bench${number}.example.com`;
  const at = new Date();
  return db.transaction(async trx => {
    const [workspace] = await install(trx, keyring, {
      place: { ...team, isOrganization: false },
      tokens: { accessToken: token },
      ...{ appId: 'A0BENCH', botId: `B0BENCH${number}`, botUserId: `U0BOT${number}`, scopes: [], at },
      installer: { slackId: `U0DANA${team.id.slice(1)}`, email: by, name: 'Dana Ruiz', timeZone: 'America/New_York' },
    });
    const id = workspace?.id ?? '';
    for (const typed of accounts.keys) await connectWithKeys(trx, keyring, id, { ...typed, by, at });
    await setMode(trx, id, { mode: 'live', by, at });
    return { id, hookKey: (await hookKeyOf(trx, keyring, id)) ?? '' };
  });
}
