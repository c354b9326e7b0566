/** The Slack app: Bolt on Baton's own web server, at /slack/events. */
import { ExpressReceiver } from '@slack/bolt';
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
    authorize: async source => {
      const teamId = source.teamId ?? source.enterpriseId ?? '';
      const found = await deps.authorize(teamId);
      if (!found) throw new NotInstalled(`workspace ${teamId} has not installed Baton`);
      return { ...found, teamId };
    },
  });
  app.error(answerRefusal(log));
  app.use(answerTrouble(deps));
  app.use(onlyOnce(deps));
  listen(app, deps, tables);
  return { stop: () => app.settled() };
}
