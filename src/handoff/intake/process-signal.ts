/** One signal of the inbox, from first look to decision. */

import { PLAIN_WORDS } from '../../contracts/crm-traits.ts';
import { connectionKeyOf, pauseConnection } from '../../db/connections/connections.ts';
import { isEcho } from '../../db/handoffs/feedback.ts';
import { type InboxEntry, openEntry } from '../../db/handoffs/inbox.ts';
import { settleSignal } from '../../db/handoffs/leads.ts';
import { changeAndEnqueue, enqueue } from '../../jobs/queue.ts';
import { notifyAdmins } from '../../jobs/requests.ts';
import { CredentialsRejected, Rejected } from '../../lib/errors.ts';
import type { Deps } from '../core/deps.ts';
import { firstLook } from './crossing.ts';
import { decide } from './decide.ts';
import { gather } from './gather.ts';

/**
 * Reads one signal: below the threshold, stale or above already, it is noted and done in two round trips; a possible
 * crossing gathers its facts and is decided. Safe to repeat: nothing is written before the decision's transaction.
 */
export async function processSignal(deps: Deps, workspaceId: string, inboxId: number): Promise<void> {
  const opened = await openEntry(deps.db, workspaceId, inboxId);
  if (!opened || opened.entry.status === 'done') return;
  const { entry, before, connectedAt } = opened;
  const { signal, source: sourceName } = entry;
  if (await isOwnEcho(deps, workspaceId, entry)) return noteAndFinish(deps, workspaceId, entry, 'echo');
  const [versioned, vendors] = await Promise.all([deps.playbook(workspaceId), deps.vendors(workspaceId)]);
  const look = firstLook(signal, before, versioned.playbook.mql);
  if (look.kind === 'no') return noteAndFinish(deps, workspaceId, entry, look.code);

  const source = vendors.sources[sourceName];
  if (!source) {
    throw new Rejected(`${sourceName} is not connected any more, its contact cannot be read`, {
      service: sourceName,
      code: 'not_connected',
    });
  }
  const gathered = await gather(deps, {
    workspaceId,
    signal,
    source,
    vendors,
    versioned,
    email: before?.email ?? signal.email,
    enrichAtOnce: !look.historyNeeded,
  });
  if (!gathered) return noteAndFinish(deps, workspaceId, entry, 'contact_gone');
  for (const failure of gathered.failures) {
    deps.log.warn({ err: failure, workspaceId, inboxId }, 'going on without an answer');
    if (failure instanceof CredentialsRejected) await pauseAndTell(deps, workspaceId, failure);
  }
  await decide(deps, {
    workspaceId,
    entry,
    facts: gathered.facts,
    versioned,
    connectedAt: connectedAt ?? entry.receivedAt,
    enrichLater: gathered.facts.missing.length > 0,
    crmWords: vendors.crm?.traits.words ?? PLAIN_WORDS,
  });
}

/** A stage that Baton wrote comes back as any other change would: it is no news. */
async function isOwnEcho(deps: Deps, workspaceId: string, { signal, source }: InboxEntry): Promise<boolean> {
  const { contactId, lifecycleStage: stage, score, occurredAt } = signal;
  if (score !== undefined || stage === undefined) return false;
  return isEcho(deps.db, workspaceId, { source, contactId, stage, at: new Date(occurredAt) });
}

async function noteAndFinish(deps: Deps, workspaceId: string, entry: InboxEntry, outcome: string): Promise<void> {
  const { signal, source } = entry;
  const settled = settleSignal(deps.db, workspaceId, {
    inboxId: entry.id,
    outcome,
    score: { source, contactId: signal.contactId, score: signal.score ?? null, at: new Date(signal.occurredAt) },
    at: deps.clock.now(),
  });
  await changeAndEnqueue(deps.db, { changes: settled });
}

async function pauseAndTell(deps: Deps, workspaceId: string, failure: CredentialsRejected): Promise<void> {
  await deps.db.transaction(async trx => {
    const connection = await connectionKeyOf(trx, workspaceId, failure);
    if (connection) await pauseConnection(trx, workspaceId, connection, failure.message, deps.clock.now());
    await enqueue(trx, notifyAdmins(workspaceId));
  });
}
