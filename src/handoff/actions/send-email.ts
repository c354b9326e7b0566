/**
 * Mails leave the outbox. SMTP cannot be asked whether it took a mail: after an answer that was lost it is sent again
 * under the same Message-ID, by which a mailbox recognises the second copy. Mailboxes that send put in their own.
 */
import { nameOf, personOf } from '../../config/playbook/people.ts';
import type { Person } from '../../config/playbook.ts';
import { type MailAddress, NoSuchMailbox } from '../../contracts/mailer.ts';
import type { Db } from '../../db/connection.ts';
import {
  beginEmail,
  type Email,
  emailById,
  hasUnsubscribed,
  markUnmailable,
  putBack,
  settleEmail,
  unsentEmails,
} from '../../db/handoffs/emails.ts';
import { handoffById, lockHandoff, updateHandoff } from '../../db/handoffs/handoffs.ts';
import { recordEntries } from '../../db/handoffs/timeline.ts';
import { failureReason } from '../../domain/failure-words.ts';
import { displayName } from '../../domain/lead.ts';
import { serviceName } from '../../domain/service-name.ts';
import { Failure, Rejected } from '../../lib/errors.ts';
import { addressKey } from '../../lib/text.ts';
import { quotedNote } from '../core/act-as.ts';
import type { Deps } from '../core/deps.ts';
import type { Facts } from '../core/facts.ts';
import { senderOf } from '../core/mail-sender.ts';
import { recordForThreads } from '../core/post-to-threads.ts';
import { valuesFor } from '../core/templates.ts';
import { handOver, isUnknown, mailboxOf } from './mail-route.ts';
import { addTouch } from './touch.ts';

type EmailRef = { workspaceId: string; emailId: string };

/**
 * Sends one mail of the outbox, once; then it is a touch. Through a mailbox of the writer's own it is begun once and never again:
 * what became of it is asked of them.
 */
export async function sendFromOutbox(deps: Deps, { workspaceId, emailId }: EmailRef): Promise<void> {
  const waiting = await emailById(deps.db, workspaceId, emailId);
  if (!waiting) return;
  const writer = { workspaceId, email: waiting.byEmail };
  const mailbox = await mailboxOf(deps, writer);
  const begun = await beginEmail(deps.db, workspaceId, emailId, mailbox?.name ?? null);
  if (!begun) return;
  const { email, isBegunBefore } = begun;
  if (isBegunBefore) return unknown(deps, email);
  if (await hasUnsubscribed(deps.db, workspaceId, addressKey(email.recipient))) return refused(deps, email, OPTED_OUT);
  const from = await senderFor(deps, email);
  try {
    await handOver(deps, writer, mailbox, {
      messageId: email.messageId,
      from,
      replyTo: { name: from.name, address: email.byEmail },
      to: email.recipient,
      subject: email.subject,
      text: email.body,
      ...(deps.returnAddress && { returnTo: deps.returnAddress }),
      headers: { 'X-Baton-Handoff': email.handoffId },
    });
  } catch (error) {
    // Nobody but the rep can mend it: an old mail must not leave days later because an admin replays what was parked.
    if (error instanceof Rejected) return refused(deps, email, failureReason(error), error instanceof NoSuchMailbox);
    if (isUnknown(error, mailbox)) return unknown(deps, email);
    if (mailbox && error instanceof Failure) await putBack(deps.db, workspaceId, emailId);
    throw error;
  }
  await sent(deps, email);
}

/** While the mail waited for the mail server. */
const OPTED_OUT = 'they asked not to be mailed any more';

/** A mailbox cannot be asked what it sent: the writer looks there. */
async function unknown(deps: Deps, email: Email): Promise<void> {
  const { workspaceId, handoffId } = email;
  await deps.db.transaction(async trx => {
    const handoff = await lockHandoff<Facts>(trx, workspaceId, handoffId);
    if (!handoff || !(await settleEmail(trx, workspaceId, email.id, { state: 'unknown' }))) return;
    const name = displayName(handoff.facts.contact);
    const box = serviceName(email.via ?? 'mail');
    await recordForThreads(
      trx,
      { workspaceId, handoffId, leadId: handoff.leadId },
      {
        kind: 'email_unknown',
        at: deps.clock.now(),
        text: `The mail to ${name}${quotedNote(email.subject)} may have been sent or not: ${box} gave no answer. Baton won’t send it again. Look into Sent in ${box}: if it is there, log it with Log call; if not, write once more.`,
        detail: { email: email.id, to: email.recipient },
      },
    );
  });
}

async function senderFor(deps: Deps, { workspaceId, handoffId, byEmail }: Email): Promise<MailAddress> {
  const [{ playbook }, handoff] = await Promise.all([
    deps.playbook(workspaceId),
    handoffById<Facts>(deps.db, workspaceId, handoffId),
  ]);
  const rep: Person = personOf(playbook, byEmail) ?? {
    email: byEmail,
    name: byEmail,
    time_zone: 'UTC',
  };
  return senderOf(playbook, rep, handoff && valuesFor(handoff, rep));
}

