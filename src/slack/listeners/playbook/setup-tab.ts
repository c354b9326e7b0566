/** What the Set-up tab of Home shows: each page reads what it needs. */
import type { KnownBlock } from '@slack/types';
import type { Requester } from '../../../handoff/core/rights.ts';
import type { Text } from '../../../workspaces/playbook-service.ts';
import { type SetupPage, setupPageOf, setupTab } from '../../blocks/home/admin.ts';
import { healthPage, STUCK_LIST } from '../../blocks/home/admin-health.ts';
import {
  listName,
  peoplePage,
  playbookPage,
  rulesPage,
  teamsPage,
  templatesPage,
  versionsPage,
} from '../../blocks/home/admin-playbook.ts';
import { checklistPage, STEP } from '../../blocks/home/checklist.ts';
import { connectionsPage } from '../../blocks/home/connections.ts';
import { type HomeState, pageOf } from '../../blocks/home/state.ts';
import type { SlackDeps } from '../../deps.ts';

/** Whoever looks at it. */
interface Looking {
  by: Requester;
  deps: SlackDeps;
  now: Date;
}

type Content = (looking: Looking, state: HomeState) => Promise<KnownBlock[]>;

/** A page that shows the newest text. */
function ofText(page: SetupPage, build: (text: Text, page: number) => KnownBlock[]): Content {
  return async ({ by, deps }, state) => build(await deps.admin.text(by.workspaceId), pageOf(state, listName(page)));
}

const PAGES: Record<SetupPage, Content> = {
  start: async ({ by, deps, now }, state) => {
    const [list, offers = [], keyed = []] = await Promise.all([
      deps.admin.checklist(by.workspaceId),
      deps.connect?.offers(by.workspaceId),
      deps.keys?.offers(by.workspaceId),
    ]);
    const opened = list.steps.find(({ name }) => name === state.at[STEP])?.name;
    return checklistPage(list, now, { offers, keyed }, opened);
  },
  health: async ({ by, deps, now }, state) => {
    const [condition, books, offers, own, keyed] = await Promise.all([
      deps.admin.condition(by.workspaceId, pageOf(state, STUCK_LIST)),
      deps.books.view(by.workspaceId, { limit: 1, offset: 0 }),
      deps.connect?.offers(by.workspaceId),
      deps.connect?.ownCounts(by.workspaceId),
      deps.keys?.offers(by.workspaceId),
    ]);
    return healthPage(condition, now, { offers, own, keyed, books });
  },
  connections: async ({ by, deps, now }) => {
    const [connected, offers, keyed, hookKey] = await Promise.all([
      deps.admin.connected(by.workspaceId),
      deps.connect?.offers(by.workspaceId),
      deps.keys?.offers(by.workspaceId),
      deps.hookKeys?.state(by.workspaceId),
    ]);
    return connectionsPage({ connected, offers, keyed, hookKey, now });
  },
  playbook: async ({ by, deps }) => {
    const text = await deps.admin.text(by.workspaceId);
    return playbookPage(text, await deps.admin.version(by.workspaceId, text.version));
  },
  people: ofText('people', peoplePage),
  teams: ofText('teams', teamsPage),
  rules: ofText('rules', rulesPage),
  templates: ofText('templates', templatesPage),
  versions: async ({ by, deps }, state) => {
    const [list, text] = await Promise.all([
      deps.admin.versions(by.workspaceId, pageOf(state, listName('versions'))),
      deps.admin.text(by.workspaceId),
    ]);
    return versionsPage(list, text.version);
  },
};

/** What the Set-up tab of Home shows. */
export const setupContent: Content = async (looking, state) => {
  const page = setupPageOf(state, await looking.deps.admin.isSettingUp(looking.by.workspaceId));
  return setupTab(page, await PAGES[page](looking, state));
};
