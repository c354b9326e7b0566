/**
 * What Account Engagement can be asked for. First, once after connecting, everybody by number, a thousand a call: whoever is at
 * or above the threshold then is history, as no history of scores is kept there. Then who was changed since, with what was
 * asked already a little while ago, as answers may be a minute old. Where the playbook scores by itself, also who did something.
 * And once a night everybody again: what else changed a score, and open leads that are gone
 * (https://developer.salesforce.com/docs/marketing/pardot/guide/version5overview.html, "Query").
 */
import { z } from 'zod';
import type { PollCursor, PollPage, Signal } from '../../../contracts/source.ts';
import { after, type Clock, MINUTE } from '../../../lib/clock.ts';
import { Rejected } from '../../../lib/errors.ts';
import type { Pardot } from '../api/client.ts';
import { isLostPage } from '../api/errors.ts';
import { idFrom } from '../api/values.ts';
import { isTheirs } from '../people/activities.ts';
import { type Fields, neededField } from '../people/fields.ts';
import { ACTIVITY_FIELDS, type Prospects } from '../people/prospects.ts';
import { activeSignals, changedSignals, goneSignal, listedSignals, type Row, rowFrom } from './signals.ts';

/** A prospect that a lead of Baton's hangs on. */
export interface OpenProspect {
  id: string;
  email?: string;
}

export interface PollOptions {
  api: Pardot;
  prospects: Prospects;
  fields: () => Promise<Fields>;
  clock: Clock;
  scoreProperty: string;
  stageProperty?: string | undefined;
  threshold: number;
  ownScore: boolean;
  /** Prospects of open leads in the order of their ids, those after one; absent: nobody knows. */
  openContacts?: ((after: string) => Promise<readonly OpenProspect[]>) | undefined;
}

const cursorShape = z.object({
  round: z.enum(['known', 'changed', 'active', 'night', 'open']),
  /** Rounds that go by number: the last that was read. */
  after: z.number(),
  /** ISO 8601: the window that is read begins here, and the newest change that was seen. */
  from: z.string(),
  newest: z.string(),
  /** Of the next page of the window. */
  token: z.string().optional(),
  /** What was told of the last minutes, by prospect: they are read again. */
  told: z.record(z.string(), z.string()),
  /** The highest number of an activity that was seen. */
  activity: z.number(),
  /** The day (UTC) of the last night's round, and the open lead that it has come to. */
  night: z.string(),
  open: z.string(),
});
type Cursor = z.infer<typeof cursorShape>;

/** Answers may be 60 seconds old. */
const OVERLAP = 2 * MINUTE;
/** Beyond it somebody may be told of twice, which the key of the signal makes once. */
const MOST_TOLD = 2_000;
/** Of a list by number, of changes, and of open leads that are looked up one by one. */
const [LISTED, CHANGED, LOOKED_UP] = ['1000', '200', 20];
/** It is night from here on, in UTC: Europe and America sleep. */
const NIGHT_BEGINS = 3;
const importance = 'background';

/** One call; at night one for each of twenty open leads. */
export async function pollPage(options: PollOptions, cursor: PollCursor | null): Promise<PollPage> {
  const parsed = cursorShape.safeParse(cursor);
  const at = parsed.success ? parsed.data : await begin(options);
  return ROUND[at.round](options, at);
}

const dayOf = (moment: Date): string => moment.toISOString().slice(0, 10);

/** What changes from now on; who was there before is read by number meanwhile. */
async function begin({ api, clock, ownScore }: PollOptions): Promise<Cursor> {
  const now = clock.now();
  const from = after(now, -OVERLAP).toISOString();
  const query = { fields: 'id', orderBy: 'id DESC', limit: '1' };
  const [last] = ownScore ? (await api.list({ path: '/objects/visitor-activities', query, importance })).values : [];
  const activity = Number(idFrom(last?.id) ?? 0);
  return { round: 'known', after: 0, from, newest: from, told: {}, activity, night: dayOf(now), open: '' };
}

const ROUND: Record<Cursor['round'], (options: PollOptions, at: Cursor) => Promise<PollPage>> = {
  known: (options, at) => byNumber(options, at, 'changed'),
  changed,
  active,
  night: (options, at) => byNumber(options, at, 'open'),
  open,
};

/** Names of what is asked of each prospect. */
async function namesOf({ fields, scoreProperty, stageProperty }: PollOptions) {
  const known = await fields();
  const score = neededField(known, scoreProperty).name;
  const stage = stageProperty === undefined ? undefined : neededField(known, stageProperty).name;
  const own = [score, ...(stage === undefined ? [] : [stage])].filter(name => name !== 'id');
  return { score, stage, asked: ['id', 'email', 'company', 'updatedAt', 'isDeleted', ...own].join(',') };
}

