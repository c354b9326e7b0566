/** From a stored handoff to what a card may show. */
import type { Playbook } from '../config/playbook.ts';
import type { Handoff } from '../db/handoffs.ts';
import type { RoutingDecision } from '../domain/decision.ts';
import { displayName } from '../domain/lead.ts';
import { isIntent } from './crm-text.ts';
import type { Facts } from './facts.ts';
import type { Card } from './notifier.ts';

export interface CardContext {
  playbook: Playbook;
  publicUrl: string;
  crmName: string | undefined;
  repSlackId: string | undefined;
}

/** Everything the card shows of this handoff. Pure. */
export function cardOf(handoff: Handoff<Facts>, decision: RoutingDecision, context: CardContext): Card {
  const { facts, judgement } = handoff;
  const { contact } = facts;
  const rep = context.playbook.people.find(person => person.email === handoff.repEmail);
  const claimer = context.playbook.people.find(person => person.email === handoff.claimedBy);
  return {
    workspaceId: handoff.workspaceId,
    handoffId: handoff.id,
    state: handoff.state,
    lead: {
      name: displayName(contact),
      email: contact.email ?? '',
      title: contact.title ?? facts.person?.title,
      phone: contact.phone ?? facts.person?.phone,
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
    ...(rep && { rep: { name: rep.name, email: rep.email, slackId: context.repSlackId, timeZone: rep.time_zone } }),
    ...(decision.to.kind === 'pool' &&
      !rep && { pool: { team: context.playbook.teams[decision.to.team]?.name ?? decision.to.team } }),
    decision,
    respondWithinMs: context.playbook.sla[judgement.fit.priority]?.respond_within,
    crm: {
      state: handoff.recordState,
      name: context.crmName ?? 'CRM',
      ...(handoff.recordId && { url: `${context.publicUrl}/open/${handoff.id}` }),
      ...(handoff.recordState === 'parked' && handoff.recordNote && { note: handoff.recordNote }),
    },
    ...(handoff.claimedAt && {
      claimed: { name: claimer?.name ?? handoff.claimedBy ?? '', at: handoff.claimedAt.toISOString() },
    }),
    optedOut: judgement.flags.includes('unsubscribed'),
    isTest: handoff.isTest,
    crossedAt: handoff.crossedAt.toISOString(),
  };
}
