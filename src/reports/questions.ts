/** Questions in words, from reading to answer: rights, what the thread asked before, files, and asking again by itself. */
import { LRUCache } from 'lru-cache';
import { personOf } from '../config/playbook/people.ts';
import type { Playbook } from '../config/playbook.ts';
import { absencesAfter, peopleOf } from '../db/people/people.ts';
import {
  type AskedIn,
  addStanding,
  endStanding,
  keepQuestion,
  lastQuestion,
  noteVerdict,
  questionById,
} from '../db/reports/questions.ts';
import { type ValueNames, valueNamesOf } from '../db/reports/value-names.ts';
import type { Answered } from '../domain/answer.ts';
import type { Deps } from '../handoff/core/deps.ts';
import { type Actor, onlookerOf, type Requester } from '../handoff/core/rights.ts';
import { after, DAY, MINUTE } from '../lib/clock.ts';
import type { QuestionDirectory } from '../questions/known-values.ts';
import { nearQuestions, type Prompt, promptsFor, roleOf } from '../questions/near-questions.ts';
import { addressOf } from '../questions/question-address.ts';
import { questionAsker } from '../questions/question-asker.ts';
import { type Measured, measured, type QuestionObject, type Refused } from '../questions/question-object.ts';
import { withinRights } from '../questions/question-rights.ts';
import { readQuestion } from '../questions/read-question.ts';
import { answerTo } from './answer.ts';
import { type AskedBy, compiled } from './compile.ts';
import { leadsCsv } from './csv.ts';
import { leadRows } from './question.ts';
import { nextTime } from './standing-times.ts';
import { workUntilTouch } from './work.ts';

export type QuestionOutcome =
  /** `standing`: it is asked again by itself, next then. */
  | { kind: 'answered'; id: string; question: Measured; answered: Answered; standing?: { id: string; next: Date } }
  | { kind: 'lead'; name: string }
  | { kind: 'ask'; ask: Extract<QuestionObject, { ask: unknown }>['ask']; near: string[] }
  | { kind: 'refused'; refuse: Refused; near: string[] }
  | { kind: 'unread'; words: string[]; near: string[] }
  | { kind: 'stranger' };

export interface Questions {
  /** What the words are read as, without counting: undefined for a stranger. */
  read(requester: Requester, words: string, place: string): Promise<QuestionObject | undefined>;
  /** Reads and answers. `place`: the conversation and thread, which what is asked next there goes on from. */
  ask(requester: Requester, words: string, place: string): Promise<QuestionOutcome>;
  /** The leads behind an earlier answer of this person, as a list. */
  leads(requester: Requester, id: string): Promise<QuestionOutcome | undefined>;
  /** Where the shared page shows the same. */
  path(requester: Requester, id: string): Promise<string | undefined>;
  /** … as a file. */
  file(requester: Requester, id: string): Promise<{ name: string; title: string; bytes: Uint8Array } | undefined>;
  /** Asks an earlier question again by itself. */
  every(requester: Requester, id: string, every: Every): Promise<{ id: string; next: Date } | undefined>;
  end(requester: Requester, standingId: string): Promise<boolean>;
  /** The answer was not what was meant. */
  notThis(requester: Requester, id: string): Promise<string[]>;
  /** The values that the workspace's leads have, as of a minute ago. */
  values(workspaceId: string): Promise<ValueNames>;
  /** Questions to begin with, by role; none for a stranger. */
  prompts(requester: Requester): Promise<readonly Prompt[]>;
}

export type Every = NonNullable<Measured['every']>;

/** Questions and their objects are kept so long. */
export const QUESTIONS_KEPT = 30 * DAY;
/** Values are read anew after this long: a campaign of a minute ago is not asked for yet. */
const VALUES_FRESH = MINUTE;
const MOST_WORKSPACES = 500;

