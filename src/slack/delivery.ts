/** Around every listener: each delivery handled once, always answered, and never left running when Baton stops. */
import { type AllMiddlewareArgs, type AnyMiddlewareArgs, App, type Middleware } from '@slack/bolt';
import { storable } from '../lib/text.ts';
import type { SlackDeps } from './deps.ts';

/** Travels with one delivery in Bolt's context. */
interface Delivery {
  acknowledged: boolean;
}

type ReceiverEvent = Parameters<App['processEvent']>[0];

/** Bolt's App that counts what is under way and never leaves Slack waiting for an answer. */
export class CountingApp extends App {
  readonly #underWay = new Set<Promise<void>>();

  override async processEvent(event: ReceiverEvent): Promise<void> {
    const work = this.#process(event);
    this.#underWay.add(work);
    try {
      await work;
    } finally {
      this.#underWay.delete(work);
    }
  }

  async #process(event: ReceiverEvent): Promise<void> {
    const delivery: Delivery = { acknowledged: false };
    const ack: ReceiverEvent['ack'] = async response => {
      delivery.acknowledged = true;
      await event.ack(response);
    };
    // What people typed is kept in rows: everything that is heard of Slack passes here once.
    const body = storable(event.body);
    await super.processEvent({ ...event, body, ack, customProperties: { ...event.customProperties, delivery } });
    // Nothing of ours listens to it: Slack is told that it arrived, rather than left to wait three seconds.
    if (!delivery.acknowledged) await ack();
  }

  /** Whatever Bolt keeps to talk to this team with: it is made again when the team is heard of. */
  forgetClients(teamId: string): void {
    delete (this as unknown as { clients: Record<string, unknown> }).clients[teamId];
  }

  /** Resolves when no listener runs any more. */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay);
  }
}

/** Acknowledges unless a listener did; Bolt throws at a second time. */
export async function ackOnce(args: AnyMiddlewareArgs & AllMiddlewareArgs, response?: unknown): Promise<boolean> {
  const delivery = args.context.delivery as Delivery;
  if (delivery.acknowledged || !('ack' in args) || !args.ack) return false;
  // Each kind of delivery has its own type of answer; who calls this knows which kind it is.
  await (args.ack as (response?: unknown) => Promise<void>)(response);
  return true;
}

/** Slack waits for an answer and no listener gave one: there is none for what was pressed. */
export function isUnanswered(args: AnyMiddlewareArgs & AllMiddlewareArgs): boolean {
  const delivery = args.context.delivery as Delivery;
  return !delivery.acknowledged && 'ack' in args && args.ack !== undefined;
}

/** Slack repeats what it thinks was lost, and a captured request can be sent again: each is handled once. */
export function onlyOnce(deps: SlackDeps): Middleware<AnyMiddlewareArgs> {
  return async args => {
    const workspaceId: unknown = args.context.workspaceId;
    const key = keyOf(args.body);
    // Without a workspace it is the news of its removal, which may be heard twice.
    if (typeof workspaceId === 'string' && key && (await deps.seenBefore(workspaceId, key))) {
      deps.log.info({ workspaceId, key }, 'a repeated Slack delivery was ignored');
      await ackOnce(args);
      return;
    }
    await args.next();
  };
}

/**
 * What is unique to a delivery and the same in its repetitions; what has nothing of the kind only reads. A modal that
 * comes again waits for its answer: its deed knows itself by the modal (`requesterOf`) and answers the same once more.
 */
function keyOf(body: AnyMiddlewareArgs['body']): string | undefined {
  if (body.type === 'view_submission') return undefined;
  if ('event_id' in body && typeof body.event_id === 'string') return `slack:event:${body.event_id}`;
  if ('trigger_id' in body && typeof body.trigger_id === 'string') return `slack:trigger:${body.trigger_id}`;
  return undefined;
}
