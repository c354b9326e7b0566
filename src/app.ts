/** Composition root: starts the database, the environment's own workspace, and the halves that ROLE names. */
import type { Server } from 'node:http';
import type express from 'express';
import { ConfigurationError, type Env, ownCompany } from './config/env.ts';
import type { PlaybookVendors } from './config/playbook.ts';
import { appHooks, appWebhooks, connectedByEnv, loginPages, ownByLogin, publicUrlOf } from './connections/by-env.ts';
import { keyVendors } from './connections/key-vendors.ts';
import { notifierOf } from './connections/make-vendors.ts';
import { connections } from './connections.ts';
import type { Role } from './contracts/role.ts';
import { unlessHeldUp } from './db/conflict.ts';
import { connect, type Db, migrate } from './db/connection.ts';
import { hookKeyOf } from './db/workspaces/workspaces.ts';
import { introduceVendors } from './domain/service-name.ts';
import { type Deps, PATIENCE, type Patience } from './handoff/core/deps.ts';
import { processMetrics } from './http/metrics.ts';
import { replayOnceBy } from './jobs/replay-once.ts';
import type { JobTable } from './jobs/runner.ts';
import { type Clock, MINUTE } from './lib/clock.ts';
import { type Keyring, parseKeyring } from './lib/crypto.ts';
import { CredentialsRejected, Failure } from './lib/errors.ts';
import type { Logger } from './lib/log.ts';
import { RELEASE } from './lib/version.ts';
import { openDatabaseOfApp } from './migrate.ts';
import type { ListenerTables } from './slack/app.ts';
import { slackLogin } from './slack/login.ts';
import type { SlackNotifier, WhoAmI } from './slack/notifier.ts';
import { playbookVendorsOf } from './vendors/playbook-vendors.ts';
import { VENDORS } from './vendors/table.ts';
import type { Vendor } from './vendors/vendor.ts';
import { serve, serveHealth } from './web.ts';
import { startWorkerPart, type WorkerPart } from './worker-part.ts';
import { adminService } from './workspaces/admin.ts';
import { connectService } from './workspaces/connect.ts';
import { hookKeys } from './workspaces/hook-keys.ts';
import { keyConnects } from './workspaces/key-connect.ts';
import { checkKeys } from './workspaces/keys.ts';
import { knownHookKeys } from './workspaces/known-hook-keys.ts';
import { forgetUnanswered } from './workspaces/login-journey.ts';
import { prepareWorkspace, readPlaybookFile } from './workspaces/one.ts';
import { forgetPersonalLogins } from './workspaces/personal-logins.ts';
import { playbooks } from './workspaces/playbooks.ts';
import { type Bot, bots } from './workspaces/tenants/bots.ts';
import { tellDyingToken } from './workspaces/tenants/dying-token.ts';
import { installJourney } from './workspaces/tenants/install-journey.ts';
import type { Leaving } from './workspaces/tenants/installation.ts';
import { admitFrom, tenancyNews } from './workspaces/tenants/tenants.ts';

export interface StartOptions {
  env: Env;
  clock: Clock;
  log: Logger;
  /** Shorter in tests; the defaults are what the README promises. */
  patience?: Patience;
  /** The vendors there are; the product's own when left out. */
  vendors?: readonly Vendor[];
  /** Jobs under way at once in this process; one workspace has half of them at most. */
  concurrency?: number;
  /** Wraps the job handlers: tests run each of them twice. */
  jobs?: (table: JobTable) => JobTable;
  /** Wraps what listens to Slack: tests see who is heard. */
  listeners?: (tables: ListenerTables) => ListenerTables;
  /** Listens on PORT already, as the set-up: the web half takes it over. */
  server?: Server | undefined;
  /** More routes on the web process: the demo's page. */
  mount?: (web: express.Express, deps: Deps, workspaceId: string) => void;
}

export interface Running {
  /** Where the web process listens; empty for a pure worker. */
  url: string;
  deps: Deps;
  /** The environment's own; empty where workspaces install Baton and there is none. */
  workspaceId: string;
  /** What the web half does every few seconds: draws Homes anew that somebody looks at and that something changed of. */
  redrawHomes(): Promise<void>;
  /** Absent in a pure web process. */
  worker?: WorkerPart;
  /** Finishes what is running, then closes everything. */
  stop(): Promise<void>;
}

