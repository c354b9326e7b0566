import { nearest } from '../../../config/playbook/suggest.ts';
import type { HandoffSummary } from '../../../db/handoffs.ts';
import type { SlackDeps } from '../../deps.ts';
import { candidatesText, noLeadText, storyText, whyText } from '../../messages/lead.ts';
import { helpText, onlyYou, strangerText, unknownWordText } from '../../messages/notices.ts';
import { type Command, workspaceOf } from '../types.ts';

/** `/mql WORD …`: what each word does. The answer is for the asker alone. */
const WORDS: Record<string, (asked: Asked, deps: SlackDeps) => Promise<string>> = {
  help: async () => helpText(),
  show: (asked, deps) => aboutLead(asked, deps, storyText),
  why: (asked, deps) => aboutLead(asked, deps, whyText),
};

interface Asked {
  workspaceId: string;
  slackUserId: string;
  about: string;
  word: string;
}

type Story = NonNullable<Awaited<ReturnType<SlackDeps['queries']['story']>>>;

/** The slash command. */
export async function mql({ ack, command, context, respond }: Command, deps: SlackDeps): Promise<void> {
  await ack();
  const [word = '', ...rest] = command.text.trim().split(/\s+/);
  const known = word.toLowerCase() || 'help';
  const asked = {
    workspaceId: workspaceOf(context),
    slackUserId: command.user_id,
    about: rest.join(' '),
    word: known,
  };
  const answer = Object.hasOwn(WORDS, known) ? WORDS[known] : undefined;
  const text = answer ? await answer(asked, deps) : unknownWordText(word, nearest(known, Object.keys(WORDS)));
  await respond(onlyYou(text));
}

async function aboutLead(
  { workspaceId, slackUserId, about, word }: Asked,
  { queries }: SlackDeps,
  tell: (lead: HandoffSummary, story: Story) => string,
): Promise<string> {
  if (!about) return `Whose? For example: /mql ${word} emma@acmecorp.com`;
  if (!(await queries.who({ workspaceId, slackUserId }))) return strangerText();
  const found = await queries.find(workspaceId, about);
  const [newest] = found;
  if (!newest) return noLeadText(about);
  // Several handoffs of one person are no question: the newest is meant.
  if (found.some(lead => lead.email !== newest.email)) return candidatesText(found, word);
  const story = await queries.story(workspaceId, newest.id);
  return story ? tell(newest, story) : noLeadText(about);
}
