import type { Fields } from './blocks/check.ts';
import type { Channel, Message, User, View, Workspace } from './model.ts';
import { APP } from './world.ts';

/** How Slack writes its things in answers and payloads. */
export function showMessage(workspace: Workspace, message: Message, withMetadata = true): Fields {
  const bot = message.botId !== undefined;
  return {
    type: 'message',
    user: message.user,
    ...(bot ? { bot_id: message.botId, app_id: APP.id } : {}),
    ...(message.username === undefined ? {} : { username: message.username }),
    team: workspace.id,
    ts: message.ts,
    text: message.text,
    ...(message.blocks ? { blocks: message.blocks } : {}),
    ...(message.attachments ? { attachments: message.attachments } : {}),
    ...(message.files ? { files: message.files } : {}),
    ...(message.threadTs === undefined ? {} : { thread_ts: message.threadTs }),
    ...(message.broadcast ? { subtype: 'thread_broadcast' } : {}),
    ...(message.edited ? { edited: message.edited } : {}),
    ...(message.reactions.length > 0
      ? { reactions: message.reactions.map(one => ({ ...one, count: one.users.length })) }
      : {}),
    ...(withMetadata && message.metadata ? { metadata: message.metadata } : {}),
  };
}

/** A message as history shows it: the first of a thread knows its replies. */
export function showInHistory(workspace: Workspace, channel: Channel, message: Message, withMetadata: boolean): Fields {
  const shown = showMessage(workspace, message, withMetadata);
  if (message.threadTs !== message.ts) return shown;
  const replies = repliesOf(channel, message.ts);
  const last = replies.at(-1)?.ts;
  return { ...shown, reply_count: replies.length, ...(last === undefined ? {} : { latest_reply: last }) };
}

/** What everyone in the channel sees, oldest first. */
export function publicMessages(channel: Channel): Message[] {
  return [...channel.messages.values()].filter(message => message.ephemeralFor === undefined);
}

export function repliesOf(channel: Channel, ts: string): Message[] {
  return publicMessages(channel).filter(message => message.threadTs === ts && message.ts !== ts);
}

export function showUser(workspace: Workspace, user: User, withEmail: boolean): Fields {
  const [first = '', ...rest] = user.realName.split(' ');
  const shown: Fields = {
    id: user.id,
    team_id: workspace.id,
    name: user.name,
    deleted: user.deleted,
    profile: {
      real_name: user.realName,
      real_name_normalized: user.realName,
      display_name: user.name,
      first_name: first,
      last_name: rest.join(' '),
      team: workspace.id,
      ...(withEmail && !user.bot ? { email: user.email } : {}),
      ...(user.bot ? { bot_id: workspace.botId, api_app_id: APP.id } : {}),
    },
    is_bot: user.bot,
    is_app_user: false,
    updated: 1_767_571_200,
  };
  // Slack keeps little of those who left: no time zone, no rights.
  if (user.deleted) return shown;
  const offset = offsetSeconds(user.timeZone);
  return {
    ...shown,
    real_name: user.realName,
    tz: user.timeZone,
    tz_label: user.timeZone,
    tz_offset: offset,
    is_admin: user.admin,
    is_owner: false,
    is_primary_owner: false,
    is_restricted: user.guest ?? false,
    is_ultra_restricted: false,
  };
}

function offsetSeconds(timeZone: string): number {
  return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(timeZone).offsetNanoseconds / 1e9;
}

export function showChannel(workspace: Workspace, channel: Channel): Fields {
  const base = { id: channel.id, created: channel.created, is_archived: channel.archived };
  if (channel.kind === 'im') {
    const user = [...channel.members].find(member => member !== workspace.botUser) ?? '';
    const deleted = workspace.users.get(user)?.deleted ?? false;
    return { ...base, is_im: true, user, is_user_deleted: deleted, is_open: true };
  }
  return {
    ...base,
    name: channel.name,
    name_normalized: channel.name,
    is_channel: channel.kind === 'public',
    is_group: channel.kind === 'private',
    is_im: false,
    is_mpim: channel.kind === 'mpim',
    is_private: channel.kind !== 'public',
    is_general: channel.name === 'general',
    is_member: channel.members.has(workspace.botUser),
    num_members: channel.members.size,
    topic: { value: '', creator: '', last_set: 0 },
    purpose: { value: '', creator: '', last_set: 0 },
  };
}

export function showView(workspace: Workspace, view: View): Fields {
  const { content } = view;
  const modal = content.type === 'modal';
  return {
    id: view.id,
    team_id: workspace.id,
    type: content.type,
    blocks: content.blocks,
    private_metadata: content.private_metadata ?? '',
    callback_id: content.callback_id ?? '',
    external_id: content.external_id ?? '',
    state: { values: view.values },
    hash: view.hash,
    title: content.title ?? null,
    submit: content.submit ?? null,
    close: content.close ?? null,
    clear_on_close: content.clear_on_close ?? false,
    notify_on_close: content.notify_on_close ?? false,
    ...(modal ? { submit_disabled: content.submit_disabled ?? false } : {}),
    root_view_id: view.rootId,
    previous_view_id: view.previousId,
    app_id: APP.id,
    app_installed_team_id: workspace.id,
    bot_id: workspace.botId,
  };
}
