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
import { SocketReceiver } from './socket.ts';

export type { SlackDeps } from './deps.ts';
export type ListenerTables = readonly ListenerTable[];

const ENDPOINT = '/slack/events';
/** Workspaces whose clients are kept. */
const MOST_CLIENTS = 2_000;

export interface SlackApp {
  /** In socket mode: resolves when Slack has said hello; else there is nothing to wait for. */
  start(): Promise<void>;
  /** Resolves when no listener runs any more; close the server first. */
  stop(): Promise<void>;
}

/** Adds Slack's endpoint to the web server, or with an app token a socket in its place. Body parsers must come after this. */
export function slackApp(deps: SlackDeps, tables?: ListenerTables): SlackApp {
  const { log, apiUrl, appToken } = deps;
  const logger = slackLog(log);
  const socket = appToken === undefined ? undefined : new SocketReceiver({ appToken, apiUrl, log });
  const receiver = socket ?? endpoint(deps);
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
  return {
    async start() {
      await socket?.start();
    },
    async stop() {
      await socket?.stop();
      await app.settled();
    },
  };
}

function endpoint({ express, signingSecret, requestClock, log }: SlackDeps): ExpressReceiver {
  // An empty secret would be one that everybody knows.
  if (!signingSecret) throw new TypeError('what comes over HTTP cannot be verified without a signing secret');
  express.post(ENDPOINT, onlySlack({ signingSecret, clock: requestClock ?? systemClock, log }));
  return new ExpressReceiver({
    app: express,
    endpoints: ENDPOINT,
    signingSecret,
    // onlySlack has done it, by a stricter rule.
    signatureVerification: false,
    logger: slackLog(log),
  });
}

function isOfOrganization(body: AnyMiddlewareArgs['body'] | undefined): boolean {
  return body !== undefined && 'event' in body && /^team_access_/.test(body.event.type);
}
