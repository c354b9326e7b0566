/** The CRM side of a handoff: one idempotent write, however often it is tried. */

import type { Playbook } from '../../config/playbook.ts';
import type { Crm, CrmWrite, CrmWritten } from '../../contracts/crm.ts';
import type { CrmMatch } from '../../contracts/crm-records.ts';
import type { Db } from '../../db/connection.ts';
import { linkRecords, rereadEvents } from '../../db/handoffs/crm-events.ts';
import { type Handoff, handoffById, lockHandoff, updateHandoff } from '../../db/handoffs/handoffs.ts';
import { addIdentities, recordIdentity } from '../../db/handoffs/leads.ts';
import { type RecordOwner, recordOwner, rememberOwner } from '../../db/handoffs/owner-changes.ts';
import { entriesOf, type NewEntry, recordEntries } from '../../db/handoffs/timeline.ts';
import { failureReason } from '../../domain/failure-words.ts';
import type { HandoffRef } from '../../jobs/catalogue.ts';
import { changeAndEnqueue, enqueue, type NewJob } from '../../jobs/queue.ts';
import {
  deliverCard,
  notifyDealOwner,
  readEvents,
  recheckPerson,
  redrawCards,
  writeRecord,
} from '../../jobs/requests.ts';
import { addressKey } from '../../lib/text.ts';
import type { Deps } from '../core/deps.ts';
import type { Facts } from '../core/facts.ts';
import { lackingSentences, withinAbilities } from './abilities.ts';
import { accountBasedAfter, type NamedCrm, ownerToTell, writtenEntries } from './account-based.ts';
import { writeOf } from './compose-write.ts';
import { duplicateRecords } from './duplicate-records.ts';
import { tellKeptOwner } from './kept-owner.ts';
import { companyOf, crmModeOf } from './mode.ts';
import { isElsewhere, staysWords } from './move-crm.ts';
import { ownersOf } from './record-owner.ts';
import { followPromise, recordedSlaOf } from './sla-fields.ts';

/**
 * Writes the handoff to the CRM and lets the card go, or mends it when it went ahead. Two CRM calls with the match.
 * `run` names the job's run: one whose process died after its write was told of only ends what it began.
 */
export async function record(deps: Deps, ref: HandoffRef, run: string): Promise<void> {
  const { workspaceId, handoffId } = ref;
  const handoff = await handoffById<Facts>(deps.db, workspaceId, handoffId);
  if (!handoff || handoff.recordState === 'skipped') return;
  const { writes = [] } = handoff.facts;
  const done = writes.find(one => one.run === run);
  if (done && handoff.recordId) return afterTelling(deps, ref, handoff.recordId, done.rep);
  const { crm } = await deps.vendors(workspaceId);
  if (!crm) return finish(deps, handoff, { recordState: 'skipped', recordNote: 'no CRM is connected' });
  if (isElsewhere(handoff, crm)) return staysElsewhere(deps, handoff, crm);
  const { playbook } = await deps.playbook(workspaceId, handoff.playbookVersion);
  const match = knownMatch(handoff) ?? (await matchNow(crm, handoff, playbook));
  const { playbook: newest } = await deps.playbook(workspaceId);
  const composed = await writeOf(deps, crm, handoff, match, playbook);
  const { write, lacking } = withinAbilities(composed, crmModeOf(handoff, playbook), crm.traits);
  const { lacking: said = [] } = handoff.facts;
  const unsaid = lacking.filter(one => !said.includes(one));
  const answered = await crm.write(write);
  const written = { ...answered, warnings: [...lackingSentences(unsaid, crm), ...answered.warnings] };
  const accountBased = accountBasedAfter(handoff, written);
  await linkRecords(deps.db, workspaceId, handoffId, linksOf(handoff, write, written), readEvents);
  await tellKeptOwner(deps, handoff, crm, playbook, { match, write, written });
  const now = { ...handoff, facts: { ...handoff.facts, ...(accountBased && { accountBased }) } };
  await finish(
    deps,
    handoff,
    {
      recordState: 'written',
      recordKind: written.kind,
      recordId: written.id,
      recordCrm: crm.name,
      recordNote: written.warnings.join(' ') || null,
      // Later writes change the record; it was there since the first.
      recordedAt: handoff.recordedAt ?? deps.clock.now(),
    },
    {
      facts: {
        match,
        writes: [...writes, { run, rep: handoff.repEmail }],
        ...(accountBased && { accountBased }),
        ...(unsaid.length > 0 && { lacking: [...said, ...unsaid] }),
        ...recordedSlaOf(written.id, write.fields, newest),
      },
      entries: [
        ...writtenEntries(handoff, written, playbook, crm, deps.clock.now()),
        ...duplicateEntries(handoff, write, written, match, crm, deps.clock.now()),
      ],
      owners: ownersOf(handoff, write, written, match, deps.clock.now()),
      isOwnerRefused: answered.ownerRefused === true,
      tellsOwner: !handoff.facts.accountBased && ownerToTell(now, playbook) !== undefined,
    },
  );
  await afterTelling(deps, ref, written.id, handoff.repEmail);
}

