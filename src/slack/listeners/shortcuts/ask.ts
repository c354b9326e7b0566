/** What people write to Baton, in its DM or by mentioning it: questions in words, and commands that only look. */
import type { WebClient } from '@slack/web-api';
import type { Requester } from '../../../handoff/core/rights.ts';
import type { Answer } from '../../blocks/mql/answer.ts';
import { helpAnswer, strangerAnswer } from '../../blocks/mql/help.ts';
import { typeInsteadAnswer } from '../../blocks/mql/misread.ts';
import type { SlackDeps } from '../../deps.ts';
import { type Asked, namesOf, OPENED } from '../mql/asked.ts';
import { wordNamed } from '../mql/command-words.ts';
import { lookedFor } from '../mql/lead-words.ts';
import { show } from '../mql/look.ts';
import { asTyped, firstWord } from '../mql/typed.ts';
import { askerOf } from '../opening.ts';
import { inFirstForm, type Shown, shownOutcome } from '../questions/answer-question.ts';
import { type Event, workspaceOf } from '../types.ts';

/** Words that change nothing and open nothing; the others want a command, whose press Baton can answer with a form. */
export const LOOKING: ReadonlySet<string> = new Set(['list', 'show', 'why', 'stats', 'simulate', 'settings', 'doctor']);
/** Nothing, or nothing but manners: what Baton can be asked is the answer. */
const GREETING =
  /^(?:(?:hello|hi|hey|yo|thanks|thank you|good (?:morning|afternoon|evening)|there|baton|help|please)[\s,.!?]*)*$/i;
/** A whole sentence is no name to look up. */
const MOST_WORDS = 6;
/** Somebody writes to Baton in its DM: commands are answered there, questions in the message's thread. */
export async function askedInDm({ event, client, context }: Event<'message'>, deps: SlackDeps): Promise<void> {
  if (event.channel_type !== 'im' || !isSaid(event)) return;
  // Baton's own messages arrive here too, and other bots' are nobody's question.
  if (!event.user || ('bot_id' in event && event.bot_id) || event.user === context.botUserId) return;
  const by = { workspaceId: workspaceOf(context), slackUserId: event.user };
  const { channel } = event;
  const thread = 'thread_ts' in event ? event.thread_ts : undefined;
  const said = await answerTo({ text: event.text ?? '', place: `${channel}:${thread ?? event.ts}` }, by, client, deps);
  const under = said.isQuestion ? (thread ?? event.ts) : thread;
  await inFirstForm(said.shown, message =>
    client.chat.postMessage({ channel, ...message, ...(under && { thread_ts: under }) }),
  );
}

type Message = Event<'message'>['event'];

/** What a person says; edits, joins and deletions are messages to Slack as well. */
function isSaid(
  event: Message,
): event is Extract<Message, { subtype?: undefined | 'file_share' | 'thread_broadcast' }> {
  return event.subtype === undefined || event.subtype === 'file_share' || event.subtype === 'thread_broadcast';
}

/** Somebody mentions Baton in a channel: they alone see the answer, there or, where Baton may not speak, in their DM. */
export async function askedByMention({ event, client, context }: Event<'app_mention'>, deps: SlackDeps): Promise<void> {
  const { user, text, channel, ts, thread_ts: thread } = event;
  if (!user || event.bot_id || user === context.botUserId) return;
  const asked = { text: text.replaceAll(`<@${context.botUserId}>`, ' '), place: `${channel}:${thread ?? ts}` };
  const { shown } = await answerTo(asked, { workspaceId: workspaceOf(context), slackUserId: user }, client, deps);
  try {
    await inFirstForm(shown, message =>
      client.chat.postEphemeral({ channel, user, ...message, ...(thread && { thread_ts: thread }) }),
    );
  } catch (error) {
    deps.log.warn({ err: error, channel }, 'a mention was answered in the DM instead');
    await inFirstForm(shown, message => client.chat.postMessage({ channel: user, ...message }));
  }
}

interface Said {
  shown: Shown;
  /** It was a question in words, not a command. */
  isQuestion: boolean;
}

/** Commands whose words a question may begin with as well: "list Tom's cold leads", "why do reps reject leads?". */
const ALSO_WORDS: ReadonlySet<string> = new Set([
  'list',
  'show',
  'why',
  'reject',
  'report',
  'log',
  'email',
  'claim',
  'test',
]);

async function answerTo(
  { text, place }: { text: string; place: string },
  requester: Requester,
  client: WebClient,
  deps: SlackDeps,
): Promise<Said> {
  const typed = asTyped(text)
    .trim()
    .replace(/^\/?mql\b\s*/i, '');
  const { word: name, rest } = firstWord(typed);
  const word = wordNamed(name);
  const asker = await askerOf(deps, requester);
  if (!word && (name === 'help' || GREETING.test(typed))) return command(helpAnswer(asker?.actor));
  if (!asker) {
    const { playbook } = await deps.queries.playbook(requester.workspaceId);
    return command(strangerAnswer(playbook.admins.map(namesOf({ playbook }))));
  }
  // No press came with it, so no form can be opened.
  const asked = { ...asker, by: requester, client, triggerId: '', deps };
  if (word && !(await isQuestion(word.word, name, rest, requester, deps, place))) {
    if (!LOOKING.has(word.word)) return command(typeInsteadAnswer(typed, word.word));
    const said = await word.run({ ...asked, word: word.word, text: rest });
    return command(said === OPENED ? typeInsteadAnswer(typed, name) : said);
  }
  const lead = word ? undefined : await leadNamed(typed, requester, deps);
  if (lead !== undefined) return shownLead(asked, lead);
  const outcome = await deps.questions.ask(requester, word?.word === 'ask' ? rest : typed, place);
  if (outcome.kind === 'lead') return shownLead(asked, outcome.name);
  const shown = await shownOutcome(deps, requester, outcome);
  return shown ? { shown, isQuestion: true } : command(helpAnswer(asker.actor));
}

const command = ({ text, blocks }: Answer): Said => ({ shown: { text, forms: [blocks] }, isQuestion: false });

async function shownLead(asked: Omit<Asked, 'word' | 'text'>, text: string): Promise<Said> {
  const said = await show.run({ ...asked, word: show.word, text });
  return command(said === OPENED ? typeInsteadAnswer(text, show.word) : said);
}

/** A sentence that begins with a command's word and is read as a question is one; `list open` stays the command. */
async function isQuestion(
  word: string,
  name: string,
  rest: string,
  requester: Requester,
  deps: SlackDeps,
  place: string,
): Promise<boolean> {
  if (word === 'ask') return true;
  if (!ALSO_WORDS.has(name) || rest.split(' ').length < 2) return false;
  const read = await deps.questions.read(requester, `${name} ${rest}`, place);
  return read !== undefined && 'measure' in read;
}

/** The text when it names a lead. */
async function leadNamed(
  typed: string,
  { workspaceId }: Requester,
  { queries }: SlackDeps,
): Promise<string | undefined> {
  const text = lookedFor(typed);
  if (text === '' || text.split(' ').length > MOST_WORDS) return undefined;
  return (await queries.find(workspaceId, text)).length > 0 ? typed : undefined;
}
