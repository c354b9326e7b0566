/** Messages of Baton found again in Slack by their metadata: after an unknown outcome we look before we post. */
import type { ConversationsHistoryResponse, WebClient } from '@slack/web-api';
import type { Place, Posted } from '../contracts/notifier.ts';
import { MINUTE, SECOND } from '../lib/clock.ts';
import { Rejected, Unavailable } from '../lib/errors.ts';

/** A message is looked for among what was posted since then, give or take the difference of two clocks. */
const CLOCKS_DIFFER = 10 * MINUTE;
const PAGE = 100;
const MOST_PAGES = 10;

/** What makes a message recognisable. */
export interface Mark {
  event: string;
  payload: Record<string, string>;
  since?: Date;
}

type Call = <T>(work: () => Promise<T>) => Promise<T>;
type Message = NonNullable<ConversationsHistoryResponse['messages']>[number];
interface Answer {
  messages?: Message[];
  response_metadata?: { next_cursor?: string };
}

/** Looks in conversations and threads. `call` classes what Slack throws. */
export function finder(client: WebClient, call: Call) {
  async function channelId(place: Place): Promise<string> {
    if (place.kind === 'dm') {
      const opened = await call(() => client.conversations.open({ users: place.slackId }));
      if (opened.channel?.id) return opened.channel.id;
      throw new Unavailable('Slack opened a DM without an id', { service: 'slack', code: 'unreadable_answer' });
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
    /** Where in this place the marked message stands; undefined when it is not there. */
    async message(place: Place, mark: Mark): Promise<Posted | undefined> {
      const channel = await channelId(place);
      const since = (mark.since?.getTime() ?? 0) - CLOCKS_DIFFER;
      const oldest = String(Math.max(0, Math.floor(since / SECOND)));
      const ts = await through(carrying(mark), cursor =>
        call(() =>
          client.conversations.history({ channel, oldest, include_all_metadata: true, limit: PAGE, ...cursor }),
        ),
      );
      return ts ? { channel, ts } : undefined;
    },

    /** Whether a file of this name was shared under a message. */
    async file({ channel, ts: thread }: Posted, name: string): Promise<boolean> {
      const found = await through(
        ({ files }) => files?.some(file => file.name === name) ?? false,
        cursor => call(() => client.conversations.replies({ channel, ts: thread, limit: PAGE, ...cursor })),
      );
      return found !== undefined;
    },

    /** The same under a message. */
    async reply({ channel, ts: thread }: Posted, mark: Mark): Promise<Posted | undefined> {
      const ts = await through(carrying(mark), cursor =>
        call(() =>
          client.conversations.replies({ channel, ts: thread, include_all_metadata: true, limit: PAGE, ...cursor }),
        ),
      );
      return ts ? { channel, ts } : undefined;
    },
  };
}

async function through(
  isIt: (message: Message) => boolean,
  page: (cursor: { cursor?: string }) => Promise<Answer>,
): Promise<string | undefined> {
  let cursor: string | undefined;
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const answer = await page(cursor ? { cursor } : {});
    const ts = answer.messages?.find(isIt)?.ts;
    if (ts) return ts;
    cursor = answer.response_metadata?.next_cursor;
    if (!cursor) return undefined;
  }
  throw new Unavailable('too many messages to tell whether this one was posted', {
    service: 'slack',
    code: 'history_too_long',
  });
}

function carrying({ event, payload }: Mark): (message: Message) => boolean {
  return ({ metadata }) => {
    if (metadata?.event_type !== event) return false;
    // web-api's types know no payload of ours: it is an object of whatever was posted.
    const given: Record<string, unknown> = { ...metadata.event_payload };
    return Object.entries(payload).every(([name, value]) => given[name] === value);
  };
}

const isId = (channel: string) => /^[CGD][A-Z0-9]{5,}$/.test(channel);
