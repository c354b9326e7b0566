/** What people did: nine types in one call, for up to thirty people. */
import { after, type Clock, DAY, HOUR } from '../../../lib/clock.ts';
import { coalesce } from '../../../lib/coalesce.ts';
import { type Json, textFrom } from '../../../lib/json-values.ts';
import type { Marketo } from '../api/client.ts';

/** Visit Webpage, Fill Out Form, Click Link, Unsubscribe, Open, Click, Change Score, Interesting Moment, Program Status. */
export const TYPES = [1, 2, 3, 9, 10, 11, 22, 46, 104] as const;

/** How far back: what is older moves nobody to call. Marketo goes through a log page by page, empty ones included. */
const LOOK_BACK = 30 * DAY;
/** Somebody (or a robot) with more than this shows nothing new in the rest. */
const MOST_PAGES = 10;
/** The log is read from its old end: of a very long one only the end is. */
const NEWEST = 2 * DAY;
/** A token is for a moment, whoever uses it: nobody minds an hour more or less of a month. */
const TOKEN_KEPT = HOUR;
const MOST_TOKENS = 4;
/** People in one call. */
const MOST = 30;
const WIDTH = 3;

/** Entries of the log of one person, as they came. Two calls, shared by up to thirty; the first is asked once an hour. */
export function activityReader(api: Marketo, clock: Clock): (leadId: string) => Promise<Json[]> {
  const tokenFor = tokenKeeper(api);
  const once = async (ids: readonly string[], since: Date): Promise<{ entries: Json[]; isAll: boolean }> => {
    const entries: Json[] = [];
    let nextPageToken = await tokenFor(since);
    for (let page = 1; page <= MOST_PAGES; page += 1) {
      const query = { nextPageToken, activityTypeIds: TYPES.join(','), leadIds: ids.join(',') };
      const answer = await api.ask({ path: '/rest/v1/activities.json', query, importance: 'urgent' });
      entries.push(...answer.result);
      if (!answer.moreResult || answer.nextPageToken === undefined) return { entries, isAll: true };
      nextPageToken = answer.nextPageToken;
    }
    return { entries, isAll: false };
  };
  return coalesce<string, Json[]>({
    most: MOST,
    width: WIDTH,
    async call(ids) {
      const unique = [...new Set(ids)];
      const first = await once(unique, after(clock.now(), -LOOK_BACK));
      const { entries } = first.isAll ? first : await once(unique, after(clock.now(), -NEWEST));
      const all = first.isAll ? entries : distinct([...first.entries, ...entries]);
      return ids.map(id => all.filter(one => textFrom(one.leadId) === id));
    },
  });
}

/** `marketoGUID` names an entry; `id` is gone or not unique. */
function distinct(entries: readonly Json[]): Json[] {
  return [...new Map(entries.map(one => [textFrom(one.marketoGUID), one])).values()];
}

/** Tokens for a moment, to the hour. */
function tokenKeeper(api: Marketo): (since: Date) => Promise<string> {
  const known = new Map<number, Promise<string>>();
  return since => {
    const at = Math.floor(since.getTime() / TOKEN_KEPT) * TOKEN_KEPT;
    const kept = known.get(at);
    if (kept) return kept;
    const token = pagingToken(api, new Date(at), 'urgent');
    const [oldest] = known.keys();
    if (oldest !== undefined && known.size >= MOST_TOKENS) known.delete(oldest);
    known.set(at, token);
    token.catch(() => known.delete(at));
    return token;
  };
}

/** Where the log is to be read from. One call. */
export async function pagingToken(
  api: Marketo,
  since: Date,
  importance: 'urgent' | 'usual' | 'background',
): Promise<string> {
  const query = { sinceDatetime: `${since.toISOString().slice(0, 19)}Z` };
  return (await api.ask({ path: '/rest/v1/activities/pagingtoken.json', query, importance })).nextPageToken ?? '';
}
