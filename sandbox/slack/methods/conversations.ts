import type { Fields } from '../blocks/check.ts';
import { flagArg, type Method, needed, needScope, page, textArg } from '../method.ts';
import type { Channel, Message, User, Workspace } from '../model.ts';
import { openIm, publicMessage, visibleChannel } from '../places.ts';
import { Refusal } from '../refusal.ts';
import { newChannel } from '../seed.ts';
import { publicMessages, repliesOf, showChannel, showInHistory } from '../show.ts';
import { nextId, type Token } from '../world.ts';

/** Slack's word for each kind of conversation, and the family its scopes belong to. */
const KINDS = {
  public: { type: 'public_channel', family: 'channels' },
  private: { type: 'private_channel', family: 'groups' },
  im: { type: 'im', family: 'im' },
  mpim: { type: 'mpim', family: 'mpim' },
} as const;

function reads(token: Token, channel: Channel, what: 'read' | 'history'): void {
  needScope(token, [`${KINDS[channel.kind].family}:${what}`]);
}

const open: Method = {
  json: true,
  scopes: ['channels:manage', 'groups:write', 'im:write', 'mpim:write'],
  run({ world, workspace, token, args }) {
    const existing = textArg(args, 'channel');
    if (existing !== undefined) return { channel: opened(workspace, visibleChannel(workspace, existing), args) };
    const users = readUsers(workspace, textArg(args, 'users'));
    needScope(token, [users.length === 1 ? 'im:write' : 'mpim:write']);
    const [only] = users;
    if (users.length === 1 && only) {
      const before = workspace.channels.size;
      const channel = openIm(workspace, only);
      const already = workspace.channels.size === before ? { already_open: true, no_op: true } : {};
      return { ...already, channel: opened(workspace, channel, args) };
    }
    const ids = [...users.map(user => user.id), workspace.botUser].toSorted();
    const name = `mpdm-${ids.join('--').toLowerCase()}-1`;
    const group = [...workspace.channels.values()].find(channel => channel.name === name);
    const channel = group ?? newChannel(nextId(world, 'G'), name, 'mpim', ids);
    workspace.channels.set(channel.id, channel);
    return { channel: opened(workspace, channel, args) };
  },
};

function opened(workspace: Workspace, channel: Channel, args: Fields): Fields {
  return flagArg(args, 'return_im') ? showChannel(workspace, channel) : { id: channel.id };
}

function readUsers(workspace: Workspace, list: string | undefined): User[] {
  if (!list) throw new Refusal('users_list_not_supplied');
  const ids = list.split(',').map(id => id.trim());
  if (ids.length > 8) throw new Refusal('too_many_users');
  return ids.map(id => {
    const user = workspace.users.get(id);
    if (!user) throw new Refusal('user_not_found');
    if (user.deleted) throw new Refusal('user_disabled');
    if (user.id === workspace.botUser) throw new Refusal('invalid_user_combination');
    return user;
  });
}

const list: Method = {
  json: false,
  wantsTeam: true,
  scopes: ['channels:read', 'groups:read', 'im:read', 'mpim:read'],
  run({ workspace, token, args }) {
    const types = (textArg(args, 'types') ?? 'public_channel').split(',').map(type => type.trim());
    const kinds = Object.values(KINDS);
    for (const type of types) {
      const kind = kinds.find(one => one.type === type);
      if (!kind) throw new Refusal('invalid_types');
      needScope(token, [`${kind.family}:read`]);
    }
    const shown = [...workspace.channels.values()].filter(
      channel =>
        types.includes(KINDS[channel.kind].type) &&
        (channel.kind === 'public' || channel.members.has(workspace.botUser)) &&
        !(channel.archived && flagArg(args, 'exclude_archived')),
    );
    const { items, next } = page(shown, args);
    return {
      channels: items.map(channel => showChannel(workspace, channel)),
      response_metadata: { next_cursor: next },
    };
  },
};

