/** A mail to a lead came back: the address is marked, and whoever has the lead hears of it. */
import type { Db } from '../../db/connection.ts';
import { type Email, markBounced, markUnmailable, sentEmail } from '../../db/handoffs/emails.ts';
import { type Handoff, lockHandoff } from '../../db/handoffs/handoffs.ts';
import { readable } from '../../domain/failure-words.ts';
import { displayName } from '../../domain/lead.ts';
import { type ReturnedMail, readReturnedMail } from '../../domain/returned-mail.ts';
import { enqueue } from '../../jobs/queue.ts';
import { redrawCards } from '../../jobs/requests.ts';
import { addressKey } from '../../lib/text.ts';
import { quotedNote } from '../core/act-as.ts';
import type { Deps } from '../core/deps.ts';
import type { Facts } from '../core/facts.ts';
import { recordForThreads } from '../core/post-to-threads.ts';
import { keepState } from './tell.ts';
import { unsubscribe } from './unsubscribe.ts';

type Bounced = Extract<ReturnedMail, { kind: 'bounced' }>;

/**
 * Reads what arrived at the return address; when it answers, that is committed. Two round trips and one transaction for a
 * mail that came back. Anybody can write there, so a notice marks only the address that the mail named in it was sent to.
 * @throws BadInput when it is no message
 */
export async function takeReturnedMail(
  deps: Pick<Deps, 'db' | 'clock' | 'log'>,
  workspaceId: string,
  raw: Uint8Array,
): Promise<{ taken: boolean }> {
  const returned = await readReturnedMail(raw);
  const passOver = (why: string) => {
    deps.log.info({ workspaceId, why }, 'a mail to the return address was passed over');
    return { taken: false };
  };
  if (returned.kind === 'other') return passOver(returned.what);
  if (returned.kind === 'unsubscribe') {
    return (await unsubscribe(deps, returned.token, workspaceId)) ? { taken: true } : passOver('an unknown token');
  }
  const email = await sentEmail(deps.db, workspaceId, returned.keys);
  if (!email) return passOver('a notice about a mail that Baton did not send');
  await deps.db.transaction(trx => cameBack(trx, email, returned, deps.clock.now()));
  return { taken: true };
}

async function cameBack(trx: Db, email: Email, returned: Bounced, now: Date): Promise<void> {
  const { workspaceId, handoffId, recipient } = email;
  const lead = await lockHandoff<Facts>(trx, workspaceId, handoffId);
  if (!lead || !(await markBounced(trx, workspaceId, email.id, now))) return;
  const why = readable(returned.why) ?? 'the other mail server gave no reason';
  if (returned.isMailboxUnknown) {
    const address = addressKey(recipient);
    await markUnmailable(trx, workspaceId, { address, why: 'bounced', note: why, at: now });
  }
  if (email.kind === 'first_answer') await keepState(trx, lead, { state: 'bounced', note: why, at: now.toISOString() });
  await recordForThreads(
    trx,
    { workspaceId, handoffId, leadId: lead.leadId },
    {
      kind: 'mail_bounced',
      at: now,
      text: sentence(lead, email, { ...returned, why }),
      detail: { email: email.id, to: recipient, status: returned.status },
    },
  );
  await enqueue(trx, redrawCards(lead));
}

function sentence(lead: Handoff<Facts>, email: Email, { isMailboxUnknown, why }: Bounced): string {
  const name = displayName(lead.facts.contact);
  const which = email.kind === 'first_answer' ? 'The first answer' : 'The mail';
  const what = isMailboxUnknown ? `${email.recipient} does not exist` : 'it was not delivered';
  return `${which} to ${name}${quotedNote(email.subject)} came back, ${what}: ${why}. Check the address, or reach them another way.`;
}
