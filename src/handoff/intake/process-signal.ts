/** One signal of the inbox, from first look to decision. */

import { mqlRulesOf } from '../../config/playbook/source-rules.ts';
import type { Playbook } from '../../config/playbook.ts';
import { PLAIN_WORDS } from '../../contracts/crm-traits.ts';
import type { Signal, Source } from '../../contracts/source.ts';
import { connectionKeyOf, pauseConnection } from '../../db/connections/connections.ts';
import { isEcho } from '../../db/handoffs/feedback.ts';
import { type InboxEntry, openEntry } from '../../db/handoffs/inbox.ts';
import { type ContactNews, settleSignal } from '../../db/handoffs/source-contacts.ts';
import { liftTombstones, tombstoneOf } from '../../db/privacy/tombstones.ts';
import { failureReason } from '../../domain/failure-words.ts';
import { serviceName } from '../../domain/service-name.ts';
import type { SignalRef } from '../../jobs/catalogue.ts';
import { changeAndEnqueue, enqueue } from '../../jobs/queue.ts';
import { notifyAdmins, readSignalAgain } from '../../jobs/requests.ts';
import { MINUTE, SECOND } from '../../lib/clock.ts';
import { CredentialsRejected, Rejected } from '../../lib/errors.ts';
import type { Deps } from '../core/deps.ts';
import { forgetErased, isBackByForm, isFormSince } from '../privacy/erased-signal.ts';
import { followDeletion } from './contact-deleted.ts';
import { firstLook } from './crossing.ts';
import { decide, identitiesOf } from './decide.ts';
import { gather } from './gather.ts';
import { gatherForm } from './gather-form.ts';

/**
 * After how long a contact is looked for again that its source told of and does not have: what was made a moment ago may
 * not be readable everywhere yet. Then a person has to look.
 */
const LOOK_AGAIN = [2 * SECOND, 10 * SECOND, MINUTE, 10 * MINUTE];

/**
 * Reads one signal: below the threshold, stale or above already, it is noted and done in two round trips; a possible
 * crossing gathers its facts and is decided. Safe to repeat: nothing is written before the decision's transaction.
 * @throws Rejected when the source has no such contact, after the last look
 */
export async function processSignal(deps: Deps, { workspaceId, inboxId, misses = 0 }: SignalRef) {
  const opened = await openEntry(deps.db, workspaceId, inboxId);
  if (!opened || opened.entry.status === 'done') return;
  const { entry, before, connectedAt, erased } = opened;
  const { signal, source: sourceName } = entry;
  const of = { workspaceId, inboxId, misses };
  if (erased) {
    const source = (await deps.vendors(workspaceId)).sources[sourceName];
    const isBack = await isBackByForm(deps, workspaceId, { signal, tombstone: erased, source });
    if (!isBack) return forgetErased(deps, workspaceId, entry);
  }
  if (signal.event?.kind === 'deleted') return followDeletion(deps, workspaceId, { entry, before });
  if (before?.goneAt && !isBack(signal, before.goneAt)) return finish(deps, workspaceId, entry, 'contact_gone');
  if (await isOwnEcho(deps, workspaceId, entry)) return noteAndFinish(deps, workspaceId, entry, 'echo');
  const [versioned, vendors] = await Promise.all([deps.playbook(workspaceId), deps.vendors(workspaceId)]);
  const look = firstLook(signal, sourceName, before, mqlRulesOf(versioned.playbook, sourceName));
  if (look.kind === 'no') return noteAndFinish(deps, workspaceId, entry, look.code);

  const source = vendors.sources[sourceName];
  if (!source) {
    throw new Rejected(`${sourceName} is not connected any more, its contact cannot be read`, {
      service: sourceName,
      code: 'not_connected',
    });
  }
  const glanced = await glanceAt(source, signal, versioned.playbook);
  if (glanced?.kind === 'missing') return lookAgainLater(deps, of, entry);
  if (glanced) return noteAndFinish(deps, workspaceId, { ...entry, signal: glanced.signal }, glanced.code);
  const gathered = await (signal.via === 'form' ? gatherForm : gather)(deps, {
    workspaceId,
    signal,
    source,
    vendors,
    versioned,
    email: before?.email ?? signal.email,
    enrichAtOnce: !look.historyNeeded,
  });
  if (!gathered) return lookAgainLater(deps, of, entry);
  // The source may know them by another contact now: only the address says who they are.
  const tombstone = await tombstoneOf(deps.db, workspaceId, identitiesOf(entry, gathered.facts));
  if (tombstone) {
    if (!isFormSince(signal, gathered.facts.contact, tombstone.erasedAt)) return forgetErased(deps, workspaceId, entry);
    await liftTombstones(deps.db, workspaceId, tombstone.erasureId);
  }
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
    ...(vendors.crm && { crmName: vendors.crm.name }),
  });
}

