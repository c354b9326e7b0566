import type { SlaMessage } from '../jobs/catalogue.ts';

/** What is to be said as it waits in the database; the key finds it again, there and in Slack. */
export function waitingAlert(message: SlaMessage) {
  const { workspaceId, handoffId, what, at } = message;
  return { workspaceId, handoffId, key: `${handoffId}:${what}:${at}`, message };
}
