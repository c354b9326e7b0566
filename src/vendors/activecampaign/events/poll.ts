/**
 * What ActiveCampaign can be asked for. It has no list of scores that changed, so that there are three rounds: once after
 * connecting, those at or above the threshold (by the order of the score), as what was before is history; then new contacts
 * by their number, as imports fire no webhook; and once a night the contacts of open leads, one by one
 * (https://developers.activecampaign.com/reference/list-all-contacts, `id_greater`, `orders[score]` with `sortId`).
 */
import { z } from 'zod';
import type { ContactEvent, PollCursor, PollPage, Signal } from '../../../contracts/source.ts';
import type { Clock } from '../../../lib/clock.ts';
import { type Json, objectsIn, textFrom } from '../../../lib/json-values.ts';
import type { ActiveCampaign } from '../api/client.ts';
import { idFrom, timeFrom } from '../api/values.ts';
import { type Account, noSuchScore, scoreNamed } from '../people/account.ts';
import type { Contacts } from '../people/contacts.ts';
import type { ScoreNow } from '../people/map.ts';

/** A contact that a lead of Baton's hangs on. */
export interface OpenContact {
  id: string;
  email?: string;
}

export interface PollOptions {
  api: ActiveCampaign;
  account: Account;
  contacts: Contacts;
  clock: Clock;
  scoreProperty: string;
  threshold?: number | undefined;
  ownScore?: boolean | undefined;
  /** Contacts of open leads in the order of their ids, those after one; absent: nobody knows. */
  openContacts?: ((after: string) => Promise<readonly OpenContact[]>) | undefined;
}

const waitingShape = z.object({
  id: z.string(),
  email: z.string().optional(),
  company: z.string().optional(),
  /** ISO 8601: when it was made. */
  at: z.string().optional(),
});
type Waiting = z.infer<typeof waitingShape>;

const cursorShape = z.object({
  round: z.enum(['known', 'new', 'night']),
  /** The highest number of a contact that was told of. */
  newest: z.number(),
  /** Of the first round. */
  offset: z.number(),
  /** Contacts whose scores are still to be read. */
  waiting: z.array(waitingShape),
  /** The day (UTC) of the last night's round, and where that is. */
  night: z.string(),
  after: z.string(),
});
type Cursor = z.infer<typeof cursorShape>;

/** Contacts on a page, and scores that are read for one page of signals: each is a call. */
const [LISTED, READ_AT_ONCE] = [100, 10];
/** It is night from here on, in UTC: Europe and America sleep. */
const NIGHT_BEGINS = 3;
/** It waits for its turns in place: so few calls a second leave the background less than one page needs. */
const importance = 'usual';

/** One call for a list of contacts, or one for each of ten scores. */
export async function pollPage(options: PollOptions, cursor: PollCursor | null): Promise<PollPage> {
  const parsed = cursorShape.safeParse(cursor);
  const at = parsed.success ? parsed.data : await begin(options);
  return at.waiting.length > 0 ? readScores(options, at) : LIST[at.round](options, at);
}

const dayOf = (moment: Date): string => moment.toISOString().slice(0, 10);

async function begin(options: PollOptions): Promise<Cursor> {
  const [last] = await listed(options.api, { 'orders[id]': 'DESC', limit: '1' });
  const newest = Number(last?.id ?? 0);
  return { round: 'known', newest, offset: 0, waiting: [], night: dayOf(options.clock.now()), after: '' };
}

async function listed(api: ActiveCampaign, query: Record<string, string>): Promise<Waiting[]> {
  const answer = await api.ask({ path: '/contacts', query, importance });
  return objectsIn(answer.contacts).flatMap(one => waitingFrom(one) ?? []);
}

function waitingFrom(contact: Json): Waiting | undefined {
  const [id, email, company] = [idFrom(contact.id), textFrom(contact.email), textFrom(contact.orgname)];
  const at = timeFrom(contact.cdate);
  return id === undefined ? undefined : { id, ...(email && { email }), ...(company && { company }), ...(at && { at }) };
}

