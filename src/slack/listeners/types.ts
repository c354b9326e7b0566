import type {
  AllMiddlewareArgs,
  BlockAction,
  BlockElementAction,
  ButtonAction,
  Context,
  GlobalShortcut,
  MessageShortcut,
  OverflowAction,
  SlackActionMiddlewareArgs,
  SlackCommandMiddlewareArgs,
  SlackEventMiddlewareArgs,
  SlackOptionsMiddlewareArgs,
  SlackShortcutMiddlewareArgs,
  SlackViewMiddlewareArgs,
  ViewSubmitAction,
} from '@slack/bolt';
import type { By } from '../../handoff/rights.ts';
import type { SlackDeps } from '../deps.ts';

/** A button that was pressed. */
export type Press = SlackActionMiddlewareArgs<BlockAction<ButtonAction>> & AllMiddlewareArgs;
/** A line chosen from an overflow menu. */
export type Pick = SlackActionMiddlewareArgs<BlockAction<OverflowAction>> & AllMiddlewareArgs;
/** A select, picker or checkbox changed. */
export type Change = SlackActionMiddlewareArgs<BlockAction<BlockElementAction>> & AllMiddlewareArgs;
/** A modal that was submitted. */
export type Submission = SlackViewMiddlewareArgs<ViewSubmitAction> & AllMiddlewareArgs;
export type Command = SlackCommandMiddlewareArgs & AllMiddlewareArgs;
export type Event<Name extends string> = SlackEventMiddlewareArgs<Name> & AllMiddlewareArgs;
export type Global = SlackShortcutMiddlewareArgs<GlobalShortcut> & AllMiddlewareArgs;
export type OnMessage = SlackShortcutMiddlewareArgs<MessageShortcut> & AllMiddlewareArgs;
/** Slack asks what to offer in an external select. */
export type Asking = SlackOptionsMiddlewareArgs<'block_suggestion'> & AllMiddlewareArgs;

export type EventName = 'app_home_opened' | 'app_mention' | 'message' | 'app_uninstalled' | 'tokens_revoked';

export type Listener<Arrived> = (arrived: Arrived, deps: SlackDeps) => Promise<void>;

/** What one area of Baton answers to: by action_id, callback_id, command or event. Each acknowledges before it works. */
export interface Table {
  buttons?: Record<string, Listener<Press>>;
  menus?: Record<string, Listener<Pick>>;
  changes?: Record<string, Listener<Change>>;
  submissions?: Record<string, Listener<Submission>>;
  commands?: Record<string, Listener<Command>>;
  shortcuts?: Record<string, Listener<Global>>;
  messageShortcuts?: Record<string, Listener<OnMessage>>;
  options?: Record<string, Listener<Asking>>;
  events?: { [Name in EventName]?: Listener<Event<Name>> };
}

/** The workspace that `authorize` found for this delivery. */
export function workspaceOf(context: Context): string {
  const id: unknown = context.workspaceId;
  if (typeof id !== 'string') throw new Error('a listener ran without a workspace');
  return id;
}

/** Who did it, for everything that asks `By`. */
export function byOf({ context, body }: { context: Context; body: { user: { id: string } } }): By {
  return { workspaceId: workspaceOf(context), slackUserId: body.user.id };
}

/** The handoff a button of a card belongs to. */
export function handoffOf({ action }: Press): string {
  return action.value ?? '';
}
