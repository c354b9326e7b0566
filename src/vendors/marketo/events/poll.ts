/**
 * What changed since the last time, from Marketo's log: scores by campaigns (activity 22) and merges, then values written by others
 * and new people, then deletions. A token stands for a place in the log; each page answers the next one, and says whether there is
 * more, however few came (https://experienceleague.adobe.com/en/docs/marketo-developer/marketo/rest/paging-tokens).
 */
import { z } from 'zod';
import type { PollCursor, PollPage, Signal } from '../../../contracts/source.ts';
import { after, type Clock, HOUR, MINUTE } from '../../../lib/clock.ts';
import { Failure, Rejected } from '../../../lib/errors.ts';
import { numberFrom } from '../../../lib/json-values.ts';
import type { Answer, Marketo } from '../api/client.ts';
import { SERVICE } from '../api/errors.ts';
import { timeFrom } from '../api/values.ts';
import { pagingToken } from '../people/activities.ts';
import type { Field, Fields } from '../people/fields.ts';
import {
  ACTIVE,
  activeSignals,
  deletedSignals,
  mergeSignals,
  newcomerSignals,
  scoreSignals,
  valueSignals,
} from './signals.ts';

export interface PollOptions {
  api: Marketo;
  clock: Clock;
  fields: () => Promise<Fields>;
  scoreProperty: string;
  stageProperty: string;
  mqlStages?: readonly string[];
  threshold?: number;
  ownScore?: boolean;
  dailyCalls: number;
}

const STREAMS = ['scores', 'values', 'deleted'] as const;
type Stream = (typeof STREAMS)[number];

/** A token that Marketo does not take any more: the log is read again from a little before what was seen last. */
const STEP_BACK = 10 * MINUTE;
const MEASURED_EVERY = HOUR;

const cursorShape = z.object({
  stream: z.enum(STREAMS),
  tokens: z.record(z.enum(STREAMS), z.string()),
  /** ISO 8601: the newest that was seen. */
  seen: z.string(),
  /** Milliseconds: when the account's calls were last asked for. */
  measured: z.number(),
  /** Scores told of since the round began, by person: a new person's is in the log as a change, too. */
  told: z.record(z.string(), z.number()),
});
type Cursor = z.infer<typeof cursorShape>;

/** One call; a second one at the very beginning, for people who are new, and once an hour for the account's own count of calls. */
export async function pollPage(options: PollOptions, cursor: PollCursor | null, since: Date): Promise<PollPage> {
  const parsed = cursorShape.safeParse(cursor);
  const at = parsed.success ? parsed.data : await begin(options, since, 0);
  try {
    return await readPage(options, at);
  } catch (error) {
    if (!(error instanceof Rejected) || !/nextPageToken|paging token/i.test(error.message)) throw error;
    return readPage(options, await begin(options, after(new Date(at.seen), -STEP_BACK), at.measured));
  }
}

async function begin({ api }: PollOptions, since: Date, measured: number): Promise<Cursor> {
  const token = await pagingToken(api, since, 'background');
  return {
    stream: 'scores',
    tokens: { scores: token, values: token, deleted: token },
    seen: since.toISOString(),
    measured,
    told: {},
  };
}

async function readPage(options: PollOptions, at: Cursor): Promise<PollPage> {
  const { stream } = at;
  const score = (await options.fields()).get(options.scoreProperty);
  if (!score) throw noSuchScore(options.scoreProperty);
  const answer = await READ[stream](options, at.tokens[stream] ?? '');
  const found = await SIGNALS[stream](options, score, answer);
  const signals = found.filter(one => one.score === undefined || at.told[one.contactId] !== one.score);
  const measured = await measure(options, at);
  const next = answer.moreResult ? stream : (STREAMS[STREAMS.indexOf(stream) + 1] ?? 'scores');
  const times = answer.result.flatMap(one => timeFrom(one.activityDate) ?? []);
  const seen = [at.seen, ...times].toSorted().at(-1) ?? at.seen;
  const tokens = { ...at.tokens, [stream]: answer.nextPageToken ?? at.tokens[stream] };
  const cursor: Cursor = { stream: next, tokens, seen, measured, told: toldAfter(at, signals, next) };
  return { signals, cursor, more: answer.moreResult || next !== 'scores' };
}

/** Beyond it somebody may be told of twice, which changes nothing. */
const MOST_TOLD = 500;

function toldAfter({ told, stream }: Cursor, signals: readonly Signal[], next: Stream): Cursor['told'] {
  if (next === 'scores' && stream === 'deleted') return {};
  const more = signals.flatMap(({ contactId, score }) =>
    typeof score === 'number' ? [[contactId, score] as const] : [],
  );
  return Object.fromEntries([...Object.entries(told), ...more].slice(-MOST_TOLD));
}

function noSuchScore(name: string): Rejected {
  const message = `Marketo has no field ${name}: name the score's REST name under mql.score_property.marketo`;
  return new Rejected(message, { service: SERVICE, code: 'NO_SUCH_FIELD', fields: [name] });
}

const CHANGE_SCORE_AND_MERGE = ['22', '32'];
const importance = 'background';

const READ: Record<Stream, (options: PollOptions, nextPageToken: string) => Promise<Answer>> = {
  scores: ({ api, ownScore }, nextPageToken) =>
    api.ask({
      path: '/rest/v1/activities.json',
      query: { nextPageToken, activityTypeIds: [...CHANGE_SCORE_AND_MERGE, ...(ownScore ? ACTIVE : [])].join(',') },
      importance,
    }),
  values: async ({ api, fields, scoreProperty, stageProperty }, nextPageToken) => {
    const known = await fields();
    const names = [scoreProperty, ...(known.has(stageProperty) ? [stageProperty] : [])];
    const query = { nextPageToken, fields: [...new Set(names)].join(',') };
    return api.ask({ path: '/rest/v1/activities/leadchanges.json', query, importance });
  },
  deleted: ({ api }, nextPageToken) =>
    api.ask({ path: '/rest/v1/activities/deletedleads.json', query: { nextPageToken }, importance }),
};

const SIGNALS: Record<Stream, (options: PollOptions, score: Field, answer: Answer) => Signal[] | Promise<Signal[]>> = {
  scores: ({ threshold, ownScore }, score, { result }) => [
    ...scoreSignals(result, score, threshold),
    ...mergeSignals(result),
    ...(ownScore ? activeSignals(result) : []),
  ],
  values: async (options, _score, { result }) => {
    const changed = valueSignals(result, options);
    const others = await newcomerSignals(options.api, result, options);
    return [...changed, ...others.filter(one => !changed.some(({ contactId }) => contactId === one.contactId))];
  },
  deleted: (_options, _score, { result }) => deletedSignals(result),
};

/** How many calls everybody made today; no poll fails because Marketo does not say: the next of its calls shows why. */
async function measure({ api, clock, dailyCalls }: PollOptions, at: Cursor): Promise<number> {
  const now = clock.now().getTime();
  if (at.stream !== 'deleted' || Math.abs(now - at.measured) < MEASURED_EVERY) return at.measured;
  const used = await callsToday(api).catch(unlessFailure);
  if (used !== undefined) api.measured({ used, limit: dailyCalls });
  return now;
}

/** @throws what is no failure of Marketo's, but a fault of ours */
function unlessFailure(thrown: unknown): undefined {
  if (!(thrown instanceof Failure)) throw thrown;
}

/** Calls of all integrations together since the day began there. One call. */
export async function callsToday(api: Marketo): Promise<number | undefined> {
  const { result } = await api.ask({ path: '/rest/v1/stats/usage.json', importance });
  return numberFrom(result[0]?.total);
}
