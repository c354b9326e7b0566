/** Composition root: the only file that names vendors and wires rooms together. */
import { createServer, type Server } from 'node:http';
import express from 'express';
import { ConfigurationError, type Env } from './config/env.ts';
import type { Playbook } from './config/playbook.ts';
import type { LoginPage } from './crm/login.ts';
import { salesforceLogin } from './crm/salesforce/oauth.ts';
import type { TokenKeeper } from './crm/salesforce/tokens.ts';
import { type SalesforceAuth, salesforce } from './crm/salesforce.ts';
import { connect, type Db, migrate } from './db/connection.ts';
import { pauseConnection } from './db/connections.ts';
import { credentialKeeper } from './db/credentials.ts';
import { workspaceOfHandoff } from './db/handoffs.ts';
import { beginHome, landHome } from './db/homes.ts';
import { manualById } from './db/manual-leads.ts';
import { seenBefore } from './db/notices.ts';
import { apollo } from './enrichment/apollo.ts';
import { clearbit } from './enrichment/clearbit.ts';
import { actionsOf } from './handoff/actions.ts';
import { type Allowance, allowance } from './handoff/allowance.ts';
import { gated } from './handoff/crm-gate.ts';
import { type Deps, PATIENCE, type Patience, type Vendors } from './handoff/deps.ts';
import { warmJudging } from './handoff/judge.ts';
import { queriesOf } from './handoff/queries.ts';
import { connectPages } from './http/connect.ts';
import { crmHook } from './http/crm-hook.ts';
import { health } from './http/health.ts';
import { hooks } from './http/hooks.ts';
import { open } from './http/open.ts';
import { trouble } from './http/trouble.ts';
import { type JobTable, startRunner } from './jobs/runner.ts';
import { breaker } from './lib/breaker.ts';
import type { Clock } from './lib/clock.ts';
import { type Keyring, parseKeyring } from './lib/crypto.ts';
import { CredentialsRejected, toError } from './lib/errors.ts';
import type { Logger } from './lib/log.ts';
import { smtp } from './mail/smtp.ts';
import { openDatabase } from './migrate.ts';
import { reportsOf } from './reports/ask.ts';
import { slackApp } from './slack/app.ts';
import { type SlackNotifier, slackClient, slackNotifier } from './slack/notifier.ts';
import { hubspot } from './sources/hubspot.ts';
import { manual } from './sources/manual.ts';
import { jobTable, startTicks } from './worker.ts';
import { adminDesk } from './workspaces/admin.ts';
import { connectDesk, forgetUnanswered } from './workspaces/connect.ts';
import { forgetWorkspaceLogins } from './workspaces/connect-keep.ts';
import { prepareWorkspace, readPlaybookFile } from './workspaces/one.ts';
import { forgetOwnLogins } from './workspaces/own-logins.ts';
import { type Playbooks, playbooks } from './workspaces/playbooks.ts';

export interface StartOptions {
  env: Env;
  clock: Clock;
  log: Logger;
  /** Shorter in tests; the defaults are what the README promises. */
  patience?: Patience;
  /** Jobs under way at once in this process. */
  concurrency?: number;
  /** Wraps the job handlers: tests run each of them twice. */
  jobs?: (table: JobTable) => JobTable;
  /** More routes on the web process: the demo's page. */
  mount?: (web: express.Express, deps: Deps, workspaceId: string) => void;
}

export interface Running {
  /** Where the web process listens; empty for a pure worker. */
  url: string;
  deps: Deps;
  workspaceId: string;
  /** Finishes what is running, then closes everything. */
  stop(): Promise<void>;
}

const CONCURRENCY = 24;

