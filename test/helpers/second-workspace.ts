/** Another company on the same Baton: its own Slack, and its own account at each vendor. */

import assert from 'node:assert/strict';
import { APP } from '../../sandbox/slack/world.ts';
import { setMode } from '../../src/db/workspaces/mode.ts';
import { noteSetUp } from '../../src/db/workspaces/setup-steps.ts';
import { parseKeyring } from '../../src/lib/crypto.ts';
import { connectWithKeys, type TypedKeys } from '../../src/workspaces/connect-keys.ts';
import { install } from '../../src/workspaces/tenants/installation.ts';
import { press } from './control.ts';
import { EXAMPLE } from './playbooks.ts';
import { type Customer, type System, tools } from './system.ts';

export interface SecondWorkspace {
  /** One lower-case word: what the company and its people's addresses are called by. */
  name: string;
  /** Its first rules, as they are with the people of example.com. */
  playbook?: string;
  /** As it was installed a moment ago: nobody has set it up or gone live. */
  isNew?: boolean;
  /** Salesforce waits until an admin logs in; else it is connected by a key. */
  salesforceByLogin?: boolean;
}

interface Org {
  organizationId: string;
  instanceUrl: string;
  client: { id: string; secret: string };
}

interface Portal {
  id: number;
  token: string;
  clientSecret: string;
}

/** Domain of the addresses of its people. */
export const domainOf = (name: string): string => `${name}.example.com`;

/** Rules about the people of another company. */
export const rulesOf = (name: string, playbook: string): string =>
  playbook.replaceAll('@example.com', `@${domainOf(name)}`);

/** Makes its accounts at the vendors, installs Baton into its Slack and connects all of them; answers its view of it all. */
export async function secondWorkspace(
  baton: System,
  { name, playbook = EXAMPLE, salesforceByLogin = false, isNew = false }: SecondWorkspace,
): Promise<System> {
  const { sandbox, app, clock, env } = baton;
  const { db, hookAddress, connectionChanged } = app.deps;
  const keyring = parseKeyring(env.ENCRYPTION_KEY ?? '');
  const { bot, team, customer, org, portal, keys } = await accounts(baton, name);
  const by = `dana@${domainOf(name)}`;
  const at = clock.now();
  const salesforce: Omit<TypedKeys, 'by' | 'at'> = {
    vendor: 'salesforce',
    roles: ['crm'],
    keys: {
      SALESFORCE_LOGIN_URL: org.instanceUrl,
      SALESFORCE_CLIENT_ID: org.client.id,
      SALESFORCE_CLIENT_SECRET: org.client.secret,
      SALESFORCE_FLOW: 'client_credentials',
    },
  };
  const { id } = await db.transaction(async trx => {
    const [workspace] = await install(trx, keyring, {
      place: { ...team, isOrganization: false },
      tokens: { accessToken: bot.token },
      appId: APP.id,
      botId: bot.botId,
      botUserId: bot.userId,
      scopes: [],
      installer: { slackId: `U0DANA${team.id.slice(1)}`, email: by, name: 'Dana Ruiz', timeZone: 'America/New_York' },
      playbook: rulesOf(name, playbook),
      at,
    });
    assert.ok(workspace);
    // Its people have looked at it, and gone live.
    if (!isNew) {
      await setMode(trx, workspace.id, { mode: 'live', by, at });
      await noteSetUp(trx, workspace.id, at);
    }
    for (const typed of [...keys, ...(salesforceByLogin ? [] : [salesforce])]) {
      await connectWithKeys(trx, keyring, workspace.id, { ...typed, by, at });
    }
    return workspace;
  });
  connectionChanged(id);
  const address = async (vendor: string) => ({ url: await hookAddress(id, vendor) });
  await press(sandbox, `hubspot/webhooks?portal=${portal.id}`, await address('hubspot'));
  await press(sandbox, `salesforce/_outbound?org=${org.organizationId}`, await address('salesforce'));
  const own = { ...baton, app: { ...app, workspaceId: id }, env: { ...env, SLACK_BOT_TOKEN: bot.token } };
  return tools(own, customer);
}

/** What the company has at each vendor, and the keys to it. */
async function accounts({ sandbox }: System, name: string) {
  const team = { id: `T0${name.toUpperCase()}`, name: `${name} Sales` };
  const token = `xoxb-sandbox-${name}`;
  await press(sandbox, 'slack/workspaces', { ...team, domain: name, token });
  const { bot } = await fetchState(sandbox.url, team.id);
  const org = await press<Org>(sandbox, 'salesforce/_orgs', { domain: domainOf(name) });
  const portal = await press<Portal>(sandbox, 'hubspot/portals', { clientSecret: `hubspot-secret-of-${name}` });
  const key = `key-of-${name}`;
  for (const enricher of ['clearbit', 'apollo']) await press(sandbox, `${enricher}/keys`, { key });
  const mail = await press<{ url: string }>(sandbox, 'mail/logins', { user: name, password: `password-of-${name}` });
  const keys: Omit<TypedKeys, 'by' | 'at'>[] = [
    {
      vendor: 'hubspot',
      roles: ['source'],
      keys: { HUBSPOT_ACCESS_TOKEN: portal.token, HUBSPOT_CLIENT_SECRET: portal.clientSecret },
    },
    { vendor: 'clearbit', roles: ['enricher'], keys: { CLEARBIT_API_KEY: key } },
    { vendor: 'apollo', roles: ['enricher'], keys: { APOLLO_API_KEY: key } },
    { vendor: 'smtp', roles: ['mailer'], keys: { SMTP_URL: mail.url } },
  ];
  const customer: Customer = {
    slack: { team: team.id },
    hubspot: { portal: String(portal.id) },
    salesforce: { org: org.organizationId },
    clearbit: { key },
    apollo: { key },
    mail: { login: name },
  };
  return { team, bot: { token, botId: bot.bot_id, userId: bot.user_id }, customer, org, portal, keys };
}

async function fetchState(url: string, team: string): Promise<{ bot: { bot_id: string; user_id: string } }> {
  return (await fetch(`${url}/_sandbox/slack/state?team=${team}`)).json() as never;
}
