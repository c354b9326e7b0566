import { helpText, words } from '../../messages/notices.ts';
import type { Event } from '../types.ts';

/** Somebody writes to Baton in its DM. */
export async function helpInDm({ event, client }: Event<'message'>): Promise<void> {
  // Edits, joins and Baton's own messages arrive here too: only what a person says is answered.
  if (event.channel_type !== 'im' || event.subtype !== undefined || ('bot_id' in event && event.bot_id)) return;
  await client.chat.postMessage({ channel: event.channel, ...words(helpText()) });
}

/** Somebody mentions Baton in a channel: they alone see the answer. */
export async function helpOnMention({ event, client }: Event<'app_mention'>): Promise<void> {
  if (!event.user) return;
  await client.chat.postEphemeral({ channel: event.channel, user: event.user, ...words(helpText()) });
}
