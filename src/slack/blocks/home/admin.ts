/** Set-up: its pages, and what all of them have in common. Pure. */
import type { Button, KnownBlock, Overflow, StaticSelect } from '@slack/types';
import { actions, button, label, option, overflow, section } from '../block-parts.ts';
import type { HomeState } from './state.ts';

export const SETUP_PAGES = {
  start: 'Start',
  health: 'Health',
  connections: 'Connections',
  playbook: 'Playbook',
  people: 'People',
  teams: 'Teams',
  rules: 'Rules',
  templates: 'Templates',
  versions: 'Versions',
};
export type SetupPage = keyof typeof SETUP_PAGES;

/** Where the chosen page of Set-up is kept. */
export const SETUP = 'setup';

/** The action_id of the button that opens a page. */
export function pageAction(page: SetupPage): string {
  return `setup_${page}`;
}

/** Until one is chosen: the checklist while Baton is being set up, then how it is. */
export function setupPageOf({ at }: HomeState, isSettingUp: boolean): SetupPage {
  const pages = Object.keys(SETUP_PAGES) as SetupPage[];
  return pages.find(page => page === at[SETUP]) ?? (isSettingUp ? 'start' : 'health');
}

/** Choosing a page from the list of all. */
export const CHOOSE_PAGE = 'setup_page';
/** Looks anew how everything is. */
export const CHECK_NOW = 'check_now';
/** One goes the whole way: the value is the priority it shall have. */
export const SEND_TEST = 'send_test';

/** How it is, and the set-up, come first, and all settings below; another page says above which of them it is. */
export function setupTab(page: SetupPage, blocks: readonly KnownBlock[]): KnownBlock[] {
  if (page === 'start') return [...blocks, actions([pageMenu()])];
  if (page !== 'health') return [actions([pageMenu(page)]), ...blocks];
  const more = [button(SEND_TEST, 'Send a test lead', 'HIGH'), button(CHECK_NOW, 'Check now')];
  return [...blocks, actions([pageMenu(), ...more])];
}

function pageMenu(page?: SetupPage): StaticSelect {
  const options = Object.entries(SETUP_PAGES).map(([one, words]) => option(one, words));
  const chosen = options.find(({ value }) => value === page);
  return {
    type: 'static_select',
    action_id: CHOOSE_PAGE,
    placeholder: label('All settings', 150),
    options,
    ...(chosen && { initial_option: chosen }),
  };
}

/** Safe lines with something to press beside them. */
export function row(lines: readonly string[], accessory: Button | Overflow): KnownBlock {
  return { ...section(...lines), accessory };
}

/** What can be done with an entry: the value carries the verb, the version that is shown, and the entry's place. */
export function entryMenu(
  actionId: string,
  verbs: Record<string, string>,
  version: number,
  at: string | number,
): Overflow {
  const lines = Object.entries(verbs).map(([verb, words]) => [`${verb}:${version}:${at}`, words] as const);
  return overflow(actionId, lines);
}

/** What `entryMenu` wrote. */
export function entryOf(value: string | undefined): { verb: string; version: number; at: string } | undefined {
  const [, verb, version, at] = /^([a-z_]+):(\d{1,9}):(.+)$/.exec(value ?? '') ?? [];
  return verb === undefined || at === undefined ? undefined : { verb, version: Number(version), at };
}

/** A page of a list that is already read; pages count from 0. */
export function pageIn<T>(
  all: readonly T[],
  page: number,
  size: number,
): { rows: [T, number][]; page: number; pages: number } {
  const pages = Math.max(1, Math.ceil(all.length / size));
  const at = Math.min(page, pages - 1);
  const rows = all.map((one, index): [T, number] => [one, index]).slice(at * size, (at + 1) * size);
  return { rows, page: at, pages };
}