const info: Method = {
  json: false,
  scopes: ['channels:read', 'groups:read', 'im:read', 'mpim:read'],
  required: ['channel'],
  run({ workspace, token, args }) {
    const channel = visibleChannel(workspace, needed(args, 'channel'));
    reads(token, channel, 'read');
    return { channel: showChannel(workspace, channel) };
  },
};

const members: Method = {
  json: false,
  scopes: ['channels:read', 'groups:read', 'im:read', 'mpim:read'],
  required: ['channel'],
  run({ workspace, token, args }) {
    const channel = visibleChannel(workspace, needed(args, 'channel'));
    reads(token, channel, 'read');
    const { items, next } = page([...channel.members], args, 100, 1_000);
    return { members: items, response_metadata: { next_cursor: next } };
  },
};

const history: Method = {
  json: true,
  scopes: ['channels:history', 'groups:history', 'im:history', 'mpim:history'],
  required: ['channel'],
  run({ workspace, token, args }) {
    const channel = visibleChannel(workspace, needed(args, 'channel'));
    reads(token, channel, 'history');
    if (!channel.members.has(workspace.botUser)) throw new Refusal('not_in_channel');
    const onTop = publicMessages(channel).filter(
      one => one.threadTs === undefined || one.threadTs === one.ts || one.broadcast,
    );
    const { items, next } = page(within(onTop, args).toReversed(), args, 100, 999);
    return {
      messages: items.map(one => showInHistory(workspace, channel, one, flagArg(args, 'include_all_metadata'))),
      has_more: next !== '',
      pin_count: 0,
      ...(next === '' ? {} : { response_metadata: { next_cursor: next } }),
    };
  },
};

const replies: Method = {
  json: false,
  scopes: ['channels:history', 'groups:history', 'im:history', 'mpim:history'],
  required: ['channel', 'ts'],
  run({ workspace, token, args }) {
    const channel = visibleChannel(workspace, needed(args, 'channel'));
    reads(token, channel, 'history');
    const message = publicMessage(channel, needed(args, 'ts'));
    const parent = message && publicMessage(channel, message.threadTs ?? message.ts);
    if (!parent) throw new Refusal('thread_not_found');
    const { items, next } = page([parent, ...within(repliesOf(channel, parent.ts), args)], args, 1_000, 1_000);
    return {
      messages: items.map(one => showInHistory(workspace, channel, one, flagArg(args, 'include_all_metadata'))),
      has_more: next !== '',
      ...(next === '' ? {} : { response_metadata: { next_cursor: next } }),
    };
  },
};

/** Messages between `oldest` and `latest`, the edges themselves only when asked for. */
function within(messages: Message[], args: Fields): Message[] {
  const oldest = readTs(args, 'oldest', 'invalid_ts_oldest') ?? 0;
  const latest = readTs(args, 'latest', 'invalid_ts_latest') ?? Number.POSITIVE_INFINITY;
  const inclusive = flagArg(args, 'inclusive');
  return messages.filter(message => {
    const ts = Number(message.ts);
    return inclusive ? ts >= oldest && ts <= latest : ts > oldest && ts < latest;
  });
}

function readTs(args: Fields, name: string, wrong: string): number | undefined {
  const given = textArg(args, name);
  if (given === undefined || given === '' || given === 'now') return undefined;
  if (!/^\d+(\.\d+)?$/.test(given)) throw new Refusal(wrong);
  return Number(given);
}

const join: Method = {
  json: true,
  scopes: ['channels:join'],
  required: ['channel'],
  run({ workspace, args }) {
    const channel = visibleChannel(workspace, needed(args, 'channel'));
    if (channel.kind !== 'public') throw new Refusal('method_not_supported_for_channel_type');
    if (channel.archived) throw new Refusal('is_archived');
    const already = channel.members.has(workspace.botUser);
    channel.members.add(workspace.botUser);
    return { channel: showChannel(workspace, channel), ...(already ? { warning: 'already_in_channel' } : {}) };
  },
};

export const conversationMethods: Record<string, Method> = {
  'conversations.open': open,
  'conversations.list': list,
  'conversations.info': info,
  'conversations.members': members,
  'conversations.history': history,
  'conversations.replies': replies,
  'conversations.join': join,
};