type Glanced = { kind: 'missing' } | { kind: 'no'; code: string; signal: Signal };

/** Most new contacts are no leads: one call for a hundred of them says so. Undefined: this one has to be read. */
async function glanceAt(source: Source, signal: Signal, { mql, scoring }: Playbook): Promise<Glanced | undefined> {
  if (signal.event?.kind !== 'created' || !source.glance) return undefined;
  const told = await source.glance(signal.contactId);
  if (!told) return { kind: 'missing' };
  // Only what it does can say whether a contact without a score is one.
  if (told.score == null && scoring) return undefined;
  const closer = { ...signal, ...told };
  const look = firstLook(closer, source.name, undefined, mql);
  return look.kind === 'no' ? { ...look, signal: closer } : undefined;
}

/** News of a contact that was deleted are late ones, unless it was made again since. */
function isBack({ occurredAt, event }: Signal, goneAt: Date): boolean {
  return event?.kind === 'created' && new Date(occurredAt) >= goneAt;
}

/** Nothing is remembered of what could not be decided: the next signal finds everything as it was. */
async function lookAgainLater(deps: Deps, of: Required<SignalRef>, { source, signal }: InboxEntry) {
  const delay = LOOK_AGAIN[of.misses];
  if (delay !== undefined) return enqueue(deps.db, readSignalAgain({ ...of, misses: of.misses + 1 }, delay));
  const name = serviceName(source);
  throw new Rejected(`${name} told of contact ${signal.contactId}, but has no such contact: was it deleted there?`, {
    service: source,
    code: 'no_such_contact',
  });
}

/** A stage that Baton wrote comes back as any other change would: it is no news. */
async function isOwnEcho(deps: Deps, workspaceId: string, { signal, source }: InboxEntry): Promise<boolean> {
  const { contactId, lifecycleStage: stage, score, occurredAt } = signal;
  if (score !== undefined || stage === undefined || stage === null) return false;
  return isEcho(deps.db, workspaceId, { source, contactId, stage, at: new Date(occurredAt) });
}

/** Remembers what the signal itself told, and is done. */
async function noteAndFinish(deps: Deps, workspaceId: string, entry: InboxEntry, outcome: string): Promise<void> {
  const { signal, source } = entry;
  const { contactId, score, lifecycleStage: stage, occurredAt } = signal;
  const at = new Date(occurredAt);
  return finish(deps, workspaceId, entry, outcome, {
    source,
    contactId,
    ...(score !== undefined && { score: { value: score, at } }),
    ...(stage !== undefined && { stage: { value: stage, at } }),
  });
}

async function finish(
  deps: Deps,
  workspaceId: string,
  { id, source }: InboxEntry,
  outcome: string,
  contact?: ContactNews,
): Promise<void> {
  const news = { inboxId: id, outcome, at: deps.clock.now(), ...(contact && { contact }) };
  await changeAndEnqueue(deps.db, { changes: settleSignal(deps.db, workspaceId, news) });
  deps.metrics?.signal(source, outcome);
}

async function pauseAndTell(deps: Deps, workspaceId: string, failure: CredentialsRejected): Promise<void> {
  await deps.db.transaction(async trx => {
    const connection = await connectionKeyOf(trx, workspaceId, failure);
    if (connection) await pauseConnection(trx, workspaceId, connection, failureReason(failure), deps.clock.now());
    await enqueue(trx, notifyAdmins(workspaceId));
  });
}
