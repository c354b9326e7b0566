/**
 * The decision: crossing or not, verdict, person. One transaction writes the handoff, its timeline so far, the rotation
 * credits and the jobs that follow, so that a crash leaves either all of it or nothing.
 */

import { randomUUID } from 'node:crypto';
import { mqlRulesOf, rulesOfSource } from '../../config/playbook/source-rules.ts';
import type { Playbook } from '../../config/playbook.ts';
import type { CrmWords } from '../../contracts/crm-traits.ts';
import { transact } from '../../db/conflict.ts';
import type { Change, Db } from '../../db/connection.ts';
import { nurturedOf } from '../../db/handoffs/feedback.ts';
import { type Handoff, insertHandoff, UNTOUCHED } from '../../db/handoffs/handoffs.ts';
import { recordOfLead } from '../../db/handoffs/handoffs-of-lead.ts';
import type { InboxEntry } from '../../db/handoffs/inbox.ts';
import {
  addressIdentity,
  contactIdentity,
  type Identity,
  type Lead,
  lockLead,
  recordIdentity,
} from '../../db/handoffs/leads.ts';
import { type ContactNews, knownScore, settleSignal } from '../../db/handoffs/source-contacts.ts';
import { entriesOf } from '../../db/handoffs/timeline.ts';
import type { Judgement } from '../../domain/decision.ts';
import { displayName } from '../../domain/lead.ts';
import { isTestContact } from '../../domain/manual.ts';
import { serviceName } from '../../domain/service-name.ts';
import { changeAndEnqueue, type NewJob } from '../../jobs/queue.ts';
import { answerLead, confirmForm, enrichLater, queueFeedback } from '../../jobs/requests.ts';
import { atMostEach } from '../../lib/at-most.ts';
import { addressKey } from '../../lib/text.ts';
import type { Deps, VersionedPlaybook } from '../core/deps.ts';
import type { Facts } from '../core/facts.ts';
import { notifyHeld } from '../core/notify-held.ts';
import { askedIn } from '../judge/capture.ts';
import { judgeEmail } from '../judge/email.ts';
import { judge, scoreHistoryOf } from '../judge/judge.ts';
import { assignmentOf, firstStint, isAssigned, jobsOfAssigned, type Routed, routeNow } from '../route/route-now.ts';
import { beforeMerge, followMerge } from './contact-merged.ts';
import { type Crossing, crossing } from './crossing.ts';
import { noCrossingEntries, openingEntries } from './decision-entries.ts';
import { noteOnOpenLead } from './form-lead.ts';
import { type ByHand, byHandNow } from './manual-lead.ts';
import { settleWatched, toItsMaker } from './watch.ts';

export interface DecideInput {
  workspaceId: string;
  entry: InboxEntry;
  facts: Facts;
  versioned: VersionedPlaybook;
  connectedAt: Date;
  enrichLater: boolean;
  /** What the connected CRM calls things. */
  crmWords: CrmWords;
  /** Absent: none is connected. */
  crmName?: string;
}

/** Decides about one possible crossing; answers the handoff's id when one was opened. */
export async function decide(deps: Deps, input: DecideInput): Promise<string | undefined> {
  const { facts, versioned } = input;
  const judgement = judge(
    {
      contact: facts.contact,
      company: facts.company,
      ...(facts.person && { person: facts.person }),
      playbook: versioned.playbook,
    },
    deps.clock.now(),
  );
  const { outcome, opened } = await inTurn(input.workspaceId, () =>
    transact(deps.db, trx => decideNow(deps, input, judgement, trx)),
  );
  deps.metrics?.signal(input.entry.source, outcome);
  if (opened) deps.metrics?.handoff(opened.priority, opened.state);
  return opened?.id;
}

/** What became of a possible crossing. */
interface Outcome {
  outcome: string;
  opened?: Pick<Handoff, 'id' | 'priority' | 'state'>;
}

/**
 * Decisions of a workspace follow one another anyway: more of them at once would only hold database connections that
 * hooks and cards need, while they wait for the rotation's lock.
 */
const inTurn = atMostEach(4);

