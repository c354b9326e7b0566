/** Adds up the calls that this process made to the CRM, and warns before Baton's share of the day is spent. */

import { type ApiUsage, addCalls, warnedAt } from '../../db/connections/api-usage.ts';
import { notice } from '../../db/workspaces/notices.ts';
import { type Allowance, type CallMeter, isAlmostSpent } from '../../domain/api-quota.ts';
import { serviceName } from '../../domain/service-name.ts';
import { enqueue } from '../../jobs/queue.ts';
import { notifyAdmins } from '../../jobs/requests.ts';
import type { Deps } from '../core/deps.ts';

/** Per cent of Baton's share; the highest first. */
const WARN_AT = [100, 80, 50];

/** Takes what was counted since the last time to the sum of all processes, and brings the sum back. Two round trips. */
export async function addUpCalls(deps: Deps, workspaceId: string, service: string, own: Allowance): Promise<void> {
  const { calls, meter } = own.take();
  // An organization that does not say how many calls there are has no day's share to keep to.
  if (!meter || calls === 0) return;
  // A share of next to nothing would be kept to for a day, though the organization has calls again within the hour.
  if (!own.isKeeping() && isAlmostSpent(meter)) return own.giveBack(calls);
  try {
    own.know(await added(deps, workspaceId, service, { calls, meter }));
  } catch (error) {
    own.giveBack(calls);
    throw error;
  }
}

async function added(
  deps: Deps,
  workspaceId: string,
  service: string,
  counted: { calls: number; meter: CallMeter },
): Promise<ApiUsage> {
  const { playbook } = await deps.playbook(workspaceId);
  const now = deps.clock.now();
  return deps.db.transaction(async trx => {
    const usage = await addCalls(trx, workspaceId, service, { ...counted, share: playbook.crm.api_share }, now);
    await warn(trx, workspaceId, usage, now);
    return usage;
  });
}

async function warn(trx: Deps['db'], workspaceId: string, usage: ApiUsage, now: Date): Promise<void> {
  const percent = WARN_AT.find(one => usage.calls >= (usage.allowed * one) / 100);
  if (percent === undefined || percent <= usage.warned) return;
  await warnedAt(trx, workspaceId, usage.service, percent);
  const key = `calls:${usage.service}:${usage.startedAt.toISOString()}:${percent}`;
  await notice(trx, workspaceId, { key, text: textOf(usage, percent) }, now);
  await enqueue(trx, notifyAdmins(workspaceId));
}

function textOf({ service, calls, allowed, meter }: ApiUsage, percent: number): string {
  const name = serviceName(service);
  const count = (number: number) => number.toLocaleString('en-US');
  const head =
    `Baton has used ${percent} % of the calls to ${name} it allows itself for 24 hours (${count(calls)} of ${count(allowed)}); ` +
    `everybody together has used ${count(meter.used)} of the organization's ${count(meter.limit)}.`;
  const meaning: Record<number, string> = {
    50: 'Nothing changes yet.',
    80: 'It stops asking for news by itself; leads and calls are still written at once.',
    100: 'Only HIGH leads are still written at once; all others are shown to their reps as usual and written when the day is over. Nothing is lost.',
  };
  return `${head} ${meaning[percent]} The share is \`crm.api_share\` in the playbook.`;
}
