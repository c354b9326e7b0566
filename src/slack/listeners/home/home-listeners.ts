import { BULK, BULK_GO, BULK_GO_BACK, BULK_WHOSE } from '../../blocks/home/bulk.ts';
import { GO, GO_BACK, TAB_BUTTONS } from '../../blocks/home/home.ts';
import { HOME_AWAY, HOME_BACK } from '../../blocks/home/leads.ts';
import { HOME_LIST } from '../../blocks/home/list-choice.ts';
import { HOME_CLAIM } from '../../blocks/home/rows.ts';
import { HOME_BULK, HOME_HAND_OVER, HOME_KEEP } from '../../blocks/home/team.ts';
import type { ListenerTable } from '../types.ts';
import { awayFromHome, backOnHome, claimOnHome, handOver, keepAbsentLeads } from './actions.ts';
import { changeWhose, openBulk, submitBulk, turnBulk } from './bulk.ts';
import { chooseList, chooseTab, go, opened } from './home.ts';

/** The Home tab: its frame, and what reps and managers do there. */
export const homeListeners: ListenerTable = {
  buttons: {
    [TAB_BUTTONS.leads.actionId]: chooseTab('leads'),
    [TAB_BUTTONS.team.actionId]: chooseTab('team'),
    [TAB_BUTTONS.setup.actionId]: chooseTab('setup'),
    [GO]: go,
    [GO_BACK]: go,
    [HOME_CLAIM]: claimOnHome,
    [HOME_AWAY]: awayFromHome,
    [HOME_BACK]: backOnHome,
    [HOME_BULK]: openBulk,
    [HOME_HAND_OVER]: handOver,
    [HOME_KEEP]: keepAbsentLeads,
    [BULK_GO]: turnBulk,
    [BULK_GO_BACK]: turnBulk,
  },
  changes: { [BULK_WHOSE]: changeWhose, [HOME_LIST]: chooseList },
  submissions: { [BULK]: submitBulk },
  events: { app_home_opened: opened },
};
