/** Every vendor by name, made from the environment's keys: the only file outside their rooms that knows them. */
import type { Env } from './config/env.ts';
import type { Playbook } from './config/playbook.ts';
import { gated } from './contracts/crm-gate.ts';
import type { LoginPage } from './contracts/login.ts';
import type { Source } from './contracts/source.ts';
import type { Db } from './db/connection.ts';
import { credentialKeeper } from './db/credentials.ts';
import { manualById } from './db/manual-leads.ts';
import { type Allowance, allowance } from './domain/api-quota.ts';
import type { Vendors } from './handoff/core/deps.ts';
import { breaker } from './lib/breaker.ts';
import type { Clock } from './lib/clock.ts';
import type { Keyring } from './lib/crypto.ts';
import { CredentialsRejected } from './lib/errors.ts';
import type { Logger } from './lib/log.ts';
import { type SlackNotifier, slackClient, slackNotifier } from './slack/notifier.ts';
import { apollo } from './vendors/apollo/enricher.ts';
import { clearbit } from './vendors/clearbit/enricher.ts';
import { hubspot } from './vendors/hubspot/source.ts';
import { manual } from './vendors/manual/source.ts';
import { salesforceLogin } from './vendors/salesforce/api/oauth.ts';
import type { TokenKeeper } from './vendors/salesforce/api/tokens.ts';
import { type SalesforceAuth, salesforce } from './vendors/salesforce/crm.ts';
import { smtp } from './vendors/smtp/mailer.ts';
import type { Playbooks } from './workspaces/playbooks.ts';

export { PLAYBOOK_VENDORS } from './vendors/table.ts';

/** What Baton talks to besides Slack. */
type Others = Omit<Vendors, 'notifier'>;

/** The workspace's Slack, as cards need it. */
export function notifierOf(env: Env, clock: Clock, log: Logger): SlackNotifier {
  const client = slackClient(env.SLACK_BOT_TOKEN, { log, ...(env.SLACK_API_URL && { apiUrl: env.SLACK_API_URL }) });
  return slackNotifier({ client, clock, log });
}

/** Every vendor the environment has keys for. One object a connection: caches and shared calls live in it. */
export function vendorsOf(
  env: Env,
  clock: Clock,
  playbook: Playbook,
  { counting, keepers }: { counting?: Allowance; keepers?: TokenKeepers } = {},
): Others {
  const token = env.HUBSPOT_ACCESS_TOKEN;
  return {
    sources: {
      ...(token && {
        hubspot: hubspot({
          apiUrl: env.HUBSPOT_API_URL,
          apiVersion: env.HUBSPOT_API_VERSION,
          accessToken: async () => token,
          ...(env.HUBSPOT_CLIENT_SECRET && { clientSecret: env.HUBSPOT_CLIENT_SECRET }),
          // Parsing fills in the default.
          scoreProperty: playbook.mql.score_property.hubspot as string,
          pollFilter: { scoreAtLeast: playbook.mql.threshold },
          clock,
        }),
      }),
    },
    ...(env.SALESFORCE_CLIENT_ID && {
      crm: salesforce({
        loginUrl: env.SALESFORCE_LOGIN_URL,
        auth: salesforceAuth(env, env.SALESFORCE_CLIENT_ID, keepers),
        fields: fieldNames(playbook),
        rules: playbook.crm,
        clock,
        ...(keepers && {
          ownLogins: {
            clientId: env.SALESFORCE_CLIENT_ID,
            ...(env.SALESFORCE_CLIENT_SECRET && { clientSecret: env.SALESFORCE_CLIENT_SECRET }),
            keeperOf: keepers,
          },
        }),
        ...(counting && { onUsage: meters => counting.counted(meters['api-usage']) }),
      }),
    }),
    ...(env.SMTP_URL && { mailer: smtp({ url: env.SMTP_URL }) }),
    enrichers: {
      ...(env.CLEARBIT_API_KEY && {
        clearbit: clearbit({ apiUrl: env.CLEARBIT_API_URL, apiKey: env.CLEARBIT_API_KEY, clock }),
      }),
      ...(env.APOLLO_API_KEY && { apollo: apollo({ apiUrl: env.APOLLO_API_URL, apiKey: env.APOLLO_API_KEY, clock }) }),
    },
  };
}

