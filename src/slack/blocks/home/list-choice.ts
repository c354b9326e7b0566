/** Which leads a list on Home shows. Pure. */
import type { KnownBlock } from '@slack/types';
import type { LeadList } from '../../../handoff/queries/rep-home.ts';
import { actions, option } from '../block-parts.ts';
import type { HomeState } from './state.ts';

export const HOME_LIST = 'home_list';

const LISTS: Record<LeadList, string> = {
  open: 'All open',
  overdue: 'Overdue',
  contacted: 'Contacted',
  closed: 'Closed',
};

/** Where the choice is kept beside the page of the same list. */
export const choiceOf = (list: string): string => `${list} list`;

/** What was chosen; undefined: all that are open. */
export function chosenList({ at }: HomeState, list: string): LeadList | undefined {
  const chosen = at[choiceOf(list)];
  return chosen !== undefined && Object.hasOwn(LISTS, chosen) ? (chosen as LeadList) : undefined;
}

/** The menu, before the list; its value names the list too, as Home may have two. */
export function listChoice(list: string, chosen: LeadList | undefined, open: number): KnownBlock {
  const options = (Object.keys(LISTS) as LeadList[]).map(name =>
    option(`${list}:${name}`, name === 'open' ? `${LISTS.open} (${open})` : LISTS[name]),
  );
  const initial = options.find(({ value }) => value === `${list}:${chosen ?? 'open'}`);
  return actions([
    { ...{ type: 'static_select', action_id: HOME_LIST, options }, ...(initial && { initial_option: initial }) },
  ]);
}
