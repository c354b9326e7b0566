/** The frame of the Home tab: a heading, what was just done, the tabs this person has, and the chosen one. Pure. */
import type { Button, HomeView, KnownBlock } from '@slack/types';
import { mrkdwn } from '../../escape.ts';
import { actions, button, context, DIVIDER, header, section } from '../block-parts.ts';
import { moment } from '../block-words.ts';
import { helpText } from '../notices.ts';
import { openPageButton } from '../open-page.ts';
import { type HomeState, type HomeTab, packHome } from './state.ts';

/** Slack takes 100 blocks; the frame needs the rest. A tab that is longer is cut. */
export const TAB_BLOCKS = 94;

/** Choosing a tab: the button's action_id says which. */
export const TAB_BUTTONS: Record<HomeTab, { actionId: string; label: string }> = {
  leads: { actionId: 'home_tab_leads', label: 'My leads' },
  team: { actionId: 'home_tab_team', label: 'My team' },
  setup: { actionId: 'home_tab_setup', label: 'Set-up' },
};
/** Going to another page of a list, or choosing something: the button's value is `name=value`. */
export const GO = 'home_go';
export const GO_BACK = 'home_go_back';

const NAME = 120;

export interface Home {
  /** Those this person has, in order. */
  tabs: readonly HomeTab[];
  tab: HomeTab;
  state: HomeState;
  /** Said once, after something was done: safe mrkdwn. */
  notice?: string | undefined;
  blocks: readonly KnownBlock[];
  /** When it was read. */
  now: Date;
}

/** What a person of the playbook sees. */
export function homeView({ tabs, tab, state, notice, blocks, now }: Home): HomeView {
  return {
    type: 'home',
    private_metadata: packHome({ ...state, tab }),
    blocks: [
      header('Baton'),
      ...(tabs.length > 1 ? [tabRow(tabs, tab)] : []),
      ...(notice ? [section(notice)] : []),
      ...blocks.slice(0, TAB_BLOCKS),
      actions([openPageButton({ kind: 'start' })]),
      context(`As of ${moment(now.toISOString())}`),
    ],
  };
}

/** What somebody sees who is not in the playbook: no lead, but what Baton is and who lets them in. */
export function strangerHome(admins: readonly string[]): HomeView {
  const who = admins.map(name => `*${mrkdwn(name, NAME)}*`);
  const ask = who.length > 0 ? `Ask ${who.join(' or ')} to add you.` : 'Ask whoever installed Baton to add you.';
  return {
    type: 'home',
    blocks: [
      header('Baton'),
      section('Baton brings marketing-qualified leads to sales.', ask),
      DIVIDER,
      section(helpText()),
    ],
  };
}

function tabRow(tabs: readonly HomeTab[], chosen: HomeTab): KnownBlock {
  return actions(
    tabs.map((tab): Button => {
      const { actionId, label } = TAB_BUTTONS[tab];
      return { ...button(actionId, label), ...(tab === chosen && { style: 'primary' }) };
    }),
  );
}

/** "Page 2 of 5" with buttons to the neighbours; nothing when one page holds it all. `page` counts from 0. */
export function pager(list: string, page: number, pages: number): KnownBlock[] {
  if (pages <= 1) return [];
  const buttons = [
    ...(page > 0 ? [button(GO_BACK, '◀ Previous', `${list}=${page - 1}`)] : []),
    ...(page < pages - 1 ? [button(GO, 'Next ▶', `${list}=${page + 1}`)] : []),
  ];
  return [context(`Page ${page + 1} of ${pages}`), actions(buttons)];
}