/** Kept log-ins at Salesforce by holder: '' is the workspace's own. */
type TokenKeepers = (holder: string) => TokenKeeper;

export function salesforceKeepers(db: Db, keyring: Keyring, workspaceId: string, clock: Clock): TokenKeepers {
  return holder => credentialKeeper(db, keyring, { workspaceId, service: 'salesforce', holder }, clock);
}

/** Without a store nobody is logged in: what only needs to know which vendors there are asks for none. */
const NOBODY: TokenKeeper = {
  read: async () => undefined,
  renew: async () => {
    throw new CredentialsRejected('nobody is logged in', { service: 'salesforce', code: 'NOT_CONNECTED' });
  },
};

function salesforceAuth(env: Env, clientId: string, keepers: TokenKeepers = () => NOBODY): SalesforceAuth {
  const clientSecret = env.SALESFORCE_CLIENT_SECRET;
  switch (salesforceFlow(env)) {
    case 'web_server':
      return { kind: 'tokens', clientId, ...(clientSecret && { clientSecret }), keeper: keepers('') };
    case 'jwt':
      return {
        kind: 'jwt',
        clientId,
        username: env.SALESFORCE_USERNAME ?? '',
        privateKey: (env.SALESFORCE_PRIVATE_KEY ?? '').replaceAll('\\n', '\n'),
      };
    case 'client_credentials':
      return { kind: 'client_credentials', clientId, clientSecret: clientSecret ?? '' };
  }
}

function salesforceFlow(env: Env): 'client_credentials' | 'jwt' | 'web_server' {
  return env.SALESFORCE_FLOW ?? (env.SALESFORCE_PRIVATE_KEY ? 'jwt' : 'client_credentials');
}

/** Salesforce's log-in page: there when tokens can be kept and people can be sent back. */
export function salesforceLoginOf(env: Env, clock: Clock): LoginPage | undefined {
  if (!env.SALESFORCE_CLIENT_ID || !env.ENCRYPTION_KEY || !env.PUBLIC_URL) return undefined;
  return salesforceLogin({
    loginUrl: env.SALESFORCE_LOGIN_URL,
    clientId: env.SALESFORCE_CLIENT_ID,
    clientSecret: env.SALESFORCE_CLIENT_SECRET,
    clock,
    forWorkspace: salesforceFlow(env) === 'web_server',
  });
}

function fieldNames(playbook: Playbook): Record<string, string | null> {
  return Object.fromEntries(Object.entries(playbook.crm.fields).map(([name, field]) => [name, field ?? null]));
}

/** Leads handed off by hand: no connection of the workspace's, they come as long as people are there. */
export function byHandOf(db: Db, workspaceId: string): Source {
  return manual({ handedOff: async id => (await manualById(db, workspaceId, id)) ?? null });
}

/** Threshold and field names are the playbook's: when an edit changes those, the vendors are made anew with them. */
export function vendorsOfPlaybook(
  env: Env,
  clock: Clock,
  playbookOf: Playbooks,
  keepersOf?: (workspaceId: string) => TokenKeepers,
) {
  const gate = { breaker: breaker(clock), allowance: allowance('salesforce', clock) };
  let made: { of: string; vendors: Others } | undefined;
  return async (workspaceId: string): Promise<Others> => {
    const { playbook } = await playbookOf(workspaceId);
    const of = JSON.stringify([playbook.mql.threshold, playbook.mql.score_property, playbook.crm]);
    if (made?.of !== of) {
      const { crm, ...others } = vendorsOf(env, clock, playbook, {
        counting: gate.allowance,
        ...(keepersOf && { keepers: keepersOf(workspaceId) }),
      });
      made = { of, vendors: { ...others, ...(crm && { crm: gated(crm, gate), allowance: gate.allowance }) } };
    }
    return made.vendors;
  };
}

/** Where Baton is reached from outside. */
export const publicUrlOf = (env: Env): string => (env.PUBLIC_URL ?? `http://127.0.0.1:${env.PORT}`).replace(/\/$/, '');

/** Where Salesforce's messages are taken in. */
export const messagesToOf = (env: Env): string => `${publicUrlOf(env)}/hooks/${env.HOOK_KEY}/salesforce`;