/** Everybody, a thousand at a time: a sequence of pages would end after a hundred thousand. */
async function byNumber(options: PollOptions, at: Cursor, next: Cursor['round']): Promise<PollPage> {
  const names = await namesOf(options);
  const query = { fields: names.asked, idGreaterThan: String(at.after), orderBy: 'id', limit: LISTED };
  const { values } = await options.api.list({ path: '/objects/prospects', query, importance });
  const rows = values.flatMap(one => rowFrom(one, names) ?? []);
  const last = rows.at(-1);
  const signals = listedSignals(rows, { threshold: options.threshold, isHistory: at.round === 'known' });
  const told = toldAfter(at, rows);
  // One that is at its end is empty: a page that is not full may be one of many.
  const cursor: Cursor = last ? { ...at, told, after: Number(last.id) } : { ...at, round: next, after: 0, open: '' };
  return { signals, cursor, more: true };
}

async function changed(options: PollOptions, at: Cursor): Promise<PollPage> {
  const names = await namesOf(options);
  const order = { orderBy: 'updatedAt', limit: CHANGED };
  const query = { fields: names.asked, deleted: 'all', updatedAtAfterOrEqualTo: at.from, ...order };
  const read = await options.api
    .list({ path: '/objects/prospects', query, importance }, at.token)
    .catch((thrown: unknown) => {
      if (!(thrown instanceof Rejected) || !isLostPage(thrown)) throw thrown;
    });
  const { token: _lost, ...rest } = at;
  if (!read) return { signals: [], cursor: { ...rest, from: windowAfter(at), newest: at.newest }, more: true };
  const rows = read.values.flatMap(one => rowFrom(one, names) ?? []);
  const news = rows.filter(row => at.told[row.id] !== toldOf(row));
  const signals = await changedSignals(news, options.prospects);
  const newest = [at.newest, ...rows.map(row => row.updatedAt)].toSorted().at(-1) ?? at.newest;
  const told = toldAfter({ ...at, newest }, rows);
  if (read.token !== undefined) return { signals, cursor: { ...at, newest, told, token: read.token }, more: true };
  // The rest of a sequence that was cut off begins with its last second.
  if (read.isCut && newest > at.from) return { signals, cursor: { ...rest, newest, told, from: newest }, more: true };
  return afterChanges(options, { ...rest, newest, told, from: windowAfter({ newest }) }, signals);
}

const windowAfter = ({ newest }: Pick<Cursor, 'newest'>): string => after(new Date(newest), -OVERLAP).toISOString();

const toldOf = ({ score, updatedAt, isDeleted }: Row): string => `${score ?? ''}@${updatedAt}${isDeleted ? '-' : ''}`;

/** Only of the window that will be read again: what is older cannot come back. */
function toldAfter({ told, newest }: Pick<Cursor, 'told' | 'newest'>, rows: readonly Row[]): Cursor['told'] {
  const since = windowAfter({ newest });
  const all = [...Object.entries(told), ...rows.map(row => [row.id, toldOf(row)] as const)];
  const kept = all.filter(([, one]) => (one.split('@')[1] ?? '') >= since);
  return Object.fromEntries(kept.slice(-MOST_TOLD));
}

function afterChanges(options: PollOptions, at: Cursor, signals: Signal[]): PollPage {
  if (options.ownScore) return { signals, cursor: { ...at, round: 'active' }, more: true };
  return atRest(options, at, signals);
}

/** Nothing more for now, unless it is night. */
function atRest({ clock }: PollOptions, at: Cursor, signals: Signal[]): PollPage {
  const now = clock.now();
  const isNight = dayOf(now) !== at.night && now.getUTCHours() >= NIGHT_BEGINS;
  return { signals, cursor: { ...at, round: isNight ? 'night' : 'changed', after: 0 }, more: isNight };
}

async function active(options: PollOptions, at: Cursor): Promise<PollPage> {
  const beyond = { prospectIdGreaterThan: '0', idGreaterThan: String(at.activity) };
  const query = { fields: ACTIVITY_FIELDS, ...beyond, orderBy: 'id', limit: LISTED };
  const { values } = await options.api.list({ path: '/objects/visitor-activities', query, importance });
  const activity = Math.max(at.activity, ...values.map(one => Number(idFrom(one.id) ?? 0)));
  const signals = activeSignals(values.filter(isTheirs), options.clock.now());
  if (values.length > 0) return { signals, cursor: { ...at, activity }, more: true };
  return atRest(options, at, signals);
}

/** Merged or deleted, as the recycle bin may be emptied at once: nothing tells of it. */
async function open(options: PollOptions, at: Cursor): Promise<PollPage> {
  const waiting = ((await options.openContacts?.(at.open)) ?? []).slice(0, LOOKED_UP);
  const last = waiting.at(-1);
  if (!last) {
    const night = dayOf(options.clock.now());
    return { signals: [], cursor: { ...at, round: 'changed', night, after: 0 }, more: false };
  }
  const signals: Signal[] = [];
  for (const one of waiting) {
    if ((await options.prospects.emailOf(one.id)) === null) {
      signals.push(await goneSignal(one, options.prospects, options.clock.now()));
    }
  }
  return { signals, cursor: { ...at, open: last.id }, more: true };
}
