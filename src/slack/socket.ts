/** Slack over socket mode: Baton calls Slack and is told everything there, so that nothing has to reach Baton. */
import type { App, Receiver } from '@slack/bolt';
import { SocketModeClient } from '@slack/socket-mode';
import { SECOND } from '../lib/clock.ts';
import { toError } from '../lib/errors.ts';
import type { Logger } from '../lib/log.ts';
import { slackLog } from './log.ts';
import { clientOptions } from './notifier.ts';

interface SocketOptions {
  appToken: string;
  apiUrl: string | undefined;
  log: Logger;
}

const ASK_ON = { forever: true, minTimeout: SECOND, maxTimeout: 30 * SECOND };

/** What the client tells of each delivery (`@slack/socket-mode`, event `slack_event`). */
interface Delivery {
  body: Record<string, unknown>;
  ack(response?: unknown): Promise<void>;
  retry_num?: number;
  retry_reason?: string;
}

/** Bolt's own receiver takes no address of the Web API, and with it no stand-in. */
export class SocketReceiver implements Receiver {
  readonly #client: SocketModeClient;
  readonly #log: Logger;

  constructor({ appToken, apiUrl, log }: SocketOptions) {
    this.#log = log;
    this.#client = new SocketModeClient({
      appToken,
      logger: slackLog(log),
      // Where Slack cannot be asked for a new address the client gives up for good, unless its calls go on trying.
      clientOptions: { ...clientOptions({ ...(apiUrl && { apiUrl }), log }), retryConfig: ASK_ON },
    });
  }

  init(app: App): void {
    this.#client.on('slack_event', (delivery: Delivery) => void this.#take(app, delivery));
  }

  async #take(app: App, { body, ack, retry_num, retry_reason }: Delivery): Promise<void> {
    try {
      await app.processEvent({
        body,
        ack: response => ack(response),
        ...(retry_num !== undefined && { retryNum: retry_num }),
        ...(retry_reason !== undefined && { retryReason: retry_reason }),
      });
    } catch (thrown) {
      // It was not acknowledged, so Slack sends events again.
      this.#log.error({ err: toError(thrown) }, 'a delivery over the socket could not be handled');
    }
  }

  /** Resolves when Slack has said hello. @throws what Slack says to the token */
  async start(): Promise<void> {
    await this.#client.start();
  }

  async stop(): Promise<void> {
    await this.#client.disconnect();
  }
}
