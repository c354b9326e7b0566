/** The web half: what Slack, the vendors, people and monitors reach over HTTP. */
import type { Server } from 'node:http';
import express from 'express';
import { ConfigurationError, type Env, isHosted } from './config/env.ts';
import type { AppHook } from './contracts/app-hook.ts';
import { workspaceOfHandoff } from './db/handoffs/handoffs.ts';
import {
  beginHome,
  beginHomeAgain,
  homeNews,
  homesLookedAt,
  homesStale,
  landHome,
  takeStaleHomes,
} from './db/people/homes.ts';
import { seenBefore } from './db/workspaces/notices.ts';
import { actionsOf } from './handoff/commands.ts';
import type { Deps } from './handoff/core/deps.ts';
import { queriesOf } from './handoff/queries/queries.ts';
import { actPages } from './http/act.ts';
import { appHookRoutes } from './http/app-hooks.ts';
import { connectPages } from './http/connect.ts';
import { handleErrors } from './http/error-handler.ts';
import { formHooks } from './http/forms/form-hook.ts';
import type { PageEmbed } from './http/forms/snippet.ts';
import { health } from './http/health.ts';
import { hooks } from './http/hooks.ts';
import { installPages } from './http/install.ts';
import { landing } from './http/landing.ts';
import { mailHook } from './http/mail/mail-hook.ts';
import { unsubscribePages } from './http/mail/unsubscribe.ts';
import type { ProcessMetrics } from './http/metrics.ts';
import { open } from './http/open.ts';
import { policies } from './http/policies.ts';
import { httpServer, secureHeaders } from './http/server.ts';
import { signalIntake } from './http/signal-intake.ts';
import type { WorkHealth } from './jobs/supervised-runner.ts';
import { after, type Clock, MINUTE, SECOND } from './lib/clock.ts';
import { toError } from './lib/errors.ts';
import type { Logger } from './lib/log.ts';
import { sharedPage } from './page/page-routes.ts';
import { reportsOf } from './reports/ask.ts';
import { booksService } from './reports/books/books-service.ts';
import { questionsOf } from './reports/questions.ts';
import { openAlertDigest } from './sla/alert-digest.ts';
import { nextRepOf, openAlert } from './sla/open-alert.ts';
import { type ListenerTables, type SlackApp, type SlackDeps, slackApp } from './slack/app.ts';
import { TABLES } from './slack/listeners/index.ts';
import { liveHomes } from './slack/live-homes.ts';
import { personLogin } from './slack/person-login.ts';
import type { AdminService } from './workspaces/admin.ts';
import type { ConnectService } from './workspaces/connect.ts';
import type { HookKeys } from './workspaces/hook-keys.ts';
import type { KeyConnects } from './workspaces/key-connect.ts';
import type { KnownHookKeys } from './workspaces/known-hook-keys.ts';
import { type PageAccess, pageAccess } from './workspaces/page-access.ts';
import { type PageLogin, pageLogin } from './workspaces/page-login.ts';
import type { Bots } from './workspaces/tenants/bots.ts';
import type { InstallJourney } from './workspaces/tenants/install-journey.ts';
import type { TenancyNews } from './workspaces/tenants/tenants.ts';

interface WebOptions {
  env: Env;
  clock: Clock;
  log: Logger;
  /** Wraps what listens to Slack: tests see who is heard. */
  listeners?: ((tables: ListenerTables) => ListenerTables) | undefined;
  /** More routes: the demo's page. */
  mount?: ((web: express.Express, deps: Deps, workspaceId: string) => void) | undefined;
  /** One that listens on PORT already, and answers as the set-up: it is taken over without a gap. */
  server?: Server | undefined;
}

