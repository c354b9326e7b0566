/** The Slack app: Bolt on Baton's own web server, at /slack/events. */
import { type AnyMiddlewareArgs, ExpressReceiver } from '@slack/bolt';
import { LRUCache } from 'lru-cache';
import { systemClock } from '../lib/clock.ts';
import { CountingApp, onlyOnce } from './delivery.ts';
import type { SlackDeps } from './deps.ts';
import { answerRefusal, answerTrouble, NotInstalled } from './listener-errors.ts';
import { listen } from './listeners/index.ts';
import type { ListenerTable } from './listeners/types.ts';
import { slackLog } from './log.ts';
import { clientOptions } from './notifier.ts';
import { onlySlack } from './receive.ts';

export type { SlackDeps } from './deps.ts';
export type ListenerTables = readonly ListenerTable[];

const ENDPOINT = '/slack/events';
/** Workspaces whose clients are kept. */
const MOST_CLIENTS = 2_000;

export interface SlackApp {
  /** Resolves when no listener runs any more; close the server first. */
  stop(): Promise<void>;
}

/** Adds Slack's endpoint to the web server. Body parsers must come after this. */
export function slackApp(deps: SlackDeps, tables?: ListenerTables): SlackApp {
  const { log, signingSecret } = deps;
  const logger = slackLog(log);
  deps.express.post(ENDPOINT, onlySlack({ signingSecret, clock: deps.requestClock ?? systemClock, log }));
  const receiver = new ExpressReceiver({
    app: deps.express,
    endpoints: ENDPOINT,
    signingSecret,
    // onlySlack has done it, by a stricter rule.
    signatureVerification: false,
    logger,
  });
  const app = new CountingApp({
    receiver,
    logger,
    clientOptions: clientOptions({ ...(deps.apiUrl && { apiUrl: deps.apiUrl }), log }),
    convoStore: false,
    extendedErrorHandler: true,
    authorize: async ({ teamId, enterpriseId, isEnterpriseInstall: ofOrganization }, body) => {
      // News of which workspaces an organization adds or takes away is of none of them.
      if (isOfOrganization(body)) return {};
      const found = await deps.authorize({ teamId, enterpriseId, ofOrganization });
      if (!found) throw new NotInstalled(`workspace ${teamId ?? enterpriseId} has not installed Baton`);
      clients.set(found.teamId, found.botToken);
      return { ...found };
    },
  });
  // Bolt keeps a client for every token it has ever seen: of workspaces not heard of lately, and of tokens that were
  // renewed since, they are let go.
  const clients = new LRUCache<string, string>({ max: MOST_CLIENTS, dispose: (_token, key) => app.forgetClients(key) });
  app.error(answerRefusal(log));
  app.use(answerTrouble(deps));
  app.use(onlyOnce(deps));
  listen(app, deps, tables);
  return { stop: () => app.settled() };
}

function isOfOrganization(body: AnyMiddlewareArgs['body'] | undefined): boolean {
  return body !== undefined && 'event' in body && /^team_access_/.test(body.event.type);
}
