/** What Slack refuses for good in one place: who hears of it. */
import type { Db } from '../../db/connection.ts';
import { notice } from '../../db/workspaces/notices.ts';
import { failureReason } from '../../domain/failure-words.ts';
import { enqueue } from '../../jobs/queue.ts';
import { notifyAdmins, recheckPerson } from '../../jobs/requests.ts';
import type { Rejected } from '../../lib/errors.ts';

const GONE = new Set(['message_not_found', 'thread_not_found', 'cannot_reply_to_message']);

/** Somebody deleted the message. */
export function isMessageGone({ code }: Rejected): boolean {
  return code !== undefined && GONE.has(code);
}

interface PlaceRefused {
  workspaceId: string;
  /** The lead whose card was refused; absent: news of no lead's own. */
  handoffId?: string;
  place: string;
  error: Rejected;
  /** In words: "to Marcus Chen". */
  whose?: string;
}

/** The admins hear once of each place and cause, with what mends it. */
export async function notifyPlaceRefused(
  trx: Db,
  { workspaceId, handoffId, place, error, whose }: PlaceRefused,
  at: Date,
): Promise<void> {
  const where =
    whose ?? (place.startsWith('channel:') ? `in ${place.slice('channel:'.length)}` : 'in a direct message');
  const text = `Slack refuses Baton's cards ${where} (${failureReason(error)}). They go elsewhere until that is fixed.`;
  const isNew = await notice(trx, workspaceId, { key: `card_refused:${place}:${error.code}`, text }, at);
  if (isNew) await enqueue(trx, notifyAdmins(workspaceId));
  // They may have left: then neither this lead nor the next must be theirs.
  if (!place.startsWith('dm:')) return;
  await enqueue(trx, recheckPerson(workspaceId, { slackId: place.slice('dm:'.length) }, handoffId));
}