/** The workspace that is served, and what people of it can do. */
interface Served {
  deps: Deps;
  metrics: ProcessMetrics;
  workspaceId: string;
  /** Baton itself in each Slack workspace. */
  bots: Bots;
  admin: AdminService;
  /** By vendor: deliveries of its app, whoever they are of. */
  appHooks: ReadonlyMap<string, AppHook>;
  /** Forms in other people's pages that the page script hears. */
  embeds: readonly PageEmbed[];
  /** Absent: nobody can log in at a vendor. */
  connect?: ConnectService | undefined;
  keys?: KeyConnects | undefined;
  hookKeys?: HookKeys | undefined;
  knownHookKeys: KnownHookKeys;
  /** Add to Slack; absent: nobody but the environment's own company uses it here. */
  install?: InstallJourney | undefined;
  tenants: TenancyNews;
}

/** Sign in with Slack, where Baton has an id and a secret there. */
function signInOf(
  { SLACK_CLIENT_ID: clientId, SLACK_CLIENT_SECRET: clientSecret, SLACK_API_URL: apiUrl }: Env,
  deps: Deps,
  access: PageAccess,
): PageLogin | undefined {
  if (!clientId || !clientSecret) return undefined;
  return pageLogin(deps, access, personLogin({ clientId, clientSecret, apiUrl, clock: deps.clock }));
}

/** Slack does not say who looks at Home: whoever opened it, or pressed something there, so long ago. */
const LOOKS_FOR = 15 * MINUTE;
const MOST_LOOKING = 2_000;
/** A person's Home is drawn anew by itself once in this time, and so many of a workspace each time that is looked after. */
const REDRAWN_AFTER = 10 * SECOND;
const REDRAWN_AT_ONCE = 5;

interface Web {
  url: string;
  /** Draws each Home anew that somebody looks at and that something changed of; it is done every few seconds. */
  redrawHomes(): Promise<void>;
  stop(): Promise<void>;
}

/** Whether the worker part of this process works; undefined: it has none. */
type Working = (() => WorkHealth) | undefined;

/** A process without a web half still says how it is, where HEALTH_PORT says. */
export async function serveHealth(
  { env, log }: WebOptions,
  { deps, metrics }: Pick<Served, 'deps' | 'metrics'>,
  working: Working,
): Promise<Web | undefined> {
  if (env.HEALTH_PORT === undefined) return undefined;
  const web = express();
  web.disable('x-powered-by');
  web.use(secureHeaders(deps.publicUrl));
  web.use(health(deps, working, { metrics, metricsToken: env.METRICS_TOKEN }));
  web.use(handleErrors(log));
  const server = await listen(web, env.HEALTH_PORT);
  return { url: `http://127.0.0.1:${env.HEALTH_PORT}`, redrawHomes: async () => {}, stop: () => closed(server) };
}

