/** What people write to Baton, in its DM or by mentioning it: the words of `/mql` that only look. */
import type { WebClient } from '@slack/web-api';
import type { Requester } from '../../../handoff/core/rights.ts';
import type { Answer } from '../../blocks/mql/answer.ts';
import { helpAnswer, strangerAnswer } from '../../blocks/mql/help.ts';
import { typeInsteadAnswer } from '../../blocks/mql/misread.ts';
import type { SlackDeps } from '../../deps.ts';
import { namesOf, OPENED } from '../mql/asked.ts';
import { WORDS, wordNamed } from '../mql/command-words.ts';
import { lookedFor } from '../mql/lead-words.ts';
import { show } from '../mql/look.ts';
import { asTyped, firstWord } from '../mql/typed.ts';
import { askerOf } from '../opening.ts';
import { type Event, workspaceOf } from '../types.ts';

/** Words that change nothing and open nothing; the others want a command, whose press Baton can answer with a form. */
export const LOOKING: ReadonlySet<string> = new Set(['list', 'show', 'why', 'stats', 'simulate', 'settings', 'doctor']);
/** A whole sentence is no name to look up. */
const MOST_WORDS = 6;
/** Somebody writes to Baton in its DM; in a thread they are answered there. */
export async function askedInDm({ event, client, context }: Event<'message'>, deps: SlackDeps): Promise<void> {
  if (event.channel_type !== 'im' || !isSaid(event)) return;
  // Baton's own messages arrive here too, and other bots' are nobody's question.
  if (!event.user || ('bot_id' in event && event.bot_id) || event.user === context.botUserId) return;
  const by = { workspaceId: workspaceOf(context), slackUserId: event.user };
  const said = await answerTo(event.text ?? '', by, client, deps);
  const thread = 'thread_ts' in event ? event.thread_ts : undefined;
  await client.chat.postMessage({ channel: event.channel, ...said, ...(thread && { thread_ts: thread }) });
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
  const { user, text, channel, thread_ts: thread } = event;
  if (!user || event.bot_id || user === context.botUserId) return;
  const asked = text.replaceAll(`<@${context.botUserId}>`, ' ');
  const said = await answerTo(asked, { workspaceId: workspaceOf(context), slackUserId: user }, client, deps);
  try {
    await client.chat.postEphemeral({ channel, user, ...said, ...(thread && { thread_ts: thread }) });
  } catch (error) {
    deps.log.warn({ err: error, channel }, 'a mention was answered in the DM instead');
    await client.chat.postMessage({ channel: user, ...said });
  }
}

async function answerTo(text: string, requester: Requester, client: WebClient, deps: SlackDeps): Promise<Answer> {
  const typed = asTyped(text)
    .trim()
    .replace(/^\/?mql\b\s*/i, '');
  const { word: name, rest } = firstWord(typed);
  const word = wordNamed(name);
  if (!word && (name === '' || name === 'help')) return helpAnswer(WORDS);
  const asker = await askerOf(deps, requester);
  if (!asker) {
    const { playbook } = await deps.queries.playbook(requester.workspaceId);
    return strangerAnswer(playbook.admins.map(namesOf({ playbook })), WORDS);
  }
  // No press came with it, so no form can be opened.
  const asked = { ...asker, by: requester, client, triggerId: '', deps };
  if (word && !LOOKING.has(word.word)) return typeInsteadAnswer(typed, word.word);
  const found = word ? rest : await leadNamed(typed, requester, deps);
  if (found === undefined) return helpAnswer(WORDS);
  const said = await (word ?? show).run({ ...asked, word: (word ?? show).word, text: found });
  return said === OPENED ? typeInsteadAnswer(typed, name) : said;
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