const LIST: Record<Cursor['round'], (options: PollOptions, at: Cursor) => Promise<PollPage>> = {
  async known(options, at) {
    const scores = await options.account.scores();
    const score = scoreNamed(scores, options.scoreProperty);
    if (!score && !options.ownScore) throw noSuchScore(scores, options.scoreProperty);
    if (!score) return { signals: [], cursor: { ...at, round: 'new' }, more: true };
    const order = { 'orders[score]': 'DESC', sortId: score.id };
    const waiting = await listed(options.api, { ...order, limit: String(LISTED), offset: String(at.offset) });
    const cursor: Cursor =
      waiting.length === 0 ? { ...at, round: 'new' } : { ...at, waiting, offset: at.offset + waiting.length };
    return { signals: [], cursor, more: true };
  },
  async new(options, at) {
    const order = { 'orders[id]': 'ASC', id_greater: String(at.newest) };
    const waiting = await listed(options.api, { ...order, limit: String(LISTED) });
    if (waiting.length > 0) {
      const newest = Math.max(at.newest, ...waiting.map(one => Number(one.id)));
      return { signals: [], cursor: { ...at, waiting, newest }, more: true };
    }
    const isNight = isDue(options, at);
    return { signals: [], cursor: isNight ? { ...at, round: 'night', after: '' } : at, more: isNight };
  },
  async night(options, at) {
    const open = (await options.openContacts?.(at.after)) ?? [];
    if (open.length === 0) {
      const night = dayOf(options.clock.now());
      return { signals: [], cursor: { ...at, round: 'new', night }, more: false };
    }
    const waiting = open.map(({ id, email }) => ({ id, ...(email && { email }) }));
    return { signals: [], cursor: { ...at, waiting, after: waiting.at(-1)?.id ?? '' }, more: true };
  },
};

function isDue({ clock, openContacts }: PollOptions, { night }: Cursor): boolean {
  const now = clock.now();
  return openContacts !== undefined && dayOf(now) !== night && now.getUTCHours() >= NIGHT_BEGINS;
}

async function readScores(options: PollOptions, at: Cursor): Promise<PollPage> {
  const { threshold = Number.NEGATIVE_INFINITY } = options;
  const signals: Signal[] = [];
  for (const one of at.waiting.slice(0, READ_AT_ONCE)) {
    const score = await options.contacts.scoreNow(one.id, importance);
    // They come in the order of their scores: who follows has less.
    const isLast = at.round === 'known' && (score?.value ?? Number.NEGATIVE_INFINITY) < threshold;
    if (isLast) return { signals, cursor: { ...at, round: 'new', waiting: [] }, more: true };
    signals.push(...(await told(options, at.round, one, score)));
  }
  return { signals, cursor: { ...at, waiting: at.waiting.slice(READ_AT_ONCE) }, more: true };
}

/** What a contact that was read is to Baton: a score, somebody new, or nobody any more. */
async function told(
  options: PollOptions,
  round: Cursor['round'],
  one: Waiting,
  score: ScoreNow | undefined | null,
): Promise<Signal[]> {
  const { threshold = Number.NEGATIVE_INFINITY, ownScore = false, clock } = options;
  const now = clock.now().toISOString();
  if (score === null) return round === 'night' ? [await gone(options, one, now)] : [];
  if (score === undefined) {
    const isNews = round === 'new' && ownScore;
    return isNews ? [happened(one.id, one.at ?? now, `created:${one.id}`, { kind: 'created' })] : [];
  }
  if (round === 'new' && score.value < threshold) return [];
  const { id: contactId, email, company } = one;
  const occurredAt = score.at ?? one.at ?? now;
  return [
    {
      contactId,
      occurredAt,
      via: 'poll',
      score: score.value,
      ...(email && { email }),
      ...(company && { company }),
      dedupeKey: `score:${contactId}:${score.value}:${occurredAt}`,
    },
  ];
}

/** Nothing tells of merges and deletions: whoever has the address now is who it was merged into. One call. */
async function gone({ contacts }: PollOptions, { id, email }: Waiting, now: string): Promise<Signal> {
  const other = email === undefined ? null : await contacts.idOf(email);
  return other === null || other === id
    ? happened(id, now, `deleted:${id}`, { kind: 'deleted', privacy: false })
    : happened(other, now, `merged:${other}:${id}`, { kind: 'merged', from: [id] });
}

function happened(contactId: string, occurredAt: string, dedupeKey: string, event: ContactEvent): Signal {
  return { contactId, occurredAt, via: 'poll', event, dedupeKey };
}