export function questionsOf(deps: Deps): Questions {
  const values = valuesOf(deps);
  return {
    values,
    async read(requester, words, place) {
      const who = await asking(deps, values, requester);
      return who && readBy(deps, who, words, { ...requester, place });
    },
    async ask(requester, words, place) {
      const who = await asking(deps, values, requester);
      if (!who) return { kind: 'stranger' };
      const where = { ...requester, place };
      return outcomeOf(deps, who, await readBy(deps, who, words, where), where, words);
    },
    async leads(requester, id) {
      const found = await earlier(deps, values, requester, id);
      if (!found) return undefined;
      const question = leadsBehind(found.question, found.who.by);
      return answeredBy(deps, found.who, question, { ...requester, place: `of:${id}` });
    },
    async path(requester, id) {
      const found = await earlier(deps, values, requester, id);
      if (!found) return undefined;
      const { question } = found;
      const isList = question.show === 'list' && question.limit === undefined;
      return isList ? `/page/leads?${addressOf(question, ['measure', 'show'])}` : `/page/ask?${addressOf(question)}`;
    },
    async file(requester, id) {
      const found = await earlier(deps, values, requester, id);
      return found && leadsFile(deps, found.who.by, found.question);
    },
    async every(requester, id, every) {
      const found = await earlier(deps, values, requester, id);
      return found && stand(deps, found.who, { ...found.question, every }, requester);
    },
    end: (requester, standingId) => endStanding(deps.db, requester, standingId),
    async notThis(requester, id) {
      await noteVerdict(deps.db, requester, id, 'wrong');
      const who = await asking(deps, values, requester);
      return who ? nearQuestions('', who.role) : [];
    },
    async prompts(requester) {
      const who = await asking(deps, values, requester);
      return who ? promptsFor(who.role) : [];
    },
  };
}

interface Asking {
  by: AskedBy;
  directory: QuestionDirectory;
  role: ReturnType<typeof roleOf>;
}

type Values = (workspaceId: string) => Promise<ValueNames>;

function valuesOf({ db, clock }: Deps): Values {
  const kept = new LRUCache<string, { values: ValueNames; at: number }>({ max: MOST_WORKSPACES });
  return async workspaceId => {
    const now = clock.now().getTime();
    const known = kept.get(workspaceId);
    if (known && now - known.at < VALUES_FRESH) return known.values;
    const values = await valueNamesOf(db, workspaceId);
    kept.set(workspaceId, { values, at: now });
    return values;
  };
}

async function asking(deps: Deps, valuesFor: Values, requester: Requester): Promise<Asking | undefined> {
  const { workspaceId } = requester;
  const [actor, { playbook }] = await Promise.all([onlookerOf(deps, requester), deps.playbook(workspaceId)]);
  if (!actor) return undefined;
  const [values, people] = await Promise.all([valuesFor(workspaceId), peopleOf(deps.db, workspaceId)]);
  const by = askedBy(deps, workspaceId, actor, playbook);
  const { asker } = by;
  return {
    by,
    role: roleOf(asker, personOf(playbook, asker.email) !== undefined),
    directory: {
      playbook,
      asker,
      values,
      mentions: new Map(people.flatMap(({ slackId, email }) => (slackId ? [[slackId, email] as const] : []))),
      systems: systemsOf(deps),
    },
  };
}

/** Whose rights and whose calendar count. */
export function askedBy({ clock }: Deps, workspaceId: string, actor: Actor, playbook: Playbook): AskedBy {
  const asker = questionAsker(playbook, actor.email);
  if (!asker) throw new Error('somebody who is shown leads is in no playbook');
  const zone = personOf(playbook, actor.email)?.time_zone ?? actor.zone ?? 'UTC';
  return { workspaceId, asker, playbook, zone, now: clock.now() };
}

function systemsOf({ playbookVendors: { sources, crms } }: Deps): QuestionDirectory['systems'] {
  return [...new Set([...Object.keys(sources), ...Object.keys(crms)])].map(name => ({
    name,
    label: (sources[name] ?? crms[name])?.label ?? name,
    isSource: name in sources,
    isCrm: name in crms,
  }));
}

