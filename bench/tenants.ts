/** Workspaces that installed Baton, as many as wanted, with accounts at the vendors. */
import { randomUUID } from 'node:crypto';
import type { Sandbox } from '../sandbox/server.ts';
import type { Role } from '../src/contracts/role.ts';
import { connect, type Db } from '../src/db/connection.ts';
import { saveKeys } from '../src/db/connections/credentials.ts';
import { setMode } from '../src/db/workspaces/mode.ts';
import { hookKeyOf } from '../src/db/workspaces/workspaces.ts';
import { hookKeyHash } from '../src/domain/form/form-key.ts';
import { type Keyring, randomToken } from '../src/lib/crypto.ts';
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

/** Rows of a workspace that has nothing but what it was installed and connected with. */
const COPIED = ['workspaces', 'playbooks', 'connections'] as const;

/** Workspaces as this one is: nobody looks into their Slack, which does not exist. Far quicker than installing them. */
export async function copyTenants({ db, keyring, accounts }: Adding, of: Tenant, count: number): Promise<Tenant[]> {
  const copies = Array.from({ length: count }, () => ({ id: randomUUID(), hookKey: randomToken() }));
  for (let from = 0; from < count; from += COPIED_AT_ONCE) {
    const some = copies.slice(from, from + COPIED_AT_ONCE);
    await db.transaction(async trx => {
      for (const table of COPIED) {
        const key = table === 'workspaces' ? 'id' : 'workspace_id';
        const changes = some.map(({ id, hookKey }) => ({
          [key]: id,
          ...(table === 'workspaces' && {
            ...{ slack_team_id: `T0${id}`, hook_key_hash: hookKeyHash(hookKey), sealed_hook_key: null, form_key: id },
          }),
        }));
        await trx.raw(
          `insert into :table: select (jsonb_populate_record(null::${table}, to_jsonb(known) || changed)).*
           from :table: as known, jsonb_array_elements(:changes) as given(changed) where known.:key: = :of`,
          { table, key, of: of.id, changes: JSON.stringify(changes) },
        );
      }
      for (const { id } of some) {
        for (const { vendor, keys } of accounts.keys) {
          await saveKeys(trx, keyring, { workspaceId: id, vendor }, { keys, connectedBy: '', at: new Date() });
        }
      }
    });
  }
  return copies;
}

const COPIED_AT_ONCE = 200;