/** Of everything but the jobs: hooks are answered whatever holds up the work. */
const CONNECTIONS = 8;

/** Starts what ROLE says: web, worker or both. Resolves when hooks are answered and jobs are worked on. */
export async function start(options: StartOptions): Promise<Running> {
  const { env, log } = options;
  // A wrong playbook is found before anything is started.
  if (ownCompany(env)) await readPlaybookFile(env.PLAYBOOK, playbookVendorsOf(options.vendors ?? VENDORS));
  const database = await openDatabaseOfApp(env, log);
  const db = connect(database.url, CONNECTIONS);
  const closing: (() => unknown)[] = [() => database.stop(), () => db.destroy()];
  const stop = async () => {
    for (const close of closing.reverse()) await close();
  };
  try {
    await migrate(database.direct);
    await checkKeys(db, env, log);
    const ours = await served(options, db);
    const { deps, workspaceId } = ours;
    let worker: WorkerPart | undefined;
    const working = env.ROLE === 'web' ? undefined : () => worker?.health() ?? STARTING;
    const web = await (env.ROLE === 'worker' ? serveHealth(options, ours, working) : serve(options, ours, working));
    if (web) closing.push(() => web.stop());
    if (env.ROLE !== 'web') {
      await replayOnceBy(db, RELEASE, options.clock.now());
      worker = await startWorkerPart({ ...options, url: database.direct, deps });
      closing.push(() => worker?.stop());
    }
    return {
      url: env.ROLE === 'worker' ? '' : (web?.url ?? ''),
      deps,
      workspaceId,
      redrawHomes: async () => web?.redrawHomes(),
      ...(worker && { worker }),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

const STARTING = { why: 'the worker part begins', failingForMs: 0 };

/** Rows that a process holds which was frozen are free again by then. */
const PREPARED_WITHIN = MINUTE;

/** The environment's own workspace, where it has one, and what serves it and every other. */
async function served(options: StartOptions, db: Db) {
  const { env, clock, log, patience, vendors: table = VENDORS } = options;
  introduceVendors(table);
  const metrics = processMetrics();
  const playbookVendors = playbookVendorsOf(table);
  const playbookOf = playbooks(db, clock, playbookVendors);
  const logins = loginPages(table, env, clock);
  const keyring = env.ENCRYPTION_KEY === undefined ? undefined : parseKeyring(env.ENCRYPTION_KEY);
  const byLogin = ownByLogin(table, env, clock);
  const others = Object.keys(logins).filter(vendor => logins[vendor]?.forWorkspace);
  const own = await ownBot(options, db, { playbookVendors, byLogin, keyring });
  const keysOfHooks = knownHookKeys(db, clock);
  const tenants = tenantsOf(options, db, { keyring, own, changed: keysOfHooks.changed });
  const connected = connections({
    ...{ db, clock, log, metrics, env, table, keyring, playbookOf, own: own?.workspaceId },
    foundNewest: playbookOf.saved,
    botTokenOf: tenants.bots.tokenOf,
  });
  const deps: Deps = {
    db,
    clock,
    log,
    metrics,
    patience: patience ?? PATIENCE,
    publicUrl: publicUrlOf(env),
    returnAddress: env.MAIL_RETURN_ADDRESS,
    playbook: playbookOf,
    playbookVendors,
    appWebhooks: appWebhooks(table, env, clock),
    byLogin: id => (id === own?.workspaceId ? byLogin : others),
    ...(keyring && { personalLogins: Object.keys(logins).filter(vendor => logins[vendor]?.forPeople !== false) }),
    vendors: connected.of,
    answers: connected.answers,
    allowances: connected.allowances,
    connectionChanged: connected.changed,
    async hookAddress(workspaceId, vendor) {
      if (workspaceId === own?.workspaceId) return `${publicUrlOf(env)}/hooks/${own.hookKey}/${vendor}`;
      const key = keyring && (await hookKeyOf(db, keyring, workspaceId));
      return key && `${publicUrlOf(env)}/hooks/${key}/${vendor}`;
    },
    forgetLeavers: async id => {
      if (loginDeps) await forgetPersonalLogins(loginDeps, id, 'leavers');
    },
    forgetUnanswered: async () => {
      if (loginDeps) await forgetUnanswered(loginDeps);
    },
  };
  const rolesOf = (vendor: string) =>
    Object.keys(table.find(one => one.name === vendor)?.roles ?? {}) as Exclude<Role, 'chat'>[];
  const loginDeps = keyring && Object.keys(logins).length > 0 ? { deps, keyring, logins, rolesOf } : undefined;
  return {
    deps,
    metrics,
    admin: adminService(deps, playbookOf),
    connect: loginDeps && connectService(loginDeps),
    hookKeys: keyring && hookKeys({ deps, keyring, own: own?.workspaceId, changed: keysOfHooks.changed }),
    knownHookKeys: keysOfHooks,
    keys: keyring && keyConnects({ deps, keyring, vendors: keyVendors(table, env, clock) }),
    appHooks: appHooks(table, env, clock),
    workspaceId: own?.workspaceId ?? '',
    embeds: table.flatMap(({ name, embed }) => (embed ? [{ name, ...embed }] : [])),
    bots: tenants.bots,
    ...tenants.heard({ deps, keyring, loginDeps }),
  };
}

interface Prepared {
  playbookVendors: PlaybookVendors;
  byLogin: readonly string[];
  keyring: Keyring | undefined;
}

/** The bot of the environment's own company, whose workspace is brought up to what the environment says. */
async function ownBot({ env, clock, log, vendors: table = VENDORS }: StartOptions, db: Db, prepared: Prepared) {
  const company = ownCompany(env);
  if (!company) return undefined;
  const bot = await reached(notifierOf({ env, clock, log }, company.botToken));
  const { playbook } = await readPlaybookFile(env.PLAYBOOK, prepared.playbookVendors);
  const given = {
    ...prepared,
    playbookFile: env.PLAYBOOK,
    hookKey: company.hookKey,
    formKey: env.vendors.form?.FORM_KEY,
    team: { id: bot.teamId, name: bot.team },
    connections: [{ vendor: 'slack', role: 'chat' as const }, ...connectedByEnv(table, env, clock, playbook)],
    clock,
  };
  const workspace = await unlessHeldUp(PREPARED_WITHIN, () => prepareWorkspace(db, given));
  return { ...bot, ...company, workspaceId: workspace.id };
}

/** Whoever installs Baton from Slack: the bots of all, and what becomes of those who come and go. */
function tenantsOf(
  { env, clock, log }: StartOptions,
  db: Db,
  { keyring, own, changed: alsoChanged }: { keyring: Keyring | undefined; own: Bot | undefined; changed(): void },
) {
  const { SLACK_CLIENT_ID: clientId, SLACK_CLIENT_SECRET: clientSecret, SLACK_API_URL: apiUrl } = env;
  const login = clientId && clientSecret ? slackLogin({ clientId, clientSecret, apiUrl, clock, log }) : undefined;
  const known = bots({
    ...{ db, keyring, clock, log, own, refresh: login?.refresh },
    dying: (slackId, until) => tellDyingToken({ db, clock, publicUrl: publicUrlOf(env) }, slackId, until),
    admit:
      keyring && login
        ? (organization, teamId) => admitFrom({ deps: { db, clock }, keyring, login }, organization, teamId)
        : undefined,
  });
  const changed = () => {
    known.changed();
    alsoChanged();
  };
  return {
    bots: known,
    heard: (leaving: Leaving) => ({
      install:
        keyring && login && env.PUBLIC_URL
          ? installJourney({ deps: leaving.deps, keyring, login, appId: env.SLACK_APP_ID, changed })
          : undefined,
      tenants: tenancyNews({ ...leaving, login, changed, own }),
    }),
  };
}

/** Who Baton is in this Slack; without Slack it does not start. */
async function reached(notifier: SlackNotifier): Promise<WhoAmI> {
  try {
    return await notifier.whoAmI();
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    throw new ConfigurationError(
      thrown instanceof CredentialsRejected
        ? `Baton cannot start: Slack does not accept SLACK_BOT_TOKEN (${thrown.message}). Copy the Bot User OAuth Token again.`
        : `Baton cannot start: Slack cannot be reached (${thrown.message}). Check the network and SLACK_API_URL, then start again.`,
    );
  }
}