async function readBy(
  { db, clock }: Deps,
  { by, directory }: Asking,
  words: string,
  where: AskedIn,
): Promise<QuestionObject> {
  const kept = measured.safeParse(await lastQuestion(db, where, after(clock.now(), -QUESTIONS_KEPT)));
  return readQuestion(words, directory, { now: by.now, zone: by.zone, ...(kept.success && { before: kept.data }) });
}

async function outcomeOf(
  deps: Deps,
  who: Asking,
  read: QuestionObject,
  where: AskedIn,
  words: string,
): Promise<QuestionOutcome> {
  const near = () => nearQuestions(words, who.role);
  if ('lead' in read) return { kind: 'lead', name: read.lead };
  if ('ask' in read) return { kind: 'ask', ask: read.ask, near: near() };
  if ('refuse' in read) return { kind: 'refused', refuse: read.refuse, near: near() };
  if ('unread' in read) return { kind: 'unread', words: read.unread, near: near() };
  return answeredBy(deps, who, read, where);
}

async function answeredBy(deps: Deps, { by }: Asking, question: Measured, where: AskedIn): Promise<QuestionOutcome> {
  const [answered, id] = await Promise.all([
    answerTo(deps, question, by),
    keepQuestion(deps.db, where, question, by.now),
  ]);
  const standing = question.every && (await stand(deps, { by }, question, where));
  return { kind: 'answered', id, question, answered, ...(standing && { standing }) };
}

async function stand(
  { db }: Deps,
  { by }: Pick<Asking, 'by'>,
  question: Measured,
  { workspaceId, slackUserId }: Requester,
) {
  const nextAt = nextTime(question.every ?? 'day', by.playbook.reports.weekly?.at, by);
  const id = await addStanding(db, { workspaceId, slackUserId, object: question, nextAt }, by.now);
  return { id, next: nextAt };
}

/** An earlier question of this person, with the rights that they have now. */
async function earlier(
  deps: Deps,
  values: Values,
  requester: Requester,
  id: string,
): Promise<{ who: Asking; question: Measured } | undefined> {
  const [who, kept] = await Promise.all([asking(deps, values, requester), questionById(deps.db, requester, id)]);
  const read = measured.safeParse(kept);
  if (!who || !read.success) return undefined;
  const allowed = withinRights(read.data, who.by.asker, who.by.playbook);
  return 'measure' in allowed ? { who, question: allowed } : undefined;
}

/** The leads that an answer was made of, in the file that reports have; what was left out stays out. */
export async function leadsFile(deps: Deps, by: AskedBy, question: Measured) {
  const { playbook, zone, now, workspaceId } = by;
  const period = periodOf(question, by);
  const leads = await leadRows(deps.db, compiled({ ...question, ...(period && { period }), show: 'list' }, by).asked);
  const since = leads[0]?.crossedAt ?? now;
  const work = await workUntilTouch(leads, playbook, await absencesAfter(deps.db, workspaceId, since));
  const day = Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(zone).toPlainDate();
  return { name: `baton-leads-${day}.csv`, title: `Leads ${day}`, bytes: leadsCsv(leads, work, playbook, zone) };
}

/** The list of the leads that an answer was made of. */
export function leadsBehind(question: Measured, by: AskedBy): Measured {
  const { measure, where, within } = question;
  const period = periodOf(question, by);
  return {
    measure: 'leads',
    show: 'list',
    ...(where && { where }),
    ...(measure === 'leads' && within && { within }),
    ...(period && { period }),
  };
}

/** A list names no days where nobody did, but the list behind a number is of the same leads. */
function periodOf(question: Measured, by: AskedBy): Measured['period'] {
  return question.period ?? (compiled(question, by).isUsualPeriod ? 'last_30_days' : undefined);
}
