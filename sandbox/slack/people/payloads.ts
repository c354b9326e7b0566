import type { Fields } from '../blocks/check.ts';
import { issueTrigger } from '../modals.ts';
import type { Channel, Message, User, View, Workspace } from '../model.ts';
import { showMessage, showView } from '../show.ts';
import { APP, isOrgInstalled, nextSecret, nextTs, type World } from '../world.ts';

/** Who does something, and where. */
export interface Actor {
  world: World;
  workspace: Workspace;
  user: User;
}

/** What every interaction payload carries. */
function envelope({ world, workspace, user }: Actor, view?: string): Fields {
  return {
    user: { id: user.id, username: user.name, name: user.name, team_id: workspace.id },
    api_app_id: APP.id,
    token: APP.verificationToken,
    trigger_id: issueTrigger(world, workspace, user.id, view),
    team: { id: workspace.id, domain: workspace.domain },
    enterprise: workspace.enterprise ? { id: workspace.enterprise.id, name: workspace.enterprise.name } : null,
    is_enterprise_install: isOrgInstalled(world, workspace),
  };
}

/** A fresh place to answer an interaction. */
export function issueResponseUrl(actor: Actor, channel: Channel, source?: Message): string {
  const { world, workspace, user } = actor;
  const id = nextSecret(world);
  const issued = world.context.clock.now();
  const from = { team: workspace.id, user: user.id, channel: channel.id, issued, used: 0 };
  world.responseUrls.set(id, source ? { ...from, source } : from);
  return `${world.context.baseUrl()}/response/${workspace.id}/${id}`;
}

function place(channel: Channel): Fields {
  return { id: channel.id, name: channel.kind === 'im' ? 'directmessage' : channel.name };
}

/** Something pressed in a message. */
export function messageAction(actor: Actor, channel: Channel, message: Message, action: Fields): Fields {
  const ephemeral = message.ephemeralFor !== undefined;
  return {
    type: 'block_actions',
    ...envelope(actor),
    container: { type: 'message', message_ts: message.ts, channel_id: channel.id, is_ephemeral: ephemeral },
    channel: place(channel),
    // Ephemeral messages are not sent along: the app cannot read them again.
    ...(ephemeral ? {} : { message: showMessage(actor.workspace, message) }),
    state: { values: stateOf(action) },
    response_url: issueResponseUrl(actor, channel, message),
    actions: [{ ...action, action_ts: nextTs(actor.world) }],
  };
}

function stateOf(action: Fields): Fields {
  const { action_id: id, block_id: block, ...state } = action;
  return state.type === 'button' ? {} : { [String(block)]: { [String(id)]: state } };
}

/** Something pressed in a modal or on the home tab. */
export function viewAction(actor: Actor, view: View, action: Fields): Fields {
  const modal = view.content.type === 'modal';
  return {
    type: 'block_actions',
    ...envelope(actor, modal ? view.id : undefined),
    container: { type: 'view', view_id: view.id },
    view: showView(actor.workspace, view),
    actions: [{ ...action, action_ts: nextTs(actor.world) }],
  };
}

export function viewSubmission(actor: Actor, view: View): Fields {
  return {
    type: 'view_submission',
    ...envelope(actor, view.id),
    view: showView(actor.workspace, view),
    response_urls: [],
  };
}

export function viewClosed(actor: Actor, view: View, cleared: boolean): Fields {
  const { trigger_id: _none, ...rest } = envelope(actor);
  return { type: 'view_closed', ...rest, view: showView(actor.workspace, view), is_cleared: cleared };
}

export function globalShortcut(actor: Actor, callbackId: string): Fields {
  return { type: 'shortcut', ...envelope(actor), callback_id: callbackId, action_ts: nextTs(actor.world) };
}

export function messageShortcut(actor: Actor, callbackId: string, channel: Channel, message: Message): Fields {
  return {
    type: 'message_action',
    ...envelope(actor),
    callback_id: callbackId,
    channel: place(channel),
    message: showMessage(actor.workspace, message),
    message_ts: message.ts,
    response_url: issueResponseUrl(actor, channel, message),
    action_ts: nextTs(actor.world),
  };
}

/** Someone typed into an external select. */
export function suggestion(actor: Actor, view: View, blockId: string, actionId: string, typed: string): Fields {
  const { trigger_id: _none, ...rest } = envelope(actor);
  return {
    type: 'block_suggestion',
    ...rest,
    container: { type: 'view', view_id: view.id },
    view: showView(actor.workspace, view),
    block_id: blockId,
    action_id: actionId,
    value: typed,
  };
}

export function slashCommand(actor: Actor, channel: Channel, command: string, text: string): Record<string, string> {
  const { world, workspace, user } = actor;
  return {
    token: APP.verificationToken,
    team_id: workspace.id,
    team_domain: workspace.domain,
    channel_id: channel.id,
    channel_name: channel.kind === 'im' ? 'directmessage' : channel.name,
    user_id: user.id,
    user_name: user.name,
    command,
    text,
    api_app_id: APP.id,
    ...(workspace.enterprise && {
      enterprise_id: workspace.enterprise.id,
      enterprise_name: workspace.enterprise.name,
    }),
    is_enterprise_install: String(isOrgInstalled(world, workspace)),
    response_url: issueResponseUrl(actor, channel),
    trigger_id: issueTrigger(world, workspace, user.id),
  };
}
