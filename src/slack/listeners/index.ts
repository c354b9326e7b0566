/** Everything people and Slack can do to Baton, in one table: what arrives → the story that answers it. */
import type { App, BlockAction, ButtonAction } from '@slack/bolt';
import type { SlackDeps } from '../deps.ts';
import { claim } from './claim.ts';
import { email } from './email.ts';
import { helpInDm, helpOnMention } from './help.ts';
import { home } from './home.ts';
import { logCall } from './log-call.ts';
import { mql } from './mql.ts';
import { openRecord } from './open-record.ts';
import type { Command, Event, Press } from './types.ts';
import { tokensRevoked, uninstalled } from './uninstalled.ts';

type Listener<Arrived> = (arrived: Arrived, deps: SlackDeps) => Promise<void>;

const TABLE: {
  buttons: Record<string, Listener<Press>>;
  commands: Record<string, Listener<Command>>;
  events: { [Name in EventName]: Listener<Event<Name>> };
} = {
  buttons: {
    claim,
    log_call: logCall,
    email,
    open_record: openRecord,
  },
  commands: {
    '/mql': mql,
  },
  events: {
    app_home_opened: home,
    app_mention: helpOnMention,
    message: helpInDm,
    app_uninstalled: uninstalled,
    tokens_revoked: tokensRevoked,
  },
};

type EventName = 'app_home_opened' | 'app_mention' | 'message' | 'app_uninstalled' | 'tokens_revoked';

/** Registers the table with Bolt. */
export function listen(app: App, deps: SlackDeps): void {
  for (const [id, listener] of Object.entries(TABLE.buttons)) {
    app.action<BlockAction<ButtonAction>>({ type: 'block_actions', action_id: id }, press => listener(press, deps));
  }
  for (const [name, listener] of Object.entries(TABLE.commands)) {
    app.command(name, command => listener(command, deps));
  }
  const hear = <Name extends EventName>(name: Name) => app.event(name, event => TABLE.events[name](event, deps));
  for (const name of Object.keys(TABLE.events)) hear(name as EventName);
}
