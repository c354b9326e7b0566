import { createHash } from 'node:crypto';
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
import type { IdempotencyKey, Requester } from '../../handoff/core/rights.ts';
import { SECOND } from '../../lib/clock.ts';
import type { SlackDeps } from '../deps.ts';
import { idIn } from '../forms.ts';

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

export type EventName =
  | 'app_home_opened'
  | 'app_mention'
  | 'message'
  | 'app_uninstalled'
  | 'tokens_revoked'
  | 'team_access_granted'
  | 'team_access_revoked';

export type Listener<Arrived> = (arrived: Arrived, deps: SlackDeps) => Promise<void>;

/** What one area of Baton answers to: by action_id, callback_id, command or event. Each acknowledges before it works. */
export interface ListenerTable {
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

/** Who did it, for everything that asks `By`; a press or a submit that comes twice is recognised. */
export function requesterOf({ context, body }: { context: Context; body: Body }): Requester {
  const idempotency = keyOf(body);
  return { workspaceId: workspaceOf(context), slackUserId: body.user.id, ...(idempotency && { idempotency }) };
}

type Body = { user: { id: string } } | BlockAction | ViewSubmitAction;

/** Nobody means two of what they press so soon after one another, on what looks the same. */
const DOUBLE_CLICK = 10 * SECOND;

/** A form is sent off once in its life; of a button, the same one on the same message as it was shown. */
function keyOf(body: Body): IdempotencyKey | undefined {
  if ('callback_id' in body || !('type' in body)) return undefined;
  if (body.type === 'view_submission') return { key: `view:${body.view.id}:${body.view.callback_id}` };
  const [action] = body.actions;
  if (action?.type !== 'button' && action?.type !== 'overflow') return undefined;
  const { container, view, message } = body;
  const shown = view ? [view.id, view.hash] : [container?.channel_id, container?.message_ts, message?.edited?.ts];
  const what = action.type === 'button' ? action.value : action.selected_option.value;
  const key = JSON.stringify([body.user.id, shown, action.block_id, action.action_id, what]);
  return { key: `press:${createHash('sha256').update(key).digest('base64url')}`, within: DOUBLE_CLICK };
}

/** The handoff a button of a card belongs to. */
export function handoffIdOf({ action }: Press): string {
  return idIn(action.value);
}
