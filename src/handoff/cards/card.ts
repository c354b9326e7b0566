/** From a stored handoff to what a card may show. */

import { nameOf, personOf, teamName } from '../../config/playbook/people.ts';
import type { Playbook } from '../../config/playbook.ts';
import type { CrmWords } from '../../contracts/crm-traits.ts';
import type { Card } from '../../contracts/notifier.ts';
import type { Handoff } from '../../db/handoffs/handoffs.ts';
import type { OwnerChange } from '../../db/handoffs/owner-changes.ts';
import type { Touch } from '../../db/handoffs/touches.ts';
import type { Absence } from '../../db/people/people.ts';
import type { RoutingDecision } from '../../domain/decision.ts';
import { answersOf } from '../../domain/form/answers.ts';
import { isOpen } from '../../domain/handoff.ts';
import { nextSlaStep } from '../../domain/ladder.ts';
import { displayName, isIntent } from '../../domain/lead.ts';
import { rejectionText } from '../../domain/reject-reasons.ts';
import type { SequenceStand } from '../../domain/sequence.ts';
import { serviceName } from '../../domain/service-name.ts';
import { timeSplitOf } from '../../domain/time-split.ts';
import type { Facts } from '../core/facts.ts';
import { CALL_OUTCOMES } from '../core/outcomes.ts';
import { calendarOf, ladderRulesOf } from '../core/sla-due.ts';
import { companyLine } from '../record/account-based.ts';
import { howChanged } from './owner-change-text.ts';

export interface CardContext {
  playbook: Playbook;
  publicUrl: string;
  crmName: string | undefined;
  crmWords: CrmWords;
  repSlackId: string | undefined;
  /** What its cards say of the record's owner. */
  ownerChange: OwnerChange | undefined;
  /** Of the handoff, the earliest first. */
  touches: readonly Touch[];
  /** Those that were not over when the handoff was opened. */
  absences: readonly Absence[];
  /** What the rep may add the lead to, or has. */
  sequence: SequenceStand | undefined;
  now: Date;
}

/** Everything the card shows of this handoff. Pure. */
export function cardOf(handoff: Handoff<Facts>, decision: RoutingDecision, context: CardContext): Card {
  const { facts, judgement } = handoff;
  const { contact } = facts;
  const { playbook } = context;
  const rep = personOf(playbook, handoff.repEmail);
  const account = companyLine(handoff, playbook, context.crmWords);
  const promise = playbook.sla[judgement.fit.priority];
  const isGone = handoff.recordId !== null && facts.deletedRecord === handoff.recordId;
  return {
    workspaceId: handoff.workspaceId,
    handoffId: handoff.id,
    state: handoff.state,
    lead: {
      name: displayName(contact),
      email: contact.email ?? '',
      title: contact.title ?? facts.person?.title,
      ...(facts.person?.seniority && { seniority: facts.person.seniority }),
      ...(facts.person?.linkedin && { linkedin: facts.person.linkedin }),
      phone: contact.phone ?? facts.person?.phone,
      country: contact.country ?? facts.company.country,
      company: judgement.company.name,
    },
    source: handoff.source,
    leadSource: contact.leadSource,
    score: handoff.score,
    fit: judgement.fit.score,
    priority: judgement.fit.priority,
    flags: judgement.flags,
    judgement,
    company: facts.company,
    activities: contact.activities.filter(isIntent),
    answers: answersOf(contact),
    ...(rep && { rep: { name: rep.name, email: rep.email, slackId: context.repSlackId, timeZone: rep.time_zone } }),
    ...(decision.to.kind === 'pool' && !rep && { pool: { team: teamName(playbook, decision.to.team) } }),
    decision,
    respondWithinMs: promise?.respond_within,
    inWorkingTime: promise?.clock === 'working',
    crm: {
      state: handoff.recordState,
      name: context.crmName ?? 'CRM',
      ...(handoff.recordId && !isGone && { url: `${context.publicUrl}/open/${handoff.id}` }),
      ...(isGone && { gone: true }),
      ...(account && { account }),
      ...(handoff.recordState === 'parked' && handoff.recordNote && { note: handoff.recordNote }),
    },
    ...(handoff.claimedAt && {
      claimed: { name: nameOf(playbook, handoff.claimedBy ?? ''), at: handoff.claimedAt.toISOString() },
    }),
    ...(playbook.card.lines && { facts: playbook.card.lines }),
    ...progressOf(handoff, decision, context),
    ...reassignedAt(handoff, context),
    ...(rep?.scheduling_url && { bookingUrl: rep.scheduling_url }),
    ...ownerOf(handoff, context),
    ...(facts.firstAnswer && { firstAnswer: facts.firstAnswer }),
    ...(context.sequence && { sequence: context.sequence }),
    optedOut: judgement.flags.includes('unsubscribed'),
    ...(handoff.erasedAt && { erasedAt: handoff.erasedAt.toISOString() }),
    isTest: handoff.isTest,
    crossedAt: handoff.crossedAt.toISOString(),
  };
}

