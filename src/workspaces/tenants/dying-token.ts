/** A bot whose token Slack renews no more: the admins hear of it in Slack while Baton can still write there. */
import { notice } from '../../db/workspaces/notices.ts';
import { tenanciesOfOrganization, tenancyOfTeam } from '../../db/workspaces/tenancies.ts';
import type { Deps } from '../../handoff/core/deps.ts';
import { enqueue } from '../../jobs/queue.ts';
import { notifyAdmins } from '../../jobs/requests.ts';

/** Told once for each token, in every workspace that it serves. Two round trips, and two more for each that is told. */
export async function tellDyingToken(
  { db, clock, publicUrl }: Pick<Deps, 'db' | 'clock' | 'publicUrl'>,
  slackId: string,
  until: Date,
): Promise<void> {
  const own = await tenancyOfTeam(db, slackId);
  const served = own ? [own] : await tenanciesOfOrganization(db, slackId);
  const text =
    `Slack will soon stop Baton’s access. Add Baton to Slack again before that: ${publicUrl}/slack/install ` +
    '(a minute; leads, rules and connections stay as they are).';
  for (const { workspaceId } of served) {
    await db.transaction(async trx => {
      const told = { key: `slack-token:${until.toISOString()}`, text };
      if (await notice(trx, workspaceId, told, clock.now())) await enqueue(trx, notifyAdmins(workspaceId));
    });
  }
}