/**
 * Whose events are this handoff's beside the record's own: the deals it made, and the records that were merged or converted
 * into this one since. Known before anything says that it is written, so that nothing is told in between to nobody.
 */
function linksOf({ recordId }: Handoff, { existing }: CrmWrite, { id, also = [] }: CrmWritten): string[] {
  const deals = also.filter(({ kind, created }) => kind === 'deal' && created).map(deal => deal.id);
  const old = [recordId, existing?.id].filter(one => one != null).filter(one => one !== id);
  return [...new Set([...deals, ...old])];
}

/** Somebody may have worked with the record before it was known whose it is; lead and promise may have moved on. */
async function afterTelling(deps: Deps, ref: HandoffRef, recordId: string, rep: string | null): Promise<void> {
  await rereadEvents(deps.db, ref.workspaceId, [recordId], readEvents);
  const now = await handoffById<Facts>(deps.db, ref.workspaceId, ref.handoffId);
  if (!now) return;
  if (await isAnothers(deps.db, now, recordId, rep)) await enqueue(deps.db, writeRecord(now));
  await followPromise(deps, now);
}

/**
 * Given to another rep and back while it was written as the other's, the record is the other's by now: the write that
 * followed found it settled for the first.
 */
async function isAnothers(db: Db, now: Handoff, recordId: string, rep: string | null): Promise<boolean> {
  if (now.repEmail === rep || now.repEmail === null) return false;
  const owner = await recordOwner(db, now.workspaceId, now.id, recordId);
  return owner !== undefined && owner.repEmail === rep;
}

/** Said once, where the look-up's own choice was written to. */
function duplicateEntries(
  handoff: Handoff<Facts>,
  { mode, existing }: CrmWrite,
  written: CrmWritten,
  match: CrmMatch,
  crm: NamedCrm,
  at: Date,
): NewEntry[] {
  if (handoff.recordId !== null || mode !== 'lead' || written.id !== existing?.id) return [];
  return duplicateRecords(match, crm).map(text => ({ kind: 'record_warning' as const, at, actor: crm.name, text }));
}

/** A write that was put off may have made the record all the same, and others had time to make or merge one. */
function knownMatch({ facts, recordId, recordNote }: Handoff<Facts>): CrmMatch | undefined {
  return recordNote !== null && recordId === null ? undefined : facts.match;
}

const NOTHING: CrmMatch = { lead: { kind: 'none' }, contact: { kind: 'none' }, company: { kind: 'none' } };

/** The look-up that could not be made before routing. A person without a usable address matches nobody. */
async function matchNow(crm: Crm, handoff: Handoff<Facts>, playbook: Playbook): Promise<CrmMatch> {
  const { judgement, facts, priority } = handoff;
  if (judgement.email.kind === 'malformed' || !facts.contact.email) return NOTHING;
  const { domain, company } = companyOf(handoff);
  const isByName = crm.traits.can.accountBased && crmModeOf(handoff, playbook) === 'account_based';
  return crm.match({
    email: addressKey(facts.contact.email),
    urgent: priority === 'HIGH',
    ...(domain && { domain }),
    ...(isByName && { deals: true, ...(company && { company }) }),
  });
}

