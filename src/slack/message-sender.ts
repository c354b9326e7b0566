/** How messages get into Slack: once each, redrawn, in whatever form Slack takes. */
import { randomUUID } from 'node:crypto';
import type { Block, KnownBlock } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import type { Place, Posted } from '../contracts/notifier.ts';
import type { MarketingReport, Report } from '../domain/report.ts';
import type { Clock } from '../lib/clock.ts';
import { Rejected, Unavailable } from '../lib/errors.ts';
import { passFence } from '../lib/fence.ts';
import type { Logger } from '../lib/log.ts';
import { marketingMessages } from './blocks/marketing-report.ts';
import { reportMessages } from './blocks/report.ts';
import { toFailure } from './errors.ts';
import { finder, type Mark } from './find.ts';

const REPORT_EVENT = 'baton_report';

export interface Message {
  text: string;
  blocks: (KnownBlock | Block)[];
}

/** The same as text alone; the reference is in the log too. */
type Plain = (reference: string) => string;

export interface SenderOptions {
  client: WebClient;
  clock: Clock;
  log?: Logger;
}

/** One call a message; two more only when an earlier outcome is unknown, one more when Slack does not take its form. */
export function messageSender({ client, clock, log }: SenderOptions) {
  async function call<T>(work: () => Promise<T>, place?: Place): Promise<T> {
    try {
      await passFence();
      return await work();
    } catch (error) {
      const failure = toFailure(error, clock.now());
      throw place?.kind === 'dm' ? ofPerson(failure) : failure;
    }
  }

  /** Slack takes a person's id as the channel of a message and opens the DM itself. */
  const target = (place: Place) => (place.kind === 'dm' ? place.slackId : place.channel);

  const find = finder(client, call);

  /** Posts what carries `mark`, unless `lookFirst` finds it there already. */
  async function post(place: Place, message: Message, mark: Mark, lookFirst: boolean): Promise<Posted> {
    const earlier = lookFirst ? await find.message(place, mark) : undefined;
    if (earlier) return earlier;
    const answer = await call(
      () =>
        client.chat.postMessage({ channel: target(place), ...message, metadata: metadataOf(mark), ...NO_UNFURLING }),
      place,
    );
    return { channel: needed(answer.channel, 'channel'), ts: needed(answer.ts, 'ts') };
  }

  async function redraw({ channel, ts }: Posted, message: Message): Promise<void> {
    await call(() => client.chat.update({ channel, ts, ...message }));
  }

  /** A message whose form Slack refuses is a fault of ours that must not cost a lead: its facts go as text alone. */
  async function inAnyForm<T>(message: Message, plain: Plain, send: (message: Message) => Promise<T>): Promise<T> {
    try {
      return await send(message);
    } catch (error) {
      if (!(error instanceof Rejected) || !isFormFault(error)) throw error;
      const reference = randomUUID().slice(0, 8);
      log?.error({ err: error, reference }, 'Slack does not take the form of a message: sent as text alone');
      return send({ text: plain(reference), blocks: [] });
    }
  }

  /** The richest form that Slack takes: newer blocks come to workspaces at different times. */
  async function postReport(
    place: Place,
    report: Report | MarketingReport,
    { key, since }: { key: string; since: Date },
    lookFirst: boolean,
  ): Promise<Posted & { pictured: boolean }> {
    const markOf = (pictured: boolean): Mark => ({
      event: REPORT_EVENT,
      payload: { key, charts: pictured ? 'picture' : 'native' },
      since,
    });
    for (const pictured of lookFirst ? [false, true] : []) {
      const earlier = await find.message(place, markOf(pictured));
      if (earlier) return { ...earlier, pictured };
    }
    const forms = 'kind' in report ? marketingMessages(report) : reportMessages(report);
    for (const { pictured, ...message } of forms) {
      try {
        return { ...(await post(place, message, markOf(pictured), false)), pictured };
      } catch (error) {
        if (!isRefusedForm(error) || message.blocks === forms.at(-1)?.blocks) throw error;
      }
    }
    throw new Error('a report has no form');
  }

  /** The same of any message that has several forms, the richest first. */
  async function postForms(
    place: Place,
    { text, forms }: { text: string; forms: readonly Message['blocks'][] },
    mark: Mark,
    lookFirst: boolean,
  ): Promise<Posted> {
    const earlier = lookFirst ? await find.message(place, mark) : undefined;
    if (earlier) return earlier;
    for (const [index, blocks] of forms.entries()) {
      try {
        return await post(place, { text, blocks }, mark, false);
      } catch (error) {
        if (!isRefusedForm(error) || index === forms.length - 1) throw error;
      }
    }
    throw new Error('a message has no form');
  }

  return { call, find, post, redraw, inAnyForm, postReport, postForms };
}

export const NO_UNFURLING = { unfurl_links: false, unfurl_media: false };

export function metadataOf({ event, payload }: Mark) {
  return { event_type: event, event_payload: payload };
}

/** The message itself is not as Slack wants it, wherever it goes. */
function isFormFault({ code = '' }: Rejected): boolean {
  return /^(invalid_blocks|invalid_attachments|invalid_arguments|msg_too_long|msg_blocks_too_long|block_mismatch)/.test(
    code,
  );
}

/** Of a person in whose place no message may stand, Slack speaks as of a channel. */
function ofPerson(failure: Error): Error {
  if (!(failure instanceof Rejected) || failure.code !== 'channel_not_found') return failure;
  return new Rejected('Slack: this person takes no direct messages of Baton; they may be deactivated', {
    service: failure.service,
    code: failure.code,
    cause: failure,
  });
}

/** Slack knows a block not yet, or not here. */
function isRefusedForm(error: unknown): boolean {
  return error instanceof Rejected && /^(invalid_blocks|block_mismatch|msg_blocks_too_long)/.test(error.code ?? '');
}

/** An answer without what it must have is no answer. */
export function needed(value: string | undefined, field: string): string {
  if (value) return value;
  throw new Unavailable(`Slack answered without ${field}`, { service: 'slack', code: 'unreadable_answer' });
}
