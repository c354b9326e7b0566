/** What people read of Baton in Slack's messages, for stories. */
import assert from 'node:assert/strict';
import { act } from './slack.ts';
import type { Conversation, Message, System } from './system.ts';
import { until } from './until.ts';

/** The blocks of a message or a modal, as text. */
export const blocksOf = (message: { blocks: unknown[] } | undefined): string => JSON.stringify(message?.blocks ?? []);

/** All that a message says: its text as it is, then its blocks. */
export const wordsOf = (message: Message): string => `${message.text}\n${blocksOf(message)}`;

/** What there says so, in its text or its blocks, oldest first. */
export const messagesSaying = async (baton: System, where: Conversation, pattern: RegExp): Promise<Message[]> =>
  (await baton.messages(where)).filter(message => pattern.test(wordsOf(message)));

/** Waits until something there says so; answers the first that does. */
export const untilSaid = (baton: System, where: Conversation, pattern: RegExp): Promise<Message> =>
  until(`${JSON.stringify(where)} reads ${pattern}`, async () => (await messagesSaying(baton, where, pattern))[0]);

/** The one message there that says so. */
export async function onlyMessageSaying(baton: System, where: Conversation, pattern: RegExp): Promise<Message> {
  const [first, ...more] = await messagesSaying(baton, where, pattern);
  assert.ok(first, `${JSON.stringify(where)} does not read ${pattern}`);
  assert.deepEqual(
    more.map(one => one.text),
    [],
    `${JSON.stringify(where)} reads ${pattern} once`,
  );
  return first;
}

/** What this person alone was shown, oldest first. */
export const answersTo = async (baton: System, user: string): Promise<Message[]> =>
  (await baton.messages({ user })).filter(({ ephemeral }) => ephemeral);

/** Waits until this person alone was shown something that says so; answers its text. */
export const untilAnswered = (baton: System, user: string, pattern: RegExp): Promise<string> =>
  until(
    `${user} is answered ${pattern}`,
    async () => (await answersTo(baton, user)).find(answer => pattern.test(wordsOf(answer)))?.text,
  );

/** Types `/mql …`; answers what the person alone is shown for it. */
export async function mql(baton: System, user: string, text: string): Promise<Message> {
  const before = (await answersTo(baton, user)).length;
  await act(baton, user, { command: { text } });
  return until(`${user} is answered to /mql ${text}`, async () => (await answersTo(baton, user)).at(before));
}

/** What can be pressed or picked in a message, from the left. */
export const actionsIn = (message: Message | undefined): string[] =>
  [...blocksOf(message).matchAll(/"action_id":"(\w+)"/g)].map(match => match[1] ?? '');

/** The same without the card's menu. */
export const buttonsOf = (message: Message | undefined): string[] => actionsIn(message).filter(id => id !== 'more');

/** What was said under a message, oldest first. */
export const repliesTo = (message: Message | undefined): string[] =>
  ((message?.replies ?? []) as { text: string }[]).map(({ text }) => text);
