import type { ServiceFactory } from '../service.ts';
import { unknownMethod, webApi } from './api.ts';
import { slackControl } from './control.ts';
import { coverage } from './coverage.ts';
import { createOutbox } from './deliver.ts';
import { oauthPage } from './oauth-page.ts';
import { openIdPages } from './open-id.ts';
import { responseUrls } from './people/respond.ts';
import { socketMode } from './socket.ts';
import { fileStore } from './uploads.ts';
import { APP, BOT_TOKEN, HOME_TEAM, newWorld } from './world.ts';

/** Slack: Web API under `/api/`, response URLs, uploads, OAuth, and people who press buttons. */
export const slack: ServiceFactory = context => {
  let world = newWorld(context);
  const current = () => world;
  const sockets = socketMode();
  const outbox = createOutbox(current, sockets);
  return {
    name: 'slack',
    coverage,
    handlers: {
      ...webApi(current, outbox),
      ...responseUrls(current),
      ...fileStore(current),
      ...oauthPage(current, outbox),
      ...openIdPages(current),
      ...sockets.handlers,
    },
    otherwise: unknownMethod,
    sample: () => ({
      refusesWith200: true,
      headers: { authorization: `Bearer ${BOT_TOKEN}` },
      params: { team: HOME_TEAM, id: 'F0', name: 'report.csv', enterprise: 'E0NONE', app: APP.id },
    }),
    control: slackControl(current, outbox),
    reset() {
      world = newWorld(context);
    },
    env: base => ({
      SLACK_API_URL: `${base}/api/`,
      SLACK_BOT_TOKEN: BOT_TOKEN,
      SLACK_SIGNING_SECRET: APP.signingSecret,
      SLACK_CLIENT_ID: APP.clientId,
      SLACK_CLIENT_SECRET: APP.clientSecret,
      SLACK_APP_ID: APP.id,
    }),
    async close() {
      await outbox.settled();
      await sockets.close();
    },
  };
};
