/**
 * Who went over the threshold in a time that is past, by Marketo's log: scores by campaigns, then values written otherwise and
 * people who were new with a score. Each entry says the score before it.
 */
import { z } from 'zod';
import type { CrossingsAsked, CrossingsPage, PollCursor, SourceCrossing } from '../../../contracts/source.ts';
import { Rejected } from '../../../lib/errors.ts';
import { type Json, numberFrom, objectsIn, textFrom } from '../../../lib/json-values.ts';
import type { Call, Marketo } from '../api/client.ts';
import { SERVICE } from '../api/errors.ts';
import { idFrom, timeFrom } from '../api/values.ts';
import { pagingToken } from '../people/activities.ts';
import type { Field, Fields } from '../people/fields.ts';
import { scoreChangeOf } from '../people/map.ts';
import { newcomerSignals } from './signals.ts';

export interface CrossingsOptions {
  api: Marketo;
  fields: () => Promise<Fields>;
  scoreProperty: string;
  stageProperty: string;
}

const cursorShape = z.object({ stream: z.enum(['scores', 'values']), token: z.string(), first: z.string() });
type Cursor = z.infer<typeof cursorShape>;

const CHANGE_SCORE = '22';
const importance = 'background';

/** One call; another at the very beginning, and one where people were new. */
export async function crossingsPage(
  options: CrossingsOptions,
  asked: CrossingsAsked,
  cursor: PollCursor | null,
): Promise<CrossingsPage> {
  const { api, scoreProperty } = options;
  const known = cursorShape.safeParse(cursor).data;
  const token = known?.token ?? (await pagingToken(api, asked.from, importance));
  const at: Cursor = known ?? { stream: 'scores', token, first: token };
  const score = (await options.fields()).get(scoreProperty);
  if (!score) {
    const message = `Marketo has no field ${scoreProperty}: name the score's REST name under mql.score_property.marketo`;
    throw new Rejected(message, { service: SERVICE, code: 'NO_SUCH_FIELD', fields: [scoreProperty] });
  }
  const answer = await api.ask({ ...questionOf(options, at), importance });
  const climbs = await climbsIn(options, { score, entries: answer.result, stream: at.stream, asked });
  // The log goes on to this day: what is after the time is not asked for.
  const isOver = answer.result.some(one => (timeFrom(one.activityDate) ?? '') >= asked.to.toISOString());
  const goesOn = answer.moreResult && !isOver && answer.nextPageToken !== undefined;
  const next = goesOn
    ? { ...at, token: answer.nextPageToken ?? '' }
    : { ...at, stream: 'values' as const, token: at.first };
  return { crossings: climbs, cursor: next, more: goesOn || at.stream === 'scores', calls: known ? 1 : 2 };
}

function questionOf({ scoreProperty }: CrossingsOptions, { stream, token }: Cursor): Pick<Call, 'path' | 'query'> {
  return stream === 'scores'
    ? { path: '/rest/v1/activities.json', query: { nextPageToken: token, activityTypeIds: CHANGE_SCORE } }
    : { path: '/rest/v1/activities/leadchanges.json', query: { nextPageToken: token, fields: scoreProperty } };
}

interface Entries {
  score: Field;
  entries: readonly Json[];
  stream: Cursor['stream'];
  asked: CrossingsAsked;
}

/** Entries that lead from below the threshold to it, within the time. */
async function climbsIn(
  options: CrossingsOptions,
  { score, entries, stream, asked }: Entries,
): Promise<SourceCrossing[]> {
  const { from, to, threshold } = asked;
  const changes = entries.flatMap(entry => {
    const contactId = idFrom(entry.leadId);
    const change = stream === 'scores' ? scoreChangeOf(entry, score) : writtenIn(entry, options.scoreProperty);
    const isClimb = change && change.to >= threshold && (change.from ?? -Infinity) < threshold;
    return isClimb && contactId !== undefined ? [{ contactId, at: change.at, score: change.to }] : [];
  });
  const newcomers =
    stream === 'values'
      ? (await newcomerSignals(options.api, entries, { ...options, threshold })).flatMap(one =>
          typeof one.score === 'number' ? [{ contactId: one.contactId, at: one.occurredAt, score: one.score }] : [],
        )
      : [];
  return [...newcomers, ...changes].filter(({ at }) => at >= from.toISOString() && at < to.toISOString());
}

function writtenIn(entry: Json, scoreProperty: string): { at: string; from?: number; to: number } | undefined {
  const field = objectsIn(entry.fields).find(one => textFrom(one.name) === scoreProperty);
  const [at, to, from] = [timeFrom(entry.activityDate), numberFrom(field?.newValue), numberFrom(field?.oldValue)];
  return at === undefined || to === undefined ? undefined : { at, to, ...(from !== undefined && { from }) };
}