async function sent(deps: Deps, email: Email): Promise<void> {
  const { workspaceId, handoffId, byEmail } = email;
  const [{ playbook }, { crm }] = await Promise.all([deps.playbook(workspaceId), deps.vendors(workspaceId)]);
  const rep = nameOf(playbook, byEmail);
  const now = deps.clock.now();
  await deps.db.transaction(async trx => {
    const handoff = await lockHandoff<Facts>(trx, workspaceId, handoffId);
    if (!handoff || !(await settleEmail(trx, workspaceId, email.id, { state: 'sent', sentAt: now }))) return;
    await addTouch(
      trx,
      handoff,
      {
        // The mail's own id: its text is found by it.
        id: email.id,
        kind: 'email',
        byEmail,
        at: now,
        detail: { subject: email.subject, messageId: email.messageId },
        text: `${rep} mailed ${displayName(handoff.facts.contact)}${quotedNote(email.subject)}`,
      },
      { now, hasCrm: crm !== undefined, metrics: deps.metrics },
    );
  });
}

/** The mail will not leave: whoever wrote it hears why, where the lead is. */
async function refused(deps: Deps, email: Email, reason: string, isBounce = false): Promise<void> {
  const { workspaceId, handoffId } = email;
  const address = addressKey(email.recipient);
  await deps.db.transaction(async trx => {
    const handoff = await lockHandoff<Facts>(trx, workspaceId, handoffId);
    if (!handoff || !(await settleEmail(trx, workspaceId, email.id, { state: 'refused', note: reason }))) return;
    if (isBounce)
      await markUnmailable(trx, workspaceId, { address, why: 'bounced', note: reason, at: deps.clock.now() });
    await recordForThreads(
      trx,
      { workspaceId, handoffId, leadId: handoff.leadId },
      {
        kind: 'email_refused',
        at: deps.clock.now(),
        text: `The mail to ${displayName(handoff.facts.contact)}${quotedNote(email.subject)} was not sent: ${reason}. ${reason === OPTED_OUT ? 'Reach them another way.' : 'Check the address, or reach them another way.'}`,
        detail: { email: email.id, to: email.recipient },
      },
    );
  });
}

/**
 * After a backup was brought back: what had not left by then may have left since, and a second copy cannot be taken back.
 * So it is not sent, and whoever wrote it hears of it where the lead is. Answers how many; they may be asked for again.
 */
export async function giveUpUnsent(
  deps: Pick<Deps, 'db' | 'clock'>,
  workspaceId: string,
  until: Date,
): Promise<number> {
  const unsent = await unsentEmails(deps.db, workspaceId, until);
  for (const email of unsent) await notSentAgain(deps, email);
  return unsent.length;
}

async function notSentAgain({ db, clock }: Pick<Deps, 'db' | 'clock'>, email: Email): Promise<void> {
  const { workspaceId, handoffId } = email;
  const note = 'the database was restored from a backup';
  await db.transaction(async trx => {
    const handoff = await lockHandoff<Facts>(trx, workspaceId, handoffId);
    if (!handoff || !(await settleEmail(trx, workspaceId, email.id, { state: 'refused', note }))) return;
    const to = displayName(handoff.facts.contact);
    if (handoff.facts.firstAnswer?.state === 'waiting') {
      const firstAnswer = { state: 'unknown', at: clock.now().toISOString() };
      await updateHandoff(trx, workspaceId, handoffId, {}, { firstAnswer });
    }
    await recordForThreads(
      trx,
      { workspaceId, handoffId, leadId: handoff.leadId },
      {
        kind: 'email_refused',
        at: clock.now(),
        text: `Baton was restored from a backup, so the mail to ${to} may have been sent or not${quotedNote(email.subject)}. It won't be sent again: write once more if ${to} has not got it.`,
        detail: { email: email.id, to: email.recipient },
      },
    );
  });
}

/** The mail server is away: said once on the timeline; the mail is tried until it is taken. */
export async function emailPostponed(
  deps: Deps,
  trx: Db,
  { workspaceId, emailId }: EmailRef,
  error: Error,
): Promise<void> {
  const email = await emailById(trx, workspaceId, emailId);
  if (!email || email.note) return;
  if (!(await settleEmail(trx, workspaceId, emailId, { note: failureReason(error) }))) return;
  const of = { workspaceId, handoffId: email.handoffId, leadId: await leadOf(trx, email) };
  await recordEntries(trx, of, {
    kind: 'email_waiting',
    at: deps.clock.now(),
    text: `The mail${quotedNote(email.subject)} waits: ${failureReason(error)}; it is tried again until it is sent.`,
    detail: { email: emailId },
  });
}

/** The login is no longer accepted, or Baton stumbled: the rep hears that an admin was told. */
export async function emailParked(
  deps: Deps,
  trx: Db,
  { workspaceId, emailId }: EmailRef,
  reason: string,
  reference: string,
): Promise<void> {
  const email = await emailById(trx, workspaceId, emailId);
  if (!email || !(await settleEmail(trx, workspaceId, emailId, { note: reason }))) return;
  const of = { workspaceId, handoffId: email.handoffId, leadId: await leadOf(trx, email) };
  await recordForThreads(trx, of, {
    kind: 'email_refused',
    at: deps.clock.now(),
    text: `The mail${quotedNote(email.subject)} could not be sent yet: ${reason} (reference ${reference}). The admins have been told; it leaves once that is fixed.`,
    detail: { email: emailId, reference },
  });
}

async function leadOf(trx: Db, { workspaceId, handoffId }: Email): Promise<string> {
  const handoff = await handoffById(trx, workspaceId, handoffId);
  if (!handoff) throw new Error('a mail belongs to a handoff');
  return handoff.leadId;
}
