/** Mails that reps wrote to leads, from the moment they pressed Send. */
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
  state: 'waiting' | 'begun' | 'sent' | 'refused';
  /** Why it is not sent yet, or was refused. */
  note: string | null;
  createdAt: Date;
}

export async function insertEmail(trx: Db, email: Omit<Email, 'state' | 'note'>): Promise<void> {
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

/** Marks a mail as being sent, so that a later try knows of this one; undefined when there is nothing left to send. */
export async function beginEmail(db: Db, workspaceId: string, id: string): Promise<Email | undefined> {
  const [row] = await db('emails')
    .where({ workspace_id: workspaceId, id })
    .whereIn('state', ['waiting', 'begun'])
    .update({ state: 'begun' })
    .returning('*');
  return row && toEmail(row);
}

/** Closes or explains a mail that is not sent yet; answers whether there was one. */
export async function settleEmail(
  trx: Db,
  workspaceId: string,
  id: string,
  changes: { state?: 'sent' | 'refused'; note?: string; sentAt?: Date },
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
    note: row.note,
    createdAt: row.created_at,
  };
}
