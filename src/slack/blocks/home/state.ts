/** What a Home tab remembers of itself between presses: which tab is chosen, and where one is in its lists. No facts. */

export const HOME_TABS = ['leads', 'team', 'setup'] as const;
export type HomeTab = (typeof HOME_TABS)[number];

export interface HomeState {
  /** Absent until one was chosen: then it depends on who looks. */
  tab?: HomeTab;
  /** Where one is: the name of a list or a choice → its page or what was chosen. */
  at: Record<string, string>;
}

/** Slack keeps 3,000 characters; a modal carries the state along beside its own ids. */
const MOST = 2_000;

export const NEW_STATE: HomeState = { at: {} };

/** For `private_metadata`. A state that has grown too long forgets where one was, not which tab. */
export function packHome({ tab, at }: HomeState): string {
  const packed = JSON.stringify({ tab, at });
  return packed.length <= MOST ? packed : JSON.stringify({ tab, at: {} });
}

/** What `packHome` wrote; a new state for anything else. */
export function homeStateOf(packed: string | undefined): HomeState {
  try {
    const value: unknown = JSON.parse(packed || '{}');
    if (typeof value !== 'object' || value === null) return NEW_STATE;
    const { tab, at } = value as { tab?: unknown; at?: unknown };
    const known = HOME_TABS.find(one => one === tab);
    const places = typeof at === 'object' && at !== null ? Object.entries(at) : [];
    return { ...(known && { tab: known }), at: Object.fromEntries(places.map(([key, one]) => [key, String(one)])) };
  } catch {
    // Not written by this version of Baton: Home begins anew.
    return NEW_STATE;
  }
}

/** The page one is on in the list of that name; the first is 0. */
export function pageOf({ at }: HomeState, list: string): number {
  const page = Number(at[list] ?? 0);
  return Number.isSafeInteger(page) && page > 0 ? page : 0;
}

/** The state after going somewhere in a list or choosing something; without `value` it is forgotten. */
export function goneTo(state: HomeState, name: string, value: string | undefined): HomeState {
  const { [name]: _before, ...others } = state.at;
  return { ...state, at: value === undefined ? others : { ...others, [name]: value } };
}
