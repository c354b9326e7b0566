/** The Messages tab does not stay silent: whoever opens it first hears what Baton is and what to ask it. */

import { helpText, words } from '../../blocks/notices.ts';
import type { SlackDeps } from '../../deps.ts';
import { type Event, workspaceOf } from '../types.ts';

/** Once a person, however often they look. */
export async function welcome({ event, context, client }: Event<'app_home_opened'>, deps: SlackDeps): Promise<void> {
  if (event.tab !== 'messages') return;
  const { first } = await deps.actions.greet({ workspaceId: workspaceOf(context), slackUserId: event.user });
  if (first) await client.chat.postMessage({ channel: event.channel, ...words(helpText()) });
}
