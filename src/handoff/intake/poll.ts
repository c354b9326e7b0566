/** Asking a source what changed, for platforms and portals that send no hooks, and as a net under those that do. */
import { mqlRulesOf } from '../../config/playbook/source-rules.ts';
import type { Playbook } from '../../config/playbook.ts';
import type { PollPage, Signal } from '../../contracts/source.ts';
import type { Db } from '../../db/connection.ts';
import { connectionOf, saveCursor } from '../../db/connections/connections.ts';
import { storeSignals } from '../../db/handoffs/inbox.ts';
import { knownAtLeast } from '../../db/handoffs/source-contacts.ts';
import { enqueue } from '../../jobs/queue.ts';
import { pollSource, processSignals } from '../../jobs/requests.ts';
import { after } from '../../lib/clock.ts';
import { RateLimited } from '../../lib/errors.ts';
import type { Deps } from '../core/deps.ts';

/** Undefined: Baton denies itself the call, and asks again at the next turn. */
async function pageOf(polling: Promise<PollPage>): Promise<PollPage | undefined> {
  try {
    return await polling;
  } catch (error) {
    if (error instanceof RateLimited && error.code === 'CALLS_SPENT') return undefined;
    throw error;
  }
}

/**
 * Reads one page of changes into the inbox, signals and cursor in one transaction, and asks for the next page while
 * there is more. One outside call, of a paused connection too: nobody asks for it but whoever finds out whether it works.
 */
export async function poll(
  deps: Deps,
  { workspaceId, source: name }: { workspaceId: string; source: string },
): Promise<void> {
  const source = (await deps.vendors(workspaceId)).sources[name];
  const connection = await connectionOf(deps.db, workspaceId, { vendor: name, role: 'source' });
  if (!source?.poll || !connection) return;
  const { playbook } = await deps.playbook(workspaceId);
  const page = await pageOf(source.poll(connection.cursor, after(connection.connectedAt, -playbook.mql.backfill)));
  if (!page) return;
  // Nearly always there is nothing.
  if (page.signals.length === 0 && !page.more) return saveCursor(deps.db, workspaceId, connection, page.cursor);
  await deps.db.transaction(async trx => {
    const signals = await newsAmong(trx, workspaceId, {
      source: name,
      signals: page.signals,
      mql: mqlRulesOf(playbook, name),
    });
    const received = { source: name, signals, receivedAt: deps.clock.now() };
    await storeSignals(trx, workspaceId, received, processSignals);
    await saveCursor(trx, workspaceId, connection, page.cursor);
    if (page.more) await enqueue(trx, pollSource(workspaceId, name));
  });
}

/**
 * A poll tells of every contact that changed. One below the threshold is news only where it was known at or above: what
 * it climbs to later counts from there. One round trip where any is below.
 */
async function newsAmong(
  trx: Db,
  workspaceId: string,
  { source, signals, mql }: { source: string; signals: readonly Signal[]; mql: Playbook['mql'] },
): Promise<Signal[]> {
  const isBelow = ({ score, event }: Signal) => !event && score !== undefined && (score ?? -Infinity) < mql.threshold;
  const low = signals.filter(isBelow).map(one => one.contactId);
  const were = await knownAtLeast(trx, workspaceId, { source, contactIds: low, score: mql.threshold });
  return signals.filter(one => !isBelow(one) || were.has(one.contactId));
}