/** Starts what ROLE says: web, worker or both. Resolves when hooks are answered and jobs are worked on. */
export async function start(options: StartOptions): Promise<Running> {
  const { env, clock, log } = options;
  // A wrong playbook is found before anything is started.
  await readPlaybookFile(env.PLAYBOOK);
  const database = await openDatabase(env, log);
  const db = connect(database.url, 16);
  const closing: (() => Promise<unknown>)[] = [() => database.stop(), () => db.destroy()];
  const stop = async () => {
    for (const close of closing.reverse()) await close();
  };
  try {
    await migrate(db, database.url);
    const ours = await oneWorkspace(options, db);
    const { deps, workspaceId } = ours;
    const web = env.ROLE === 'worker' ? undefined : await serve(options, ours);
    if (web) closing.push(() => web.stop());
    if (env.ROLE !== 'web') {
      warmJudging();
      const runner = await startRunner({
        db,
        url: database.url,
        jobs: (options.jobs ?? (table => table))(jobTable(deps)),
        clock,
        log,
        concurrency: options.concurrency ?? CONCURRENCY,
      });
      closing.push(() => runner.stop());
      closing.push(startTicks(deps));
    }
    return { url: web?.url ?? '', deps, workspaceId, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Starts the web half: Slack first (it needs the raw body), then hooks, links and health. */
async function serve(
  options: StartOptions,
  { deps, admin, connect, desk, workspaceId, bot }: OneWorkspace,
): Promise<Web> {
  const { env, clock, log } = options;
  const web = express();
  web.disable('x-powered-by');
  const slack = slackApp({
    express: web,
    signingSecret: env.SLACK_SIGNING_SECRET,
    ...(env.SLACK_API_URL && { apiUrl: env.SLACK_API_URL }),
    clock,
    log,
    authorize: async teamId =>
      teamId === bot.teamId
        ? { workspaceId, botToken: env.SLACK_BOT_TOKEN, botId: bot.botId, botUserId: bot.botUserId }
        : undefined,
    seenBefore: (workspace, key) => seenBefore(deps.db, workspace, key, clock.now()),
    homes: {
      begin: (by, state) => beginHome(deps.db, by.workspaceId, by.slackUserId, state),
      land: by => landHome(deps.db, by.workspaceId, by.slackUserId),
    },
    actions: actionsOf(deps),
    queries: queriesOf(deps),
    reports: reportsOf(deps),
    admin,
    ...(connect && { connect }),
    // The token is the environment's: it cannot be wiped here, only used no longer.
    async uninstalled() {
      await deps.db.transaction(trx =>
        pauseConnection(trx, workspaceId, 'slack', 'Baton was removed from the workspace', clock.now()),
      );
      if (!desk) return;
      // People gave theirs for what they do in this Slack.
      await forgetOwnLogins(desk, workspaceId, 'everybody');
      await forgetWorkspaceLogins(desk, workspaceId);
    },
  });
  web.use(crmHook(deps));
  web.use(hooks(deps));
  web.use(open(deps, handoffId => workspaceOfHandoff(deps.db, handoffId)));
  if (connect) web.use(connectPages(connect, deps.publicUrl));
  web.use(health(deps));
  options.mount?.(web, deps, workspaceId);
  web.use(trouble(log));
  const server = await listen(web, env.PORT);
  return {
    url: `http://127.0.0.1:${env.PORT}`,
    async stop() {
      await closed(server);
      await slack.stop();
    },
  };
}

interface Web {
  url: string;
  stop(): Promise<void>;
}

function listen(web: express.Express, port: number): Promise<Server> {
  const server = createServer(web);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, () => resolve(server));
  });
}

