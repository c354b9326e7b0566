/** Buttons under an answer: its leads, its file, asking it again by itself, and that it was not meant. */

import type { Every } from '../../../reports/questions.ts';
import { answer } from '../../blocks/mql/answer.ts';
import { notThisAnswer, standingBlocks } from '../../blocks/question/offers.ts';
import type { SlackDeps } from '../../deps.ts';
import { shareFile } from '../../files.ts';
import { type Change, type Press, requesterOf } from '../types.ts';
import { inFirstForm, shownOutcome } from './answer-question.ts';

const GONE = 'That answer is no longer kept, or no longer yours to see. Ask again.';

/** The leads behind a number or a table, beside it. */
export async function openLeads(press: Press, deps: SlackDeps): Promise<void> {
  await press.ack();
  const by = requesterOf(press);
  const outcome = await deps.questions.leads(by, press.action.value ?? '');
  const shown = outcome && (await shownOutcome(deps, by, outcome));
  if (!shown) return sayBeside(press, answer([GONE]));
  await inFirstForm(shown, message => press.respond({ ...beside(press), ...message }));
}

/** Every lead of it as a CSV, to the person's DM: what one person may see is not left in a channel. */
export async function sendFile(press: Press, deps: SlackDeps): Promise<void> {
  await press.ack();
  const by = requesterOf(press);
  const file = await deps.questions.file(by, press.action.value ?? '');
  if (!file) return sayBeside(press, answer([GONE]));
  const { channel } = await press.client.conversations.open({ users: by.slackUserId });
  if (!channel?.id) throw new Error('Slack opened a DM without an id');
  await shareFile(press.client, { channel: channel.id, ...file });
  if (press.body.channel?.id !== channel.id)
    await sayBeside(press, answer(['The CSV is in your messages with Baton.']));
}

/** "Every Monday": from the menu. */
export async function askAgain(change: Change, deps: SlackDeps): Promise<void> {
  await change.ack();
  const { action } = change;
  const chosen = action.type === 'static_select' ? action.selected_option.value : '';
  const [every = '', id = ''] = chosen.split(':');
  const by = requesterOf(change);
  const standing = await deps.questions.every(by, id, every as Every);
  const said = standing ? answer(['Done.'], ...standingBlocks(standing, every as Every)) : answer([GONE]);
  await change.respond({ response_type: 'ephemeral', replace_original: false, ...threadOf(change), ...said });
}

export async function stopAsking(press: Press, deps: SlackDeps): Promise<void> {
  await press.ack();
  const was = await deps.questions.end(requesterOf(press), press.action.value ?? '');
  await sayBeside(press, answer([was ? 'It no longer comes by itself.' : 'It had already been stopped.']));
}

export async function notThis(press: Press, deps: SlackDeps): Promise<void> {
  await press.ack();
  await sayBeside(press, notThisAnswer(await deps.questions.notThis(requesterOf(press), press.action.value ?? '')));
}

const beside = (press: Press) => ({ response_type: 'ephemeral' as const, replace_original: false, ...threadOf(press) });

function threadOf({ body }: Pick<Press, 'body'> | Pick<Change, 'body'>): { thread_ts?: string } {
  const { message } = body;
  const thread: unknown = message?.thread_ts;
  return typeof thread === 'string' ? { thread_ts: thread } : {};
}

async function sayBeside(press: Press, said: ReturnType<typeof answer>): Promise<void> {
  await press.respond({ ...beside(press), ...said });
}
