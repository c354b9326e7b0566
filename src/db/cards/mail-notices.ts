/** What reps are told by mail of their leads, each begun once and never again; and the links in those mails. */
import { createHash } from 'node:crypto';
import type { SlaMessageKind } from '../../domain/ladder.ts';
import type { Db } from '../connection.ts';

export interface MailNotice {
  id: string;
  workspaceId: string;
  handoffId: string;
  /** What it tells of, once in a workspace. */
  key: string;
  kind: 'card' | 'pool' | 'nudge' | SlaMessageKind;
  /** The address of the playbook: of whoever has the lead, or of one of those who may claim it. */
  recipient: string;
  /** When they, or the pool, were given the lead. */
  stint: Date;
  state: 'waiting' | 'begun' | 'sent' | 'unknown' | 'refused' | 'overtaken';
  createdAt: Date;
}

const COLUMNS = {
  id: 'id',
  workspaceId: 'workspace_id',
  handoffId: 'handoff_id',
  key: 'key',
  kind: 'kind',
  recipient: 'recipient',
  stint: 'stint',
  state: 'state',
  createdAt: 'created_at',
} as const;

/** Answers whether it is new. */
export async function insertMailNotice(trx: Db, notice: Omit<MailNotice, 'state'>): Promise<boolean> {
  const made = await trx('mail_notices')
    .insert({
      id: notice.id,
      workspace_id: notice.workspaceId,
      handoff_id: notice.handoffId,
      key: notice.key,
      kind: notice.kind,
      recipient: notice.recipient,
      stint: notice.stint,
      created_at: notice.createdAt,
    })
    .onConflict(['workspace_id', 'key'])
    .ignore()
    .returning('id');
  return made.length > 0;
}

export async function mailNoticeByKey(db: Db, workspaceId: string, key: string): Promise<MailNotice | undefined> {
  return db('mail_notices').where({ workspace_id: workspaceId, key }).first(COLUMNS);
}

export async function mailNoticeById(db: Db, workspaceId: string, id: string): Promise<MailNotice | undefined> {
  return db('mail_notices').where({ workspace_id: workspaceId, id }).first(COLUMNS);
}

export async function lockMailNotice(trx: Db, workspaceId: string, id: string): Promise<MailNotice | undefined> {
  return trx('mail_notices').where({ workspace_id: workspaceId, id }).forUpdate().first(COLUMNS);
}

/** Moves one on from a state, unless it has moved; answers whether it did. `link`: what its links carry, until when. */
export async function moveMailNotice(
  trx: Db,
  workspaceId: string,
  id: string,
  {
    from,
    to,
    note,
    sentAt,
    link,
  }: {
    from: readonly MailNotice['state'][];
    to: MailNotice['state'];
    note?: string;
    sentAt?: Date;
    link?: { token: string; until: Date };
  },
): Promise<boolean> {
  const moved = await trx('mail_notices')
    .where({ workspace_id: workspaceId, id })
    .whereIn('state', from)
    .update({
      state: to,
      ...(note !== undefined && { note }),
      ...(sentAt && { sent_at: sentAt }),
      ...(link && { link_hash: hashOf(link.token), link_until: link.until }),
    });
  return moved > 0;
}

export interface MailLink extends Pick<MailNotice, 'id' | 'workspaceId' | 'handoffId' | 'recipient'> {
  until: Date;
}

/** What a link in a mail is for, of whichever workspace; undefined: there is no such link. */
export async function mailLink(db: Db, token: string): Promise<MailLink | undefined> {
  const { id, workspaceId, handoffId, recipient } = COLUMNS;
  return db('mail_notices')
    .where({ link_hash: hashOf(token) })
    .first({ id, workspaceId, handoffId, recipient, until: 'link_until' });
}

const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest();
