/** A question in words, from whichever surface: answered as a message in its richest form. */
import type { KnownBlock } from '@slack/types';
import type { Requester } from '../../../handoff/core/rights.ts';
import type { QuestionOutcome } from '../../../reports/questions.ts';
import { answeredMessage } from '../../blocks/question/answered.ts';
import { noAnswer, offers } from '../../blocks/question/offers.ts';
import type { SlackDeps } from '../../deps.ts';
import { namesIn } from '../names.ts';

/** What is shown: the first form that Slack takes. */
export interface Shown {
  text: string;
  forms: KnownBlock[][];
}

/** Undefined: it is about one lead, or a stranger asks; whoever asked has words for these. */
export async function shownOutcome(
  { queries }: SlackDeps,
  { workspaceId }: Requester,
  outcome: QuestionOutcome,
): Promise<Shown | undefined> {
  if (outcome.kind === 'lead' || outcome.kind === 'stranger') return undefined;
  if (outcome.kind !== 'answered') {
    const { text, blocks } = noAnswer(outcome);
    return { text, forms: [blocks] };
  }
  const { playbook } = await queries.playbook(workspaceId);
  const { text, forms } = answeredMessage(outcome.answered, namesIn(playbook), offers(outcome));
  return { text, forms: forms as KnownBlock[][] };
}

/** Newer blocks come to workspaces at different times: the next form is tried where Slack refuses one. */
export async function inFirstForm(
  { text, forms }: Shown,
  send: (message: { text: string; blocks: KnownBlock[] }) => Promise<unknown>,
): Promise<void> {
  for (const [index, blocks] of forms.entries()) {
    try {
      await send({ text, blocks });
      return;
    } catch (error) {
      if (index === forms.length - 1 || !isRefusedForm(error)) throw error;
    }
  }
}

/** Through the Web API Slack says so by name; a response address answers 400 or 500 with the same words in its body. */
function isRefusedForm(error: unknown): boolean {
  return /invalid_blocks|block_mismatch|msg_blocks_too_long|status code (?:400|500)/.test(String(error));
}
