import type { Press } from '../types.ts';

/** View in the CRM: the browser has opened the link already; Slack only wants to hear that we know. */
export async function openRecord(press: Press): Promise<void> {
  await press.ack();
}
