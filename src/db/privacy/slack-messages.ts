/** What stands in Slack about a lead beside its cards: words under them, alarms, questions about its owner. */
import type { Db } from '../connection.ts';

export interface SlackMessages {
  /** Of this lead alone. */
  own: { channel: string; ts: string }[];
  /** Messages of several alarms, this lead's among them. */
  digests: string[];
}

/** One round trip. What was marked as never to be told has no time of a message. */
export async function slackMessagesOf(db: Db, workspaceId: string, handoffId: string): Promise<SlackMessages> {
  const { rows } = await db.raw(
    `select c.channel, p.ts, null as digest from thread_posts p
       join cards c on c.workspace_id = p.workspace_id and c.handoff_id = p.handoff_id and c.place = p.place
     where p.workspace_id = :workspaceId and p.handoff_id = :handoffId and c.channel is not null and p.ts ~ '^[0-9]+[.][0-9]+$'
     union all
     select channel, ts, digest_id::text from alerts
     where workspace_id = :workspaceId and handoff_id = :handoffId and channel is not null and ts is not null
     union all
     select channel, ts, null from owner_asks where workspace_id = :workspaceId and handoff_id = :handoffId`,
    { workspaceId, handoffId },
  );
  const found: { channel: string; ts: string; digest: string | null }[] = rows;
  return {
    own: found.filter(one => one.digest === null).map(({ channel, ts }) => ({ channel, ts })),
    digests: [...new Set(found.flatMap(one => one.digest ?? []))],
  };
}

/** They are gone from Slack. */
export async function forgetSlackMessages(db: Db, workspaceId: string, handoffId: string): Promise<void> {
  const of = { workspace_id: workspaceId, handoff_id: handoffId };
  await db('thread_posts').where(of).delete();
  await db('owner_asks').where(of).delete();
  await db('alerts').where(of).whereNull('digest_id').delete();
}
