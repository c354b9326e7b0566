/** Routing a handoff now, with the credits written, and what of it is kept, told and done next. */
import { nameOf } from '../../config/playbook/people.ts';
import type { Playbook } from '../../config/playbook.ts';
import type { Change, Db } from '../../db/connection.ts';
import type { Handoff } from '../../db/handoffs/handoffs.ts';
import type { NewEntry } from '../../db/handoffs/timeline.ts';
import type { Absence } from '../../db/people/people.ts';
import { saveTurn } from '../../db/people/rotation.ts';
import type { Judgement } from '../../domain/decision.ts';
import type { NewJob } from '../../jobs/queue.ts';
import { deliverCard, writeRecord } from '../../jobs/requests.ts';
import type { Deps } from '../core/deps.ts';
import type { Facts } from '../core/facts.ts';
import { slaFrom } from '../core/sla-due.ts';
import { lockRoutingState } from './roster.ts';
import { type RouteOutcome, route, routeFacts } from './route.ts';

/** What routing said, and who is away: the promise to the lead may depend on it. */
export interface Routed {
  outcome?: RouteOutcome;
  absences: Absence[];
  /** Writes the turn into the rotation credits; must be made in the same transaction. */
  turn?: Change | undefined;
}

export interface LeadToRoute {
  workspaceId: string;
  facts: Facts;
  judgement: Judgement;
  playbook: Playbook;
  /** Who must not get it again. */
  excluded?: readonly string[];
  /** Goes by the rotation credits like any other, but is nobody's turn. */
  isTest?: boolean;
}

/** Takes the workspace's place at the rotation as late as possible: choices of one workspace follow one another. */
export async function routeNow(trx: Db, lead: LeadToRoute, now: Date): Promise<Routed> {
  const { workspaceId, facts, judgement, playbook, excluded = [], isTest = false } = lead;
  const { routing, absences } = await lockRoutingState(trx, workspaceId, playbook, now);
  const { rotation, ...made } = route({ facts: routeFacts(facts, judgement, playbook), ...routing, excluded });
  const outcome: RouteOutcome = isTest || !rotation ? made : { ...made, rotation };
  return { outcome, absences, turn: outcome.rotation && saveTurn(trx, workspaceId, outcome.rotation) };
}

type Assignment = Pick<
  Handoff,
  'team' | 'repEmail' | 'assignedAt' | 'dueAt' | 'nextStepAt' | 'decision' | 'recordState' | 'turnTeam' | 'turnEmail'
>;

/** The handoff's columns that say where routing put it; nobody's without an outcome. */
export function assignmentOf(
  { outcome, absences }: Routed,
  playbook: Playbook,
  priority: Handoff['priority'],
  now: Date,
): Assignment {
  const to = outcome?.decision.to;
  const someones = isAssigned(outcome);
  const whose = {
    team: to?.kind === 'pool' ? to.team : to?.kind === 'person' ? (to.team ?? null) : null,
    repEmail: to?.kind === 'person' ? to.email : null,
  };
  return {
    ...whose,
    assignedAt: someones ? now : null,
    ...(someones ? slaFrom(playbook, { priority, ...whose }, absences, now) : { dueAt: null, nextStepAt: null }),
    decision: outcome?.decision ?? null,
    recordState: someones ? 'pending' : 'skipped',
    turnTeam: outcome?.rotation?.team ?? null,
    turnEmail: outcome?.rotation?.taken ?? null,
  };
}

/** Did routing give it to a person or a pool? */
export function isAssigned(outcome: RouteOutcome | undefined): boolean {
  const kind = outcome?.decision.to.kind;
  return kind === 'person' || kind === 'pool';
}

/** Where routing put it, for the timeline. */
export function routedEntries(
  handoff: Pick<Handoff, 'decision' | 'state' | 'repEmail' | 'team'>,
  playbook: Playbook,
  at: Date,
): NewEntry[] {
  const { decision, state } = handoff;
  if (state === 'held' && !decision) return [{ kind: 'held', at, text: 'Held until a person decides' }];
  if (!decision) return [{ kind: 'nurtured', at, text: 'Left to nurture: no CRM record, no rep' }];
  const routed: NewEntry = { kind: 'routed', at, text: decision.reason, detail: { decision } };
  const last: Record<typeof decision.to.kind, NewEntry> = {
    person: { kind: 'assigned', at, text: `Assigned to ${nameOf(playbook, handoff.repEmail ?? '')}` },
    pool: {
      kind: 'pooled',
      at,
      text: `Open to the claim pool ${playbook.teams[handoff.team ?? '']?.name ?? handoff.team}`,
    },
    nurture: { kind: 'nurtured', at, text: 'Left to nurture: no CRM record, no rep' },
    nobody: { kind: 'held', at, text: 'Nobody could be found, not even by the fallback' },
  };
  return [routed, last[decision.to.kind]];
}

/** The record and the card of a handoff that is somebody's now. */
export function jobsOfAssigned(
  deps: Deps,
  handoff: Pick<Handoff, 'id' | 'workspaceId' | 'state' | 'priority'>,
): NewJob[] {
  if (handoff.state !== 'assigned') return [];
  // The card leaves when the record is written; this is how long it waits for a CRM that is slow or down.
  return [writeRecord(handoff), deliverCard(handoff, deps.patience.record)];
}
