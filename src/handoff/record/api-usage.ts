/** Adds up the calls that this process made to a vendor's account, and warns before Baton's share of the day is spent. */

import { apiShareOf } from '../../config/playbook/source-rules.ts';
import { type ApiUsage, addCalls, addToWindow, warnedAt } from '../../db/connections/api-usage.ts';
import { connectionOf } from '../../db/connections/connections.ts';
import { notice } from '../../db/workspaces/notices.ts';
import { type Allowance, type CallMeter, isAlmostSpent } from '../../domain/api-quota.ts';
import { serviceName } from '../../domain/service-name.ts';
import { enqueue } from '../../jobs/queue.ts';
import { notifyAdmins } from '../../jobs/requests.ts';
import type { Deps } from '../core/deps.ts';

/** Per cent of Baton's share; the highest first. */
const WARN_AT = [100, 80, 50];

/**
 * Takes what was counted since the last time to the sum of all processes, and brings the sum back. One round trip; two more
 * where a day's window begins, and a transaction where the admins are to be warned.
 */
export async function addUpCalls(deps: Deps, workspaceId: string, service: string, own: Allowance): Promise<void> {
  const { calls, meter } = own.take();
  if (calls === 0) return;
  // A share of next to nothing would be kept to for a day, though the organization has calls again within the hour.
  if (meter && !own.isKeeping() && isAlmostSpent(meter)) return own.giveBack(calls);
  try {
    const isRunning = own.isKeeping();
    const window = await added(deps, workspaceId, service, { calls, meter, isRunning });
    // An organization that never says how many calls there are has no day's share to keep to.
    if (window) own.know(window);
    else own.giveBack(calls);
  } catch (error) {
    own.giveBack(calls);
    throw error;
  }
}

interface Counted {
  calls: number;
  meter: CallMeter | undefined;
  /** A window is known to run: what is added to it needs no share. */
  isRunning: boolean;
}

async function added(
  deps: Deps,
  workspaceId: string,
  service: string,
  { calls, meter, isRunning }: Counted,
): Promise<ApiUsage | undefined> {
  const { db, clock } = deps;
  const now = clock.now();
  const shareNow = async () => apiShareOf((await deps.playbook(workspaceId)).playbook, service);
  const running = isRunning || !meter ? await addToWindow(db, workspaceId, service, { calls, meter }, now) : undefined;
  const usage =
    running ??
    (meter && (await addCalls(db, workspaceId, service, { calls, meter, share: (await shareNow()).share }, now)));
  if (!usage) return undefined;
  const percent = percentToWarnOf(usage);
  if (percent === undefined) return usage;
  const { key } = await shareNow();
  // Where the process ends before it, the next who adds up sees that nobody was warned.
  await db.transaction(trx => warn(trx, workspaceId, usage, { percent, key }, now));
  return usage;
}

/** Undefined: there is nothing to warn of, or it was done. */
function percentToWarnOf({ calls, allowed, warned }: ApiUsage): number | undefined {
  const percent = WARN_AT.find(one => calls >= (allowed * one) / 100);
  return percent !== undefined && percent > warned ? percent : undefined;
}

/** Once, however many processes see it. @param key what the share is called in the playbook */
async function warn(
  trx: Deps['db'],
  workspaceId: string,
  usage: ApiUsage,
  { percent, key: shareKey }: { percent: number; key: string },
  now: Date,
): Promise<void> {
  await warnedAt(trx, workspaceId, usage.service, percent);
  const key = `calls:${usage.service}:${usage.startedAt.toISOString()}:${percent}`;
  const isCrm = (await connectionOf(trx, workspaceId, { vendor: usage.service, role: 'crm' })) !== undefined;
  await notice(trx, workspaceId, { key, text: textOf(usage, percent, { isCrm, shareKey }) }, now);
  await enqueue(trx, notifyAdmins(workspaceId));
}

/** What is left out from so many per cent on. */
const MEANING_OF_CRM: Record<number, string> = {
  50: 'Nothing changes yet.',
  80: 'It stops asking for news by itself; leads and calls are still written at once.',
  100: 'Only HIGH leads are still written at once; all others are shown to their reps as usual and written when the day is over. Nothing is lost.',
};
const MEANING_OF_SOURCE: Record<number, string> = {
  50: 'Nothing changes yet.',
  80: 'It stops asking for news by itself; leads that are told by webhook are still read at once.',
  100: 'Leads are still read at once; what sales did is written back when the day is over. Nothing is lost.',
};

function textOf(
  { service, calls, allowed, meter }: ApiUsage,
  percent: number,
  { isCrm, shareKey }: { isCrm: boolean; shareKey: string },
): string {
  const name = serviceName(service);
  const count = (number: number) => number.toLocaleString('en-US');
  const head =
    `Baton has used ${percent} % of the calls to ${name} it allows itself for 24 hours (${count(calls)} of ${count(allowed)}); ` +
    `everybody together has used ${count(meter.used)} of the organization's ${count(meter.limit)}.`;
  const meaning = isCrm ? MEANING_OF_CRM : MEANING_OF_SOURCE;
  return `${head} ${meaning[percent]} The share is \`${shareKey}\` in the playbook.`;
}
