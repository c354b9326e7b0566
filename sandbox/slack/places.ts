import type { Channel, Message, User, Workspace } from './model.ts';
import { Refusal } from './refusal.ts';
import { newChannel } from './seed.ts';

/** Finds a channel by id, name or `#name`. */
export function findChannel(workspace: Workspace, ref: string): Channel | undefined {
  const direct = workspace.channels.get(ref);
  if (direct) return direct;
  const name = ref.replace(/^#/, '');
  return [...workspace.channels.values()].find(channel => channel.kind !== 'im' && channel.name === name);
}

/** A channel the bot may know of: a private one it is not in does not exist for it. */
export function visibleChannel(workspace: Workspace, id: string): Channel {
  const channel = workspace.channels.get(id);
  const visible = channel && (channel.kind === 'public' || channel.members.has(workspace.botUser));
  if (!visible) throw new Refusal('channel_not_found');
  return channel;
}

/** Where a message to `ref` goes: a channel by id or name, or a person, whose DM opens by itself. */
export function placeToPost(workspace: Workspace, ref: string, anywherePublic: boolean): Channel {
  const person = workspace.users.get(ref);
  if (person) return openIm(workspace, mustBeThere(person, 'channel_not_found'));
  const channel = findChannel(workspace, ref);
  if (!channel || (channel.kind !== 'public' && !channel.members.has(workspace.botUser))) {
    throw new Refusal('channel_not_found');
  }
  if (channel.archived) throw new Refusal('is_archived');
  if (!channel.members.has(workspace.botUser) && !anywherePublic) throw new Refusal('not_in_channel');
  if (channel.kind === 'im') {
    // A DM outlives the person's account, but nobody can be written to in it any more.
    for (const member of channel.members) mustBeThere(workspace.users.get(member), 'channel_not_found');
  }
  return channel;
}

function mustBeThere(user: User | undefined, otherwise: string): User {
  if (!user || user.deleted) throw new Refusal(otherwise);
  return user;
}

/** The DM between the bot and a person, the same one every time. */
export function openIm(workspace: Workspace, user: User): Channel {
  const id = imId(user);
  return workspace.channels.getOrInsertComputed(id, () => newChannel(id, '', 'im', [user.id, workspace.botUser]));
}

export function imId(user: User): string {
  return `D${user.id.slice(1)}`;
}

/** A message everyone in the channel sees. */
export function publicMessage(channel: Channel, ts: string): Message | undefined {
  const message = channel.messages.get(ts);
  return message?.ephemeralFor === undefined ? message : undefined;
}

/** Finds a person by id, e-mail or handle. */
export function findUser(workspace: Workspace, ref: string): User | undefined {
  const wanted = ref.toLowerCase();
  return (
    workspace.users.get(ref) ??
    [...workspace.users.values()].find(
      user => (user.email !== '' && user.email.toLowerCase() === wanted) || user.name === wanted,
    )
  );
}
