/** A lead that waits for a person's word. */
import type { Db } from '../../db/connection.ts';
import type { Handoff } from '../../db/handoffs/handoffs.ts';
import { notice } from '../../db/workspaces/notices.ts';
import { displayName } from '../../domain/lead.ts';
import { enqueue } from '../../jobs/queue.ts';
import { notifyAdmins } from '../../jobs/requests.ts';
import type { Facts } from './facts.ts';

/** The admins hear, once, that the lead is held and why. */
export async function notifyHeld(trx: Db, handoff: Handoff<Facts>, now: Date): Promise<void> {
  const { workspaceId, id, judgement, facts } = handoff;
  const { email } = facts.contact;
  const who = `${displayName(facts.contact)}${email ? ` (${email})` : ''}`;
  await notice(trx, workspaceId, { key: `held:${id}`, text: `${who} is held back: ${judgement.reason}` }, now);
  await enqueue(trx, notifyAdmins(workspaceId));
}
