import { type Method, needed, textArg } from '../method.ts';
import { Refusal } from '../refusal.ts';

const MOST = 4;

/** Prompts of an agent: above the box in its Messages tab, or of one thread. */
const setSuggestedPrompts: Method = {
  json: true,
  scopes: ['assistant:write'],
  required: ['channel_id', 'prompts'],
  run({ workspace, args }) {
    const channel = workspace.channels.get(needed(args, 'channel_id'));
    if (channel?.kind !== 'im') throw new Refusal('channel_not_found');
    const prompts = promptsIn(args.prompts);
    if (!prompts || prompts.length === 0 || prompts.length > MOST) throw new Refusal('invalid_arguments');
    // With a thread that is none of the agent's Slack shows them nowhere, and answers ok all the same.
    if (textArg(args, 'thread_ts') === undefined) workspace.prompts.set(channel.id, prompts);
    return {};
  },
};

function promptsIn(given: unknown): { title: string; message: string }[] | undefined {
  const read: unknown = typeof given === 'string' ? parsed(given) : given;
  if (!Array.isArray(read)) return undefined;
  const isPrompt = (one: unknown): one is { title: string; message: string } =>
    typeof one === 'object' &&
    one !== null &&
    'title' in one &&
    'message' in one &&
    typeof one.title === 'string' &&
    typeof one.message === 'string' &&
    one.title !== '' &&
    one.message !== '';
  return read.every(isPrompt) ? read : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export const assistantMethods: Record<string, Method> = {
  'assistant.threads.setSuggestedPrompts': setSuggestedPrompts,
};