/** What came of a write. */
interface Came {
  /** Learnt on the way. */
  facts: Partial<Facts>;
  entries: NewEntry[];
  owners: readonly RecordOwner[];
  tellsOwner: boolean;
  /** The CRM would not make the rep the owner. */
  isOwnerRefused: boolean;
}

async function finish(
  deps: Deps,
  handoff: Handoff<Facts>,
  changes: Partial<Handoff<Facts>>,
  came?: Came,
): Promise<void> {
  const { workspaceId, id: handoffId, leadId } = handoff;
  const of = { workspaceId, leadId, handoffId };
  await changeAndEnqueue(deps.db, {
    // A person's decision holds the handoff, too, before it replaces the same jobs.
    held: deps.db('handoffs').where({ workspace_id: workspaceId, id: handoffId }).forUpdate().select('id'),
    changes: [
      updateHandoff(deps.db, workspaceId, handoffId, changes, came?.facts),
      ...(came?.owners ?? []).map(owner => rememberOwner(deps.db, workspaceId, owner)),
      ...(came ? [entriesOf(deps.db, of, came.entries)] : []),
      ...(changes.recordId && !handoff.isTest ? [knowByRecord(deps.db, of, changes.recordId, deps.clock.now())] : []),
    ],
    // A card that was delivered meanwhile is redrawn by the same job.
    jobs: [
      showRecord(handoff),
      ...(came?.tellsOwner ? [notifyDealOwner(handoff)] : []),
      ...(came?.isOwnerRefused && handoff.repEmail
        ? [recheckPerson(workspaceId, { email: handoff.repEmail }, handoffId)]
        : []),
    ],
  });
}

/** Whoever has this record in the CRM is this lead, under whatever address they come next. */
function knowByRecord(db: Db, { workspaceId, leadId }: { workspaceId: string; leadId: string }, id: string, at: Date) {
  return addIdentities(db, workspaceId, { leadId, identities: [recordIdentity(id)], at });
}

/** Said once; whoever has the lead sees its card all the same. */
async function staysElsewhere(deps: Deps, handoff: Handoff<Facts>, crm: NamedCrm): Promise<void> {
  const text = staysWords(handoff, crm);
  if (handoff.recordNote === text) return enqueue(deps.db, showRecord(handoff));
  const entry = { kind: 'record_warning' as const, at: deps.clock.now(), text };
  const nothing = { facts: {}, owners: [], tellsOwner: false, isOwnerRefused: false };
  await finish(deps, handoff, { recordNote: text }, { ...nothing, entries: [entry] });
}

/** A card that waited for the record goes now; one that went ahead is redrawn. */
function showRecord(handoff: Handoff): NewJob {
  return handoff.deliveredAt ? redrawCards(handoff) : deliverCard(handoff);
}

/** The CRM refused this record for good, or its connection must be renewed: the timeline says so, the card too. */
export async function recordParked(
  deps: Deps,
  trx: Db,
  ref: HandoffRef,
  reason: string,
  reference: string,
): Promise<void> {
  const handoff = await lockHandoff(trx, ref.workspaceId, ref.handoffId);
  if (!handoff) return;
  await updateHandoff(trx, ref.workspaceId, ref.handoffId, { recordState: 'parked', recordNote: reason });
  await recordEntries(
    trx,
    { ...ref, leadId: handoff.leadId },
    {
      kind: 'record_parked',
      at: deps.clock.now(),
      text: `The CRM record could not be written: ${reason} (reference ${reference}). It can be replayed once the cause is fixed.`,
      detail: { reference },
    },
  );
  await enqueue(trx, showRecord(handoff));
}

/** The CRM is away: said once on the timeline; the write is tried until it works. */
export async function recordPostponed(deps: Deps, trx: Db, ref: HandoffRef, error: Error): Promise<void> {
  const handoff = await lockHandoff(trx, ref.workspaceId, ref.handoffId);
  if (!handoff || handoff.recordNote) return;
  await updateHandoff(trx, ref.workspaceId, ref.handoffId, { recordNote: failureReason(error) });
  await recordEntries(
    trx,
    { ...ref, leadId: handoff.leadId },
    {
      kind: 'record_pending',
      at: deps.clock.now(),
      text: `The CRM did not take the record yet (${failureReason(error)}); it is tried again until it does.`,
    },
  );
}
