import { GO, GO_BACK, TAB_BUTTONS } from '../../messages/home/home.ts';
import type { Table } from '../types.ts';
import { chooseTab, go, opened } from './home.ts';

/** The Home tab: its frame, and what reps and managers do there. */
export const homeTable: Table = {
  buttons: {
    [TAB_BUTTONS.leads.actionId]: chooseTab('leads'),
    [TAB_BUTTONS.team.actionId]: chooseTab('team'),
    [TAB_BUTTONS.setup.actionId]: chooseTab('setup'),
    [GO]: go,
    [GO_BACK]: go,
  },
  events: { app_home_opened: opened },
};
