import { choiceOf } from '../../blocks/home/list-choice.ts';
import { goneTo, type HomeState, type HomeTab, homeStateOf } from '../../blocks/home/state.ts';
import type { SlackDeps } from '../../deps.ts';
import { type Change, type Event, type Listener, type Press, requesterOf, workspaceOf } from '../types.ts';
import { publishHome } from './publish.ts';

/** Home is looked at: it shows how things stand, where the person left it. */
export async function opened({ event, context, client }: Event<'app_home_opened'>, deps: SlackDeps): Promise<void> {
  if (event.tab !== 'home') return;
  const by = { workspaceId: workspaceOf(context), slackUserId: event.user };
  await publishHome(client, by, deps, homeStateOf(event.view?.private_metadata));
}

/** A tab was chosen. */
export function chooseTab(tab: HomeTab): Listener<Press> {
  return async (press, deps) => {
    await press.ack();
    const state = homeOf(press);
    await publishHome(press.client, requesterOf(press), deps, { ...state, tab });
  };
}

/** Another page of a list, or another choice: the value is `name=value`. */
export async function go(press: Press, deps: SlackDeps): Promise<void> {
  await press.ack();
  const state = homeOf(press);
  const [name = '', value] = (press.action.value ?? '').split('=');
  await publishHome(press.client, requesterOf(press), deps, goneTo(state, name, value || undefined));
}

/** Another list of leads, from its first page on. */
export async function chooseList(change: Change, deps: SlackDeps): Promise<void> {
  await change.ack();
  const { action } = change;
  const [list = '', chosen] = (action.type === 'static_select' ? (action.selected_option?.value ?? '') : '').split(':');
  const state = goneTo(goneTo(homeOf(change), list, undefined), choiceOf(list), chosen);
  await publishHome(change.client, requesterOf(change), deps, state);
}

/** Where one was on the Home that was pressed. */
export function homeOf({ body }: Pick<Press | Change, 'body'>): HomeState {
  return homeStateOf(body.view?.private_metadata);
}
