import { flagArg, type Method, needed, textArg } from '../method.ts';
import type { Channel, Message, Workspace } from '../model.ts';
import { placeToPost, publicMessage, visibleChannel } from '../places.ts';
import { post, readContent } from '../posting.ts';
import { Refusal, refusal, TooFast } from '../refusal.ts';
import { showMessage } from '../show.ts';
import { nextTs, type World } from '../world.ts';

const write = ['chat:write'];

const postMessage: Method = {
  json: true,
  scopes: write,
  required: ['channel'],
  run({ world, workspace, token, args }) {
    const channel = placeToPost(workspace, needed(args, 'channel'), token.scopes.has('chat:write.public'));
    const content = readContent(args);
    const threadTs = threadOf(channel, textArg(args, 'thread_ts'));
    oneASecond(world, channel);
    const username = textArg(args, 'username');
    const message = post(world, workspace, channel, {
      ...content,
      ...(threadTs === undefined ? {} : { threadTs, broadcast: flagArg(args, 'reply_broadcast') }),
      ...(username === undefined ? {} : { username }),
    });
    return { channel: channel.id, ts: message.ts, message: showMessage(workspace, message) };
  },
};

const update: Method = {
  json: true,
  scopes: write,
  required: ['channel', 'ts'],
  run({ world, workspace, args }) {
    const channel = visibleChannel(workspace, needed(args, 'channel'));
    const message = ownMessage(workspace, channel, needed(args, 'ts'), 'cant_update_message');
    if (channel.archived) throw new Refusal('is_inactive');
    const content = readContent(args, { kept: message });
    // Text alone takes the blocks away; leaving both out keeps both. Metadata stays until it is replaced by {}.
    const saysText = args.text !== undefined || args.markdown_text !== undefined;
    if (saysText || content.blocks) setOrDrop(message, 'blocks', content.blocks);
    if (saysText || content.attachments) setOrDrop(message, 'attachments', content.attachments);
    if (saysText || content.text !== '') message.text = content.text;
    if (args.metadata !== undefined) setOrDrop(message, 'metadata', content.metadata);
    message.edited = { user: workspace.botUser, ts: nextTs(world) };
    return { channel: channel.id, ts: message.ts, text: message.text, message: showMessage(workspace, message) };
  },
};

function setOrDrop<K extends 'blocks' | 'attachments' | 'metadata'>(message: Message, key: K, value: Message[K]): void {
  if (value === undefined) delete message[key];
  else message[key] = value;
}

const remove: Method = {
  json: true,
  scopes: write,
  required: ['channel', 'ts'],
  run({ workspace, args }) {
    const channel = visibleChannel(workspace, needed(args, 'channel'));
    const message = ownMessage(workspace, channel, needed(args, 'ts'), 'cant_delete_message');
    channel.messages.delete(message.ts);
    return { channel: channel.id, ts: message.ts };
  },
};

const postEphemeral: Method = {
  json: true,
  scopes: write,
  required: ['channel', 'user'],
  run({ world, workspace, token, args }) {
    const channel = placeToPost(workspace, needed(args, 'channel'), token.scopes.has('chat:write.public'));
    const user = needed(args, 'user');
    if (!channel.members.has(user)) throw new Refusal('user_not_in_channel');
    const content = readContent(args);
    const threadTs = textArg(args, 'thread_ts');
    const message = post(world, workspace, channel, {
      ...content,
      ephemeralFor: user,
      ...(threadTs === undefined ? {} : { threadTs }),
    });
    return { message_ts: message.ts };
  },
};

const getPermalink: Method = {
  json: false,
  required: ['channel', 'message_ts'],
  run({ workspace, args }) {
    const channel = visibleChannel(workspace, needed(args, 'channel'));
    const ts = needed(args, 'message_ts');
    if (!publicMessage(channel, ts)) throw new Refusal('message_not_found');
    const permalink = `https://${workspace.domain}.slack.com/archives/${channel.id}/p${ts.replace('.', '')}`;
    return { channel: channel.id, permalink };
  },
};

/** A bot changes only what it wrote; ephemeral messages cannot be found again by anyone. */
function ownMessage(workspace: Workspace, channel: Channel, ts: string, otherwise: string): Message {
  const message = publicMessage(channel, ts);
  if (!message) throw new Refusal('message_not_found');
  if (message.botId !== workspace.botId) throw new Refusal(otherwise);
  return message;
}

export function threadOf(channel: Channel, ts: string | undefined): string | undefined {
  if (ts === undefined) return undefined;
  if (!/^\d+\.\d+$/.test(ts)) throw refusal('invalid_arguments', ['thread_ts is not a timestamp']);
  const parent = publicMessage(channel, ts);
  if (!parent || (parent.threadTs !== undefined && parent.threadTs !== ts))
    throw new Refusal('cannot_reply_to_message');
  parent.threadTs = ts;
  return ts;
}

function oneASecond(world: World, channel: Channel): void {
  if (!world.limits.perChannelPerSecond) return;
  const now = world.context.clock.now().getTime();
  const last = world.lastPost.get(channel.id);
  if (last !== undefined && now - last < 1_000) throw new TooFast(1);
  world.lastPost.set(channel.id, now);
}

const addReaction: Method = {
  json: true,
  scopes: ['reactions:write'],
  required: ['channel', 'timestamp', 'name'],
  run({ workspace, args }) {
    const channel = visibleChannel(workspace, needed(args, 'channel'));
    const ts = needed(args, 'timestamp');
    if (!/^\d+\.\d+$/.test(ts)) throw new Refusal('bad_timestamp');
    const message = publicMessage(channel, ts);
    if (!message) throw new Refusal('message_not_found');
    const name = needed(args, 'name').replaceAll(':', '');
    if (!/^[a-z0-9_+'-]+$/.test(name)) throw new Refusal('invalid_name');
    const reaction = message.reactions.find(one => one.name === name);
    if (reaction?.users.includes(workspace.botUser)) throw new Refusal('already_reacted');
    if (reaction) reaction.users.push(workspace.botUser);
    else message.reactions.push({ name, users: [workspace.botUser] });
    return {};
  },
};

export const chatMethods: Record<string, Method> = {
  'chat.postMessage': postMessage,
  'chat.update': update,
  'chat.delete': remove,
  'chat.postEphemeral': postEphemeral,
  'chat.getPermalink': getPermalink,
  'reactions.add': addReaction,
};
