/** The outbox of mails to leads: what reps wrote, from the moment they pressed Send, and first answers, each begun once and never again. */

import type { SentMailKeys } from '../../domain/returned-mail.ts';
import type { Db } from '../connection.ts';

export interface Email {
  id: string;
  workspaceId: string;
  handoffId: string;
  /** Of the playbook: who wrote it. */
  byEmail: string;
  recipient: string;
  subject: string;
  body: string;
  /** `<…@…>`, ours. */
  messageId: string;
  state: 'waiting' | 'begun' | 'sent' | 'refused' | 'unknown';
  /** The mailbox through which it was begun; null: the mail server, or it was not. */
  via: string | null;
  kind: 'rep' | 'first_answer';
  /** Why it is not sent yet, or was refused. */
  note: string | null;
  createdAt: Date;
}

export async function insertEmail(trx: Db, email: Omit<Email, 'state' | 'note' | 'kind' | 'via'>): Promise<void> {
  await trx('emails').insert({
    id: email.id,
    workspace_id: email.workspaceId,
    handoff_id: email.handoffId,
    by_email: email.byEmail,
    recipient: email.recipient,
    subject: email.subject,
    body: email.body,
    message_id: email.messageId,
    created_at: email.createdAt,
  });
}

export async function emailById(db: Db, workspaceId: string, id: string): Promise<Email | undefined> {
  const row = await db('emails').where({ workspace_id: workspaceId, id }).first();
  return row && toEmail(row);
}

/** Mails written until then that have not left as far as is known, oldest first. One round trip. */
export async function unsentEmails(db: Db, workspaceId: string, until: Date): Promise<Email[]> {
  const rows = await db('emails')
    .where({ workspace_id: workspaceId })
    .whereIn('state', ['waiting', 'begun'])
    .andWhere('created_at', '<=', until)
    .orderBy(['created_at', 'id']);
  return rows.map(toEmail);
}

/**
 * Marks a mail as being sent, so that a later try knows of this one; undefined when there is nothing left to send. One that a
 * mailbox was given before stays as it is.
 * @param via the mailbox through which it leaves now; null: the mail server
 */
export async function beginEmail(
  db: Db,
  workspaceId: string,
  id: string,
  via: string | null,
): Promise<{ email: Email; isBegunBefore: boolean } | undefined> {
  const before = await db('emails')
    .where({ workspace_id: workspaceId, id, kind: 'rep' })
    .whereIn('state', ['waiting', 'begun'])
    .first();
  if (!before) return undefined;
  if (before.state === 'begun' && before.via !== null) return { email: toEmail(before), isBegunBefore: true };
  const [row] = await db('emails')
    .where({ workspace_id: workspaceId, id, state: before.state })
    .update({ state: 'begun', via })
    .returning('*');
  return row && { email: toEmail(row), isBegunBefore: false };
}

/** It has not left through the mailbox: it may be tried again. */
export async function putBack(db: Db, workspaceId: string, id: string): Promise<void> {
  await db('emails').where({ workspace_id: workspaceId, id, state: 'begun' }).update({ state: 'waiting', via: null });
}

/** Closes or explains a mail that is not sent yet; answers whether there was one. */
export async function settleEmail(
  trx: Db,
  workspaceId: string,
  id: string,
  changes: { state?: 'sent' | 'refused' | 'unknown'; note?: string; sentAt?: Date },
): Promise<boolean> {
  const settled = await trx('emails')
    .where({ workspace_id: workspaceId, id })
    .whereIn('state', ['waiting', 'begun'])
    .update({
      ...(changes.state && { state: changes.state }),
      ...(changes.note !== undefined && { note: changes.note }),
      ...(changes.sentAt && { sent_at: changes.sentAt }),
    });
  return settled > 0;
}

/** A mail that leaves by itself. */
export interface NewAnswer extends Omit<Email, 'state' | 'note' | 'kind' | 'via'> {
  /** Opens the page that ends mails to this address. */
  unsubscribeToken: string;
}

export type Answer = NewAnswer & Pick<Email, 'state'>;

/** At most one of a handoff that may have left or may leave yet: a second one fails. */
export async function insertAnswer(trx: Db, answer: NewAnswer): Promise<void> {
  await trx('emails').insert({
    id: answer.id,
    workspace_id: answer.workspaceId,
    handoff_id: answer.handoffId,
    by_email: answer.byEmail,
    recipient: answer.recipient,
    subject: answer.subject,
    body: answer.body,
    message_id: answer.messageId,
    created_at: answer.createdAt,
    kind: 'first_answer',
    unsubscribe_token: answer.unsubscribeToken,
  });
}

/** The one that has not ended yet. */
export async function openAnswerOf(trx: Db, workspaceId: string, handoffId: string): Promise<Answer | undefined> {
  const row = await trx('emails')
    .where({ workspace_id: workspaceId, handoff_id: handoffId, kind: 'first_answer' })
    .whereIn('state', ['waiting', 'begun'])
    .first();
  return row && { ...toEmail(row), unsubscribeToken: row.unsubscribe_token };
}

type AnswerState = 'waiting' | 'begun' | 'sent' | 'refused' | 'unknown' | 'cancelled';