/** Starts the web half: Slack first (it needs the raw body), then hooks, links and health. */
export async function serve(
  { env, clock, log, listeners = tables => tables, mount, server: taken }: WebOptions,
  { deps, metrics, admin, appHooks, connect, keys, hookKeys, knownHookKeys, install, tenants, ...served }: Served,
  working: Working,
): Promise<Web> {
  const { workspaceId, bots, embeds } = served;
  const web = express();
  web.disable('x-powered-by');
  web.use(secureHeaders(deps.publicUrl));
  const [access, queries, questions] = [pageAccess(deps), queriesOf(deps), questionsOf(deps)];
  const behind: SlackDeps = {
    express: web,
    signingSecret: env.SLACK_SIGNING_SECRET,
    appToken: env.SLACK_APP_TOKEN,
    ...(env.SLACK_API_URL && { apiUrl: env.SLACK_API_URL }),
    clock,
    log,
    authorize: bots.of,
    seenBefore: (workspace, key) => seenBefore(deps.db, workspace, key, clock.now()),
    homes: {
      begin: (by, wanted, from) =>
        beginHome(deps.db, by.workspaceId, by.slackUserId, { ...wanted, now: clock.now() }, from),
      again: by => beginHomeAgain(deps.db, by.workspaceId, by.slackUserId, clock.now()),
      land: (by, shown) => landHome(deps.db, by.workspaceId, by.slackUserId, shown),
      lookedAt: () => homesLookedAt(deps.db, after(clock.now(), -LOOKS_FOR), MOST_LOOKING),
      news: from => homeNews(deps.db, from),
      stale: refs => homesStale(deps.db, refs),
      takeStale: () => {
        const now = clock.now();
        return takeStaleHomes(deps.db, { now, before: after(now, -REDRAWN_AFTER), perWorkspace: REDRAWN_AT_ONCE });
      },
    },
    botToken: bots.tokenOf,
    actions: actionsOf(deps),
    queries,
    openAlert: (of, handoffId) => openAlert(deps, { workspaceId: of, handoffId }),
    openAlertDigest: (of, digestId) => openAlertDigest(deps, { workspaceId: of, digestId }),
    nextRep: (of, handoffId) => nextRepOf(deps, { workspaceId: of, handoffId }),
    reports: reportsOf(deps),
    books: booksService(deps),
    questions,
    pageLink: access.link,
    admin,
    ...(connect && { connect }),
    ...(keys && { keys }),
    ...(hookKeys && { hookKeys }),
    ...tenants,
  };
  const slack = slackApp(behind, listeners(TABLES));
  const door = { intake: signalIntake(deps.db), keys: knownHookKeys };
  web.use(appHookRoutes(deps, appHooks, door));
  web.use(formHooks(deps, { embeds, proxies: env.TRUSTED_PROXIES, ...door }));
  web.use(mailHook(deps, knownHookKeys));
  web.use(hooks(deps, door));
  web.use(open(deps, handoffId => workspaceOfHandoff(deps.db, handoffId)));
  web.use(unsubscribePages(deps));
  web.use(actPages(deps));
  web.use(sharedPage({ deps, access, queries, questions, login: signInOf(env, deps, access) }));
  if (connect) web.use(connectPages(connect, deps.publicUrl));
  if (install) web.use(installPages(install, { publicUrl: deps.publicUrl, clock, proxies: env.TRUSTED_PROXIES }));
  web.use(health(deps, working, { metrics, metricsToken: env.METRICS_TOKEN }));
  mount?.(web, deps, workspaceId);
  web.use(policies(env.SUPPORT_EMAIL));
  web.use(landing(isHosted(env) && install !== undefined));
  web.use(handleErrors(log));
  await slackConnected(slack, env);
  const live = liveHomes(behind);
  const server = taken ? takeOver(taken, web) : await listen(web, env.PORT);
  return {
    url: `http://127.0.0.1:${env.PORT}`,
    redrawHomes: live.tick,
    async stop() {
      await closed(server);
      await live.stop();
      await slack.stop();
    },
  };
}

/** @throws ConfigurationError where socket mode is wanted and Slack does not take the token */
async function slackConnected(slack: SlackApp, { SLACK_APP_TOKEN }: Env): Promise<void> {
  try {
    await slack.start();
  } catch (thrown) {
    if (SLACK_APP_TOKEN === undefined) throw thrown;
    throw new ConfigurationError(
      `Baton cannot start: Slack does not take SLACK_APP_TOKEN (${toError(thrown).message}). It needs the scope connections:write, and Socket Mode must be on in the app.`,
    );
  }
}

function listen(web: express.Express, port: number): Promise<Server> {
  const server = httpServer(web);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, () => resolve(server));
  });
}

/** From the next request on. */
function takeOver(server: Server, web: express.Express): Server {
  server.removeAllListeners('request');
  return server.on('request', web);
}

/** Requests that take longer than this to be answered are cut when the process stops. */
const ANSWERED_WITHIN = 5 * SECOND;

/** Answers what is under way, then closes; idle keep-alive connections would hold it for seconds. */
function closed(server: Server): Promise<void> {
  return new Promise(resolve => {
    const late = setTimeout(() => server.closeAllConnections(), ANSWERED_WITHIN);
    server.close(() => {
      clearTimeout(late);
      resolve();
    });
    server.closeIdleConnections();
  });
}
