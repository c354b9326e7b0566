/** `/mql WORD …`: finds the word, lets it answer, and shows the answer to the asker alone. */
import type { RespondFn } from '@slack/bolt';
import type { WebClient } from '@slack/web-api';
import { nearest } from '../../../config/playbook/suggest.ts';
import type { Requester } from '../../../handoff/core/rights.ts';
import type { Answer } from '../../blocks/mql/answer.ts';
import { everyWordAnswer, helpAnswer, strangerAnswer, unknownAnswer, wordHelp } from '../../blocks/mql/help.ts';
import type { SlackDeps } from '../../deps.ts';
import { type Asker, askerOf } from '../opening.ts';
import { inFirstForm } from '../questions/answer-question.ts';
import { type Command, type Press, requesterOf, workspaceOf } from '../types.ts';
import { type Asked, namesOf, OPENED } from './asked.ts';
import { NAMES, WORDS, wordNamed } from './command-words.ts';
import { lookedFor } from './lead-words.ts';
import { show as lookUp } from './look.ts';
import { mine } from './mine.ts';
import { asTyped, firstWord } from './typed.ts';

interface Typed {
  by: Requester;
  /** Everything after `/mql`. */
  text: string;
  client: WebClient;
  triggerId: string;
}

/** The slash command. */
export async function mql({ ack, command, context, respond, client }: Command, deps: SlackDeps): Promise<void> {
  await ack();
  const by = { workspaceId: workspaceOf(context), slackUserId: command.user_id };
  const said = await run({ by, text: asTyped(command.text), client, triggerId: command.trigger_id }, deps);
  if (said !== OPENED) await show(respond, said, false);
}

/** A button that carries a command: the answer takes its message's place. */
export async function pressRun(press: Press, deps: SlackDeps): Promise<void> {
  const said = await pressed(press, deps);
  if (said === OPENED) await press.respond({ delete_original: true });
  else await show(press.respond, said, true);
}

/** The same beside its message. */
export async function pressAlso(press: Press, deps: SlackDeps): Promise<void> {
  const said = await pressed(press, deps);
  if (said !== OPENED) await show(press.respond, said, false);
}

async function pressed(press: Press, deps: SlackDeps): Promise<Answer | typeof OPENED> {
  await press.ack();
  const { client, body, action } = press;
  return run({ by: requesterOf(press), text: action.value ?? '', client, triggerId: body.trigger_id }, deps);
}

async function show(respond: RespondFn, { text, blocks, plainer }: Answer, replace: boolean): Promise<void> {
  await inFirstForm({ text, forms: [blocks, ...(plainer ? [plainer] : [])] }, message =>
    respond({ response_type: 'ephemeral', replace_original: replace, ...message }),
  );
}

async function run(typed: Typed, deps: SlackDeps): Promise<Answer | typeof OPENED> {
  const { word: name, rest } = firstWord(typed.text);
  const asker = await askerOf(deps, typed.by);
  if (name === 'help') return help(rest, asker);
  if (!asker) return name === '' ? helpAnswer(undefined) : stranger(typed.by, deps);
  const { by, client, triggerId, text } = typed;
  const asked = { ...asker, by, client, triggerId, deps, word: name, text: rest };
  if (name === '') return mine(asked);
  const word = wordNamed(name);
  if (word) return word.run({ ...asked, word: word.word });
  return unknown(name, rest, { ...asked, word: lookUp.word, text });
}

function help(about: string, asker: Asker | undefined): Answer {
  const { word: name } = firstWord(about);
  if (name === 'all') return everyWordAnswer(WORDS);
  const word = wordNamed(name);
  return word ? wordHelp(word) : helpAnswer(asker?.actor);
}

async function stranger({ workspaceId }: Requester, { queries }: SlackDeps): Promise<Answer> {
  const { playbook } = await queries.playbook(workspaceId);
  return strangerAnswer(playbook.admins.map(namesOf({ playbook })));
}

/** No word of ours: what is near one, else a lead of that name, else where help is. */
async function unknown(name: string, rest: string, asked: Asked): Promise<Answer | typeof OPENED> {
  const near = nearest(name, NAMES);
  const help = near === undefined ? undefined : wordNamed(near);
  const meant = help?.word ?? near;
  if (meant) {
    return unknownAnswer(name, { word: meant, whole: `${meant} ${rest}`.trim(), ...(help && { help }) });
  }
  const text = lookedFor(asked.text);
  const found = text === '' ? [] : await asked.deps.queries.find(asked.by.workspaceId, text);
  if (found.length === 0) return unknownAnswer(name);
  return lookUp.run(asked);
}
