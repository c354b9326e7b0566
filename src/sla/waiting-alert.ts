import type { Alert } from '../contracts/notifier.ts';
import type { SlaMessage } from '../jobs/catalogue.ts';

/** What is to be said as it waits in the database; the key finds it again, there and in Slack. */
export function waitingAlert(message: SlaMessage) {
  const { workspaceId, handoffId, what, at } = message;
  return { workspaceId, handoffId, key: `${handoffId}:${what}:${at}`, message };
}

/** What of an alarm changes its message when it changes. Pure. */
export function shownOf({ card, did, next, nextRep, until, ended }: Alert): string {
  const { state, claimed, due, rep } = card;
  const heard = did.filter(({ kind }) => kind === 'asked' || kind === 'reminded').length;
  return JSON.stringify([state, rep?.email, claimed?.at, due, heard, next?.at, nextRep?.name, until, ended]);
}
