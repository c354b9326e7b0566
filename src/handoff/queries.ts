/** What people may ask about leads; every answer is of their own workspace. */
import { findHandoffs, type HandoffSummary, handoffById } from '../db/handoffs.ts';
import { personBySlackId } from '../db/people.ts';
import { storyOf } from '../db/timeline.ts';
import type { RoutingDecision } from '../domain/decision.ts';
import type { TimelineEntry } from '../domain/timeline.ts';
import { cardOf } from './card.ts';
import type { Deps } from './deps.ts';
import type { Facts } from './facts.ts';
import type { Card } from './notifier.ts';

/** Is this Slack user one of the playbook's people? */
export async function knows(deps: Deps, workspaceId: string, slackUserId: string): Promise<boolean> {
  const person = await personBySlackId(deps.db, workspaceId, slackUserId);
  const { playbook } = await deps.playbook(workspaceId);
  return playbook.people.some(one => one.email === person?.email);
}

/** Handoffs whose lead's name, address, company or id fits, newest first. */
export function find(deps: Deps, workspaceId: string, text: string): Promise<HandoffSummary[]> {
  return findHandoffs(deps.db, workspaceId, { text });
}

/** The story of one handoff, oldest first, and how it was routed. */
export async function story(
  deps: Deps,
  workspaceId: string,
  handoffId: string,
): Promise<{ entries: TimelineEntry[]; decision: RoutingDecision | null } | undefined> {
  const handoff = await handoffById(deps.db, workspaceId, handoffId);
  return handoff && { entries: await storyOf(deps.db, workspaceId, handoffId), decision: handoff.decision };
}

/** Open handoffs of this person, newest first. */
export async function openFor(deps: Deps, workspaceId: string, slackUserId: string): Promise<HandoffSummary[]> {
  const person = await personBySlackId(deps.db, workspaceId, slackUserId);
  return person ? findHandoffs(deps.db, workspaceId, { repEmail: person.email, open: true }) : [];
}

/** How to reach the lead of a handoff, and its record. */
export async function contact(
  deps: Deps,
  workspaceId: string,
  handoffId: string,
): Promise<Pick<Card, 'lead' | 'crm'> | undefined> {
  const handoff = await handoffById<Facts>(deps.db, workspaceId, handoffId);
  if (!handoff?.decision) return undefined;
  const [{ playbook }, { crm }] = await Promise.all([
    deps.playbook(workspaceId, handoff.playbookVersion),
    deps.vendors(workspaceId),
  ]);
  const context = { playbook, publicUrl: deps.publicUrl, crmName: crm?.name, repSlackId: undefined };
  return cardOf(handoff, handoff.decision, context);
}