/** Moves an answer on from one of its states; answers whether it was there. */
export async function moveAnswer(
  trx: Db,
  workspaceId: string,
  id: string,
  { from, to, note, sentAt }: { from: 'waiting' | 'begun'; to: AnswerState; note?: string; sentAt?: Date },
): Promise<boolean> {
  const moved = await trx('emails')
    .where({ workspace_id: workspaceId, id, kind: 'first_answer', state: from })
    .update({ state: to, ...(note !== undefined && { note }), ...(sentAt && { sent_at: sentAt }) });
  return moved > 0;
}

/** Mails about a person, in one round trip. */
export interface MailedBefore {
  /** A first answer that left, or may have, since then. */
  answered: boolean;
  /** Somebody wrote about this very handoff by hand, or is writing. */
  byRep: boolean;
  unsubscribed: boolean;
  bounced: boolean;
}

/** @param address as `addressKey` has it */
export async function mailedBefore(
  trx: Db,
  { workspaceId, handoffId, leadId, address, since }: MailedTo,
): Promise<MailedBefore> {
  const { rows } = await trx.raw<{ rows: MailedBefore[] }>(
    `select
       exists (
         select from emails join handoffs on handoffs.id = emails.handoff_id
         where emails.workspace_id = :workspaceId and emails.kind = 'first_answer' and emails.created_at >= :since
           and emails.state in ('begun', 'sent', 'unknown') and not handoffs.is_test
           and (lower(emails.recipient) = :address or handoffs.lead_id = :leadId)
       ) as answered,
       exists (
         select from emails where workspace_id = :workspaceId and handoff_id = :handoffId and kind = 'rep'
           and state <> 'refused'
       ) as "byRep",
       ${listed('unsubscribed')} as unsubscribed,
       ${listed('bounced')} as bounced`,
    { workspaceId, handoffId, leadId, address, since },
  );
  const [found] = rows;
  if (!found) throw new Error('a select without a table has one row');
  return found;
}

export interface MailedTo {
  workspaceId: string;
  handoffId: string;
  leadId: string;
  address: string;
  since: Date;
}

const listed = (why: 'unsubscribed' | 'bounced') =>
  `exists (select from unmailable_addresses
     where workspace_id = :workspaceId and address = :address and why = '${why}')`;

/** Nothing leaves by itself to this address any more; answers whether that is news. @param address as `addressKey` has it */
export async function markUnmailable(
  trx: Db,
  workspaceId: string,
  { address, why, note, at }: { address: string; why: 'unsubscribed' | 'bounced'; note?: string; at: Date },
): Promise<boolean> {
  const rows = await trx('unmailable_addresses')
    .insert({ workspace_id: workspaceId, address, why, note: note ?? null, at })
    .onConflict(['workspace_id', 'address', 'why'])
    .ignore()
    .returning('address');
  return rows.length > 0;
}

/** Did they end mails with the link in one? @param address as `addressKey` has it */
export async function hasUnsubscribed(db: Db, workspaceId: string, address: string): Promise<boolean> {
  const row = await db('unmailable_addresses')
    .where({ workspace_id: workspaceId, address, why: 'unsubscribed' })
    .first('at');
  return row !== undefined;
}

/**
 * A mail that left, or may have: by its Message-ID, else, where the mail server gave it another one, the last that went to
 * these recipients about the handoff that its header names: another address of the lead's is not to blame. One round trip.
 */
export async function sentEmail(
  db: Db,
  workspaceId: string,
  { messageIds, handoffId, recipients }: SentMailKeys,
): Promise<Email | undefined> {
  const row = await db('emails')
    .where({ workspace_id: workspaceId })
    .whereIn('state', ['begun', 'sent', 'unknown'])
    .andWhere(one => {
      void one.whereIn('message_id', messageIds);
      if (handoffId && UUID.test(handoffId)) {
        void one.orWhere(about =>
          about.where({ handoff_id: handoffId }).whereRaw('lower(recipient) = any (?)', [[...recipients]]),
        );
      }
    })
    .orderByRaw('message_id = any (?) desc, created_at desc', [[...messageIds]])
    .first();
  return row && toEmail(row);
}

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** It came back; answers whether that is news. */
export async function markBounced(trx: Db, workspaceId: string, id: string, at: Date): Promise<boolean> {
  const marked = await trx('emails')
    .where({ workspace_id: workspaceId, id })
    .whereNull('bounced_at')
    .update({ bounced_at: at });
  return marked > 0;
}

/** The mail whose link this is, of whichever workspace: the token is all that its reader has. */
export async function answerByToken(
  db: Db,
  token: string,
): Promise<{ workspaceId: string; handoffId: string; recipient: string } | undefined> {
  const row = await db('emails').where({ unsubscribe_token: token }).first('workspace_id', 'handoff_id', 'recipient');
  return row && { workspaceId: row.workspace_id, handoffId: row.handoff_id, recipient: row.recipient };
}

function toEmail(row: {
  id: string;
  workspace_id: string;
  handoff_id: string;
  by_email: string;
  recipient: string;
  subject: string;
  body: string;
  message_id: string;
  state: Email['state'];
  kind: Email['kind'];
  via: string | null;
  note: string | null;
  created_at: Date;
}): Email {
  return {
    id: row.id,
    workspaceId: row.workspace_id,
    handoffId: row.handoff_id,
    byEmail: row.by_email,
    recipient: row.recipient,
    subject: row.subject,
    body: row.body,
    messageId: row.message_id,
    state: row.state,
    kind: row.kind,
    via: row.via,
    note: row.note,
    createdAt: row.created_at,
  };
}
