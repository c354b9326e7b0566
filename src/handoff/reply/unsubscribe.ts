/** The link in a mail that ends mails to its reader: known by its token alone, of whichever workspace. */
import type { Db } from '../../db/connection.ts';
import { answerByToken, hasUnsubscribed, markUnmailable } from '../../db/handoffs/emails.ts';
import { lockHandoff } from '../../db/handoffs/handoffs.ts';
import { openHandoffOf } from '../../db/handoffs/manual-leads.ts';
import { displayName } from '../../domain/lead.ts';
import { enqueue } from '../../jobs/queue.ts';
import { redrawCards } from '../../jobs/requests.ts';
import { addressKey } from '../../lib/text.ts';
import type { Deps } from '../core/deps.ts';
import type { Facts } from '../core/facts.ts';
import { recordForThreads } from '../core/post-to-threads.ts';
import { flagOptOut } from './tell.ts';

/** Where the link leads, changing nothing: scanners follow links. Undefined: no such link. */
export async function unsubscribeLink(
  { db }: Pick<Deps, 'db'>,
  token: string,
): Promise<{ recipient: string; isDone: boolean } | undefined> {
  const found = await answerByToken(db, token);
  if (!found) return undefined;
  const { recipient, workspaceId } = found;
  return { recipient, isDone: await hasUnsubscribed(db, workspaceId, addressKey(recipient)) };
}

/**
 * Ends mails to the reader, however often it is asked for; whoever has the lead sees it. Answers whether there is such a link.
 * @param ofWorkspace where the wish came in at the address of one workspace: no other's links count
 */
export async function unsubscribe(
  { db, clock }: Pick<Deps, 'db' | 'clock'>,
  token: string,
  ofWorkspace?: string,
): Promise<boolean> {
  const found = await answerByToken(db, token);
  if (!found || (ofWorkspace !== undefined && found.workspaceId !== ofWorkspace)) return false;
  const { workspaceId, handoffId, recipient } = found;
  const now = clock.now();
  await db.transaction(async trx => {
    const address = addressKey(recipient);
    if (!(await markUnmailable(trx, workspaceId, { address, why: 'unsubscribed', at: now }))) return;
    const mailed = await lockHandoff<Facts>(trx, workspaceId, handoffId);
    if (!mailed) return;
    const open = await openHandoffOf(trx, workspaceId, mailed.leadId);
    for (const id of new Set([handoffId, ...(open ? [open.id] : [])])) await markLead(trx, workspaceId, id, now);
  });
  return true;
}

async function markLead(trx: Db, workspaceId: string, handoffId: string, now: Date): Promise<void> {
  const lead = await lockHandoff<Facts>(trx, workspaceId, handoffId);
  if (!lead) return;
  await flagOptOut(trx, lead);
  const text = `${displayName(lead.facts.contact)} asked not to be mailed any more. Call, or reach them another way.`;
  await recordForThreads(trx, { workspaceId, handoffId, leadId: lead.leadId }, { kind: 'unsubscribed', at: now, text });
  await enqueue(trx, redrawCards(lead));
}