async function decideNow(deps: Deps, input: DecideInput, judgement: Judgement, trx: Db): Promise<Outcome> {
  const { workspaceId, entry, facts, versioned } = input;
  const now = deps.clock.now();
  const name = displayName(facts.contact);
  const lead = await lockLead(trx, workspaceId, labelOf(entry, facts), name, now, identitiesOf(entry, facts));
  await followMerge(trx, workspaceId, { entry, lead, at: now });
  const byHand = await byHandNow(trx, workspaceId, entry, facts.contact, lead, versioned.playbook);
  const outcome = await crossingNow(deps, trx, input, lead, judgement.score, byHand.hasIt?.words);
  const { isTest, hasIt } = byHand;
  const isWatched = lead.isWatched && !isTest;
  const settled = settleSignal(trx, workspaceId, {
    inboxId: entry.id,
    outcome: outcome.kind === 'no' ? outcome.code : isWatched ? 'watched' : 'handed_off',
    // What was only watched was handed to nobody: it may cross again.
    crossedAt: outcome.kind === 'crossing' && !isWatched ? outcome.at : null,
    contact: contactNews(input, lead.id, judgement.score),
    at: now,
  });
  if (outcome.kind === 'no') {
    const { changes, jobs } = byHand.settle({ outcome: outcome.code, handoffId: hasIt?.handoffId ?? null });
    const entries = noCrossingEntries(trx, workspaceId, lead, outcome, now);
    await changeAndEnqueue(trx, { changes: [...settled, ...entries, ...changes], jobs });
    if (entry.signal.via === 'form') {
      const isMql = outcome.code === 'repeated';
      await noteOnOpenLead(trx, workspaceId, { lead, facts, playbook: versioned.playbook, isMql, at: now });
    }
    return { outcome: outcome.code };
  }
  const routed = await routedBy(trx, input, judgement, { isTest, now });
  if (isWatched) {
    const crm = input.crmName && serviceName(input.crmName);
    const { playbook } = versioned;
    await settleWatched(trx, { workspaceId, lead, judgement, routed, playbook, crm, settled, byHand, at: now });
    return { outcome: 'watched' };
  }
  const opened = await openHandoff(deps, trx, {
    input,
    lead,
    judgement,
    outcome,
    routed: lead.isWatched ? toItsMaker(routed, facts.contact) : routed,
    settled,
    byHand,
    now,
  });
  return { outcome: 'handed_off', opened };
}

/** By the rules, where judging lets it pass. */
async function routedBy(
  trx: Db,
  { workspaceId, facts, versioned: { playbook } }: DecideInput,
  judgement: Judgement,
  { isTest, now }: { isTest: boolean; now: Date },
): Promise<Routed> {
  if (judgement.outcome !== 'route') return { absences: [] };
  return routeNow(trx, { workspaceId, facts, judgement, playbook, isTest }, now);
}

interface Decided {
  input: DecideInput;
  lead: Lead;
  judgement: Judgement;
  outcome: Crossing & { kind: 'crossing' };
  routed: Routed;
  settled: readonly Change[];
  byHand: ByHand;
  now: Date;
}

/** Writes the handoff with all that follows from it. */
async function openHandoff(deps: Deps, trx: Db, decided: Decided): Promise<Handoff> {
  const { input, lead, judgement, outcome, routed, settled, byHand, now } = decided;
  const { workspaceId, facts, versioned } = input;
  const { isTest } = byHand;
  const crm = knowsNobody(facts.match) && !isTest ? input.crmName : undefined;
  const handoff = {
    ...handoffOf(input, lead, judgement, outcome, routed, now),
    ...(crm !== undefined && (await recordOfLead(trx, workspaceId, lead.id, crm))),
  };
  const of = { workspaceId, leadId: lead.id, handoffId: handoff.id };
  const request = byHand.settle({ outcome: 'handed_off', handoffId: handoff.id });
  await changeAndEnqueue(trx, {
    changes: [
      ...settled,
      insertHandoff(trx, handoff),
      ...firstStint(trx, handoff),
      ...(routed.turn ? [routed.turn] : []),
      entriesOf(trx, of, openingEntries(input, judgement, outcome, handoff, now)),
      ...request.changes,
    ],
    jobs: [
      ...jobsOfAssigned(deps, handoff),
      ...(await feedbackJobs(trx, handoff, versioned.playbook)),
      ...request.jobs,
      ...(input.enrichLater ? [enrichLater(handoff)] : []),
      ...(facts.contact.unconfirmedBy ? [confirmForm(handoff)] : []),
      ...(isToBeAnswered(input, handoff, isTest) ? [answerLead(handoff)] : []),
    ],
  });
  if (handoff.state === 'held' && !isTest) await notifyHeld(trx, handoff);
  return handoff;
}

/** Owner and nurture; whom sales has now leaves the nurture that an earlier handoff put them into. */
async function feedbackJobs(trx: Db, handoff: Handoff<Facts>, playbook: Playbook): Promise<NewJob[]> {
  const { feedback, nurture } = rulesOfSource(playbook, handoff.source);
  const isNurture = handoff.state === 'nurture';
  const own = feedback.mirror_owner || (isNurture && nurture) ? queueFeedback(handoff) : [];
  if (isNurture || handoff.isTest || Object.keys(playbook.nurture).length === 0) return own;
  const { workspaceId } = handoff;
  const before = await nurturedOf(trx, workspaceId, handoff.leadId);
  const left = before.flatMap(({ handoffId: id, source }) => queueFeedback({ workspaceId, id, source, isTest: false }));
  return [...own, ...left];
}

