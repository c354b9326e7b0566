/** Slack as the place where cards appear. */
import { WebAPIPlatformError, WebClient, type WebClientOptions } from '@slack/web-api';
import type { Card, Digest, Notifier } from '../contracts/notifier.ts';
import { SECOND } from '../lib/clock.ts';
import { CredentialsRejected, Rejected } from '../lib/errors.ts';
import { passFence } from '../lib/fence.ts';
import type { Logger } from '../lib/log.ts';
import { cardMessage } from './blocks/card.ts';
import { connectOffer } from './blocks/connect.ts';
import { digestMessage } from './blocks/digest.ts';
import { words } from './blocks/notices.ts';
import { plainAlertDigest, plainCard, plainDigest } from './blocks/plain.ts';
import { toldMessage } from './blocks/question/told.ts';
import { welcomeActions } from './blocks/setup/welcome.ts';
import { alertMessage } from './blocks/sla/alert.ts';
import { alertDigestMessage } from './blocks/sla/alert-digest.ts';
import { ownerMessage } from './blocks/sla/owner.ts';
import { toFailure } from './errors.ts';
import { mrkdwnLines } from './escape.ts';
import { shareFile } from './files.ts';
import type { Mark } from './find.ts';
import { slackLog } from './log.ts';
import { messageSender, metadataOf, NO_UNFURLING, needed, type SenderOptions } from './message-sender.ts';

const TIMEOUT = 10 * SECOND;
const TEXT = 3_000;

/** What marks a message in Slack as this handoff's, digest's or note's: `event_type` of its metadata. */
export const CARD_EVENT = 'baton_handoff';
const DIGEST_EVENT = 'baton_digest';
const NOTE_EVENT = 'baton_note';
const ALERT_EVENT = 'baton_alert';
const ANSWER_EVENT = 'baton_answer';

export interface SlackClientOptions {
  /** Base of the Web API; Slack's own unless given. */
  apiUrl?: string;
  timeoutMs?: number;
  log?: Logger;
}

/** Never `headers` here: web-api would write one workspace's token into the object that all share. */
export function clientOptions({ apiUrl, timeoutMs = TIMEOUT, log }: SlackClientOptions): WebClientOptions {
  return {
    ...(apiUrl && { slackApiUrl: apiUrl }),
    timeout: timeoutMs,
    // Jobs decide when to try again; a call that hides half an hour of retries would hold one of them.
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    allowAbsoluteUrls: false,
    logger: slackLog(log),
  };
}

/** A client for one workspace's bot. */
export function slackClient(token: string, options: SlackClientOptions = {}): WebClient {
  return new WebClient(token, clientOptions(options));
}

/** A bot whose token may be another at each call. */
export interface ChangingBot {
  /** @throws Failure when there is none */
  token(): Promise<string>;
  /** Its workspace: an organization's token is of several, and lists want to be told of which. */
  teamId: string | undefined;
}

/** The same for a bot whose tokens rotate. */
export function rotatingClient({ token, teamId }: ChangingBot, options: SlackClientOptions = {}): WebClient {
  const authorized: typeof fetch = async (address, init) => {
    const headers = new Headers(init?.headers);
    headers.set('authorization', `Bearer ${await token()}`);
    await passFence();
    return fetch(address, { ...init, headers });
  };
  return new WebClient(undefined, { ...clientOptions(options), fetch: authorized, ...(teamId && { teamId }) });
}

/** The workspace and bot behind a token. */
export interface WhoAmI {
  teamId: string;
  team: string;
  botId: string;
  botUserId: string;
}

export interface SlackNotifier extends Notifier {
  /** Asks Slack whose token this is. */
  whoAmI(): Promise<WhoAmI>;
}

/**
 * Cards and words in one workspace's Slack. One call a card; two more only when an earlier outcome is unknown, one more
 * when Slack does not take its form.
 */
