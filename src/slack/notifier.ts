/** Slack as the place where cards appear. */
import {
  type ConversationsHistoryResponse,
  WebAPIPlatformError,
  WebClient,
  type WebClientOptions,
} from '@slack/web-api';
import type { Card, Notifier, Place, Posted } from '../handoff/notifier.ts';
import { type Clock, MINUTE, SECOND } from '../lib/clock.ts';
import { Rejected, Unavailable } from '../lib/errors.ts';
import type { Logger } from '../lib/log.ts';
import { toFailure } from './errors.ts';
import { mrkdwnLines } from './escape.ts';
import { slackLog } from './log.ts';
import { cardMessage } from './messages/card.ts';
import { words } from './messages/notices.ts';

const TIMEOUT = 10 * SECOND;
const TEXT = 3_000;
/** A card is looked for among what was posted since the crossing, give or take the difference of two clocks. */
const CLOCKS_DIFFER = 10 * MINUTE;
const PAGE = 100;
const MOST_PAGES = 10;

/** What marks a card in Slack as this handoff's: `event_type` of its metadata. */
export const CARD_EVENT = 'baton_handoff';

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

/** Cards and words in one workspace's Slack. One call a card; two more only when an earlier outcome is unknown. */
export function slackNotifier({ client, clock }: { client: WebClient; clock: Clock }): SlackNotifier {
  async function call<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw toFailure(error, clock.now());
    }
  }

  /** Slack takes a person's id as the channel of a message and opens the DM itself. */
  const target = (place: Place) => (place.kind === 'dm' ? place.slackId : place.channel);

  async function post(place: Place, card: Card, lookFirst: boolean): Promise<Posted> {
    const earlier = lookFirst ? await find(place, card) : undefined;
    if (earlier) return earlier;
    const answer = await call(() =>
      client.chat.postMessage({
        channel: target(place),
        ...cardMessage(card),
        metadata: {
          event_type: CARD_EVENT,
          event_payload: { handoff_id: card.handoffId, workspace_id: card.workspaceId },
        },
        unfurl_links: false,
        unfurl_media: false,
      }),
    );
    return { channel: needed(answer.channel, 'channel'), ts: needed(answer.ts, 'ts') };
  }

  /** The card of this handoff that an earlier try may have posted. */
  async function find(place: Place, card: Card): Promise<Posted | undefined> {
    const channel = await channelId(place);
    const oldest = String(Math.floor((Date.parse(card.crossedAt) - CLOCKS_DIFFER) / SECOND));
    let cursor: string | undefined;
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const answer = await call(() =>
        client.conversations.history({
          channel,
          oldest,
          include_all_metadata: true,
          limit: PAGE,
          ...(cursor && { cursor }),
        }),
      );
      const ts = answer.messages?.find(message => isCardOf(message, card))?.ts;
      if (ts) return { channel, ts };
      cursor = answer.response_metadata?.next_cursor;
      if (!cursor) return undefined;
    }
    throw new Unavailable('too many messages since the crossing to tell whether the card was posted', {
      service: 'slack',
      code: 'history_too_long',
    });
  }

  async function channelId(place: Place): Promise<string> {
    if (place.kind === 'dm') {
      const opened = await call(() => client.conversations.open({ users: place.slackId }));
      return needed(opened.channel?.id, 'channel.id');
    }
    return isId(place.channel) ? place.channel : channelByName(place.channel.replace(/^#/, ''));
  }

  /** Only messages may be addressed by a channel's name: reading needs its id. */
  async function channelByName(name: string): Promise<string> {
    let cursor: string | undefined;
    do {
      const answer = await call(() =>
        client.conversations.list({
          types: 'public_channel,private_channel',
          exclude_archived: true,
          limit: 1_000,
          ...(cursor && { cursor }),
        }),
      );
      const id = answer.channels?.find(channel => channel.name === name)?.id;
      if (id) return id;
      cursor = answer.response_metadata?.next_cursor;
    } while (cursor);
    throw new Rejected(`Slack has no channel #${name} that Baton can see: check the name, and invite Baton to it`, {
      service: 'slack',
      code: 'channel_not_found',
    });
  }

  return {
    post,

    async update(posted, card) {
      await call(() => client.chat.update({ channel: posted.channel, ts: posted.ts, ...cardMessage(card) }));
    },

    async tell(place, text) {
      await call(() =>
        client.chat.postMessage({
          channel: target(place),
          ...words(mrkdwnLines(text, TEXT)),
          unfurl_links: false,
          unfurl_media: false,
        }),
      );
    },

    async findPerson(email) {
      try {
        const { user } = await client.users.lookupByEmail({ email });
        const slackId = needed(user?.id, 'user.id');
        return { slackId, active: !user?.deleted && !user?.is_bot, ...(user?.tz && { timeZone: user.tz }) };
      } catch (error) {
        if (error instanceof WebAPIPlatformError && error.data.error === 'users_not_found') return null;
        throw toFailure(error, clock.now());
      }
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

type Message = NonNullable<ConversationsHistoryResponse['messages']>[number];

function isCardOf({ metadata }: Message, card: Card): boolean {
  if (metadata?.event_type !== CARD_EVENT) return false;
  // web-api's types know no payload of ours: it is an object of whatever was posted.
  const payload: Record<string, unknown> = { ...metadata.event_payload };
  return payload.handoff_id === card.handoffId && payload.workspace_id === card.workspaceId;
}

const isId = (channel: string) => /^[CGD][A-Z0-9]{5,}$/.test(channel);

/** An answer without what it must have is no answer. */
function needed(value: string | undefined, field: string): string {
  if (value) return value;
  throw new Unavailable(`Slack answered without ${field}`, { service: 'slack', code: 'unreadable_answer' });
}
