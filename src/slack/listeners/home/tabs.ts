/** The tabs of Home: who has which, and where each one's blocks come from. */
import type { KnownBlock } from '@slack/types';
import { teamOf } from '../../../config/playbook/people.ts';
import { type Actor, isManager, onlyLooks, type Requester, seesAll } from '../../../handoff/core/rights.ts';
import { personalLoginBlocks } from '../../blocks/connect.ts';
import { LEADS_LIST, leadsTab } from '../../blocks/home/leads.ts';
import { chosenList } from '../../blocks/home/list-choice.ts';
import { HOME_TABS, type HomeState, type HomeTab, pageOf } from '../../blocks/home/state.ts';
import { isAtRisk, TEAM_LIST, teamTab } from '../../blocks/home/team.ts';
import type { Week } from '../../blocks/home/week.ts';
import type { SlackDeps } from '../../deps.ts';
import { periodOf } from '../mql/period.ts';
import type { Asker } from '../opening.ts';
import { setupContent } from '../playbook/setup-tab.ts';

/** Whoever looks at Home. */
export interface Viewer extends Asker {
  by: Requester;
  deps: SlackDeps;
}

/** Reads what a tab shows and builds it: at most TAB_BLOCKS blocks. */
export type TabContent = (viewer: Viewer, state: HomeState) => Promise<KnownBlock[]>;

const CONTENT: Record<HomeTab, TabContent> = {
  leads: async (viewer, state) => {
    const { by, deps, actor } = viewer;
    const list = chosenList(state, LEADS_LIST);
    const [home, own = [], week] = await Promise.all([
      deps.queries.repHome(by.workspaceId, { actor, page: pageOf(state, LEADS_LIST), list }),
      deps.connect?.own(by.workspaceId, actor.email),
      weekOf(viewer),
    ]);
    return leadsTab(home, viewer, own.flatMap(personalLoginBlocks), week, list);
  },
  team: async (viewer, state) => {
    const { by, deps, actor } = viewer;
    const [page, list] = [pageOf(state, TEAM_LIST), chosenList(state, TEAM_LIST)];
    const home = await deps.queries.teamHome(by.workspaceId, { actor, page, list });
    const [first] = home.leads.rows;
    const mayGive = first && isAtRisk(first, viewer.now) && !onlyLooks(actor);
    const next = mayGive ? await deps.nextRep(by.workspaceId, first.id) : undefined;
    return teamTab(home, state, { ...viewer, ...(next && { next }) });
  },
  setup: setupContent,
};

/** Their numbers of the calendar week, and their teams'. Eight statements at once; none for who is in no team. */
async function weekOf({ by, deps, actor, playbook, now, zone }: Viewer): Promise<Week | undefined> {
  const { teams } = actor;
  if (teams.length === 0) return undefined;
  const { from, to } = periodOf('week', 0, { now, zone });
  const members = teams.flatMap(key => teamOf(playbook, key)?.members.map(({ person }) => person) ?? []);
  const ask = (reps: string[], of: string[]) =>
    deps.reports.stats(by.workspaceId, { reps, teams: of, rotations: [], from, to, zone });
  const [me, team] = await Promise.all([ask([actor.email], []), ask([...new Set(members)], [...teams])]);
  return { me, team };
}

export function tabContent(tab: HomeTab, viewer: Viewer, state: HomeState): Promise<KnownBlock[]> {
  return CONTENT[tab](viewer, state);
}

/** The tabs of this person, in order. */
export function tabsOf(actor: Actor): HomeTab[] {
  const has: Record<HomeTab, boolean> = {
    leads: !onlyLooks(actor),
    team: isManager(actor) || seesAll(actor),
    setup: actor.admin,
  };
  return HOME_TABS.filter(tab => has[tab]);
}

/** The tab to show: the chosen one if it is theirs, else the one that is most theirs. */
export function tabFor(actor: Actor, chosen: HomeTab | undefined): HomeTab {
  const tabs = tabsOf(actor);
  const own = tabs.find(tab => tab === chosen);
  if (own) return own;
  const leads = actor.teams.length > 0;
  return tabs.find(tab => tab !== 'leads' || leads) ?? 'leads';
}