/** Nobody answers whom nobody of sales has: what is held is told as such. */
function isToBeAnswered(
  { entry, versioned }: DecideInput,
  { state }: Pick<Handoff, 'state'>,
  isTest: boolean,
): boolean {
  const { enabled, to } = versioned.playbook.reply;
  const isOfSales = state === 'assigned' || state === 'held';
  return enabled && isOfSales && (isTest || to === 'all' || entry.signal.via === 'form');
}

/** How people see the lead; without any address it is named by the source's id, so that a phone number is not lost. */
function labelOf({ source, signal }: InboxEntry, { contact }: Facts): string {
  return (contact.email && addressKey(contact.email)) || `${source}:${signal.contactId}`;
}

/**
 * All that the person is known by: the contact and those merged into it, its addresses as far as they are some, and the
 * record the CRM has under its address. A test lead is nobody, and so are contacts that only exist for a hand-off by hand.
 */
export function identitiesOf({ source, signal }: InboxEntry, { contact, match, platforms = [] }: Facts): Identity[] {
  const merged = signal.event?.kind === 'merged' ? signal.event.from : [];
  const contacts = [...new Set([signal.contactId, contact.id, ...merged, ...(contact.mergedIds ?? [])])];
  if (isTestContact(contact)) return [contactIdentity(source, signal.contactId)];
  const addresses = [contact.email, ...(contact.otherEmails ?? [])].filter(
    one => one !== undefined && judgeEmail(one).kind !== 'malformed',
  );
  const records = [match?.lead, match?.contact].flatMap(look => (look?.kind === 'one' ? [look.record.id] : []));
  return [
    ...contacts.map(id => contactIdentity(source, id)),
    ...platforms.map(one => contactIdentity(one.source, one.contactId)),
    ...addresses.map(one => addressIdentity(one ?? '')),
    ...records.map(recordIdentity),
  ];
}

/** Read again under the lead's lock: another signal of the same person may have been decided meanwhile. */
async function crossingNow(
  deps: Deps,
  trx: Db,
  input: DecideInput,
  lead: Lead,
  score: number | null,
  hasIt: string | undefined,
): Promise<Crossing> {
  const { workspaceId, entry, facts, versioned, connectedAt } = input;
  const known = await knownScore(trx, workspaceId, entry.source, entry.signal.contactId);
  const before = await beforeMerge(trx, workspaceId, entry, known);
  const judged = { ...facts, playbook: versioned.playbook };
  return crossing({
    signal: entry.signal,
    before,
    contact: { ...facts.contact, scoreHistory: scoreHistoryOf(judged, deps.clock.now()) },
    score,
    mql: mqlRulesOf(versioned.playbook, entry.source),
    connectedAt,
    lastCrossedAt: lead.lastCrossedAt,
    ...(hasIt !== undefined && { hasIt }),
    ...(entry.signal.via === 'form' && { asked: askedIn(facts.contact, versioned.playbook.capture) }),
  });
}

/** What is remembered of the contact: as it was read, each property as of when it was told or changed last. */
function contactNews({ entry, facts }: DecideInput, leadId: string, score: number | null): ContactNews {
  const { signal, source } = entry;
  const occurred = new Date(signal.occurredAt);
  const newest = facts.contact.scoreHistory.at(-1);
  const changed = newest ? new Date(newest.at) : occurred;
  return {
    source,
    contactId: signal.contactId,
    leadId,
    score: { value: score, at: changed > occurred ? changed : occurred },
    stage: { value: facts.contact.lifecycleStage ?? null, at: occurred },
  };
}

/** The CRM has nobody under the lead's address: it may have them under one they had before. */
function knowsNobody(match: Facts['match']): boolean {
  return match?.lead.kind === 'none' && match.contact.kind === 'none';
}

function handoffOf(
  { workspaceId, entry, facts, versioned }: DecideInput,
  lead: Lead,
  judgement: Judgement,
  outcome: Crossing & { kind: 'crossing' },
  routed: Routed,
  now: Date,
): Handoff<Facts> {
  const { priority } = judgement.fit;
  const nobodys = routed.outcome?.decision.to.kind === 'nobody';
  return {
    ...UNTOUCHED,
    ...assignmentOf(routed, versioned.playbook, priority, now),
    id: randomUUID(),
    workspaceId,
    leadId: lead.id,
    source: entry.source,
    contactId: entry.signal.contactId,
    state: judgement.outcome === 'hold' || nobodys ? 'held' : isAssigned(routed.outcome) ? 'assigned' : 'nurture',
    playbookVersion: versioned.version,
    crossedAt: outcome.at,
    seenAt: entry.receivedAt,
    openedAt: now,
    claimedAt: null,
    score: judgement.score,
    priority,
    claimedBy: null,
    facts,
    judgement,
    recordKind: null,
    recordId: null,
    recordNote: null,
    recordedAt: null,
    deliveredAt: null,
    isTest: isTestContact(facts.contact),
  };
}
