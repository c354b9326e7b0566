/** Composition root: starts the database, the environment's own workspace, and the halves that ROLE names. */
import type express from 'express';
import { ConfigurationError, type Env } from './config/env.ts';
import { connectedByEnv, connections, hookAddressOf, loginPages, notifierOf, publicUrlOf } from './connections.ts';
import type { Role } from './contracts/role.ts';
import { connect, type Db, migrate } from './db/connection.ts';
import { hookKeyOf } from './db/workspaces.ts';
import { introduceVendors } from './domain/service-name.ts';
import { type Deps, PATIENCE, type Patience } from './handoff/core/deps.ts';
import { warmJudging } from './handoff/judge/judge.ts';
import { type JobTable, startRunner } from './jobs/runner.ts';
import type { Clock } from './lib/clock.ts';
import { parseKeyring } from './lib/crypto.ts';
import { CredentialsRejected, toError } from './lib/errors.ts';
import type { Logger } from './lib/log.ts';
import { openDatabase } from './migrate.ts';
import type { ListenerTables } from './slack/app.ts';
import type { SlackNotifier, WhoAmI } from './slack/notifier.ts';
import { playbookVendorsOf } from './vendors/playbook-vendors.ts';
import { VENDORS } from './vendors/table.ts';
import type { Vendor } from './vendors/vendor.ts';
import { serve } from './web.ts';
import { jobTable, startTicks } from './worker.ts';
import { adminDesk } from './workspaces/admin.ts';
import { bots } from './workspaces/bots.ts';
import { connectDesk, forgetUnanswered } from './workspaces/connect.ts';
import { prepareWorkspace, readPlaybookFile } from './workspaces/one.ts';
import { forgetOwnLogins } from './workspaces/personal-logins.ts';
import { playbooks } from './workspaces/playbooks.ts';

export interface StartOptions {
  env: Env;
  clock: Clock;
  log: Logger;
  /** Shorter in tests; the defaults are what the README promises. */
  patience?: Patience;
  /** The vendors there are; the product's own when left out. */
  vendors?: readonly Vendor[];
  /** Jobs under way at once in this process. */
  concurrency?: number;
  /** Wraps the job handlers: tests run each of them twice. */
  jobs?: (table: JobTable) => JobTable;
  /** Wraps what listens to Slack: tests see who is heard. */
  listeners?: (tables: ListenerTables) => ListenerTables;
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
  await readPlaybookFile(env.PLAYBOOK, playbookVendorsOf(options.vendors ?? VENDORS));
  const database = await openDatabase(env, log);
  const db = connect(database.url, 16);
  const closing: (() => Promise<unknown>)[] = [() => database.stop(), () => db.destroy()];
  const stop = async () => {
    for (const close of closing.reverse()) await close();
  };
  try {
    await migrate(db, database.url);
    const ours = await served(options, db);
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

/** The environment's own workspace, and what serves it and every other. */
async function served({ env, clock, log, patience, vendors: table = VENDORS }: StartOptions, db: Db) {
  introduceVendors(table);
  const playbookVendors = playbookVendorsOf(table);
  const bot = await reached(notifierOf({ env, clock, log }, env.SLACK_BOT_TOKEN));
  const playbookOf = playbooks(db, clock, playbookVendors);
  const logins = loginPages(table, env, clock);
  const keyring = env.ENCRYPTION_KEY === undefined ? undefined : parseKeyring(env.ENCRYPTION_KEY);
  const byLogin = Object.keys(logins).filter(vendor => logins[vendor]?.forWorkspace);
  const { playbook } = await readPlaybookFile(env.PLAYBOOK, playbookVendors);
  const workspace = await prepareWorkspace(db, {
    env,
    team: { id: bot.teamId, name: bot.team },
    playbookVendors,
    connections: [{ vendor: 'slack', role: 'chat' }, ...connectedByEnv(table, env, clock, playbook)],
    byLogin,
    keyring,
    clock,
  });
  const connected = connections({ db, clock, log, env, table, keyring, playbookOf, own: workspace.id });
  const deps: Deps = {
    db,
    clock,
    log,
    patience: patience ?? PATIENCE,
    publicUrl: publicUrlOf(env),
    playbook: playbookOf,
    playbookVendors,
    byLogin,
    ...(keyring && { ownLogins: Object.keys(logins) }),
    vendors: connected.of,
    allowances: connected.allowances,
    connectionChanged: connected.changed,
    async hookAddress(workspaceId, vendor) {
      if (workspaceId === workspace.id) return hookAddressOf(env, vendor);
      const key = keyring && (await hookKeyOf(db, keyring, workspaceId));
      return key && `${publicUrlOf(env)}/hooks/${key}/${vendor}`;
    },
    forgetLeavers: async id => {
      if (desk) await forgetOwnLogins(desk, id, 'leavers');
    },
    forgetUnanswered: async () => {
      if (desk) await forgetUnanswered(desk);
    },
  };
  const rolesOf = (vendor: string) =>
    Object.keys(table.find(one => one.name === vendor)?.roles ?? {}) as Exclude<Role, 'chat'>[];
  const desk = keyring && Object.keys(logins).length > 0 ? { deps, keyring, logins, rolesOf } : undefined;
  const own = { workspaceId: workspace.id, botToken: env.SLACK_BOT_TOKEN, ...bot };
  return {
    deps,
    admin: adminDesk(deps, playbookOf),
    connect: desk && connectDesk(desk),
    desk,
    keyring,
    workspaceId: workspace.id,
    bots: bots({ db, keyring, clock }, own),
  };
}

/** Who Baton is in this Slack; without Slack it does not start. */
async function reached(notifier: SlackNotifier): Promise<WhoAmI> {
  try {
    return await notifier.whoAmI();
  } catch (thrown) {
    const error = toError(thrown);
    throw new ConfigurationError(
      error instanceof CredentialsRejected
        ? `Baton cannot start: Slack does not accept SLACK_BOT_TOKEN (${error.message}). Copy the Bot User OAuth Token again.`
        : `Baton cannot start: Slack cannot be reached (${error.message}). Check the network and SLACK_API_URL, then start again.`,
    );
  }
}
