/** A vendor's delivery was refused: whoever set it up must hear of it, as most vendors show it to nobody. */
import { notice } from '../db/workspaces/notices.ts';
import { dayIn } from '../domain/days.ts';
import { serviceName } from '../domain/service-name.ts';
import type { Deps } from '../handoff/core/deps.ts';
import { enqueue } from '../jobs/queue.ts';
import { notifyAdmins } from '../jobs/requests.ts';
import { storableText } from '../lib/text.ts';

const LONGEST = 600;

/**
 * Leaves the admins one notice a day for each vendor and kind, however many deliveries are refused. One transaction.
 * @param why in words that say what to change
 */
export async function tellRefusedDelivery(
  deps: Deps,
  workspaceId: string,
  { vendor, kind, why }: { vendor: string; kind: 'unreadable' | 'doubted'; why: string },
): Promise<void> {
  const now = deps.clock.now();
  const name = serviceName(vendor);
  const head =
    kind === 'unreadable'
      ? `Baton could not read what ${name} sent`
      : `Baton refused what was sent in ${name}’s name, as it cannot be told from a forgery`;
  const net = (await deps.vendors(workspaceId)).sources[vendor]?.poll
    ? 'Leads are found within five minutes all the same, as Baton asks by itself.'
    : 'Leads that it told of are missing until it is fixed.';
  await deps.db.transaction(async trx => {
    const key = `delivery:${kind}:${vendor}:${dayIn('UTC', now)}`;
    await notice(trx, workspaceId, { key, text: storableText(`${head}: ${why.slice(0, LONGEST)} ${net}`) }, now);
    await enqueue(trx, notifyAdmins(workspaceId));
  });
}
