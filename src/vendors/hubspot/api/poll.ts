/**
 * Changed contacts, one search a call, walked by key and never by offset: an offset slips when a contact on an earlier
 * page changes, and ends at 10,000. Each page starts at the time the page before ended with; when one instant fills a
 * whole page, that instant is walked by id. At the end the walk steps back by the overlap, because HubSpot's index
 * shows changes late and out of order.
 */
import { z } from 'zod';
import type { PollCursor, PollPage, Signal } from '../../../contracts/source.ts';
import { MINUTE } from '../../../lib/clock.ts';
import { isObject, objectsIn, textFrom } from '../../../lib/json-values.ts';
import type { Api, Json } from './api.ts';
import { glanceOf, glanceProperties } from './glance.ts';

export interface PollOptions {
  scoreProperty: string;
  stageProperty: string;
  /** A contact without a score is one to look at, not one whose score was cleared. */
  ownScore?: boolean;
  overlapMs?: number;
}

const CHANGED = 'lastmodifieddate';
const A_PAGE = 200;
const OVERLAP = 2 * MINUTE;
/** What is remembered of the overlap; beyond it a signal may come twice, which its dedupe key is for. */
const MOST_SEEN = 2_000;

const cursorShape = z.object({
  /** Milliseconds: the walk goes on from here. */
  from: z.number(),
  /** The newest change seen. */
  newest: z.number(),
  /** One instant too full for a page, being walked by id. */
  within: z.object({ at: z.number(), afterId: z.string() }).optional(),
  /** Contacts already told of, with the change that was told. */
  seen: z.record(z.string(), z.number()),
});
type Cursor = z.infer<typeof cursorShape>;

/** One page of changes since the cursor; a cursor that is none of ours starts the walk anew. */
export async function pollPage(
  api: Api,
  options: PollOptions,
  cursor: PollCursor | null,
  since: Date,
): Promise<PollPage> {
  const parsed = cursorShape.safeParse(cursor);
  const at: Cursor = parsed.success ? parsed.data : { from: since.getTime(), newest: since.getTime(), seen: {} };
  const answer = await api.post(`${api.paths.contacts}/search`, searchOf(options, at));
  const results = objectsIn(answer.results);
  const changes = results.map(changeOf).filter(change => Number.isFinite(change.changedAt));
  const fresh = changes.filter(change => at.seen[change.id] !== change.changedAt);
  const next = step(at, changes, results.length >= A_PAGE, since.getTime(), options.overlapMs ?? OVERLAP);
  return {
    signals: fresh.map(change => signalOf(change, options)),
    cursor: next.cursor,
    more: next.more,
  };
}

interface Change {
  id: string;
  changedAt: number;
  properties: Json;
}

function changeOf(result: Json): Change {
  const properties = isObject(result.properties) ? result.properties : {};
  const changed = textFrom(properties[CHANGED]) ?? textFrom(result.updatedAt) ?? '';
  return { id: String(result.id), changedAt: new Date(changed).getTime(), properties };
}

/**
 * Whatever the score: one that fell, or was cleared, is what a later climb counts from. Both groups together are everybody,
 * and HubSpot refuses a search by a property it does not have: a misspelt one must not look like contacts without a score.
 */
function searchOf({ scoreProperty, stageProperty, ownScore }: PollOptions, at: Cursor): Json {
  const where = at.within
    ? [
        { propertyName: CHANGED, operator: 'EQ', value: String(at.within.at) },
        { propertyName: 'hs_object_id', operator: 'GT', value: at.within.afterId },
      ]
    : [{ propertyName: CHANGED, operator: 'GTE', value: String(at.from) }];
  return {
    filterGroups: ownScore
      ? [{ filters: where }]
      : ['HAS_PROPERTY', 'NOT_HAS_PROPERTY'].map(operator => ({
          filters: [...where, { propertyName: scoreProperty, operator }],
        })),
    properties: [...glanceProperties({ scoreProperty, stageProperty }), CHANGED],
    sorts: [at.within ? 'hs_object_id' : CHANGED],
    limit: A_PAGE,
    after: '0',
  };
}

function step(
  at: Cursor,
  changes: readonly Change[],
  fullPage: boolean,
  since: number,
  overlap: number,
): { cursor: Cursor; more: boolean } {
  const newest = changes.reduce((latest, { changedAt }) => Math.max(latest, changedAt), at.newest);
  const seen = remember(at.seen, changes, newest - overlap);
  const last = changes.at(-1);
  const full = fullPage && last !== undefined;
  if (at.within) {
    return full
      ? { cursor: { from: at.from, newest, seen, within: { at: at.within.at, afterId: last.id } }, more: true }
      : { cursor: { from: at.within.at + 1, newest, seen }, more: true };
  }
  if (!full) return { cursor: { from: Math.max(since, newest - overlap), newest, seen }, more: false };
  if (last.changedAt > at.from) return { cursor: { from: last.changedAt, newest, seen }, more: true };
  return { cursor: { from: at.from, newest, seen, within: { at: at.from, afterId: '0' } }, more: true };
}

function remember(seen: Cursor['seen'], changes: readonly Change[], since: number): Cursor['seen'] {
  const all = { ...seen };
  for (const { id, changedAt } of changes) all[id] = changedAt;
  const young = Object.entries(all).filter(([, changedAt]) => changedAt >= since);
  return Object.fromEntries(young.toSorted(([, a], [, b]) => b - a).slice(0, MOST_SEEN));
}

function signalOf({ id, changedAt, properties }: Change, options: PollOptions): Signal {
  const { score, ...told } = glanceOf(properties, options);
  const stage = told.lifecycleStage;
  return {
    contactId: id,
    occurredAt: new Date(changedAt).toISOString(),
    via: 'poll',
    ...(score === null && options.ownScore ? { event: { kind: 'active' as const } } : { score }),
    ...told,
    dedupeKey: `poll:${id}:${changedAt}:${score ?? ''}:${stage ?? ''}`,
  };
}
