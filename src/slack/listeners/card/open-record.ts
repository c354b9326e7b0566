import type { Press } from '../types.ts';

/** A link button: the browser or mail program has opened already; Slack only wants to hear that we know. */
export async function openRecord(press: Press): Promise<void> {
  await press.ack();
}