/** A person, or the system that did it. */
function actorName(playbook: Playbook, key: string): string {
  return key === '' || key.includes('@') ? nameOf(playbook, key) : serviceName(key);
}

const SHOWN_STATES = ['asked', 'restoring', 'refused', 'left', 'overruled'] as const;

/** Only while whoever had the lead then has it still. */
function ownerOf(handoff: Handoff<Facts>, { ownerChange, playbook, crmName }: CardContext): Pick<Card, 'owner'> {
  const state = SHOWN_STATES.find(one => one === ownerChange?.state);
  if (!ownerChange || !state || !isOpen(handoff.state) || ownerChange.repEmail !== handoff.repEmail) return {};
  const { theirsName: to, why } = ownerChange;
  const how = howChanged(ownerChange, playbook, crmName ?? 'the CRM');
  return { owner: { state, to, how, ...(why && { why }) } };
}

type Progress = Pick<
  Card,
  'contacted' | 'split' | 'due' | 'previously' | 'snoozedUntil' | 'closed' | 'meeting' | 'moved'
>;

/** How far it has come: who reached out, what is late, who had it before, why it is over. */
function progressOf(
  handoff: Handoff<Facts>,
  decision: RoutingDecision,
  { playbook, touches, absences, now }: CardContext,
): Progress {
  const { dueAt, snoozedUntil, closedAt, closedBy } = handoff;
  const [first] = touches;
  const from = decision.facts.from;
  const waiting = isOpen(handoff.state) && !handoff.contactedAt;
  const split = timeSplitOf(handoff, calendarOf(playbook, handoff, absences));
  return {
    ...(split && { split }),
    ...(first && {
      contacted: {
        name: nameOf(playbook, first.byEmail ?? ''),
        at: first.at.toISOString(),
        how: touchWords(first),
        ...(typeof first.detail.notes === 'string' && first.detail.notes && { note: first.detail.notes }),
        ...(handoff.breachedAt && { late: true }),
      },
    }),
    ...meetingOf(touches, playbook, now),
    ...movedBy(handoff, decision, playbook),
    ...(waiting && dueAt && { due: { at: dueAt.toISOString(), breached: dueAt <= now } }),
    ...(typeof from === 'string' && from !== handoff.repEmail && { previously: { name: nameOf(playbook, from) } }),
    ...(snoozedUntil && snoozedUntil > now && { snoozedUntil: snoozedUntil.toISOString() }),
    ...(closedAt && {
      closed: {
        name: actorName(playbook, closedBy ?? ''),
        at: closedAt.toISOString(),
        ...(handoff.closedReason && { reason: rejectionText(handoff.closedReason, handoff.closedNote) }),
      },
    }),
  };
}

/** The next that is to come. */
function meetingOf(touches: readonly Touch[], playbook: Playbook, now: Date): Pick<Card, 'meeting'> {
  const calls = touches.filter(({ kind }) => kind === 'call').length;
  const next = touches
    .filter(({ kind, detail }) => kind === 'meeting' && new Date(String(detail.startsAt)) > now)
    .toSorted((one, other) => String(one.detail.startsAt).localeCompare(String(other.detail.startsAt)))[0];
  if (!next) return {};
  return { meeting: { at: String(next.detail.startsAt), name: nameOf(playbook, next.byEmail ?? ''), calls } };
}

function movedBy({ assignedAt }: Handoff, { rule, facts }: RoutingDecision, playbook: Playbook): Pick<Card, 'moved'> {
  if (rule !== 'manual' || typeof facts.by !== 'string' || !assignedAt || facts.by === 'baton') return {};
  return { moved: { name: actorName(playbook, facts.by), at: assignedAt.toISOString() } };
}

/** Is it given on next, and when? Of a lead that is late; undefined where something else comes first. */
function reassignedAt(handoff: Handoff<Facts>, { playbook, absences, now }: CardContext): Pick<Card, 'reassignedAt'> {
  if (handoff.contactedAt || !handoff.dueAt || handoff.dueAt > now) return {};
  const calendar = calendarOf(playbook, handoff, absences);
  const next = nextSlaStep(ladderRulesOf(playbook, handoff.priority), handoff, calendar);
  return next?.kind === 'step' && next.do === 'reassign' ? { reassignedAt: next.at.toISOString() } : {};
}

/** "call: connected", "e-mail". */
export function touchWords({ kind, detail }: Pick<Touch, 'kind' | 'detail'>): string {
  if (kind === 'email') return 'e-mail';
  if (kind !== 'call') return kind;
  const outcome = Object.entries(CALL_OUTCOMES).find(([key]) => key === detail.outcome)?.[1];
  return outcome ? `call: ${outcome.toLowerCase()}` : 'call';
}
