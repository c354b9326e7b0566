import type {
  AllMiddlewareArgs,
  BlockAction,
  ButtonAction,
  Context,
  SlackActionMiddlewareArgs,
  SlackCommandMiddlewareArgs,
  SlackEventMiddlewareArgs,
} from '@slack/bolt';

/** A button that was pressed. */
export type Press = SlackActionMiddlewareArgs<BlockAction<ButtonAction>> & AllMiddlewareArgs;
export type Command = SlackCommandMiddlewareArgs & AllMiddlewareArgs;
export type Event<Name extends string> = SlackEventMiddlewareArgs<Name> & AllMiddlewareArgs;

/** The workspace that `authorize` found for this delivery. */
export function workspaceOf(context: Context): string {
  const id: unknown = context.workspaceId;
  if (typeof id !== 'string') throw new Error('a listener ran without a workspace');
  return id;
}

/** The handoff a button of a card belongs to. */
export function handoffOf({ action }: Press): string {
  return action.value ?? '';
}
