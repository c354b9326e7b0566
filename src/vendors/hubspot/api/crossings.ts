/**
 * Who went over the threshold in a time that is past, by HubSpot itself: a search by score and change, walked by id, then the
 * history of the score of whomever it found. Offsets slip, and end at 10,000 (HubSpot's "Search the CRM").
 */
import { z } from 'zod';
import type { CrossingsAsked, CrossingsPage, PollCursor, SourceCrossing } from '../../../contracts/source.ts';
import { isObject, numberFrom, objectsIn, textFrom } from '../../../lib/json-values.ts';
import type { Api, Json } from './api.ts';
import { timeOf } from './values.ts';

const A_PAGE = 200;
/** HubSpot reads at most this many contacts at once when their history comes along. */
const MOST_WITH_HISTORY = 50;

const cursorShape = z.object({ afterId: z.string() });

/** One page: a search, and a read of the history for each fifty of it; before the first the contacts that are known. */
export async function crossingsPage(
  api: Api,
  scoreProperty: string,
  asked: CrossingsAsked,
  cursor: PollCursor | null,
): Promise<CrossingsPage> {
  const after = cursorShape.safeParse(cursor).data?.afterId;
  const answer = await api.post(`${api.paths.contacts}/search`, searchOf(scoreProperty, asked, after ?? '0'));
  const found = objectsIn(answer.results).map(one => String(one.id));
  const known = after === undefined ? asked.known.filter(id => /^\d+$/.test(id)) : [];
  const ids = [...new Set([...found, ...known])];
  const crossings: SourceCrossing[] = [];
  let calls = 1;
  for (let from = 0; from < ids.length; from += MOST_WITH_HISTORY) {
    crossings.push(...(await crossingsOf(api, scoreProperty, asked, ids.slice(from, from + MOST_WITH_HISTORY))));
    calls += 1;
  }
  return { crossings, cursor: { afterId: found.at(-1) ?? after ?? '0' }, more: found.length >= A_PAGE, calls };
}

function searchOf(scoreProperty: string, { from, threshold }: CrossingsAsked, afterId: string): Json {
  return {
    filterGroups: [
      {
        filters: [
          { propertyName: scoreProperty, operator: 'GTE', value: String(threshold) },
          { propertyName: 'lastmodifieddate', operator: 'GTE', value: String(from.getTime()) },
          { propertyName: 'hs_object_id', operator: 'GT', value: afterId },
        ],
      },
    ],
    properties: [scoreProperty],
    sorts: ['hs_object_id'],
    limit: A_PAGE,
    after: '0',
  };
}

/** Of contacts read together: the last climb of each within the time. Whom HubSpot has no more is left out. */
async function crossingsOf(
  api: Api,
  scoreProperty: string,
  asked: CrossingsAsked,
  ids: readonly string[],
): Promise<SourceCrossing[]> {
  const answer = await api.post(`${api.paths.contacts}/batch/read`, {
    properties: [scoreProperty],
    propertiesWithHistory: [scoreProperty],
    inputs: ids.map(id => ({ id })),
  });
  return objectsIn(answer.results).flatMap(one => {
    const history = isObject(one.propertiesWithHistory) ? one.propertiesWithHistory[scoreProperty] : [];
    const climb = lastClimb(objectsIn(history), asked);
    return climb ? [{ contactId: String(one.id), ...climb }] : [];
  });
}

/** The last time within `asked` at which the score came to the threshold from below it, or from nothing. */
function lastClimb(
  history: readonly Json[],
  { from, to, threshold }: CrossingsAsked,
): Omit<SourceCrossing, 'contactId'> | undefined {
  const versions = history
    .flatMap(({ value, timestamp }) => {
      const at = timeOf(timestamp);
      return at === undefined ? [] : [{ at: Date.parse(at), score: numberFrom(textFrom(value)) ?? -Infinity }];
    })
    .toSorted((a, b) => a.at - b.at);
  const climbs = versions.filter(
    ({ at, score }, index) =>
      score >= threshold &&
      (versions[index - 1]?.score ?? -Infinity) < threshold &&
      at >= from.getTime() &&
      at < to.getTime(),
  );
  const last = climbs.at(-1);
  return last && { at: new Date(last.at).toISOString(), score: last.score };
}
