/** Several alarms of the ladder in one message of their manager's. */
import type { AlertEnding } from '../../contracts/notifier.ts';
import type { Priority } from '../../domain/decision.ts';
import type { HandoffState } from '../../domain/handoff.ts';
import { after, SECOND } from '../../lib/clock.ts';
import type { Db } from '../connection.ts';

/** One alarm of several, with its lead as it is now. `M`: what was to be said, as its job has it. */
export interface DigestAlert<M> {
  key: string;
  message: M;
  channel: string | null;
  ts: string | null;
  waitingSince: Date;
  endedAt: Date | null;
  ending: AlertEnding | null;
  handoffId: string;
  workspaceId: string;
  priority: Priority;
  state: HandoffState;
  name: string;
  company: string | null;
  score: number | null;
  repEmail: string | null;
  team: string | null;
  dueAt: Date | null;
  assignedAt: Date | null;
  contactedAt: Date | null;
}

/** All of them, the most urgent first. One round trip. */
export async function alertsOfDigest<M>(db: Db, workspaceId: string, digestId: string): Promise<DigestAlert<M>[]> {
  const { rows } = await db.raw(
    `select a.key, a.message, a.channel, a.ts, a.waiting_since as "waitingSince", a.ended_at as "endedAt", a.ending,
            h.id as "handoffId", h.workspace_id as "workspaceId", h.priority, h.state, l.name,
            h.judgement->'company'->>'name' as company, h.score,
            h.rep_email as "repEmail", h.team, h.due_at as "dueAt", h.assigned_at as "assignedAt",
            h.contacted_at as "contactedAt"
     from alerts a join handoffs h on h.id = a.handoff_id join leads l on l.id = h.lead_id
     where a.digest_id = ? and a.workspace_id = ?
     order by array_position(array['HIGH', 'MEDIUM', 'LOW'], h.priority), h.crossed_at, a.key`,
    [digestId, workspaceId],
  );
  return rows;
}

/** A post that began so long ago and is not known to have ended is looked for in Slack before it is tried again. */
const OVERDUE = 30 * SECOND;

export type DigestStart =
  | { kind: 'post'; lookFirst: boolean }
  | { kind: 'posted' }
  /** Somebody else may be posting it; not so any more then. */
  | { kind: 'under_way'; until: Date };

/** Begins to post it, unless it is there or somebody is at it. Those who joined since stand in the same message. */
export async function beginAlertDigest(db: Db, workspaceId: string, digestId: string, now: Date): Promise<DigestStart> {
  return db.transaction(async trx => {
    const rows: { begun_at: Date | null; channel: string | null; ts: string | null }[] = await trx('alerts')
      .where({ workspace_id: workspaceId, digest_id: digestId })
      .orderBy('key')
      .forUpdate()
      .select('begun_at', 'channel', 'ts');
    const of = { workspace_id: workspaceId, digest_id: digestId, ts: null };
    const posted = rows.find(row => row.ts !== null);
    if (posted) {
      await trx('alerts').where(of).update({ channel: posted.channel, ts: posted.ts });
      return { kind: 'posted' };
    }
    const begun = rows.map(row => row.begun_at?.getTime() ?? 0).filter(at => at > 0);
    const until = new Date(Math.max(0, ...begun) + OVERDUE);
    if (until > now) return { kind: 'under_way', until };
    await trx('alerts').where(of).update({ begun_at: now });
    return { kind: 'post', lookFirst: begun.length > 0 };
  });
}

/** It was certainly not posted (`unsure` false), or nobody knows: then it is looked for at the next try. */
export async function returnAlertDigest(
  db: Db,
  workspaceId: string,
  digestId: string,
  { unsure, now }: { unsure: boolean; now: Date },
): Promise<void> {
  await db('alerts')
    .where({ workspace_id: workspaceId, digest_id: digestId, ts: null })
    .update({ begun_at: unsure ? after(now, -OVERDUE) : null });
}

/** Where it stands. */
export async function keepAlertDigest(
  db: Db,
  workspaceId: string,
  digestId: string,
  { channel, ts }: { channel: string; ts: string },
): Promise<void> {
  await db('alerts').where({ workspace_id: workspaceId, digest_id: digestId }).update({ channel, ts });
}

/** All are over before it was posted. */
export async function dropAlertDigest(db: Db, workspaceId: string, digestId: string, at: Date): Promise<void> {
  await db('alerts').where({ workspace_id: workspaceId, digest_id: digestId, ended_at: null }).update({ ended_at: at });
}
