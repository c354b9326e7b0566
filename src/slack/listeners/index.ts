/** Everything people and Slack can do to Baton: one table an area, what arrives → the listener that answers it. */
import type { App, BlockAction, BlockElementAction, ButtonAction, OverflowAction, ViewSubmitAction } from '@slack/bolt';
import type { SlackDeps } from '../deps.ts';
import { cardListeners } from './card/card-listeners.ts';
import { connectListeners } from './connect/connect-listeners.ts';
import { homeListeners } from './home/home-listeners.ts';
import { refreshHome } from './home/publish.ts';
import { mqlListeners } from './mql/mql-listeners.ts';
import { ownerListeners } from './owner/owner-listeners.ts';
import { pageListeners } from './page/page-listeners.ts';
import { playbookListeners } from './playbook/playbook-listeners.ts';
import { privacyListeners } from './privacy/privacy-listeners.ts';
import { questionListeners } from './questions/question-listeners.ts';
import { setupListeners } from './setup/setup-listeners.ts';
import { shortcutListeners } from './shortcuts/shortcut-listeners.ts';
import { slaListeners } from './sla/sla-listeners.ts';
import { systemListeners } from './system/system-listeners.ts';
import type { EventName, ListenerTable } from './types.ts';

export const TABLES: readonly ListenerTable[] = [
  cardListeners,
  mqlListeners,
  homeListeners,
  playbookListeners,
  setupListeners,
  shortcutListeners,
  questionListeners,
  slaListeners,
  connectListeners,
  ownerListeners,
  privacyListeners,
  pageListeners,
  systemListeners,
];

/** Registers the tables with Bolt. */
export function listen(app: App, deps: SlackDeps, tables: readonly ListenerTable[] = TABLES): void {
  for (const table of tables) {
    listenToPeople(app, table, deps);
    listenToViews(app, table, deps);
    for (const name of Object.keys(table.events ?? {})) listenToEvent(app, table, name as EventName, deps);
  }
}

function listenToPeople(app: App, table: ListenerTable, deps: SlackDeps): void {
  for (const [id, listener] of Object.entries(table.buttons ?? {})) {
    app.action<BlockAction<ButtonAction>>({ type: 'block_actions', action_id: id }, press => listener(press, deps));
  }
  for (const [id, listener] of Object.entries(table.menus ?? {})) {
    app.action<BlockAction<OverflowAction>>({ type: 'block_actions', action_id: id }, pick => listener(pick, deps));
  }
  for (const [name, listener] of Object.entries(table.commands ?? {})) {
    app.command(name, command => listener(command, deps));
  }
  for (const [id, listener] of Object.entries(table.shortcuts ?? {})) {
    app.shortcut({ type: 'shortcut', callback_id: id }, shortcut => listener(shortcut, deps));
  }
  for (const [id, listener] of Object.entries(table.messageShortcuts ?? {})) {
    app.shortcut({ type: 'message_action', callback_id: id }, shortcut => listener(shortcut, deps));
  }
}

function listenToViews(app: App, table: ListenerTable, deps: SlackDeps): void {
  for (const [id, listener] of Object.entries(table.changes ?? {})) {
    app.action<BlockAction<BlockElementAction>>({ type: 'block_actions', action_id: id }, change =>
      listener(change, deps),
    );
  }
  for (const [id, listener] of Object.entries(table.submissions ?? {})) {
    app.view<ViewSubmitAction>({ type: 'view_submission', callback_id: id }, async submission => {
      await listener(submission, deps);
      await refreshHome(submission, deps);
    });
  }
  for (const [id, listener] of Object.entries(table.options ?? {})) {
    app.options<'block_suggestion'>({ type: 'block_suggestion', action_id: id }, asking => listener(asking, deps));
  }
}

function listenToEvent<Name extends EventName>(app: App, table: ListenerTable, name: Name, deps: SlackDeps): void {
  const listener = table.events?.[name];
  if (listener) app.event(name, event => listener(event, deps));
}
