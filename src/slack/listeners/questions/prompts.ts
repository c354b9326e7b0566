/** Questions to begin with, above the box where one writes to Baton. */
import { toError } from '../../../lib/errors.ts';
import type { SlackDeps } from '../../deps.ts';
import { type Event, workspaceOf } from '../types.ts';

/**
 * By the role of whoever opens the Messages tab. Without a thread: with one Slack shows them nowhere and says nothing.
 * They are a help: what Slack refuses here costs nobody an answer.
 */
export async function suggestPrompts(
  { event, context, client }: Event<'app_home_opened'>,
  deps: SlackDeps,
): Promise<void> {
  if (event.tab !== 'messages') return;
  const prompts = await deps.questions.prompts({ workspaceId: workspaceOf(context), slackUserId: event.user });
  if (prompts.length === 0) return;
  try {
    await client.apiCall('assistant.threads.setSuggestedPrompts', {
      channel_id: event.channel,
      title: 'Ask about your leads',
      prompts: JSON.stringify(prompts),
    });
  } catch (error) {
    deps.log.warn({ err: toError(error) }, 'questions to begin with could not be offered');
  }
}
