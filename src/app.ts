/** Composition root: starts the database, one company's workspace, and the halves that ROLE names. */
import type express from 'express';
import { ConfigurationError, type Env } from './config/env.ts';
import { connect, type Db, migrate } from './db/connection.ts';
import { unlessHeldUp } from './db/trouble.ts';
import { type Deps, PATIENCE, type Patience, type Vendors } from './handoff/deps.ts';
import type { JobTable } from './jobs/runner.ts';
import { type Clock, MINUTE } from './lib/clock.ts';
import { parseKeyring } from './lib/crypto.ts';
import { CredentialsRejected, toError } from './lib/errors.ts';
import type { Logger } from './lib/log.ts';
import { openDatabase } from './migrate.ts';
import type { SlackNotifier, WhoAmI } from './slack/notifier.ts';
import {
  byHandOf,
  messagesToOf,
  notifierOf,
  publicUrlOf,
  salesforceKeepers,
  salesforceLoginOf,
  vendorsOf,
  vendorsOfPlaybook,
} from './vendors.ts';
import { serve, serveHealth } from './web.ts';
import { startWorkerPart, type WorkerPart } from './worker-part.ts';
import { adminDesk } from './workspaces/admin.ts';
import { connectDesk, forgetUnanswered } from './workspaces/connect.ts';
import { prepareWorkspace, readPlaybookFile } from './workspaces/one.ts';
import { forgetOwnLogins } from './workspaces/own-logins.ts';
import { playbooks } from './workspaces/playbooks.ts';

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
  await readPlaybookFile(env.PLAYBOOK);
  const database = await openDatabase(env, log);
  const db = connect(database.url, CONNECTIONS);
  const closing: (() => unknown)[] = [() => database.stop(), () => db.destroy()];
  const stop = async () => {
    for (const close of closing.reverse()) await close();
  };
  try {
    await migrate(database.url);
    const ours = await oneWorkspace(options, db);
    const { deps, workspaceId } = ours;
    let worker: WorkerPart | undefined;
    const working = env.ROLE === 'web' ? undefined : () => worker?.health() ?? STARTING;
    const web = await (env.ROLE === 'worker' ? serveHealth(options, deps, working) : serve(options, ours, working));
    if (web) closing.push(() => web.stop());
    if (env.ROLE !== 'web') {
      worker = await startWorkerPart({ ...options, url: database.url, deps });
      closing.push(() => worker?.stop());
    }
    return { url: env.ROLE === 'worker' ? '' : (web?.url ?? ''), deps, workspaceId, ...(worker && { worker }), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

const STARTING = { why: 'the worker part begins', failingForMs: 0 };

/** Rows that a process holds which was frozen are free again by then. */
const PREPARED_WITHIN = MINUTE;

/** One company, one workspace: everything about it comes from the environment. */
async function oneWorkspace({ env, clock, log, patience }: StartOptions, db: Db) {
  const notifier = notifierOf(env, clock, log);
  const bot = await reached(notifier);
  const playbookOf = playbooks(db, clock);
  const login = salesforceLoginOf(env, clock);
  const keyring = env.ENCRYPTION_KEY === undefined ? undefined : parseKeyring(env.ENCRYPTION_KEY);
  const keepersOf = keyring && ((workspaceId: string) => salesforceKeepers(db, keyring, workspaceId, clock));
  const services = servicesOf(vendorsOf(env, clock, (await readPlaybookFile(env.PLAYBOOK)).playbook));
  const team = { id: bot.teamId, name: bot.team };
  const byLogin = login?.forWorkspace ? ['salesforce'] : [];
  const given = { env, team, services, byLogin, clock };
  const workspace = await unlessHeldUp(PREPARED_WITHIN, () => prepareWorkspace(db, given));
  const byHand = byHandOf(db, workspace.id);
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

/** By the names their connections have. */
function servicesOf({ sources, crm, enrichers, mailer }: Omit<Vendors, 'notifier'>): string[] {
  const alone = [crm, mailer].flatMap(one => (one ? [one.name] : []));
  return ['slack', ...Object.keys(sources), ...Object.keys(enrichers), ...alone];
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