export function slackNotifier(options: SenderOptions): SlackNotifier {
  const { client, clock } = options;
  const { call, find, post, redraw, inAnyForm, postReport, postForms } = messageSender(options);

  return {
    post: (place, card, lookFirst) =>
      inAnyForm(cardMessage(card), plainCard(card), message => post(place, message, cardMark(card), lookFirst)),
    update: (posted, card) => inAnyForm(cardMessage(card), plainCard(card), message => redraw(posted, message)),
    postDigest: (place, digest, lookFirst) =>
      inAnyForm(digestMessage(digest), plainDigest(digest), message =>
        post(place, message, digestMark(digest), lookFirst),
      ),
    alert: (place, alert, lookFirst) =>
      post(
        place,
        alert.kind === 'owner' ? ownerMessage(alert) : alertMessage(alert),
        { event: ALERT_EVENT, payload: { key: alert.key }, since: new Date(alert.since) },
        lookFirst,
      ),
    updateAlert: (posted, alert) => redraw(posted, alert.kind === 'owner' ? ownerMessage(alert) : alertMessage(alert)),
    postAlertDigest: (place, digest, lookFirst) =>
      inAnyForm(alertDigestMessage(digest), plainAlertDigest(digest), message =>
        post(place, message, digestMark(digest), lookFirst),
      ),
    updateAlertDigest: (posted, digest) =>
      inAnyForm(alertDigestMessage(digest), plainAlertDigest(digest), message => redraw(posted, message)),
    report: postReport,
    updateDigest: (posted, digest) =>
      inAnyForm(digestMessage(digest), plainDigest(digest), message => redraw(posted, message)),

    async reply(posted, text, key, lookFirst) {
      const mark: Mark = { event: NOTE_EVENT, payload: { key } };
      const earlier = lookFirst ? await find.reply(posted, mark) : undefined;
      if (earlier) return earlier;
      const answer = await call(() =>
        client.chat.postMessage({
          channel: posted.channel,
          thread_ts: posted.ts,
          ...words(mrkdwnLines(text, TEXT)),
          metadata: metadataOf(mark),
          ...NO_UNFURLING,
        }),
      );
      return { channel: posted.channel, ts: needed(answer.ts, 'ts') };
    },

    answers: (place, told, { key, since }, lookFirst) =>
      postForms(place, toldMessage(told), { event: ANSWER_EVENT, payload: { key }, since }, lookFirst),

    async attach(posted, file, lookFirst) {
      if (lookFirst && (await find.file(posted, file.name))) return;
      try {
        await shareFile(client, { channel: posted.channel, thread: posted.ts, ...file });
      } catch (error) {
        throw toAttachFailure(error, clock.now());
      }
    },

    async isThere({ channel, ts }) {
      try {
        await client.chat.getPermalink({ channel, message_ts: ts });
        return true;
      } catch (error) {
        if (error instanceof WebAPIPlatformError && GONE.has(error.data.error)) return false;
        throw toFailure(error, clock.now());
      }
    },

    async remove({ channel, ts }) {
      try {
        await client.chat.delete({ channel, ts });
      } catch (error) {
        if (error instanceof WebAPIPlatformError && error.data.error === 'message_not_found') return;
        throw toFailure(error, clock.now());
      }
    },

    notify(place, text, { key, since, connect, beginSetup }, lookFirst) {
      const said = words(mrkdwnLines(text, TEXT));
      const blocks = [
        ...said.blocks,
        ...(connect === undefined ? [] : [connectOffer(connect)]),
        ...(beginSetup ? [welcomeActions()] : []),
      ];
      return post(place, { ...said, blocks }, { event: NOTE_EVENT, payload: { key }, since }, lookFirst);
    },
    rewrite: (posted, text) => redraw(posted, words(mrkdwnLines(text, TEXT))),

    async findPerson(email) {
      try {
        const { user } = await client.users.lookupByEmail({ email });
        const slackId = needed(user?.id, 'user.id');
        const name = user?.profile?.real_name || user?.real_name;
        const active = !user?.deleted && !user?.is_bot;
        return { slackId, active, ...(name && { name }), ...(user?.tz && { timeZone: user.tz }) };
      } catch (error) {
        if (error instanceof WebAPIPlatformError && error.data.error === 'users_not_found') return null;
        throw toFailure(error, clock.now());
      }
    },

    async slackHost() {
      const { url } = await call(() => client.auth.test());
      return URL.parse(url ?? '')?.host ?? needed(undefined, 'url');
    },

    async whoAmI() {
      const answer = await call(() => client.auth.test());
      return {
        teamId: needed(answer.team_id, 'team_id'),
        team: answer.team ?? needed(answer.team_id, 'team_id'),
        botId: needed(answer.bot_id, 'bot_id'),
        botUserId: needed(answer.user_id, 'user_id'),
      };
    },
  };
}

/** What Slack answers to whoever asks for a message that nobody can open any more. */
const GONE: ReadonlySet<string> = new Set(['message_not_found', 'channel_not_found']);

function cardMark({ handoffId, workspaceId, crossedAt }: Card): Mark {
  const payload = { handoff_id: handoffId, workspace_id: workspaceId };
  return { event: CARD_EVENT, payload, since: new Date(crossedAt) };
}

function digestMark({ digestId, workspaceId, since }: Pick<Digest, 'digestId' | 'workspaceId' | 'since'>): Mark {
  return { event: DIGEST_EVENT, payload: { digest_id: digestId, workspace_id: workspaceId }, since: new Date(since) };
}

/** Files need a permission that an older installation lacks; everything else goes on without it. */
function toAttachFailure(error: unknown, now: Date): Error {
  const failure = toFailure(error, now);
  if (!(failure instanceof CredentialsRejected) || failure.code !== 'missing_scope') return failure;
  return new Rejected(
    'Baton may not share files in this workspace: install it again so that Slack asks for files:write',
    {
      service: 'slack',
      code: 'missing_scope',
      cause: error,
    },
  );
}
