/** When a listener fails: one sentence where the person is, and a reference that finds the line in the log. */
import { randomBytes } from 'node:crypto';
import type { AllMiddlewareArgs, AnyMiddlewareArgs, Middleware, RespondFn } from '@slack/bolt';
import { isPassing } from '../db/conflict.ts';
import { failureReason } from '../domain/failure-words.ts';
import type { Clock } from '../lib/clock.ts';
import { BadInput, CredentialsRejected, Failure, RateLimited, toError, Unavailable } from '../lib/errors.ts';
import { hidingValues } from '../lib/hidden-values.ts';
import type { Logger } from '../lib/log.ts';
import { vendorName } from './blocks/block-words.ts';
import { noticeModal } from './blocks/modals/notice.ts';
import { ackOnce, isUnanswered } from './delivery.ts';
import { toFailure } from './errors.ts';
import { mrkdwn } from './escape.ts';
import { openModal } from './forms.ts';

/** Slack knows a workspace that Baton does not. */
export class NotInstalled extends Error {
  override readonly name = 'NotInstalled';
}

type Args = AnyMiddlewareArgs & AllMiddlewareArgs;
type Refused = { error: Error; body: AnyMiddlewareArgs['body'] };

/** Catches whatever the listeners throw, and what no listener answers. */
export function answerTrouble({ log, clock }: { log: Logger; clock: Clock }): Middleware<AnyMiddlewareArgs> {
  return args => hidingValues(() => listened(args, log, clock));
}

async function listened(args: Args, log: Logger, clock: Clock): Promise<void> {
  try {
    await args.next();
    if (isUnanswered(args)) {
      log.warn({ workspaceId: args.context.workspaceId, what: nameOf(args.body) }, 'nothing listens to this any more');
      await answer(args, OF_EARLIER, log);
    }
  } catch (thrown) {
    const error = toFailure(thrown, clock.now());
    const reference = newReference();
    log.error({ err: error, reference, workspaceId: args.context.workspaceId }, 'a Slack listener failed');
    try {
      await answer(args, sentence(error, reference), log);
    } catch (second) {
      log.error({ err: toError(second), reference }, 'and the person could not be told');
    }
  }
}

const OF_EARLIER =
  'This is of an earlier version of Baton, which does not answer to it any more. Type `/mql list` or open Baton’s Home for how things stand now.';

/** By its id: what a message of long ago still shows, or what an admin's old manifest still offers. */
function nameOf(body: Args['body']): string {
  if ('actions' in body) return body.actions.map((action: { action_id?: string }) => action.action_id ?? '').join(' ');
  if ('view' in body && body.view) return body.view.callback_id;
  if ('callback_id' in body) return String(body.callback_id);
  return 'command' in body ? String(body.command) : body.type;
}

/** What fails before any listener runs: above all, a workspace that has not installed Baton. */
export function answerRefusal(log: Logger): (args: Refused) => Promise<void> {
  return async ({ error, body }) => {
    const reference = newReference();
    const cause = 'original' in error ? error.original : error;
    const isStranger = cause instanceof NotInstalled;
    // Anybody may be in a shared channel, and Slack goes on delivering for a while after a removal: no fault of ours.
    if (isStranger) log.debug({ why: cause.message }, 'a Slack delivery of a workspace without Baton');
    else log.error({ err: error, reference }, 'a Slack delivery could not be handled');
    const text = isStranger ? WITHOUT_BATON : sentence(toError(cause), reference);
    const url = 'response_url' in body ? body.response_url : undefined;
    if (typeof url !== 'string') return;
    const answered = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ response_type: 'ephemeral', replace_original: false, text }),
    }).catch(toError);
    if (answered instanceof Error || !answered.ok) log.error({ reference }, 'and the person could not be told');
  };
}

/** True of whoever works elsewhere and shares a channel, and of those whose own workspace removed Baton. */
const WITHOUT_BATON =
  'Your Slack workspace does not use Baton, so nothing was done. Does this lead belong to another company’s workspace? Ask somebody there. Did yours use Baton before? An admin can install it again.';

const serviceName = (error: Failure) => (error.service === 'slack' ? 'Slack' : vendorName(error.service));

function newReference(): string {
  return randomBytes(4).toString('hex');
}

function sentence(error: Error, reference: string): string {
  const note = ` (reference ${reference})`;
  if (error instanceof BadInput) return mrkdwn(error.message, 500);
  if (error instanceof Unavailable || error instanceof RateLimited) {
    return `${serviceName(error)} is not answering Baton just now. Please try again in a minute.${note}`;
  }
  if (error instanceof CredentialsRejected) {
    return `${serviceName(error)} no longer accepts Baton's key. Please ask your admin to connect it again.${note}`;
  }
  if (error instanceof Failure) return `That did not work. ${mrkdwn(failureReason(error), 500)}.${note}`;
  if (isPassing(error)) return `Baton cannot do that just now. Please try again in a minute.${note}`;
  return `Baton could not do that. Please try again; if it happens again, give your admin this reference: ${reference}`;
}

/** Where the person is: in the modal, beside what they pressed or typed, in the conversation, else in their DM. */
async function answer(args: Args, text: string, log: Logger): Promise<void> {
  const { body, client } = args;
  if (body.type === 'block_suggestion') {
    // Asked at every letter typed: an empty list says enough, the log has the rest.
    await ackOnce(args, { options: [] });
    return;
  }
  if (body.type === 'view_closed') {
    await ackOnce(args);
    return;
  }
  if (body.type === 'view_submission' && 'view' in body) {
    const input = body.view.blocks.find((block: { type: string }) => block.type === 'input')?.block_id;
    if (input && (await ackOnce(args, { response_action: 'errors', errors: { [input]: text } }))) return;
  }
  await ackOnce(args);
  const respond: RespondFn | undefined = 'respond' in args ? args.respond : undefined;
  if (respond && 'response_url' in body) {
    try {
      await respond({ response_type: 'ephemeral', replace_original: false, text });
      return;
    } catch (error) {
      // It lives for half an hour and five answers: their DM is still there.
      log.warn({ err: toError(error) }, 'an answer goes to the DM instead');
    }
  }
  const place = replyChannelOf(body);
  if (!place) return;
  try {
    await client.chat.postMessage({ channel: place, text });
  } catch (error) {
    // Whoever takes no direct messages is still looking at what they pressed, for as long as Slack lets a modal open.
    if (!('trigger_id' in body) || typeof body.trigger_id !== 'string') throw error;
    log.warn({ err: toError(error) }, 'an answer goes into a modal instead');
    await openModal(client, body.trigger_id, noticeModal('Baton', text));
  }
}

/** A conversation with Baton or the person's own id, which Slack takes for their DM; nobody for news of the system. */
function replyChannelOf(body: Args['body']): string | undefined {
  if ('event' in body) {
    const { event } = body;
    if (event.type === 'message') return event.channel;
    return 'user' in event && typeof event.user === 'string' ? event.user : undefined;
  }
  if ('user' in body) return body.user.id;
  if ('user_id' in body && typeof body.user_id === 'string') return body.user_id;
  return undefined;
}