/** Answers what is under way, then closes; idle keep-alive connections would hold it for seconds. */
function closed(server: Server): Promise<void> {
  return new Promise(resolve => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
}

type OneWorkspace = Awaited<ReturnType<typeof oneWorkspace>>;

/** One company, one workspace: everything about it comes from the environment. */
async function oneWorkspace({ env, clock, log, patience }: StartOptions, db: Db) {
  const notifier = notifierOf(env, clock, log);
  const bot = await notifier.whoAmI().catch(thrown => {
    throw slackUnreachable(toError(thrown));
  });
  const playbookOf = playbooks(db, clock);
  const login = salesforceLoginOf(env, clock);
  const keyring = env.ENCRYPTION_KEY === undefined ? undefined : parseKeyring(env.ENCRYPTION_KEY);
  const keepersOf = keyring && ((workspaceId: string) => salesforceKeepers(db, keyring, workspaceId, clock));
  const vendors = vendorsOf(env, clock, (await readPlaybookFile(env.PLAYBOOK)).playbook);
  const services = [
    'slack',
    ...Object.keys(vendors.sources),
    ...(vendors.crm ? [vendors.crm.name] : []),
    ...Object.keys(vendors.enrichers),
    ...(vendors.mailer ? [vendors.mailer.name] : []),
  ];
  const team = { id: bot.teamId, name: bot.team };
  const byLogin = login?.forWorkspace ? ['salesforce'] : [];
  const workspace = await prepareWorkspace(db, { env, team, services, byLogin, clock });
  // No connection of the workspace's: it is there as long as people are.
  const byHand = manual({ handedOff: async id => (await manualById(db, workspace.id, id)) ?? null });
  const vendorsNow = vendorsOfPlaybook(env, clock, playbookOf, keepersOf);
  const deps: Deps = {
    ...(login && keyring && { ownLogins: ['salesforce'] }),
    forgetLeavers: async id => {
      if (desk) await forgetOwnLogins(desk, id, 'leavers');
    },
    forgetUnanswered: async () => {
      if (desk) await forgetUnanswered(desk);
    },
    db,
    clock,
    log,
    patience: patience ?? PATIENCE,
    publicUrl: publicUrlOf(env),
    messagesTo: messagesToOf(env),
    playbook: playbookOf,
    byLogin,
    vendors: async workspaceId => {
      const { sources, ...others } = await vendorsNow(workspaceId);
      return { ...others, sources: { ...sources, manual: byHand }, notifier };
    },
  };
  const desk = login && keyring && { deps, keyring, logins: { salesforce: login } };
  const connect = desk && connectDesk(desk);
  return { deps, admin: adminDesk(deps, playbookOf), connect, desk, workspaceId: workspace.id, bot };
}

const publicUrlOf = (env: Env): string => (env.PUBLIC_URL ?? `http://127.0.0.1:${env.PORT}`).replace(/\/$/, '');

/** Where Salesforce's messages are taken in. */
export const messagesToOf = (env: Env): string => `${publicUrlOf(env)}/hooks/${env.HOOK_KEY}/salesforce`;

/** Threshold and field names are the playbook's: when an edit changes those, the vendors are made anew with them. */
function vendorsOfPlaybook(
  env: Env,
  clock: Clock,
  playbookOf: Playbooks,
  keepersOf?: (workspaceId: string) => TokenKeepers,
) {
  const gate = { breaker: breaker(clock), allowance: allowance('salesforce', clock) };
  let made: { of: string; vendors: Omit<Vendors, 'notifier'> } | undefined;
  return async (workspaceId: string): Promise<Omit<Vendors, 'notifier'>> => {
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

function slackUnreachable(error: Error): ConfigurationError {
  return error instanceof CredentialsRejected
    ? new ConfigurationError(
        `Baton cannot start: Slack does not accept SLACK_BOT_TOKEN (${error.message}). Copy the Bot User OAuth Token again.`,
      )
    : new ConfigurationError(
        `Baton cannot start: Slack cannot be reached (${error.message}). Check the network and SLACK_API_URL, then start again.`,
      );
}

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
): Omit<Vendors, 'notifier'> {
  const token = env.HUBSPOT_ACCESS_TOKEN;
  return {
    sources: {
      ...(token && {
        hubspot: hubspot({
          apiUrl: env.HUBSPOT_API_URL,
          apiVersion: env.HUBSPOT_API_VERSION,
          accessToken: async () => token,
          ...(env.HUBSPOT_CLIENT_SECRET && { clientSecret: env.HUBSPOT_CLIENT_SECRET }),
          scoreProperty: playbook.mql.score_property.hubspot,
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
function salesforceLoginOf(env: Env, clock: Clock): LoginPage | undefined {
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
